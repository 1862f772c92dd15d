"""veeam_scale_out_repository: several repositories as one, with tiers."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import (
    Identity,
    OpenIntent,
    PlanDraft,
    Recovery,
    Step,
    StepContext,
    Steps,
)
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import encryption, marks, plans
from vbrprov_veeam.objects import VbrObject
from vbrprov_veeam.repositories import guard
from vbrprov_veeam.scale_out import wire
from vbrprov_veeam.scale_out.model import ArchiveTierBlock, ScaleOutRepositoryModel
from vbrprov_veeam.server import REPOSITORIES, SCALE_OUT_REPOSITORIES, Json, Server

_CALLS = {"sealed": "SealedMode", "maintenance": "MaintenanceMode"}


class ScaleOutRepository(VbrObject[ScaleOutRepositoryModel]):
    """A scale-out backup repository. The modes of its extents have calls of their own."""

    type_name = "veeam_scale_out_repository"
    model = ScaleOutRepositoryModel
    recovery = Recovery.UNIQUE_ID
    doc = "A scale-out backup repository: performance extents, a capacity and an archive tier."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbrscaleoutbackuprepository.html")
    path = SCALE_OUT_REPOSITORIES
    noun = "scale-out repository"
    local = frozenset({"delete_backups_on_destroy", "deletion_policy", "timeouts"})

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check what goes together."""
        encryption.plan(plan, "capacity_tier.encryption")
        encryption.plan(plan, "archive_tier.encryption")
        copies, moves = (plans.part(plan.planned, f"capacity_tier.{name}_backups")
                         for name in ("copy", "move"))
        if copies is not None and moves is not None and bare(copies) is False is bare(moves):
            plan.error("Arguments do not go together",
                       "A capacity tier needs copy_backups or move_backups, else nothing gets "
                       "there.", "capacity_tier")
        plans.keep_open(plan, "archive_tier", ArchiveTierBlock)
        tier = plan.planned.get("archive_tier")
        below = plan.planned.get("capacity_tier")
        if tier is not None and not plans.is_unset(tier) and (
                below is None or plans.is_unset(below)):
            plan.error("Argument is missing",
                       "An archive tier is filled from the capacity tier: declare capacity_tier.",
                       "archive_tier")

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """Why it must not be destroyed, when the server cannot be asked."""
        return guard.refused_without_asking(self.noun, prior)

    def refuse_destroy(self, client: Server, prior: Mapping[str, Value], *,
                       replaced: bool = False) -> str | None:
        """Ask the server: what uses it, and whether there are backups in it."""
        return guard.refused(client, self.noun, prior, replaced=replaced)

    def fits(self, raw: Json) -> bool:
        """Everything in the collection."""
        return True

    def names(self, raw: Json) -> set[str]:
        """The name."""
        return {str(raw["name"])}

    def identity(self, planned: ScaleOutRepositoryModel, ctx: StepContext) -> Identity:
        """Name and the unique id that it will have."""
        return Identity.of(name=planned.name, unique_id=marks.unique_id(ctx.token, ctx.address))

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether it has our unique id."""
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def taken(self, server: Server, planned: ScaleOutRepositoryModel) -> Json | None:
        """A repository, simple or scale-out, with that name: they share their names."""
        for path in (SCALE_OUT_REPOSITORIES, REPOSITORIES):
            for found in server.named(path, planned.name):
                return found
        return None

    def create(self, server: Server, body: Json, planned: ScaleOutRepositoryModel) -> Json:
        """Create in a session."""
        return server.create_in_session(self.path, body, name=planned.name)

    def delete(self, server: Server, prior: ScaleOutRepositoryModel) -> None:
        """Remove it; backups only where that was asked for."""
        guard.require_empty(server, self.noun, prior)
        server.delete(self.address(prior), deleteBackups=bool(prior.delete_backups_on_destroy))

    def steps(
        self, client: Server, prior: ScaleOutRepositoryModel | None,
        planned: ScaleOutRepositoryModel | None, ctx: StepContext,
    ) -> Steps:
        """As for any object; then the modes of extents."""
        made = prior
        inner = super().steps(client, prior, planned, ctx)
        answer: ScaleOutRepositoryModel | None = None
        while True:
            try:
                step = inner.send(answer)
            except StopIteration:
                break
            answer = yield step
            made = answer or made
        if planned is None or not _modes_differ(prior, planned):
            return
        wanted = planned
        # Without an answer nothing was run: the plan only asks for the names of the steps.
        found_id = made.id if made is not None else None

        def run() -> ScaleOutRepositoryModel:
            return self._set_modes(client, wanted.copy(id=found_id))

        yield Step("modes", Identity.of(id=found_id),
                   run=self._paced(client, wanted, "update", ctx, run),
                   doc="Seal extents, or put them into maintenance, or back.")

    def _set_modes(
        self, server: Server, planned: ScaleOutRepositoryModel,
    ) -> ScaleOutRepositoryModel:
        raw = self._get(server, planned)
        now = {e["id"]: wire.mode_of(e) for e in raw["performanceTier"]["performanceExtents"]}
        wanted = {e.repository_id: e.mode for e in planned.performance_extent}
        for turn, modes in (("disable", now), ("enable", wanted)):
            for mode, call in _CALLS.items():
                ids = [i for i, m in modes.items()
                       if m == mode and i in now and now[i] != wanted.get(i, now[i])]
                if ids:
                    answer = server.post(f"{self.address(planned)}/{turn}{call}",
                                         {"repositoryIds": ids})
                    server.wait_if_session(answer)
        return self._reread(server, planned)

    def spec(self, server: Server, planned: ScaleOutRepositoryModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        body: Json = {"uniqueId": marks.unique_id(ctx.token, ctx.address)}
        self.change(server, body, planned)
        return body

    def change(self, server: Server, raw: Json, planned: ScaleOutRepositoryModel) -> None:
        """Set everything but the modes."""
        raw["name"] = planned.name
        raw["description"] = planned.description or ""
        wire.write(server, raw, planned)

    def model_of(
        self, server: Server, raw: Json, state: ScaleOutRepositoryModel | None,
    ) -> ScaleOutRepositoryModel:
        """The repository; what only vbrprov uses comes from the state."""
        kept = {name: getattr(state, name) for name in self.local} if state is not None else {}
        return ScaleOutRepositoryModel(
            id=raw["id"], name=raw["name"], description=raw.get("description") or "",
            unique_id=raw.get("uniqueId"), **kept, **wire.read(raw, state))


def _modes_differ(
    prior: ScaleOutRepositoryModel | None, planned: ScaleOutRepositoryModel,
) -> bool:
    before = {e.repository_id: e.mode for e in prior.performance_extent} if prior else {}
    return any(e.mode != before.get(e.repository_id, "normal") for e in planned.performance_extent)
