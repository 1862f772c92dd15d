"""The configured side of the provider."""

from __future__ import annotations

from vbrprov.sdk import Model, ProviderConfig, ProviderContext, attribute
from vbrprov_ledger.client import Cloud


class LedgerModel(Model):
    """Arguments of the provider block."""

    endpoint: str = attribute(doc="Address of the cloud.", required=True)
    world: str = attribute(doc="Which of its worlds.", required=True)
    password: str | None = attribute(doc="Sent with every call, and ignored.", sensitive=True)


class LedgerProvider(ProviderConfig):
    """Makes the client."""

    model = LedgerModel

    def configure(self, config: LedgerModel, context: ProviderContext) -> Cloud:
        return Cloud(config.endpoint, config.world, config.password or "")


CONFIG = LedgerProvider()
