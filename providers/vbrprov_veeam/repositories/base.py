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
from vbrprov.sdk.values import Value, bare, is_wholly_known
from vbrprov_veeam import marks, plans
from vbrprov_veeam.api import Feature
from vbrprov_veeam.links import Link, read_fields
from vbrprov_veeam.objects import VbrObject
from vbrprov_veeam.repositories import facets, guard
from vbrprov_veeam.repositories.model import (
    ConnectionBlock,
    ImmutabilityBlock,
    OnlineRepositoryModel,
    RepositoryModel,
)
from vbrprov_veeam.server import REPOSITORIES, SCALE_OUT_REPOSITORIES, Json, Server

R = TypeVar("R", bound=RepositoryModel)
O = TypeVar("O", bound=OnlineRepositoryModel)  # noqa: E741  # the one letter for its bound

_AT_CREATION = ("overwrite_owner", "import_backups", "import_index")


class Repository(VbrObject[R]):
    """What every repository type shares.

    A type names its wire types, where its bucket or container is, and the links of its own blocks.
    Of the shared arguments (connection, immutability, limits, mount servers) it has those that its
    model has.
    """

    recovery = Recovery.UNIQUE_ID
    path = REPOSITORIES
    noun = "repository"
    local = frozenset({
        *_AT_CREATION, "mode", "delete_backups_on_destroy", "deletion_policy", "timeouts"})

    #: The type on the wire; further ones may come back for what was created under the first.
    wire_types: ClassVar[tuple[str, ...]]
    #: ``bucket`` or ``container``, in configuration and on the wire.
    place: ClassVar[str] = "bucket"
    #: The type's own arguments in its blocks.
    links: ClassVar[tuple[Link, ...]] = ()
    #: Arguments in blocks that no update can change.
    fixed: ClassVar[tuple[str, ...]] = ()
    #: What a server must be able to do.
    feature: ClassVar[Feature | None] = None

    def plan_modify(self, plan: PlanDraft) -> None:
        """Ask for replacement where the storage moves; warn before a folder is taken over."""
        if self.feature is not None:
            plans.gate(plan, self.feature)
        plans.replace_on_change(plan, *self.fixed)
        if "connection" in self.model.schema().blocks and plans.is_unset(
                plan.config.get("connection")):
            plan.planned["connection"] = ConnectionBlock().to_values()
        _check_gateways(plan)
        if bare(plan.planned.get("import_index")) is True and bare(
                plan.planned.get("import_backups")) is False:
            plan.error("Arguments do not go together",
                       "import_index has an effect with import_backups = true only.",
                       "import_index")
        if plan.prior is None and bare(plan.planned.get("overwrite_owner")) is True:
            plan.warn(
                "Takes a folder over",
                "With overwrite_owner, a folder that belongs to another backup server is taken "
                "from it: that server loses access to the backups in it.", "overwrite_owner")

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """Why the repository must not be destroyed, when the server cannot be asked."""
        return guard.refused_without_asking(self.noun, prior)

    def refuse_destroy(self, client: Server, prior: Mapping[str, Value], *,
                       replaced: bool = False) -> str | None:
        """Ask the server: what uses the repository, and whether there are backups in it."""
        return guard.refused(client, self.noun, prior, replaced=replaced)

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
        guard.require_empty(server, self.noun, prior)
        server.delete(self.address(prior),
                      deleteBackups=bool(prior.delete_backups_on_destroy))

    def spec(self, server: Server, planned: R, ctx: StepContext) -> Json:
        """The body of the creation."""
        body: Json = {"type": self.wire_types[0], "account": {}, self.place: {},
                      "uniqueId": marks.unique_id(ctx.token, ctx.address)}
        self.change(server, body, planned)
        if planned.import_backups:
            facets.require_import(server)
            body |= {"importBackup": True, "importIndex": bool(planned.import_index)}
        return body

    def change(self, server: Server, raw: Json, planned: R) -> None:
        """Set name, description, the shared and the type's own arguments."""
        if self.feature is not None:
            server.require(self.feature)
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
        facets.write(server, raw, self.place, planned)

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
        return fields | read_fields(self.model, self.links, raw) | facets.read(
            self.model, raw, self.place, state)


def _is_hidden(raw: Json) -> bool:
    # Before 1.3-rev2 the type that S3 integrated storages read back as has no settings to show.
    return "id" in raw and "account" not in raw


def _check_gateways(plan: PlanDraft) -> None:
    mode = plans.part(plan.planned, "connection.mode")
    ids = plans.part(plan.planned, "connection.gateway_server_ids")
    if mode is None or ids is None or not (is_wholly_known(mode) and is_wholly_known(ids)):
        return
    given = ConnectionBlock.from_values({"gateway_server_ids": ids}).gateway_server_ids
    if bare(mode) == "selected_gateway" and not given:
        plan.error("Argument is missing",
                   "With mode selected_gateway, name at least one gateway server in "
                   "gateway_server_ids.", "connection")


class OnlineRepository(Repository[O]):
    """A repository that jobs can write to."""

    feature = Feature.MOUNT_SERVERS
    #: Whether an omitted ``immutability`` block means that it is on.
    immutable_by_default: ClassVar[bool] = False

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what an omitted block means, so that plan and rules see it."""
        super().plan_modify(plan)
        if plans.is_unset(plan.config.get("immutability")):
            plan.planned["immutability"] = ImmutabilityBlock(
                enabled=self.immutable_by_default).to_values()
        facets.plan_mount_servers(plan)
        _warn_of_lower_immutability(plan)


def _warn_of_lower_immutability(plan: PlanDraft) -> None:
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
