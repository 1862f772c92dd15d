"""veeam_protection_group: computers that agents protect, named one by one."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Model, PlanDraft, attribute, block, computed_attribute
from vbrprov.sdk.values import bare, elements, is_known
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, NamedModel
from vbrprov_veeam.links import Link, read_fields
from vbrprov_veeam.server import PROTECTION_GROUPS, Json, Server


class ComputerBlock(Model):
    """``computer``: one computer."""

    host_name: str = attribute(doc="DNS name or IP address.", required=True)
    connection_type: str = attribute(
        doc="permanent_credentials: log in with stored credentials. certificate: the agent was "
            "paired by hand.", default="permanent_credentials",
        choices=words.choices("computer_connection"))
    credentials_id: str | None = attribute(
        doc="Id of the credentials; with permanent_credentials.")


class OptionsBlock(Model):
    """``options``: what the server does with the computers; its own choice where left out."""

    distribution_server_id: str | None = attribute(
        doc="Id of the managed server that sends agent packages.", computed=True)
    distribution_repository_id: str | None = attribute(
        doc="Id of an object storage repository that computers fetch agent packages from.",
        computed=True)
    install_backup_agent: bool | None = attribute(doc="Install the agent.", computed=True)
    install_cbt_driver: bool | None = attribute(
        doc="Install the changed block tracking driver (Windows servers).", computed=True)
    install_application_plugins: bool | None = attribute(
        doc="Install application plug-ins.", computed=True)
    update_automatically: bool | None = attribute(doc="Keep the agent up to date.", computed=True)
    reboot_if_required: bool | None = attribute(
        doc="Reboot computers when an installation needs it.", computed=True)


class ProtectionGroupModel(NamedModel):
    """Arguments and attributes of ``veeam_protection_group``."""

    type: str | None = computed_attribute(doc="Kind of group: individual_computers.")
    is_disabled: bool | None = computed_attribute(doc="Whether rescans of the group are off.")
    computer: set[ComputerBlock] = block(doc="A computer of the group.", min_items=1)
    options: OptionsBlock | None = block(
        doc="What the server does with the computers.", computed=True)


_OPTIONS = (
    Link("options.distribution_server_id", "options.distributionServerId", keep=True),
    Link("options.distribution_repository_id", "options.distributionRepositoryId", keep=True),
    Link("options.install_backup_agent", "options.installBackupAgent", keep=True),
    Link("options.install_cbt_driver", "options.installCBTDriver", keep=True),
    Link("options.install_application_plugins", "options.installApplicationPlugins", keep=True),
    Link("options.update_automatically", "options.updateAutomatically", keep=True),
    Link("options.reboot_if_required", "options.rebootIfRequired", keep=True),
)


class ProtectionGroup(MarkedObject[ProtectionGroupModel]):
    """A protection group of individual computers."""

    type_name = "veeam_protection_group"
    model = ProtectionGroupModel
    doc = "A protection group: computers that agents protect, named one by one."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/protection_group_add.html"
    path = PROTECTION_GROUPS
    noun = "protection group"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Name the kind of group; check that each computer has what its connection needs."""
        plan.planned["type"] = "individual_computers"
        computers = bare(plan.config.get("computer", ()))
        if not is_known(computers) or plans.is_unset(computers):
            return
        for _, computer in elements(computers) or []:
            fields = bare(computer)
            if not isinstance(fields, dict):
                continue
            mode = bare(fields.get("connection_type", "permanent_credentials"))
            if mode != "certificate" and plans.is_unset(fields.get("credentials_id")):
                plan.error(
                    "Argument is missing",
                    f"Computer {bare(fields['host_name'])} connects with permanent credentials: "
                    "set credentials_id.", "computer")

    def fits(self, raw: Json) -> bool:
        """Groups of individual computers only."""
        return raw.get("type") == "IndividualComputers"

    def blank(self, planned: ProtectionGroupModel) -> Json:
        """The type."""
        return {"type": "IndividualComputers"}

    def create(self, server: Server, body: Json, planned: ProtectionGroupModel) -> Json:
        """Create in a session."""
        return server.create_in_session(self.path, body, name=planned.name)

    def change(self, server: Server, raw: Json, planned: ProtectionGroupModel) -> None:
        """Set computers and options; of computers that stay, what is not known here stays too."""
        super().change(server, raw, planned)
        known = {c.get("hostName"): c for c in raw.get("computers") or []}
        wanted = {c.host_name: _computer(c, known.get(c.host_name)) for c in planned.computer}
        # The server's order stays, so that nothing is sent when only the order differs.
        order = [*(name for name in known if name in wanted),
                 *sorted(name for name in wanted if name not in known)]
        raw["computers"] = [wanted[name] for name in order]
        for link in _OPTIONS:
            link.write(raw, planned)

    def model_of(
        self, server: Server, raw: Json, state: ProtectionGroupModel | None,
    ) -> ProtectionGroupModel:
        """The group, without its mark."""
        computers = [
            ComputerBlock(
                host_name=c.get("hostName"),
                connection_type=words.from_wire(
                    "computer_connection", c.get("connectionType")) or "",
                credentials_id=c.get("credentialsId")
                if c.get("connectionType") == "PermanentCredentials" else None)
            for c in raw.get("computers") or []
        ]
        return ProtectionGroupModel(
            id=raw["id"],
            name=raw["name"],
            description=marks.without_token(raw.get("description")),
            type="individual_computers",
            is_disabled=bool(raw.get("isDisabled")),
            computer=_ordered(computers),
            **read_fields(ProtectionGroupModel, _OPTIONS, raw),
        )


def _ordered(computers: list[ComputerBlock]) -> Any:
    # A set in the schema; models are no members of Python's sets, so they come as a list.
    return sorted(computers, key=lambda c: c.host_name)


def _computer(block: ComputerBlock, known: Json | None) -> Json:
    wanted = {**(known or {}), "hostName": block.host_name, "connectionType": words.to_wire(
        "computer_connection", block.connection_type or "permanent_credentials")}
    if block.connection_type == "certificate" or block.credentials_id is None:
        wanted.pop("credentialsId", None)
    else:
        wanted["credentialsId"] = block.credentials_id
    return wanted
