"""What all jobs share as objects of the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import ErrorClass, PlanDraft, ProviderError, attribute
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import marks, plans
from vbrprov_veeam.agents import MarkedObject, NamedModel
from vbrprov_veeam.api import Feature
from vbrprov_veeam.fitting import refuse_misfits
from vbrprov_veeam.server import JOBS, Json, Server
from vbrprov_veeam.shapes import Shape


class JobModel(NamedModel):
    """Arguments that all jobs have."""

    is_disabled: bool = attribute(doc="Whether it is switched off.", default=False)


J = TypeVar("J", bound=JobModel)


class Job(MarkedObject[J]):
    """A job, a policy or a copy job: arguments that lie on the wire as a shape says.

    Which shape depends on the kind of job: a word that the arguments give, and the wire's type.
    """

    path = JOBS
    switch = "is_disabled"

    #: Shape by kind.
    shapes: ClassVar[Mapping[str, Shape]]
    #: What a server must be able to do.
    feature: ClassVar[Feature]

    def kind_of(self, values: Mapping[str, Value]) -> str | None:
        """The kind that planned arguments say; ``None`` while that is not known."""
        raise NotImplementedError

    def kind(self, planned: J) -> str:
        """The kind of a model."""
        found = self.kind_of(planned.to_values())
        if found is None or found not in self.shapes:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "Not possible through the REST API",
                f"The REST API has no {self.noun} of the kind {found}.")
        return found

    def kind_on_wire(self, raw: Json) -> str | None:
        """The kind of an object of the server; ``None`` for one of another resource type."""
        raise NotImplementedError

    def type_on_wire(self, server: Server, planned: J) -> str:
        """The wire's type for the creation."""
        raise NotImplementedError

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse what does not go with the kind of job, or with the server's revision."""
        plans.gate(plan, self.feature)
        kind = self.kind_of(plan.planned)
        shape = self.shapes.get(kind or "")
        if shape is None:
            return
        said = kind.replace("/", " ") if kind else ""
        refuse_misfits(plan, shape, self.outside, f"a {self.noun} of the kind {said}")
        for path in _empty_blocks(shape, plan.config):
            plan.error("Block is empty", f"{path} names no time: set weekly or monthly in it, or "
                       "leave the block out.", path)
        for mode, name in (("volumes", "volumes"), ("file_level", "directories")):
            if bare(plan.planned.get("backup_mode", "")) == mode and not plans.is_given(
                    plan.config, name, *(("operating_system_files", "personal_files")
                                         if mode == "file_level" else ())):
                plan.error("Argument is missing",
                           f"Set {name}: backup_mode {mode} needs it.", name)

    #: Arguments that lie in no shape.
    outside: ClassVar[frozenset[str]] = frozenset({"id", "name", "description", "is_disabled"})

    def fits(self, raw: Json) -> bool:
        """Whether a job of the server is of this resource type."""
        return self.kind_on_wire(raw) is not None

    def blank(self, planned: J) -> Json:
        """Nothing: the type depends on the server's revision."""
        return {}

    def change(self, server: Server, raw: Json, planned: J) -> None:
        """Set all arguments."""
        server.require(self.feature)
        raw.setdefault("type", self.type_on_wire(server, planned))
        super().change(server, raw, planned)
        self.shapes[self.kind(planned)].write(raw, planned, server)

    def model_of(self, server: Server, raw: Json, state: J | None) -> J:
        """The job, without its mark."""
        kind = self.kind_on_wire(raw) or ""
        fields = self.shapes[kind].read(raw) | self.fields_of(kind, raw)
        return self.model(  # type: ignore[return-value]  # the type's own model
            id=raw["id"], name=raw["name"],
            description=marks.without_token(raw.get("description")),
            is_disabled=bool(raw.get("isDisabled")), **fields)

    def fields_of(self, kind: str, raw: Json) -> dict[str, Any]:
        """Fields that tell the kind."""
        return {}


def _empty_blocks(shape: Shape, values: Mapping[str, Value]) -> Iterator[str]:
    for name in shape.model.schema().blocks:
        body = bare(values[name]) if name in values else None
        if name.endswith("_full_schedule") and isinstance(body, dict) \
                and not plans.is_given(body, "weekly", "monthly"):
            yield name
