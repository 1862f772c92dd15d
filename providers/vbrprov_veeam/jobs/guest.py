"""What a job does inside computers: applications, indexing, credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam.inventory import GROUP, group_objects, member
from vbrprov_veeam.jobs.checks import own, own_word, positive, word
from vbrprov_veeam.links import look
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Items, Leaf, Part, Shape


class MachineModel(Model):
    """Which computers a setting is for."""

    protection_group_id: str = attribute(doc="Id of the protection group.", required=True)
    computer: str | None = attribute(
        doc="Name of a single computer of the group; the whole group when left out.")


class LoginModel(Model):
    """Who logs in to an application."""

    use_guest_credentials: bool = attribute(doc="Use the credentials of the computer.",
                                            default=True)
    credentials_id: str | None = own("Id of other credentials.")


class LogsModel(LoginModel):
    """How long backups of logs are kept."""

    backup_every: int | None = own("How often logs are backed up.", unit="minutes",
                                   validators=(positive,))
    retain: str | None = own_word("How long backups of logs are kept.", "retain_logs")
    keep_days: int | None = own("For how long, with keep_only_days.", unit="days",
                                validators=(positive,))


class SqlBlock(LogsModel):
    """``sql``: Microsoft SQL Server."""

    logs: str = word("What becomes of transaction logs.", "sql_logs", default="truncate")


class OracleBlock(LogsModel):
    """``oracle``: Oracle Database."""

    archive_logs: str = word("What becomes of archived logs.", "archive_logs", default="preserve")
    delete_hours: int | None = own("With delete_expired_hours: their age.", unit="hours")
    delete_gbs: int | None = own("With delete_expired_gbs: their size.", unit="GB")
    backup_logs: bool = attribute(doc="Back up logs.", default=False)


class SharePointBlock(LoginModel):
    """``sharepoint``: Microsoft SharePoint."""


class MySqlBlock(Model):
    """``mysql``: MySQL."""

    credentials_id: str | None = own("Id of the credentials.")
    use_password_file: bool = attribute(doc="Log in with a password file.", default=False)
    password_file_path: str | None = own("Path of the password file.")


class PostgreSqlBlock(LogsModel):
    """``postgresql``: PostgreSQL."""

    user_connection: str | None = own_word("How the user logs in.", "postgresql_user")
    backup_logs: bool = attribute(doc="Back up logs.", default=False)
    temporary_path: str | None = own("Folder for logs on their way.")


class GuestScriptsBlock(Model):
    """``scripts``: scripts that run on the computer."""

    mode: str | None = own_word("What a script that fails means (windows).", "script_failures")
    enabled: bool = attribute(doc="Run the scripts (linux).", default=False)
    pre_job: str | None = attribute(doc="Path of the script before the job (linux).")
    post_job: str | None = attribute(doc="Path of the script after the job (linux).")
    pre_freeze: str | None = attribute(doc="Path of the script before the snapshot.")
    post_thaw: str | None = attribute(doc="Path of the script after the snapshot.")


class ApplicationBlock(MachineModel):
    """``application``: settings of some computers."""

    enabled: bool = attribute(doc="Whether applications are processed (windows).", default=True)
    transaction_logs: str | None = own_word("Whether transaction logs are processed (windows).",
                                            "transaction_logs")
    vss: str | None = own_word("What a failure of an application means (linux).", "vss")
    sql: SqlBlock | None = block(doc="Microsoft SQL Server (windows).", computed=True)
    oracle: OracleBlock | None = block(doc="Oracle Database.", computed=True)
    sharepoint: SharePointBlock | None = block(doc="Microsoft SharePoint (windows).",
                                               computed=True)
    mysql: MySqlBlock | None = block(doc="MySQL (linux).", computed=True)
    postgresql: PostgreSqlBlock | None = block(doc="PostgreSQL (linux).", computed=True)
    scripts: GuestScriptsBlock | None = block(doc="Scripts on the computer.", computed=True)


class ApplicationProcessingBlock(Model):
    """``application_processing``: backups that applications know of."""

    application: list[ApplicationBlock] = block(doc="Settings of some computers.")


class IndexBlock(MachineModel):
    """``index``: what of some computers is indexed."""

    mode: str = word("Which files.", "indexing", default="all")
    paths: list[str] = attribute(doc="Folders to leave out, or the only ones.", default=[])


class IndexingBlock(Model):
    """``indexing``: an index of the files in a backup."""

    index: list[IndexBlock] = block(doc="What of some computers is indexed.")


class MachineCredentialsBlock(MachineModel):
    """``machine``: other credentials for some computers."""

    credentials_id: str | None = attribute(doc="Id of the credentials.")
    default: bool = attribute(doc="Use the credentials of the block around.", default=False)


class GuestCredentialsBlock(Model):
    """``guest_credentials``: who logs in to computers (linux)."""

    use_protection_group_credentials: bool = attribute(
        doc="Use the credentials of the protection group.", default=True)
    credentials_id: str | None = own("Id of other credentials.")
    machine: list[MachineCredentialsBlock] = block(doc="Other credentials for some computers.")


class GuestModel(Model):
    """Arguments about what happens inside computers."""

    application_processing: ApplicationProcessingBlock | None = block(
        doc="Backups that applications know of; off when left out.")
    indexing: IndexingBlock | None = block(
        doc="An index of the files in a backup; off when left out.")
    guest_credentials: GuestCredentialsBlock | None = block(
        doc="Who logs in to computers (linux).", computed=True)


@dataclass(frozen=True, slots=True)
class Machine(Entry):
    """The computers that a setting is for, as an inventory object."""

    argument: str = "protection_group_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the object; one that is the right one already is not looked up again."""
        now = raw.get("machineObject") or {}
        if now and (self.read(raw, MachineModel), _Computer().read(raw, MachineModel)) == (
                model.protection_group_id, model.computer):
            return
        raw["machineObject"] = (
            group_objects(server, [model.protection_group_id])[0] if model.computer is None
            else member(server, model.protection_group_id, model.computer))

    def read(self, raw: Json, model: type[Model]) -> str:
        """The id of the group."""
        return str(look(raw, "machineObject.protectionGroupId"))


@dataclass(frozen=True, slots=True)
class _Computer(Entry):
    argument: str = "computer"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to ``Machine``."""

    def read(self, raw: Json, model: type[Model]) -> str | None:
        """The name of a single computer."""
        if look(raw, "machineObject.type") == GROUP:
            return None
        name = look(raw, "machineObject.name")
        return None if name is None else str(name)


_MACHINE: tuple[Entry, ...] = (Machine(), _Computer())
_MACHINE_KEY = ("protection_group_id", "computer")
_LOGIN: tuple[Entry, ...] = (
    Leaf("use_guest_credentials", "useGuestCredentials", always=True),
    Leaf("credentials_id", "credentialsId"),
)
_LOGS: tuple[Entry, ...] = (
    *_LOGIN,
    Leaf("backup_every", "backupMinsCount"),
    Leaf("retain", "retainLogBackups", "retain_logs"),
    Leaf("keep_days", "keepDaysCount"),
)
_FREEZE: tuple[Entry, ...] = (
    Leaf("pre_freeze", "snapshotScripts.preFreezeScript"),
    Leaf("post_thaw", "snapshotScripts.postThawScript"),
)
_ORACLE = Part("oracle", "oracle", Shape(OracleBlock, (
    *_LOGS,
    Leaf("archive_logs", "archiveLogs", "archive_logs"),
    Leaf("delete_hours", "deleteHoursCount"),
    Leaf("delete_gbs", "deleteGBsCount"),
    Leaf("backup_logs", "backupLogs"),
)), switch="")
_WINDOWS_APPLICATION = Shape(ApplicationBlock, (
    *_MACHINE,
    Leaf("enabled", "isProcessingEnabled", always=True),
    Leaf("transaction_logs", "transactionLogs", "transaction_logs"),
    Part("sql", "sql", Shape(SqlBlock, (*_LOGS, Leaf("logs", "logsProcessing", "sql_logs"))),
         switch=""),
    _ORACLE,
    Part("sharepoint", "sharePoint", Shape(SharePointBlock, _LOGIN), switch=""),
    Part("scripts", "scripts", Shape(GuestScriptsBlock, (
        Leaf("mode", "scriptProcessingMode", "script_failures"), *_FREEZE)), switch=""),
))
_LINUX_APPLICATION = Shape(ApplicationBlock, (
    *_MACHINE,
    Leaf("vss", "vss", "vss"),
    _ORACLE,
    Part("mysql", "mySql", Shape(MySqlBlock, (
        Leaf("credentials_id", "credentialsId"),
        Leaf("use_password_file", "usePasswordFile"),
        Leaf("password_file_path", "passwordFilePath"))), switch=""),
    Part("postgresql", "postgreSql", Shape(PostgreSqlBlock, (
        *_LOGS,
        Leaf("user_connection", "userConnectionType", "postgresql_user"),
        Leaf("backup_logs", "backupLogs"),
        Leaf("temporary_path", "tempArchiveLogsPath"))), switch=""),
    Part("scripts", "scripts", Shape(GuestScriptsBlock, (
        Leaf("enabled", "isExecutionEnabled", always=True),
        Leaf("pre_job", "jobScripts.preJobScript"),
        Leaf("post_job", "jobScripts.postJobScript"), *_FREEZE)), switch=""),
))


def _guest(application: Shape, until: str = "") -> tuple[Entry, ...]:
    return (
        Part("application_processing", "guestProcessing.appAwareProcessing",
             Shape(ApplicationProcessingBlock, (
                 Items("application", "appSettings", application, _MACHINE_KEY),)), until=until),
        Part("indexing", "guestProcessing.guestFSIndexing", Shape(IndexingBlock, (
            Items("index", "indexingSettings", Shape(IndexBlock, (
                *_MACHINE,
                Leaf("mode", "indexing.guestFSIndexingMode", "indexing"),
                Leaf("paths", "indexing.indexingList"))), _MACHINE_KEY),)), until=until),
    )


WINDOWS = _guest(_WINDOWS_APPLICATION)
#: Revision 1.3-rev2 took these settings away from policies for Windows workstations.
WINDOWS_WORKSTATION = _guest(_WINDOWS_APPLICATION, until="1.3-rev1")
LINUX: tuple[Entry, ...] = (
    *_guest(_LINUX_APPLICATION),
    Part("guest_credentials", "guestProcessing.guestCredentials", Shape(GuestCredentialsBlock, (
        Leaf("use_protection_group_credentials", "useProtectionGroupCredentials", always=True),
        Leaf("credentials_id", "credentialsId"),
        Items("machine", "credentialsPerMachine", Shape(MachineCredentialsBlock, (
            *_MACHINE, Leaf("credentials_id", "credentialsId"), Leaf("default", "default"))),
              _MACHINE_KEY))), switch=""),
)
