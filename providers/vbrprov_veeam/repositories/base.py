"""Object storage repositories: one base for all types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    PlanDraft,
    ProviderError,
    Recovery,
    StepContext,
)
from vbrprov.sdk.values import Unknown, Value, bare, is_wholly_known
from vbrprov_veeam import marks, plans
from vbrprov_veeam.links import Link, read_fields
from vbrprov_veeam.objects import VbrObject
from vbrprov_veeam.repositories import parts
from vbrprov_veeam.repositories.model import (
    ConnectionBlock,
    ImmutabilityBlock,
    MountServerBlock,
    OnlineRepositoryModel,
    RepositoryModel,
)
from vbrprov_veeam.server import REPOSITORIES, SCALE_OUT_REPOSITORIES, Json, Server

R = TypeVar("R", bound=RepositoryModel)
O = TypeVar("O", bound=OnlineRepositoryModel)  # noqa: E741  # the one letter for its bound

DECLARED_ONLY = "This version of vbrprov declares and checks this type but cannot apply it yet."


class Repository(VbrObject[R]):
    """What every repository type shares.

    A type names its wire types, where its bucket or container is, and the links of its own blocks.
    """

    recovery = Recovery.UNIQUE_ID
    path = REPOSITORIES
    noun = "repository"
    local = frozenset({"overwrite_owner", "delete_backups_on_destroy", "deletion_policy"})

    #: The type on the wire; further ones may come back for what was created under the first.
    wire_types: ClassVar[tuple[str, ...]]
    #: ``bucket`` or ``container``, in configuration and on the wire.
    place: ClassVar[str] = "bucket"
    #: The type's own arguments in its blocks.
    links: ClassVar[tuple[Link, ...]] = ()
    #: Arguments in blocks that no update can change.
    fixed: ClassVar[tuple[str, ...]] = ()

    def plan_modify(self, plan: PlanDraft) -> None:
        """Ask for replacement where the storage moves; warn before a folder is taken over."""
        plans.replace_on_change(plan, *self.fixed)
        if plan.prior is None and bare(plan.planned.get("overwrite_owner")) is True:
            plan.warn(
                "Takes a folder over",
                "With overwrite_owner, a folder that belongs to another backup server is taken "
                "from it: that server loses access to the backups in it.", "overwrite_owner")

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """Why the repository must not be destroyed, or ``None``."""
        policy = prior.get("deletion_policy")
        if policy is not None and bare(policy) in ("DELETE", "ABANDON"):
            return None
        return ("deletion_policy of the repository is PREVENT. To remove the repository from the "
                "server, set deletion_policy to DELETE and apply that first; to forget it and "
                "leave it on the server, set it to ABANDON.")

    def fits(self, raw: Json) -> bool:
        """Whether the repository is of this type."""
        return raw.get("type") in self.wire_types

    def names(self, raw: Json) -> set[str]:
        """The name."""
        return {str(raw["name"])}

    def identity(self, planned: R, ctx: StepContext) -> Identity:
        """Name and the unique id that the repository will have."""
        return Identity.of(name=planned.name, unique_id=marks.unique_id(ctx.token, ctx.address))

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the repository has our unique id."""
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def taken(self, server: Server, planned: R) -> Json | None:
        """A repository, simple or scale-out, with that name: they share their names."""
        for path in (REPOSITORIES, SCALE_OUT_REPOSITORIES):
            for found in server.named(path, planned.name):
                return found
        return None

    def create(self, server: Server, body: Json, planned: R) -> Json:
        """Create in a session, in which the server connects to the storage."""
        params = {"overwriteOwner": True} if planned.overwrite_owner else {}
        return server.create_in_session(self.path, body, name=planned.name, **params)

    def delete(self, server: Server, prior: R) -> None:
        """Remove the repository; its backups only where that was asked for."""
        server.delete(f"{self.path}/{prior.id}",
                      deleteBackups=bool(prior.delete_backups_on_destroy))

    def spec(self, server: Server, planned: R, ctx: StepContext) -> Json:
        """The body of the creation."""
        body: Json = {"type": self.wire_types[0], "account": {}, self.place: {},
                      "uniqueId": marks.unique_id(ctx.token, ctx.address)}
        self.change(server, body, planned)
        return body

    def change(self, server: Server, raw: Json, planned: R) -> None:
        """Set name, description and the type's own arguments."""
        if _is_hidden(raw):
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "API revision is not supported",
                f"{server.label} shows the repository {raw.get('name')!r} as type "
                f"{raw.get('type')}, whose settings revision {server.revision} of its API neither "
                "shows nor changes.", hint="Use revision 1.3-rev2 or later.")
        raw["name"] = planned.name
        raw["description"] = planned.description or ""
        for link in self.links:
            link.write(raw, planned)

    def model_of(self, server: Server, raw: Json, state: R | None) -> R:
        """The repository; what only vbrprov uses comes from the state."""
        if _is_hidden(raw) and state is not None:
            return state.copy(name=raw["name"], description=raw.get("description") or "")
        return self.model(**self.fields_of(raw, state))  # type: ignore[return-value]  # the type's own model

    def fields_of(self, raw: Json, state: R | None) -> dict[str, Any]:
        """The fields of the model."""
        fields: dict[str, Any] = {
            "id": raw["id"], "name": raw["name"], "description": raw.get("description") or "",
            "unique_id": raw.get("uniqueId"),
        }
        if state is not None:
            fields |= {name: getattr(state, name) for name in self.local}
        return fields | read_fields(self.model, self.links, raw)


def _is_hidden(raw: Json) -> bool:
    # Before 1.3-rev2 the type that S3 integrated storages read back as has no settings to show.
    return "id" in raw and "account" not in raw and "vault" not in raw


class OnlineRepository(Repository[O]):
    """A repository that jobs can write to."""

    #: Whether an omitted ``immutability`` block means that it is on.
    immutable_by_default: ClassVar[bool] = False

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what an omitted block means, so that plan and rules see it."""
        super().plan_modify(plan)
        if plans.is_unset(plan.config.get("connection")):
            plan.planned["connection"] = ConnectionBlock().to_values()
        if plans.is_unset(plan.config.get("immutability")):
            plan.planned["immutability"] = ImmutabilityBlock(
                enabled=self.immutable_by_default).to_values()
        self._plan_mount_server(plan)
        self._warn_of_changes(plan)

    def _plan_mount_server(self, plan: PlanDraft) -> None:
        config = plan.config.get("mount_server")
        if plans.is_open(config):
            return
        prior = plans.part(plan.prior, "mount_server")
        if plans.is_unset(config):
            plan.planned["mount_server"] = (
                prior if prior is not None and not plans.is_unset(prior)
                else Unknown(MountServerBlock.schema().type))
            return
        block = bare(plan.planned["mount_server"])
        if not isinstance(block, dict):
            return
        same = plans.part(plan.prior, "mount_server.id") == bare(block.get("id"))
        filled = dict(block)
        for name, spec in MountServerBlock.schema().attributes.items():
            if spec.computed and plans.is_unset(plans.part(plan.config, f"mount_server.{name}")):
                known = plans.part(plan.prior, f"mount_server.{name}") if same else None
                filled[name] = Unknown(spec.type) if known is None else known
        plan.planned["mount_server"] = filled

    def _warn_of_changes(self, plan: PlanDraft) -> None:
        if plan.prior is None:
            return
        old, new = (plans.part(v, "immutability") for v in (plan.prior, plan.planned))
        if old is None or new is None or not (is_wholly_known(old) and is_wholly_known(new)):
            return
        before, after = (ImmutabilityBlock.from_values(v) for v in (bare(old), bare(new))
                         if isinstance(v, dict))
        if before.enabled and (not after.enabled or after.days < before.days):
            plan.warn(
                "Immutability is lowered",
                "Backups that are immutable already stay so; only new ones follow the lower "
                "setting, and the server may refuse the change.", "immutability")

    def change(self, server: Server, raw: Json, planned: O) -> None:
        """Set what all of these repositories have, too."""
        from vbrprov_veeam.api import Feature, supports

        super().change(server, raw, planned)
        with_mode = supports(server.revision, Feature.IMMUTABILITY_MODE)
        mode = planned.immutability.mode if planned.immutability else "repository_settings"
        if mode == "retention_settings" and not with_mode:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "API revision is not supported",
                f"{server.label} speaks revision {server.revision}, which knows no mode of "
                "immutability.", attribute="immutability.mode")
        raw["taskLimitEnabled"] = planned.task_limit is not None
        if planned.task_limit is not None:
            raw["maxTaskCount"] = planned.task_limit
        parts.write_connection(raw, planned.connection)
        parts.write_immutability(raw, self.place, planned.immutability, with_mode=with_mode)
        parts.write_limit(raw, self.place, planned.storage_limit)
        parts.write_mount_server(server, raw, planned.mount_server)

    def fields_of(self, raw: Json, state: O | None) -> dict[str, Any]:
        """The fields of the model, with the shared blocks."""
        return super().fields_of(raw, state) | {
            "task_limit": raw.get("maxTaskCount") if raw.get("taskLimitEnabled") else None,
            "connection": parts.read_connection(raw),
            "immutability": parts.read_immutability(
                raw, self.place, state.immutability if state else None),
            "storage_limit": parts.read_limit(raw, self.place),
            "mount_server": parts.read_mount_server(raw),
        }
