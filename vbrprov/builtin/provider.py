"""The provider block of what is built in: there is nothing to set in it."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk.model import Model
from vbrprov.sdk.provider import ProviderConfig, ProviderContext


class BuiltinModel(Model):
    """No arguments."""


class BuiltinConfig(ProviderConfig):
    """No client either."""

    model = BuiltinModel

    def configure(self, config: Any, context: ProviderContext) -> None:
        """Nothing to do."""


CONFIG = BuiltinConfig()
