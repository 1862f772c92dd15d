"""The words of the wire: every enum value that a configuration may use.

In configuration all enum values are snake_case. One table leads to the wire's spelling, in the
words of the newest revision; what older ones call otherwise is in ``vbrprov_veeam.api.Wire``.
Reading is open: a word that is not in a table is shown in snake_case, so that a newer server can be
read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_TABLES: dict[str, dict[str, str]] = {
    "credentials_type": {
        "standard": "Standard", "linux": "Linux", "managed_service": "ManagedService",
    },
    "authentication": {"password": "Password", "ssh_key": "SshKey"},
    "cloud_credentials_type": {
        "amazon": "Amazon", "google": "Google", "azure_storage": "AzureStorage",
        "azure_compute": "AzureCompute", "google_service": "GoogleService",
    },
    "azure_deployment": {
        "microsoft_azure": "MicrosoftAzure", "microsoft_azure_stack": "MicrosoftAzureStack",
    },
    "certificate_format": {"pfx": "Pfx", "pem": "Pem"},
    "region_type": {"global": "Global", "government": "Government", "china": "China"},
    "connection": {"direct": "Direct", "selected_gateway": "SelectedGateway"},
    "immutability": {
        "repository_settings": "RepositorySettings", "retention_settings": "RetentionSettings",
    },
    "access_policy": {
        "deny_all": "DenyAll", "allow_all": "AllowAll", "allow_explicit": "AllowExplicit",
    },
    "account_type": {
        "internal_user": "InternalUser", "internal_group": "InternalGroup",
        "external_user": "ExternalUser", "external_group": "ExternalGroup",
    },
    "service": {
        "amazon_s3": "AmazonS3", "s3_compatible": "S3Compatible", "ibm_cloud": "IBMCloud",
        "wasabi": "WasabiCloud", "google_cloud": "GoogleCloud", "azure_blob": "AzureBlob",
        "snowball_edge": "AmazonSnowballEdge", "data_box": "AzureDataBox",
    },
    "placement": {"data_locality": "DataLocality", "performance": "Performance"},
    "allowed_backups": {
        "all": "All", "fulls_only": "FullsOnly", "increments_only": "IncrementsOnly",
        "none": "None",
    },
    "day_in_month": {
        "first": "First", "second": "Second", "third": "Third", "fourth": "Fourth",
        "last": "Last", "on_day": "OnDay",
    },
    "month": {
        "january": "January", "february": "February", "march": "March", "april": "April",
        "may": "May", "june": "June", "july": "July", "august": "August",
        "september": "September", "october": "October", "november": "November",
        "december": "December",
    },
    "limit_unit": {"tb": "TB", "pb": "PB"},
    "operating_system": {"windows": "Windows", "linux": "Linux"},
    "computer_connection": {
        "permanent_credentials": "PermanentCredentials", "certificate": "Certificate",
    },
    "daily_kind": {
        "everyday": "Everyday", "week_days": "WeekDays", "selected_days": "SelectedDays",
    },
    "day": {
        "monday": "Monday", "tuesday": "Tuesday", "wednesday": "Wednesday",
        "thursday": "Thursday", "friday": "Friday", "saturday": "Saturday", "sunday": "Sunday",
    },
    "backup_mode": {
        "entire_computer": "EntireComputer", "volumes": "Volumes", "file_level": "FileLevel",
    },
    "retention": {"restore_points": "RestorePoints", "days": "Days"},
    "destination": {
        "backup_repository": "BackupRepository",
        "cloud_connect_repository": "CloudConnectRepository",
    },
    "cache": {"automatic": "Automatic", "manual": "Manual"},
    "cache_unit": {"gb": "GB", "tb": "TB"},
    "policy_type": {
        "windows/workstation": "WindowsAgentBackupWorkstationPolicy",
        "windows/server": "WindowsAgentBackupServerPolicy",
        "linux/workstation": "LinuxAgentBackupWorkstationPolicy",
        "linux/server": "LinuxAgentBackupServerPolicy",
    },
}

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def table(name: str) -> Mapping[str, str]:
    """Words of one enum: configuration's -> the wire's."""
    return MappingProxyType(_TABLES[name])


def choices(name: str) -> tuple[str, ...]:
    """The words that configuration may use."""
    return tuple(_TABLES[name])


def to_wire(name: str, word: str) -> str:
    """The wire's word.

    Raises:
        KeyError: There is no such word; the schema's ``choices`` keep it out.
    """
    return _TABLES[name][word]


def from_wire(name: str, word: str | None) -> str | None:
    """Configuration's word; an unknown one in snake_case, so that it shows as a difference."""
    if word is None:
        return None
    for ours, theirs in _TABLES[name].items():
        if theirs.casefold() == word.casefold():  # 1.3-rev0 has some enums in lower case
            return ours
    return _CAPITAL.sub("_", word).lower()

