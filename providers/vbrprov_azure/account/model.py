"""The model of ``azurerm_storage_account``."""

from __future__ import annotations

import re
from typing import Any

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov.sdk.values import STRING, SetT
from vbrprov_azure.account.blob_model import (
    IMMUTABILITY_TYPE,
    LIFECYCLE_TYPE,
    AccountImmutabilityBlock,
    BlobPropertiesBlock,
    LifecycleRuleBlock,
)
from vbrprov_azure.account.kinds import KINDS
from vbrprov_azure.ids import same_id, same_location

_NAMING = "https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview"
_REST = "https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/create"
_PERIOD = re.compile(r"(\d+)\.([01]\d|2[0-3]):[0-5]\d:[0-5]\d")
MAX_TAGS = 50


def check_name(name: Any) -> str | None:
    """What is wrong with the name of an account."""
    if not re.fullmatch(r"[a-z0-9]{3,24}", name):
        return "The name of a storage account has 3 to 24 lower-case letters and digits."
    return None


def check_tags(tags: Any) -> str | None:
    """What is wrong with tags.

    https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/tag-resources
    """
    if len(tags) > MAX_TAGS:
        return f"There can be {MAX_TAGS} tags at most."
    for key, value in tags.items():
        if not key or len(key) > 128 or re.search(r"[<>%&\\?/]", key):
            return (f'"{key}" is no key of a tag: it has 1 to 128 characters, none of them '
                    "one of < > % & \\ ? /.")
        if len(value or "") > 256:
            return f'The value of tag "{key}" has more than 256 characters.'
    return None


def _period(value: Any) -> str | None:
    if not _PERIOD.fullmatch(value):
        return "A period is written DD.HH:MM:SS, such as 30.00:00:00."
    return None


def period_seconds(text: str) -> int:
    """A period (``DD.HH:MM:SS``) in seconds."""
    days, _, rest = text.partition(".")
    hours, minutes, seconds = (int(part) for part in rest.split(":"))
    return ((int(days) * 24 + hours) * 60 + minutes) * 60 + seconds


class SasPolicyBlock(Model):
    """How long shared access signatures may be valid."""

    expiration_period: str = attribute(
        doc="Longest life, as DD.HH:MM:SS. Agents need 30 days at least (VBR066).", required=True,
        validators=(_period,))
    expiration_action: str | None = attribute(doc="What happens to longer ones.", default="Log",
                                              choices=("Log", "Block"))


class NetworkRulesBlock(Model):
    """The firewall of the account."""

    default_action: str = attribute(doc="What happens to everybody else.", required=True,
                                    choices=("Allow", "Deny"))
    bypass: list[str] | None = attribute(
        doc="Services of Azure that pass: AzureServices, Logging, Metrics or None.", default=None,
        type=SetT(STRING))
    ip_rules: list[str] | None = attribute(
        doc="Addresses or CIDR ranges that pass: backup server, gateways, agents.", default=None,
        type=SetT(STRING))
    virtual_network_subnet_ids: list[str] | None = attribute(
        doc="Subnets that pass.", default=None, type=SetT(STRING))


class KeyRotationBlock(Model):
    """Makes one of the two access keys anew; the other one goes on working."""

    key: str = attribute(
        doc="Which key. Take turns: a rotation that names the key that is not in use interrupts "
            "nothing.", required=True, choices=("key1", "key2"))
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change, or another key, makes the key anew.", default=None)


class StorageAccountModel(Model):
    """Arguments and attributes of ``azurerm_storage_account``."""

    name: str = attribute(doc="Name of the account, unique in the world.", required=True,
                          replace_on_change=True, validators=(check_name,), source=_NAMING)
    resource_group_name: str = attribute(doc="Resource group of the account.", required=True,
                                         replace_on_change=True, same=same_id)
    location: str = attribute(doc="Region.", required=True, replace_on_change=True,
                              same=same_location)
    account_kind: str | None = attribute(
        doc="Kind. Storage (general-purpose v1) can be changed to StorageV2 in place.",
        default="StorageV2", choices=tuple(KINDS), source=_REST)
    account_tier: str | None = attribute(
        doc="Performance; Premium for BlockBlobStorage.", default="Standard",
        replace_on_change=True, choices=("Standard", "Premium"))
    account_replication_type: str = attribute(
        doc="Redundancy. Copies in zones cannot be added or taken away in place.", required=True,
        choices=("LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"))
    access_tier: str | None = attribute(
        doc="Tier of blobs that do not name one; Hot unless the kind has none.", default=None,
        computed=True, choices=("Hot", "Cool", "Cold", "Premium", "Smart"))
    https_traffic_only_enabled: bool | None = attribute(doc="Refuse plain HTTP.", default=True)
    min_tls_version: str | None = attribute(
        doc="Oldest TLS.", default="TLS1_2", choices=("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"))
    allow_nested_items_to_be_public: bool | None = attribute(
        doc="Allow containers that everybody can read.", default=False)
    shared_access_key_enabled: bool | None = attribute(
        doc="Allow account keys, which cloud credentials of type azure_storage are.", default=True)
    default_to_oauth_authentication: bool | None = attribute(
        doc="Let the portal use Entra ID by itself.", default=False)
    public_network_access_enabled: bool | None = attribute(
        doc="Reachable from the internet, within network_rules.", default=True)
    cross_tenant_replication_enabled: bool | None = attribute(
        doc="Allow object replication to other tenants.", default=False)
    local_user_enabled: bool | None = attribute(doc="Allow local users (SFTP).", default=False)
    is_hns_enabled: bool | None = attribute(
        doc="Hierarchical namespace (Data Lake), which Veeam does not support (VBR061).",
        default=False, replace_on_change=True)
    nfsv3_enabled: bool | None = attribute(doc="NFS 3; needs is_hns_enabled.", default=False,
                                           replace_on_change=True)
    sftp_enabled: bool | None = attribute(doc="SFTP; needs is_hns_enabled.", default=False)
    infrastructure_encryption_enabled: bool | None = attribute(
        doc="Encrypt twice.", default=False, replace_on_change=True)
    immutability_policy: AccountImmutabilityBlock | None = block(
        doc="Version-level immutability of the whole account; only when it is made.", default=None,
        replace_on_change=True)
    sas_policy: SasPolicyBlock | None = block(
        doc="Expiry policy for shared access signatures. Left as it is when left out: Azure has "
            "no call that removes it.", default=None, computed=True)
    network_rules: NetworkRulesBlock | None = block(
        doc="Firewall; left as it is when left out.", default=None, computed=True)
    blob_properties: BlobPropertiesBlock | None = block(
        doc="The blob service. Soft delete, change feed and the like are switched off when left "
            "out.", default=None, computed=True)
    lifecycle_rule: list[LifecycleRuleBlock] = block(
        doc="Lifecycle rules (the management policy). When any is stated, rules that are not "
            "stated are removed; when none is, rules made elsewhere stay.", default=None)
    purge_lifecycle_rules: bool | None = attribute(
        doc="Remove all lifecycle rules that the account has.", default=False)
    key_rotation: KeyRotationBlock | None = block(doc="Rotation of an access key.", default=None)
    tags: dict[str, str] | None = attribute(doc="Tags.", default=None, validators=(check_tags,))
    force_destroy: bool | None = attribute(
        doc="Delete the account although containers are in it, with all that they hold. "
            "Immutability is never bypassed.", default=False)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the account, ABANDON leaves "
            "it and forgets it.", default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))

    id: str | None = computed_attribute(doc="Id of the account.")
    primary_location: str | None = computed_attribute(doc="Region.")
    secondary_location: str | None = computed_attribute(doc="Paired region, with geo redundancy.")
    primary_blob_endpoint: str | None = computed_attribute(doc="URL of the blob service.")
    primary_access_key: str | None = computed_attribute(
        doc="First access key; null when it may not be listed.", sensitive=True)
    secondary_access_key: str | None = computed_attribute(
        doc="Second access key; null when it may not be listed.", sensitive=True)
    active_access_key: str | None = computed_attribute(
        doc="The key that key_rotation names, else the first one: what a backup server should "
            "use.", sensitive=True)
    primary_blob_connection_string: str | None = computed_attribute(
        doc="Connection string of the blob service with the first key.", sensitive=True)
    version_level_immutability_enabled: bool | None = computed_attribute(
        doc="Whether version-level immutability is on for the whole account.")
    live_immutability_policy: dict[str, Any] | None = computed_attribute(
        doc="Immutability policy that the account has, whoever made it.", type=IMMUTABILITY_TYPE)
    live_lifecycle_rules: list[dict[str, Any]] | None = computed_attribute(
        doc="Lifecycle rules that the account has, whoever made them; null when unreadable.",
        type=LIFECYCLE_TYPE)
    unreadable_facets: list[str] | None = computed_attribute(
        doc="Settings that the provider's identity may not read, so that nothing is known of them.")
