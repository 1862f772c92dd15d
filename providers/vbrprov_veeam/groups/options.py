"""What the server does with the computers of a protection group."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam.jobs.checks import clock_time, own, own_word, positive, word_set
from vbrprov_veeam.jobs.schedule import (
    DAILY,
    PERIODICALLY,
    WINDOW,
    DailyBlock,
    PeriodicallyBlock,
    WindowBlock,
)
from vbrprov_veeam.jobs.storage import EMAIL, EmailBlock
from vbrprov_veeam.shapes import Leaf, Part, Shape, Toggle


class RescanBlock(Model):
    """``rescan_schedule``: when the server looks for the computers."""

    daily: DailyBlock | None = block(doc="Once a day.")
    periodically: PeriodicallyBlock | None = block(doc="Again and again.")
    continuously: WindowBlock | None = block(doc="Without a pause.")


class WindowsAgentBlock(Model):
    """``windows_agent``: how agents on Windows behave."""

    throttling: int | None = attribute(doc="Largest speed; no limit when left out.",
                                       validators=(positive,))
    throttling_unit: str | None = own_word("Unit of throttling.", "speed_unit")
    no_backup_over_metered_connection: bool | None = own("No backup over metered connections.")
    no_backup_over_vpn: bool | None = own("No backup over VPN connections.")
    wifi_networks: set[str] = attribute(
        doc="Back up over these wireless networks only; over all when left out.", default=[])
    agent_throttling: bool | None = own("Let agents give way to other work.")
    agent_throttling_target: str | None = own_word("On which computers.", "throttling_target")
    file_restore_without_admin: bool | None = own("Users without administrator rights may restore "
                                                  "files.")
    embedded_recovery_media: bool | None = own(
        "Create recovery media on the computers; from revision 1.3-rev2.")


class GroupNotificationsBlock(EmailBlock):
    """``notifications``: e-mail about agents that back up by themselves."""

    send_at: str | None = own("Time of the daily report, such as 08:00.",
                              validators=(clock_time,))


class OptionsBlock(Model):
    """``options``: what the server does with the computers; its own choice where left out."""

    distribution_server_id: str | None = own("Id of the managed server that sends agent packages.")
    distribution_repository_id: str | None = own(
        "Id of an object storage repository that computers fetch agent packages from.")
    install_backup_agent: bool | None = own("Install the agent.")
    install_cbt_driver: bool | None = own(
        "Install the changed block tracking driver (Windows servers).")
    install_no_snap_agent: bool | None = own(
        "Install the Linux agent without its snapshot module; from revision 1.3-rev2.")
    install_application_plugins: bool | None = own("Install application plug-ins.")
    application_plugins: set[str] = word_set(
        "The plug-ins: mssql, oracle_rman, sap_hana, sap_on_oracle.", "plugin")
    update_automatically: bool | None = own("Keep the agent up to date.")
    reboot_if_required: bool | None = own("Reboot computers when an installation needs it.")
    rescan_schedule: RescanBlock | None = block(
        doc="When the server looks for the computers.", computed=True)
    windows_agent: WindowsAgentBlock | None = block(
        doc="How agents on Windows behave.", computed=True)
    notifications: GroupNotificationsBlock | None = block(
        doc="E-mail about agents that back up by themselves; off when left out.")


_WINDOWS_AGENT = Shape(WindowsAgentBlock, (
    Toggle("throttling", "", "throttlingValue", switch="throttlingEnabled"),
    Leaf("throttling_unit", "throttlingUnit", "speed_unit"),
    Leaf("no_backup_over_metered_connection", "restrictBackupOverMeteredConnection", always=True),
    Leaf("no_backup_over_vpn", "restrictBackupOverVPNConnection", always=True),
    Leaf("wifi_networks", "wifiNetworks"),
    Leaf("agent_throttling", "agentThrottlingEnabled", always=True),
    Leaf("agent_throttling_target", "agentThrottlingTarget", "throttling_target"),
    Leaf("file_restore_without_admin", "FLRWithoutAdminAccountEnabled", always=True),
    Leaf("embedded_recovery_media", "createEmbeddedRecoveryMedia", always=True,
         since="1.3-rev2"),
))


def _advanced(prefix: str) -> tuple[Part, Part]:
    return (
        Part("windows_agent", f"{prefix}windowsAgentSettings", _WINDOWS_AGENT, switch=""),
        Part("notifications", f"{prefix}notifications", Shape(GroupNotificationsBlock, (
            *EMAIL, Leaf("send_at", "dailySendTime", clock=True)))),
    )


OPTIONS = Part("options", "options", Shape(OptionsBlock, (
    Leaf("distribution_server_id", "distributionServerId"),
    Leaf("distribution_repository_id", "distributionRepositoryId"),
    Leaf("install_backup_agent", "installBackupAgent", always=True),
    Leaf("install_cbt_driver", "installCBTDriver", always=True),
    Leaf("install_no_snap_agent", "installNoSnapAgent", always=True, since="1.3-rev2"),
    Leaf("install_application_plugins", "installApplicationPlugins", always=True),
    Leaf("application_plugins", "applicationPlugins", "plugin"),
    Leaf("update_automatically", "updateAutomatically", always=True),
    Leaf("reboot_if_required", "rebootIfRequired", always=True),
    Part("rescan_schedule", "rescanSchedule", Shape(RescanBlock, (
        Part("daily", "daily", DAILY),
        Part("periodically", "periodically", PERIODICALLY),
        Part("continuously", "continuously", WINDOW))), switch=""),
    *_advanced("advancedSettings."),
)), switch="")
#: Groups of agents that were installed by hand: nothing is installed on them.
PRE_INSTALLED = Part("options", "", Shape(OptionsBlock, _advanced("advancedSettings.")), switch="")
