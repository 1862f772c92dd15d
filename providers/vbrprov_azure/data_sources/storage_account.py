"""azurerm_storage_account: an account that exists, with all its settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    InstanceFacts,
    Model,
    ProviderError,
    StepContext,
    View,
    attribute,
    block,
    computed_attribute,
)
from vbrprov_azure.account.blob_model import (
    IMMUTABILITY_TYPE,
    LIFECYCLE_TYPE,
    BlobPropertiesBlock,
)
from vbrprov_azure.account.model import (
    NetworkRulesBlock,
    SasPolicyBlock,
    StorageAccountModel,
    check_name,
)
from vbrprov_azure.account.reading import read_account
from vbrprov_azure.clients import AzureClients


class StorageAccountDataModel(Model):
    """Arguments and attributes of ``data.azurerm_storage_account``."""

    name: str = attribute(doc="Name of the account.", required=True, validators=(check_name,))
    resource_group_name: str = attribute(doc="Resource group of the account.", required=True)

    id: str | None = computed_attribute(doc="Id of the account.")
    location: str | None = computed_attribute(doc="Region.")
    account_kind: str | None = computed_attribute(doc="Kind.")
    account_tier: str | None = computed_attribute(doc="Performance.")
    account_replication_type: str | None = computed_attribute(doc="Redundancy.")
    access_tier: str | None = computed_attribute(doc="Tier of blobs that do not name one.")
    https_traffic_only_enabled: bool | None = computed_attribute(doc="Plain HTTP is refused.")
    min_tls_version: str | None = computed_attribute(doc="Oldest TLS.")
    allow_nested_items_to_be_public: bool | None = computed_attribute(
        doc="Containers that everybody can read are allowed.")
    shared_access_key_enabled: bool | None = computed_attribute(doc="Account keys are allowed.")
    public_network_access_enabled: bool | None = computed_attribute(
        doc="Reachable from the internet.")
    is_hns_enabled: bool | None = computed_attribute(doc="Hierarchical namespace.")
    sas_policy: SasPolicyBlock | None = block(doc="Expiry policy for signatures.", computed=True,
                                              default=None)
    network_rules: NetworkRulesBlock | None = block(doc="Firewall.", computed=True, default=None)
    blob_properties: BlobPropertiesBlock | None = block(doc="The blob service.", computed=True,
                                                        default=None)
    tags: dict[str, str] | None = computed_attribute(doc="Tags.")
    primary_location: str | None = computed_attribute(doc="Region.")
    secondary_location: str | None = computed_attribute(doc="Paired region.")
    primary_blob_endpoint: str | None = computed_attribute(doc="URL of the blob service.")
    primary_access_key: str | None = computed_attribute(
        doc="First access key; null when it may not be listed.", sensitive=True)
    secondary_access_key: str | None = computed_attribute(
        doc="Second access key; null when it may not be listed.", sensitive=True)
    primary_blob_connection_string: str | None = computed_attribute(
        doc="Connection string of the blob service with the first key.", sensitive=True)
    version_level_immutability_enabled: bool | None = computed_attribute(
        doc="Whether version-level immutability is on for the whole account.")
    live_immutability_policy: dict[str, Any] | None = computed_attribute(
        doc="Immutability policy of the account.", type=IMMUTABILITY_TYPE)
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules; null when unreadable.", type=LIFECYCLE_TYPE)
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")


_SHARED: Final = tuple(name for name in StorageAccountDataModel.schema().names()
                       if name not in ("name", "resource_group_name"))


class StorageAccountData(DataSource[StorageAccountDataModel, AzureClients]):
    """Reads an account without managing it."""

    type_name = "azurerm_storage_account"
    model = StorageAccountDataModel
    doc = "A storage account that exists, with all its settings."
    source = "https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/get-properties"

    def read(self, client: AzureClients, config: StorageAccountDataModel,
             ctx: StepContext) -> StorageAccountDataModel:
        """Every facet of the account."""
        found = read_account(client, StorageAccountModel(
            name=config.name, resource_group_name=config.resource_group_name, location="",
            account_replication_type=""))
        if found is None:
            raise ProviderError(
                ErrorClass.NOT_FOUND, "Storage account not found",
                f'There is no storage account "{config.name}" in resource group '
                f'"{config.resource_group_name}".', attribute="name")
        return config.copy(**{name: getattr(found, name) for name in _SHARED})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The account as guardrails see it."""
        from vbrprov_azure.views import account_view

        return account_view(facts)
