"""veeam_repository_access_permissions: who may use a repository without a job on the server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vbrprov.sdk import (
    ErrorClass,
    Handwork,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    StepContext,
    Steps,
    attribute,
    block,
)
from vbrprov.sdk.values import Value, bare, elements, is_known
from vbrprov_veeam import encryption, words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.encryption import EncryptionBlock
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import REPOSITORIES, Json, Server

if TYPE_CHECKING:
    from vbrprov_veeam.powershell.access_permissions import ScriptedPermissions

FEATURE = Feature.ACCESS_PERMISSIONS


class AccountBlock(Model):
    """``account``: one user or group that may use the repository."""

    name: str = attribute(doc="Name of the user or group.", required=True)
    type: str = attribute(
        doc="internal_user, internal_group, external_user or external_group.",
        default="external_user", choices=words.choices("account_type"))


class RepositoryAccessPermissionsModel(ObjectModel):
    """Arguments and attributes of ``veeam_repository_access_permissions``."""

    repository_id: str = attribute(doc="Id of the repository.", required=True,
                                   replace_on_change=True)
    policy: str = attribute(
        doc="deny_all, allow_all or allow_explicit.", required=True,
        choices=words.choices("access_policy"))
    account: list[AccountBlock] = block(doc="Who may use it; with allow_explicit.")
    encryption: EncryptionBlock | None = block(
        doc="With what the backups of these accounts are encrypted; not at all when left out.")


class RepositoryAccessPermissions(VbrObject[RepositoryAccessPermissionsModel]):
    """The permissions of one repository. They are for standalone agents and plug-ins only."""

    type_name = "veeam_repository_access_permissions"
    model = RepositoryAccessPermissionsModel
    recovery = Recovery.DETERMINISTIC_ID
    doc = ("Who may use a repository without a job on the server: standalone agents and plug-ins. "
           "Jobs and policies of the server need no such permission. Servers before 13.1 need "
           "PowerShell.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/access_permissions.html"
    path = REPOSITORIES
    noun = "access permissions"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that accounts go with the policy."""
        encryption.plan(plan, "encryption")
        accounts = plan.config.get("account")
        known = accounts is not None and is_known(bare(accounts))
        count = len(list(elements(bare(accounts)) or [])) if known else 0
        policy = bare(plan.planned.get("policy"))
        if policy == "allow_explicit" and known and count == 0:
            plan.error("Argument is missing",
                       "policy allow_explicit needs at least one block account.", "policy")
        elif policy in ("allow_all", "deny_all") and count:
            plan.error("Argument does not apply",
                       "Blocks account go with policy allow_explicit only.", "account")

    def steps(
        self, client: Server, prior: RepositoryAccessPermissionsModel | None,
        planned: RepositoryAccessPermissionsModel | None, ctx: StepContext,
    ) -> Steps:
        """REST calls; one script where the server has no such call."""
        steps = super().steps if client.has(FEATURE) else _scripted().steps
        return steps(client, prior, planned, ctx)

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """Perhaps in a script: the server decides."""
        return True

    def handwork(
        self, client: Server | None, prior: Mapping[str, Value] | None,
        planned: Mapping[str, Value] | None, ctx: StepContext,
    ) -> Handwork | None:
        """The script, where the server needs one."""
        if client is None or client.has(FEATURE):
            return None
        return _scripted().handwork(client, prior, planned, ctx)

    def confirm(
        self, result: str, pending: Mapping[str, Any],
        planned: RepositoryAccessPermissionsModel | None,
    ) -> RepositoryAccessPermissionsModel | None:
        """Judge what the script printed."""
        confirmed: RepositoryAccessPermissionsModel | None = _scripted().confirm(
            result, pending, planned)
        return confirmed

    def fits(self, raw: Json) -> bool:
        """Every repository has permissions."""
        return True

    def names(self, raw: Json) -> set[str]:
        """The name of the repository."""
        return {str(raw.get("name"))}

    def describe(self, raw: Json) -> str:
        """The policy."""
        return str(raw.get("name") or raw.get("accessPolicy"))

    def identity(self, planned: RepositoryAccessPermissionsModel, ctx: StepContext) -> Identity:
        """The repository."""
        return Identity.of(repository_id=planned.repository_id)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether it is that repository."""
        return bool(raw["id"] == intent.identity["repository_id"])

    def spec(
        self, server: Server, planned: RepositoryAccessPermissionsModel, ctx: StepContext,
    ) -> Json:
        """The permissions as they are, changed."""
        raw = self._permissions(server, planned.repository_id)
        if raw is None:
            raise ProviderError(
                ErrorClass.INVALID, "Repository not found",
                f"{server.label} has no repository with the id {planned.repository_id}.",
                attribute="repository_id")
        self.change(server, raw, planned)
        return raw

    def create(self, server: Server, body: Json, planned: RepositoryAccessPermissionsModel) -> Json:
        """Set them: every repository has some."""
        server.put(f"{REPOSITORIES}/{planned.repository_id}/accessPermissions", body)
        return {"id": planned.repository_id}

    def change(
        self, server: Server, raw: Json, planned: RepositoryAccessPermissionsModel,
    ) -> None:
        """Set policy, accounts and encryption."""
        raw["accessPolicy"] = words.to_wire("access_policy", planned.policy)
        wanted = [{"name": a.name, "type": words.to_wire("account_type", a.type or "")}
                  for a in planned.account]
        raw["accounts"] = wanted
        raw["encryptionSettings"] = encryption.write(
            raw.get("encryptionSettings") or {}, planned.encryption)

    def model_of(
        self, server: Server, raw: Json, state: RepositoryAccessPermissionsModel | None,
    ) -> RepositoryAccessPermissionsModel:
        """The permissions."""
        repository_id = state.repository_id if state is not None else raw["id"]
        return RepositoryAccessPermissionsModel(
            id=repository_id, repository_id=repository_id,
            policy=words.from_wire("access_policy", raw.get("accessPolicy")) or "",
            account=[AccountBlock(
                name=a["name"], type=words.from_wire("account_type", a.get("type")) or "")
                for a in raw.get("accounts") or []],
            encryption=encryption.read(raw.get("encryptionSettings")))

    def delete(self, server: Server, prior: RepositoryAccessPermissionsModel) -> None:
        """Deny all, as in a new repository; nothing to do where that is gone."""
        raw = self._permissions(server, prior.repository_id)
        if raw is not None:
            self.change(server, raw, prior.copy(policy="deny_all", account=[], encryption=None))
            server.put(f"{REPOSITORIES}/{prior.repository_id}/accessPermissions", raw)

    def read(
        self, client: Server, state: RepositoryAccessPermissionsModel, ctx: StepContext,
    ) -> RepositoryAccessPermissionsModel | None:
        """The permissions; none when the repository is gone."""
        if not client.has(FEATURE):
            scripted: RepositoryAccessPermissionsModel | None = _scripted().read(
                client, state, ctx)
            return scripted
        raw = self._permissions(client, state.repository_id)
        return None if raw is None else self._known(client, raw, state)

    def import_state(
        self, client: Server, import_id: str, ctx: StepContext,
    ) -> RepositoryAccessPermissionsModel | None:
        """Those of the repository with that id or name."""
        if not client.has(FEATURE):
            scripted: RepositoryAccessPermissionsModel | None = _scripted().import_state(
                client, import_id, ctx)
            return scripted
        found = self.found(client, import_id)
        if found is None:
            return None
        raw = self._permissions(client, found["id"])
        return None if raw is None else self._known(client, {**raw, "id": found["id"]}, None)

    def probe(
        self, client: Server, intent: OpenIntent, ctx: StepContext,
    ) -> Probe[RepositoryAccessPermissionsModel]:
        """There is nothing to find: to set them again does no harm."""
        return Probe(ProbeVerdict.ABSENT)

    def address(self, state: RepositoryAccessPermissionsModel) -> str:
        """Path of the permissions."""
        return f"{REPOSITORIES}/{state.repository_id}/accessPermissions"

    def _permissions(self, server: Server, repository_id: str) -> Json | None:
        return server.find(f"{REPOSITORIES}/{repository_id}/accessPermissions")


@cache
def _scripted() -> ScriptedPermissions:
    """The form for servers whose REST API has no such call."""
    from vbrprov_veeam.powershell.access_permissions import before_rest

    return before_rest(RepositoryAccessPermissionsModel)
