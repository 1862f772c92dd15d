"""azurerm_subscription: a subscription."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_azure.arm import SUBSCRIPTIONS
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import Operation


class SubscriptionModel(Model):
    """Arguments and attributes of ``azurerm_subscription``."""

    subscription_id: str | None = attribute(
        doc="Id of the subscription; the provider's when left out.", default=None, computed=True)
    id: str | None = computed_attribute(doc="Resource id, as roles take it for a scope.")
    display_name: str | None = computed_attribute(doc="Name of the subscription.")
    state: str | None = computed_attribute(doc="Enabled, Disabled, Warned, ...")
    tenant_id: str | None = computed_attribute(doc="Its tenant.")


class Subscription(DataSource[SubscriptionModel, AzureClients]):
    """A subscription that the provider may read."""

    type_name = "azurerm_subscription"
    model = SubscriptionModel
    doc = "A subscription."
    source = "https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/get"

    def read(self, client: AzureClients, config: SubscriptionModel,
             ctx: StepContext) -> SubscriptionModel:
        """Ask Azure."""
        path = f"/subscriptions/{config.subscription_id or client.subscription_id}"
        operation = Operation("Subscriptions.get", f'subscription "{path}"',
                              "Microsoft.Resources/subscriptions/read", reads=True)
        answer = client.arm.get(operation, path, SUBSCRIPTIONS)
        return config.copy(
            subscription_id=answer["subscriptionId"], id=answer["id"],
            display_name=answer.get("displayName"), state=answer.get("state"),
            tenant_id=answer.get("tenantId"))
