"""veeam_protection_group: computers that agents protect."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import Identity, PlanDraft, Step, StepContext, Steps, attribute, block
from vbrprov.sdk.values import NULL, STRING, ListV, bare, elements, is_known
from vbrprov_veeam import marks, plans, words
from vbrprov_veeam.agents import MarkedObject, NamedModel
from vbrprov_veeam.api import Feature
from vbrprov_veeam.fitting import refuse_misfits
from vbrprov_veeam.groups import blocks, content
from vbrprov_veeam.groups.options import OPTIONS, PRE_INSTALLED, OptionsBlock
from vbrprov_veeam.jobs.checks import word
from vbrprov_veeam.objects import TimedModel
from vbrprov_veeam.repositories.model import positive
from vbrprov_veeam.server import PROTECTION_GROUPS, Json, Server
from vbrprov_veeam.shapes import Shape

_SECRETS = ("single_use_secrets", "single_use_passphrases", "single_use_root_passwords")
_SINGLE = "SingleUseCredentials"
_SYSTEMS = ("aix", "solaris_10", "solaris_11")
#: What only the guardrails look at.
_DECLARED = ("expected_agents", "unix_systems", "storage_certificates_installed")


def _unix(value: Any) -> str | None:
    wrong = sorted(set(value or ()) - set(_SYSTEMS))
    return f"{wrong[0]} is not one of {', '.join(_SYSTEMS)}." if wrong else None


class ProtectionGroupModel(NamedModel, TimedModel, blocks.ContentModel):
    """Arguments and attributes of ``veeam_protection_group``."""

    type: str = word("How the computers are told.", "group_type", default="individual_computers",
                     replace_on_change=True)
    tag: str | None = attribute(
        doc="Tag. The server takes it at creation only and never shows it: another tag makes a new "
            "group, except after an import.")
    is_disabled: bool = attribute(doc="Whether rescans of the group are off.", default=False)
    perform_rescan: bool = attribute(
        doc="Look for the computers right after each creation and change.", default=False)
    trust_computers: bool = attribute(
        doc="Trust every computer that the group finds, after each creation and change: the server "
            "works with a Linux computer only once its key is trusted. Computers that are found "
            "later, and are not trusted yet, show as a difference.", default=False)
    uninstall_on_destroy: bool = attribute(
        doc="When the group is destroyed, uninstall from its computers what was installed there.",
        default=False)
    expected_agents: int | None = attribute(
        doc="How many computers there will be, where the configuration does not name them. The "
            "guardrails count with it.", validators=(positive,))
    unix_systems: set[str] = attribute(
        doc="With computers that run Unix, which systems: aix, solaris_10 or solaris_11. The "
            "guardrails look at it.", default=[], validators=(_unix,))
    storage_certificates_installed: bool | None = attribute(
        doc="Whether the certificate authorities of the S3 compatible storage are installed on the "
            "computers; Solaris 10 needs it (https://www.veeam.com/kb4735).")
    single_use_secrets: dict[str, str] | None = attribute(
        doc="By host name, the password of single_use, or the private key with authentication_type "
            "ssh_key. Sent and forgotten.", sensitive=True, write_only=True)
    single_use_secrets_version: int | None = attribute(doc="Raise it to send the secrets again.")
    single_use_passphrases: dict[str, str] | None = attribute(
        doc="By host name, the passphrase of the private key. Sent and forgotten.",
        sensitive=True, write_only=True)
    single_use_passphrases_version: int | None = attribute(
        doc="Raise it, with single_use_secrets_version, to send the passphrases again.")
    single_use_root_passwords: dict[str, str] | None = attribute(
        doc="By host name, the password of root, for su. Sent and forgotten.",
        sensitive=True, write_only=True)
    single_use_root_passwords_version: int | None = attribute(
        doc="Raise it, with single_use_secrets_version, to send the passwords again.")
    options: OptionsBlock | None = block(
        doc="What the server does with the computers.", computed=True)


def _shape(*entries: Any) -> Shape:
    return Shape(ProtectionGroupModel, entries)


_SHAPES: Mapping[str, Shape] = {
    "individual_computers": _shape(content.COMPUTERS, OPTIONS),
    "ad_objects": _shape(*content.DIRECTORY, OPTIONS),
    "csv_file": _shape(*content.CSV, OPTIONS),
    "pre_installed_agents": _shape(PRE_INSTALLED),
    "cloud_machines": _shape(*content.CLOUD, OPTIONS),
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "individual_computers": ("computer",),
    "ad_objects": ("active_directory", "credentials"),
    "csv_file": ("csv_file", "credentials"),
    "pre_installed_agents": (),
    "cloud_machines": ("cloud_account", "cloud_machine"),
}
_OUTSIDE = {"id", "name", "description", "type", "tag", "is_disabled", "perform_rescan",
            "trust_computers", "uninstall_on_destroy", "timeouts", *_DECLARED, *_SECRETS,
            *(f"{name}_version" for name in _SECRETS)}


class ProtectionGroup(MarkedObject[ProtectionGroupModel]):
    """A protection group of any kind that the REST API can make."""

    type_name = "veeam_protection_group"
    model = ProtectionGroupModel
    doc = "A protection group: computers that agents protect."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/protection_group_add.html"
    path = PROTECTION_GROUPS
    noun = "protection group"
    local = frozenset({
        "tag", "perform_rescan", "trust_computers", "uninstall_on_destroy", "timeouts",
        *_DECLARED})
    secrets = (_SECRETS,)
    switch = "is_disabled"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that the group has what its type needs, and nothing of another type."""
        plans.gate(plan, Feature.PROTECTION_GROUPS)
        if bare(plan.planned.get("trust_computers", NULL)) is True:
            plans.gate(plan, Feature.COMPUTER_TRUST, "trust_computers")
        kind = bare(plan.planned.get("type", NULL))
        shape = _SHAPES.get(kind) if isinstance(kind, str) else None
        if shape is None:
            return
        if kind != "csv_file":
            plan.planned["computer_names"] = ListV((), STRING)
        refuse_misfits(plan, shape, _OUTSIDE, f"a protection group of type {kind}")
        for name in _NEEDED[str(kind)]:
            if not plans.is_given(plan.config, name):
                plan.error("Argument is missing",
                           f"Set the block {name}: a protection group of type {kind} needs it.",
                           name)
        # After an import nobody knows the tag: the first one that is said counts as the one it has.
        if plans.differs(plan, "tag") and not plans.is_unset((plan.prior or {}).get("tag")):
            plan.require_replace("tag")
        self._check_computers(plan)

    def _check_computers(self, plan: PlanDraft) -> None:
        computers = bare(plan.config.get("computer", NULL))
        for _, computer in (elements(computers) or []) if is_known(computers) else []:
            fields = bare(computer)
            if not isinstance(fields, dict):
                continue
            mode = bare(fields.get("connection_type", NULL))
            name = bare(fields["host_name"])
            if mode == "permanent_credentials" and plans.is_unset(fields.get("credentials_id")):
                plan.error(
                    "Argument is missing",
                    f"Computer {name} connects with permanent credentials: set credentials_id.",
                    "computer")
            if mode == "single_use_credentials" and plans.is_unset(fields.get("single_use")):
                plan.error(
                    "Argument is missing",
                    f"Computer {name} connects with credentials that are used once: set the block "
                    "single_use, and its password in single_use_secrets.", "computer")

    def fits(self, raw: Json) -> bool:
        """Groups that the REST API can make; the built-in ones are the server's own."""
        return raw.get("type") in words.table("group_type").values()

    def blank(self, planned: ProtectionGroupModel) -> Json:
        """Type and tag."""
        body: Json = {"type": words.to_wire("group_type", planned.type)}
        return body if planned.tag is None else body | {"tag": planned.tag}

    def create(self, server: Server, body: Json, planned: ProtectionGroupModel) -> Json:
        """Create in a session."""
        params = {"performRescan": True} if planned.perform_rescan else {}
        return server.create_in_session(self.path, body, name=planned.name, **params)

    def replace(self, server: Server, state: ProtectionGroupModel, body: Json) -> None:
        """Replace in a session."""
        params = {"performRescan": True} if state.perform_rescan else {}
        server.put(self.address(state), body, **params)

    def steps(self, client: Server, prior: ProtectionGroupModel | None,
              planned: ProtectionGroupModel | None, ctx: StepContext) -> Steps:
        """As any object; then trust in what the group found."""
        steps, state = super().steps(client, prior, planned, ctx), None
        with contextlib.suppress(StopIteration):
            step = next(steps)
            while True:
                made = yield step
                state = made or state
                step = steps.send(made)
        if planned is not None and planned.trust_computers and state is not None:
            done = state
            yield Step("trust", Identity.of(id=done.id), doc="Trust the computers of the group.",
                       run=lambda: self._trust(client, done))

    def _trust(self, server: Server, group: ProtectionGroupModel) -> ProtectionGroupModel:
        server.require(Feature.COMPUTER_TRUST, attribute="trust_computers")
        ids = _untrusted(server, group)
        if ids:
            # What is trusted already can be trusted again, so the call may be repeated.
            server.post(f"{self.address(group)}/discoveredEntities/trust", {"entityIds": ids},
                        reads=True)
        return group.copy(trust_computers=True)

    def read(self, client: Server, state: ProtectionGroupModel,
             ctx: StepContext) -> ProtectionGroupModel | None:
        """The group; computers that are not trusted yet count where they should be."""
        found = super().read(client, state, ctx)
        if found is None or not state.trust_computers or not _untrusted(client, found):
            return found
        return found.copy(trust_computers=False)

    def delete(self, server: Server, prior: ProtectionGroupModel) -> None:
        """Remove the group; what was installed stays unless it was asked for."""
        params = {"uninstallEverything": True} if prior.uninstall_on_destroy else {}
        server.delete(f"{self.path}/{prior.id}", **params)

    def change(self, server: Server, raw: Json, planned: ProtectionGroupModel) -> None:
        """Set what the type has; secrets go along where they are known."""
        server.require(Feature.PROTECTION_GROUPS)
        super().change(server, raw, planned)
        _SHAPES[planned.type].write(raw, planned, server)
        wanted = {c.host_name: c for c in planned.computer or []}
        for computer in raw.get("computers") or []:
            block = wanted[computer["hostName"]].single_use
            secret = (planned.single_use_secrets or {}).get(computer["hostName"])
            if computer["connectionType"] != _SINGLE:
                computer.pop("singleUseCredentials", None)
            elif block is not None and secret is not None:
                computer["singleUseCredentials"] = _with_secrets(planned, computer["hostName"])

    def rotate(self, server: Server, state: ProtectionGroupModel, values: Mapping[str, Any],
               ctx: StepContext) -> None:
        """Send credentials that are used once again."""
        raw = server.get(f"{self.path}/{state.id}")
        for computer in raw.get("computers") or []:
            name = computer.get("hostName")
            if computer.get("connectionType") == _SINGLE and name in values["single_use_secrets"]:
                computer["singleUseCredentials"] = _with_secrets(state.copy(**values), name)
        server.put(f"{self.path}/{state.id}", raw)

    def model_of(
        self, server: Server, raw: Json, state: ProtectionGroupModel | None,
    ) -> ProtectionGroupModel:
        """The group, without its mark; what the server never shows comes from the state."""
        kind = words.from_wire("group_type", raw.get("type")) or ""
        fields = _SHAPES[kind].read(raw)
        known = {c.host_name: c.single_use for c in state.computer or []} if state else {}
        for computer in fields.get("computer") or []:
            if computer.connection_type != "permanent_credentials":
                computer.credentials_id = None
            if computer.connection_type == "single_use_credentials":
                computer.single_use = known.get(computer.host_name)
        if state is not None:
            kept = {*self.local, *(f"{name}_version" for name in _SECRETS)}
            fields |= {name: getattr(state, name) for name in kept}
        fields.setdefault("computer_names", [])
        return ProtectionGroupModel(
            id=raw["id"], name=raw["name"], type=kind,
            description=marks.without_token(raw.get("description")),
            is_disabled=bool(raw.get("isDisabled")), **fields)


def _untrusted(server: Server, group: ProtectionGroupModel) -> list[str]:
    """The ids of the computers that the group found and that nobody has trusted."""
    found = server.objects(f"{PROTECTION_GROUPS}/{group.id}/discoveredEntities")
    return sorted(e["id"] for e in found
                  if e.get("type") == "Computer" and e.get("isTrusted") is False)


def _with_secrets(planned: ProtectionGroupModel, host: str) -> Json:
    account = next(c.single_use for c in planned.computer if c.host_name == host)
    assert account is not None  # the plan asks for it
    return content.single_use_spec(
        account, *((getattr(planned, name) or {}).get(host) for name in _SECRETS))
