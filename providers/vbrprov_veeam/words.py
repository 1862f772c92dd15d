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
        "permanent_credentials": "PermanentCredentials",
        "single_use_credentials": "SingleUseCredentials", "certificate": "Certificate",
    },
    "daily_kind": {
        "everyday": "Everyday", "week_days": "WeekDays", "selected_days": "SelectedDays",
    },
    "day": {
        "monday": "Monday", "tuesday": "Tuesday", "wednesday": "Wednesday",
        "thursday": "Thursday", "friday": "Friday", "saturday": "Saturday", "sunday": "Sunday",
    },
    "week_of_month": {
        "first": "First", "second": "Second", "third": "Third", "fourth": "Fourth",
        "fifth": "Fifth", "last": "Last",
    },
    "day_number": {
        "first": "First", "second": "Second", "third": "Third", "fourth": "Fourth",
        "last": "Last", "on_day": "OnDay",
    },
    "period": {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours", "days": "Days"},
    "threshold": {"minutes": "Minutes", "hours": "Hours", "days": "Days"},
    "power_off": {"backup_at_power_on": "BackupAtPowerOn", "skip_backup": "SkipBackup"},
    "after_backup": {
        "keep_running": "KeepRunning", "sleep": "Sleep", "hibernate": "Hibernate",
        "shutdown": "Shutdown",
    },
    "backup_mode": {
        "entire_computer": "EntireComputer", "volumes": "Volumes", "file_level": "FileLevel",
    },
    "volumes_mode": {"selected": "SelectedVolumes", "all_except": "AllVolumesExcept"},
    "linux_volume": {
        "mount": "MountPoint", "device": "Device", "lvm": "LVM", "btrfs": "BTRFS",
    },
    "compression": {
        "auto": "Auto", "none": "None", "dedup_friendly": "DedupFriendly", "optimal": "Optimal",
        "high": "High", "extreme": "Extreme",
    },
    "block_size": {
        "256kb": "256KB", "512kb": "512KB", "1mb": "1MB", "4mb": "4MB", "8mb": "8MB",
    },
    "notification": {
        "global": "UseGlobalNotificationSettings", "custom": "UseCustomNotificationSettings",
    },
    "notification_schedule": {"immediate": "Immediate", "daily": "Daily"},
    "script_period": {"days": "Days", "backup_sessions": "BackupSessions"},
    "transaction_logs": {"process": "Process", "copy_only": "CopyOnly"},
    "sql_logs": {"truncate": "Truncate", "backup": "Backup", "never_truncate": "NeverTruncate"},
    "retain_logs": {
        "until_backup_deleted": "UntilBackupDeleted", "keep_only_days": "KeepOnlyDays",
    },
    "archive_logs": {
        "preserve": "Preserve", "delete_expired_hours": "DeleteExpiredHours",
        "delete_expired_gbs": "DeleteExpiredGBs",
    },
    "script_failures": {
        "disable": "DisableExec", "ignore": "IgnoreExecFailures",
        "require_success": "RequireSuccess",
    },
    "vss": {
        "require_success": "RequireSuccess", "ignore_failures": "IgnoreFailures",
        "disabled": "Disabled",
    },
    "postgresql_user": {
        "credentials": "Credentials", "password_file": "PasswordFile", "peer": "Peer",
    },
    "indexing": {
        "disable": "Disable", "all": "IndexAll", "all_except": "IndexAllExcept",
        "only": "IndexOnly",
    },
    "retention": {"restore_points": "RestorePoints", "days": "Days"},
    "destination": {
        "backup_repository": "BackupRepository",
        "cloud_connect_repository": "CloudConnectRepository",
        "shared_folder": "SharedFolder",
        "local_storage": "LocalStorage",
    },
    "share": {"smb": "SMB", "nfs": "NFS"},
    "cache": {"automatic": "Automatic", "manual": "Manual"},
    "cache_unit": {"gb": "GB", "tb": "TB"},
    "agent_type": {
        "workstation": "Workstation", "server": "Server", "failover_cluster": "FailoverCluster",
    },
    "policy_type": {
        "windows/workstation": "WindowsAgentBackupWorkstationPolicy",
        "windows/server": "WindowsAgentBackupServerPolicy",
        "linux/workstation": "LinuxAgentBackupWorkstationPolicy",
        "linux/server": "LinuxAgentBackupServerPolicy",
    },
    "agent_job_type": {
        "windows": "WindowsAgentBackup", "linux": "LinuxAgentBackup",
        "cluster": "WindowsAgentBackupFailoverCluster",
    },
    "copy_mode": {"immediate": "Immediate", "periodic": "Periodic"},
    "copy_schedule": {"continuous": "Continuous", "backup_window": "BackupWindow"},
    "transfer": {"direct": "Direct", "wan_accelerator": "WANAccelerator"},
    "group_type": {
        "individual_computers": "IndividualComputers", "ad_objects": "ADObjects",
        "csv_file": "CSVFile", "pre_installed_agents": "PreInstalledAgents",
        "cloud_machines": "CloudMachines",
    },
    "plugin": {
        "mssql": "MSSQL", "oracle_rman": "OracleRMAN", "sap_hana": "SAPHANA",
        "sap_on_oracle": "SAPOnOracle",
    },
    "speed_unit": {
        "kbyte_per_sec": "KbytePerSec", "mbit_per_sec": "MbitPerSpec",
        "mbyte_per_sec": "MbytePerSec",
    },
    "throttling_target": {
        "all_hosts": "AllHosts", "servers": "Servers", "workstations": "Workstations",
    },
    "cloud_account": {"aws": "AWS", "azure": "Azure"},
    "cloud_machine": {"machine": "Machine", "region": "Region", "tag": "Tag"},
    "server_type": {"windows": "WindowsHost", "linux": "LinuxHost"},
    "credentials_storage": {
        "permanent": "Permanent", "single_use": "SingleUse", "certificate": "Certificate",
    },
    "status": {"available": "Available", "unavailable": "Unavailable"},
    "updates": {"available": "Available", "not_available": "NotAvailable"},
    "component": {
        "catalyst_sdk": "CatalystSdk", "dd_boost_sdk": "DDBoostSdk",
        "cifs_gateway": "CifsGateway", "nfs_gateway": "NfsGateway",
        "guest_interaction_proxy": "GuestInteractionProxy", "mount_target": "MountTarget",
        "snap_diff_v3": "SnapDiffV3",
    },
    "data_server_type": {
        "s3_compatible": "S3Compatible", "amazon_s3": "AmazonS3", "azure_blob": "AzureBlob",
    },
    "io_control": {
        "lowest": "Lowest", "low": "Low", "medium": "Medium", "high": "High",
        "highest": "Highest",
    },
    "data_retention": {"days": "Days", "months": "Months"},
    "archive_retention": {"months": "Months", "years": "Years"},
    "archive_scope": {
        "all": "All", "exclusion_mask": "ExclusionMask", "inclusion_mask": "InclusionMask",
    },
    "version_retention": {
        "none": "None", "archive": "Archive", "backup_and_archive": "BackupAndArchive",
    },
    "data_object": {"bucket": "Container", "prefix": "Prefix", "all": "ObjectStorageRoot"},
    "mask": {"legacy": "Legacy", "full_path": "FullPath", "relative_path": "RelativePath"},
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

