"""azurerm_client_config: who the provider's login is."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, computed_attribute
from vbrprov_azure.clients import AzureClients


class ClientConfigModel(Model):
    """Attributes of ``azurerm_client_config``."""

    subscription_id: str | None = computed_attribute(doc="Subscription of the provider.")
    tenant_id: str | None = computed_attribute(doc="Tenant of the login.")
    client_id: str | None = computed_attribute(doc="Application of the login.")
    object_id: str | None = computed_attribute(doc="Object id of the login: its principal_id.")
    id: str | None = computed_attribute(doc="Object id of the login.")


class ClientConfig(DataSource[ClientConfigModel, AzureClients]):
    """The login of the provider; needs no permission."""

    type_name = "azurerm_client_config"
    model = ClientConfigModel
    doc = "The subscription and the login that the provider uses."
    source = "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference"

    def read(self, client: AzureClients, config: ClientConfigModel,
             ctx: StepContext) -> ClientConfigModel:
        """Look into the token."""
        own = client.claims()
        return config.copy(subscription_id=client.subscription_id, tenant_id=own.tenant_id,
                           client_id=own.client_id, object_id=own.object_id, id=own.object_id)
