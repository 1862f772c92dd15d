"""Resource types and data sources: what a provider implements.

A resource type is not one opaque ``create``: it yields *steps*, each journalled before it runs and
each able to be found again after a crash. The engine owns the order, the journal and the state;
the provider owns the calls.
"""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec

from vbrprov.sdk.handwork import Handwork
from vbrprov.sdk.model import Model
from vbrprov.sdk.terraform import TerraformAttributes, TerraformPart
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.sdk.audit import Listed, StorageBelow

M = TypeVar("M", bound=Model)
C = TypeVar("C")


class Recovery(enum.Enum):
    """How an object whose creation was interrupted is found again (``docs/adr/0003``)."""

    #: Nothing exists outside the state; there is nothing to recover.
    LOCAL = "local"
    #: We chose its name, it was absent before the intent, and the account is ours.
    CLIENT_NAMED = "client_named"
    #: A tag, label or metadata entry holds our token.
    TAGGED = "tagged"
    #: The service takes a unique id of ours at creation.
    UNIQUE_ID = "unique_id"
    #: Our token is a suffix of the description, stripped on read.
    SUFFIX = "suffix"
    #: Ids that existed are listed in the intent; what is new afterwards is ours.
    LISTED_BEFORE = "listed_before"
    #: The id is computed (uuid5) from what the object is.
    DETERMINISTIC_ID = "deterministic_id"


class ErrorClass(enum.Enum):
    """What kind of refusal a provider met; decides how the engine reacts."""

    NOT_FOUND = "not_found"
    EXISTS = "already_exists"
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    NOT_YET = "not_yet_consistent"
    DENIED = "denied"
    INVALID = "invalid"
    UNSUPPORTED = "not_supported"
    LOCKED = "locked"
    UNREACHABLE = "unreachable"
    #: The request was sent and no answer came: the call may have happened.
    LOST = "lost_answer"
    FAILED = "failed"


class ProviderError(Exception):
    """A call failed in a way that the user must see.

    ``summary`` is a few words, ``detail`` full sentences with the service's own text and what to
    do; neither may hold a secret. ``attribute`` names the argument at fault where one is.
    """

    def __init__(
        self, kind: ErrorClass, summary: str, detail: str = "", *, attribute: str | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(f"{summary}: {detail}" if detail else summary)
        self.kind = kind
        self.summary = summary
        self.detail = detail
        self.attribute = attribute
        self.hint = hint


class Identity(msgspec.Struct, frozen=True):
    """What is enough to find an object again; plain JSON data, journalled with the intent."""

    data: Mapping[str, Any]

    @classmethod
    def of(cls, **data: Any) -> Identity:
        """An identity from keyword arguments."""
        return cls(dict(data))


class Step(msgspec.Struct, Generic[M], frozen=True):
    """One call (or one inseparable group of calls) that changes something.

    ``run`` does it and returns the object as far as it is known then (recorded at once), or
    ``None`` when the record does not change. ``run`` must be safe to repeat unless ``creates``.
    One that returns ``Handwork`` has only written down what is to be done: the steps end there, and
    the object awaits confirmation.
    ``creates`` marks the step that brings the object into being: its intent is probed after a
    crash; any other step is simply run again.
    """

    id: str
    identity: Identity
    run: Callable[[], M | Handwork | None]
    creates: bool = False
    doc: str = ""


class ProbeVerdict(enum.Enum):
    """What a probe found."""

    OURS = "present and ours"
    FOREIGN = "present, not ours"
    ABSENT = "absent"
    #: Something we made but cannot use any more (a key whose secret is lost); delete it.
    ORPHAN = "orphan"
    UNKNOWN = "cannot tell"


class Probe(msgspec.Struct, Generic[M], frozen=True):
    """The answer of a probe.

    ``state`` for OURS and, as far as it is known, for ORPHAN; ``detail`` a sentence for the user;
    ``discard`` removes an ORPHAN. ``token`` is the one that the object bears, where it can be read
    from it.
    """

    verdict: ProbeVerdict
    state: M | None = None
    detail: str = ""
    discard: Callable[[], None] | None = None
    token: str = ""


class OpenIntent(msgspec.Struct, frozen=True):
    """A journalled intent without an outcome, as a probe sees it."""

    step: str
    action: str
    identity: Mapping[str, Any]
    token: str
    listed_before: tuple[str, ...]
    created: str


class StepContext(msgspec.Struct, frozen=True):
    """What steps and reads may use besides their client.

    ``token`` marks the object as this stack's; ``stack`` is the lineage. ``sleep`` returns early
    when the run is being abandoned. ``timeout`` seconds bound one step.
    """

    address: str
    token: str
    stack: str
    sleep: Callable[[float], None] = time.sleep
    stop: threading.Event = msgspec.field(default_factory=threading.Event)
    timeout: float = 1800.0
    #: Private provider data of the instance; steps may change it in place (JSON data, no secrets).
    private: dict[str, Any] = {}


class PlanDraft(msgspec.Struct):
    """One instance while it is planned; ``plan_modify`` may change ``planned``.

    All three hold values of the language by attribute name; unknowns and marks are in them.
    ``prior`` is the refreshed object (``None`` when it is to be created), ``config`` what the
    configuration says (nulls where it says nothing).
    """

    address: str
    config: Mapping[str, Value]
    prior: Mapping[str, Value] | None
    planned: dict[str, Value]
    client: Any
    sandbox: bool = False
    replace: set[str] = set()
    errors: list[tuple[str, str, str | None]] = []
    warnings: list[tuple[str, str, str | None]] = []
    private: Mapping[str, Any] = {}
    #: Of a replacement: the old object goes before the new one is made, and leaves room for it.
    destroy_first: bool = False

    def require_replace(self, attribute: str) -> None:
        """A change of *attribute* needs a new object."""
        self.replace.add(attribute)

    def error(self, summary: str, detail: str, attribute: str | None = None) -> None:
        """Refuse the plan: *summary* a few words, *detail* sentences."""
        self.errors.append((summary, detail, attribute))

    def warn(self, summary: str, detail: str, attribute: str | None = None) -> None:
        """Warn, without stopping the plan."""
        self.warnings.append((summary, detail, attribute))


Steps = Generator[Step[Any], Any, None]


class ResourceType(Generic[M, C]):
    """One resource type. Stateless: one instance serves all resources of the type."""

    type_name: ClassVar[str]
    model: ClassVar[type[Model]]
    recovery: ClassVar[Recovery]
    doc: ClassVar[str] = ""
    source: ClassVar[str] = ""
    schema_version: ClassVar[int] = 0
    #: Make the new object before the old one goes, unless configuration says otherwise.
    create_before_destroy: ClassVar[bool] = False
    #: Seconds to wait before an absent object may be believed absent after a crash.
    settle_seconds: ClassVar[float] = 0.0
    #: Set while a type is declared but this version cannot apply it: the reason shown at plan.
    not_applied: ClassVar[str] = ""
    #: Types of Terraform's whose settings are part of this one here.
    terraform_parts: ClassVar[Mapping[str, TerraformPart]] = {}
    #: Family of storage (as ``StorageView.family``) that objects of the type are.
    holds: ClassVar[str] = ""

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refine the planned object or refuse it; called with unknowns in place."""

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """Why the object must not be destroyed, as sentences; ``None`` when it may be."""
        return None

    def refuse_destroy(self, client: C, prior: Mapping[str, Value], *,
                       replaced: bool = False) -> str | None:
        """As ``plan_destroy``, for types that ask the service while planning.

        *replaced* says that another object is made in its place, after this one has gone.

        Raises:
            ProviderError: The service could not be asked; the object is not destroyed then.
        """
        return self.plan_destroy(prior)

    def steps(self, client: C, prior: M | None, planned: M | None, ctx: StepContext) -> Steps:
        """Yield the steps from *prior* to *planned*; ``planned`` is ``None`` to destroy.

        Each ``yield`` gives back what the step's ``run`` returned.
        """
        raise NotImplementedError

    def settle(self, prior: Mapping[str, Value] | None,
               planned: Mapping[str, Value]) -> Mapping[str, Value]:
        """The values to record for a ``LOCAL`` type, which changes only the state and has no steps.

        Unknowns that are left in *planned* must be decided here.
        """
        raise NotImplementedError

    def read(self, client: C, state: M, ctx: StepContext) -> M | None:
        """The object as it is now, every facet a guardrail looks at included; ``None`` when gone.

        Raises:
            ProviderError: It could not be read. Access denied is never "gone".
        """
        raise NotImplementedError

    def import_state(self, client: C, import_id: str, ctx: StepContext) -> M | None:
        """The object that *import_id* names, or ``None``."""
        raise ProviderError(ErrorClass.UNSUPPORTED, "Import is not possible",
                            f"Objects of type {self.type_name} cannot be imported.")

    def from_terraform(self, attributes: TerraformAttributes) -> Mapping[str, Any]:
        """The attributes that Terraform's state has of an object, under our names.

        What does not fit the model is left out later; a refresh reads the rest.
        """
        return attributes

    def probe(self, client: C, intent: OpenIntent, ctx: StepContext) -> Probe[M]:
        """What became of an interrupted creation."""
        return Probe(ProbeVerdict.UNKNOWN, detail=f"{self.type_name} has no probe.")

    # What rebuilding a lost state asks (``docs/adr/0014-state-recover.md``).

    def read_token(self, client: C, identity: Mapping[str, Any], ctx: StepContext) -> str:
        """The token that the object of an identity bears; empty for none, or no object."""
        return ""

    def find(self, client: C, planned: M, ctx: StepContext) -> Probe[M]:
        """What there is of the object that *planned* names, when nothing is recorded of it.

        OURS means that it is there and, by its ``token``, whose it may be: without one it is known
        by its name alone. By default the probe is asked as if the creation had been cut off.

        Raises:
            ProviderError: It could not be asked. Access denied is never "absent".
        """
        from vbrprov.sdk.recovery import find_by_probe

        return find_by_probe(self, client, planned, ctx)

    def marked(self, client: C) -> Iterator[Listed]:
        """All objects of the type that bear a mark of whatever stack, each with its ``token``.

        Raises:
            ProviderError: The service does not show them.
        """
        return iter(())

    def list_ids(self, client: C, planned: M) -> list[str]:
        """Ids that exist before a creation (recovery class ``LISTED_BEFORE``)."""
        return []

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """Whether arguments are written into scripts or instructions, which holds no secret."""
        return False

    def handwork(self, client: C, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """What a plan shows of work outside of vbrprov; ``planned`` is ``None`` to destroy.

        Values may be unknown. ``None`` for types, or objects, that need no such work.
        """
        return None

    def confirm(self, result: str, pending: Mapping[str, Any], planned: M | None) -> M | None:
        """Judge the result of handwork; the object as the result shows it.

        Args:
            result: Text of the result file.
            pending: ``hash``, ``kind`` and ``file`` of the handwork that is waited for, and
                ``address`` of the object and the ``stack`` that it belongs to.
            planned: The object as it is to be; ``None`` when it was to be destroyed.

        Raises:
            ProviderError: The result belongs to other work, or shows that it is not done.
        """
        raise ProviderError(ErrorClass.UNSUPPORTED, "Nothing to confirm",
                            f"Objects of type {self.type_name} need no confirmation.")

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views of the instance for guardrails (``vbrprov.sdk.views``)."""
        return iter(())

    # What an audit asks of types that guardrails look at.

    def listing(self, client: C) -> Iterator[Listed]:
        """All objects of the type that there are.

        Raises:
            ProviderError: The service does not show them.
        """
        return iter(())

    def beneath(self, client: C, values: Mapping[str, Value]) -> Iterator[StorageBelow]:
        """The storage that an object with these *values* keeps data in."""
        return iter(())

    def storage_ids(self, client: C, storage: StorageBelow) -> Iterator[str]:
        """Import ids under which *storage*, of the family that the type ``holds``, may be found.

        Raises:
            ProviderError: The service could not be asked.
        """
        return iter(())

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The attributes of *storage* that are known without reading it."""
        return {}


class DataSource(Generic[M, C]):
    """One data source."""

    type_name: ClassVar[str]
    model: ClassVar[type[Model]]
    doc: ClassVar[str] = ""
    source: ClassVar[str] = ""

    def read(self, client: C, config: M, ctx: StepContext) -> M:
        """The data; *config* holds the arguments.

        Raises:
            ProviderError: Not found, denied or unreachable.
        """
        raise NotImplementedError

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views of the instance for guardrails."""
        return iter(())
