"""The plan: every proposed change with everything that Terraform's plan JSON shows of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from vbrprov.addrs import InstanceKey, ModuleInstance
from vbrprov.diag import Diagnostic
from vbrprov.graph import NodeKey
from vbrprov.sdk.handwork import Handwork
from vbrprov.sdk.model import Schema
from vbrprov.state.model import CheckResult, Instance
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.plan.deferred import DeferredChange
    from vbrprov.sdk.facts import InstanceFacts


class Action(enum.StrEnum):
    """What happens to an instance."""

    NOOP = "no-op"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    FORGET = "forget"


class Reason(enum.StrEnum):
    """Why, in the words of Terraform's plan JSON (and a few of our own)."""

    NONE = ""
    CANNOT_UPDATE = "replace_because_cannot_update"
    TAINTED = "replace_because_tainted"
    REQUESTED = "replace_by_request"
    TRIGGERS = "replace_by_triggers"
    ROTATION = "replace_because_secret_spent"
    NO_CONFIG = "delete_because_no_resource_config"
    WRONG_REPETITION = "delete_because_wrong_repetition"
    COUNT_INDEX = "delete_because_count_index"
    EACH_KEY = "delete_because_each_key"
    ENABLED_FALSE = "delete_because_enabled_false"
    NO_MODULE = "delete_because_no_module"
    NO_MOVE_TARGET = "delete_because_no_move_target"
    DEPOSED = "delete_because_deposed"
    READ_CONFIG_UNKNOWN = "read_because_config_unknown"
    READ_PENDING = "read_because_dependency_pending"
    READ_CHECK_NESTED = "read_because_check_nested"


class Change(msgspec.Struct):
    """One resource instance in the plan.

    ``before`` is the refreshed object, ``after`` the planned one (unknowns in place), both values
    by attribute name; ``config`` is what configuration says. ``changed`` and ``replace_paths`` are
    top-level names. ``send`` names the write-only arguments whose value is sent.
    """

    address: str
    module: ModuleInstance
    mode: str
    type: str
    name: str
    key: InstanceKey
    provider: str
    action: Action
    schema: Schema
    node: NodeKey | None = None
    reason: Reason = Reason.NONE
    before: Mapping[str, Value] | None = None
    after: Mapping[str, Value] | None = None
    config: Mapping[str, Value] = {}
    changed: frozenset[str] = frozenset()
    replace_paths: tuple[str, ...] = ()
    send: frozenset[str] = frozenset()
    create_before_destroy: bool = False
    prevent_destroy: bool = False
    skip_destroy: bool = False
    deposed: str = ""
    #: A deposed object that has the name which an object of its address is going to get.
    in_the_way: bool = False
    prior: Instance | None = None
    refreshed: Instance | None = None
    drifted: bool = False
    #: Left as it is recorded, whatever configuration says (-target, -exclude, -refresh-only).
    untouched: bool = False
    #: Config resources this instance depends on (addresses without keys), for the state.
    dependencies: tuple[str, ...] = ()
    facts: InstanceFacts | None = None
    #: The address that the object had before this plan.
    previous: str = ""
    #: The id by which the object is imported, and its block if this run has generated that.
    importing: str = ""
    generated: str = ""
    #: What somebody has to do for it, or a script does; of a replacement first the destruction.
    handwork: tuple[Handwork, ...] = ()
    #: Exactly this was written down before, and waits to be confirmed.
    awaits: bool = False

    @property
    def is_change(self) -> bool:
        """Whether applying changes anything outside the state, or takes it out of the state."""
        return self.action is not Action.NOOP

    @property
    def forgets_old(self) -> bool:
        """Whether a replacement lets the old object be, instead of destroying it."""
        return self.action is Action.REPLACE and self.skip_destroy

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say about it."""
        return self.is_change or bool(self.previous or self.importing)


class OutputChange(msgspec.Struct, frozen=True):
    """One output value of the root module."""

    name: str
    action: Action
    before: Value
    after: Value
    sensitive: bool


class Options(msgspec.Struct, frozen=True):
    """How to plan. Addresses are as users give them (``-target``, ``-exclude``, ``-replace``)."""

    destroy: bool = False
    refresh: bool = True
    #: Record what changed outside, and change nothing.
    refresh_only: bool = False
    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    parallelism: int = 10
    #: Refuse what guardrails only warn of.
    strict: bool = False


class Move(msgspec.Struct, frozen=True):
    """An object that takes another address: the former one, the record under the new one."""

    former: str
    instance: Instance


class Plan(msgspec.Struct):
    """A whole plan. ``edges`` are extra orderings (repair first): (first, later address)."""

    options: Options
    lineage: str
    serial: int
    changes: list[Change] = []
    outputs: list[OutputChange] = []
    drift: list[Change] = []
    edges: list[tuple[str, str]] = []
    pending: list[Any] = []
    variables: Mapping[str, Value] = {}
    #: The root module's variables with defaults filled in, as JSON shows them.
    shown_variables: Mapping[str, Value] = {}
    timestamp: str = ""
    errored: bool = False
    #: Instances as refreshing found them: what the state becomes even when nothing else changes.
    refreshed: list[Instance] = []
    #: (address, deposed) of instances that refreshing found gone.
    gone: list[tuple[str, str]] = []
    partial: bool = False
    #: Recorded objects without a block that -target or -exclude leaves alone, for rules to see.
    left_alone: list[Change] = []
    moves: list[Move] = []
    #: Records that stay where they are, but depend on something that moves.
    rewritten: list[Instance] = []
    #: Objects that are taken under management, as they are recorded before they are changed.
    imports: list[Instance] = []
    #: How all conditions came out, as far as planning can tell.
    checks: list[CheckResult] = []
    #: What checks said; an apply says it again, or finds that it is no longer so.
    warnings: list[Diagnostic] = []
    #: What waits for another plan, and the blocks and calls none of which is planned.
    deferred: list[DeferredChange] = []
    deferred_blocks: set[tuple[NodeKey, ModuleInstance]] = set()
    #: Addresses of which it cannot be told what an interrupted run did.
    unsettled: list[str] = []

    @property
    def has_changes(self) -> bool:
        """Whether applying would do anything (resources or outputs)."""
        if self.options.refresh_only and self.drift:
            return True
        return bool(self.moves or self.imports) or any(
            c.is_change and not c.awaits for c in self.changes) or any(
            o.action is not Action.NOOP for o in self.outputs)

    @property
    def awaiting(self) -> int:
        """How many changes were begun before and only wait to be confirmed."""
        return sum(1 for c in self.changes if c.awaits)

    def counts(self) -> tuple[int, int, int]:
        """How many instances are added, changed and destroyed."""
        add = change = destroy = 0
        for item in self.changes:
            if item.awaits:
                continue
            if item.action is Action.CREATE:
                add += 1
            elif item.action is Action.UPDATE:
                change += 1
            elif item.action is Action.DELETE:
                destroy += 1
            elif item.action is Action.REPLACE:
                add += 1
                destroy += not item.forgets_old
        return add, change, destroy
