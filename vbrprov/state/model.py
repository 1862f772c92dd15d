"""What a state holds: plain, strictly typed data, encoded as JSON.

Attribute values stay raw JSON until somebody asks for them, so that reading a state of ten thousand
instances decodes only what a command touches. The encoding of one value is ``values.wire``'s.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

STATE_VERSION = 1


class Status(enum.StrEnum):
    """Whether an instance is whole.

    ``INCOMPLETE``: exists, but its last steps did not run. ``AWAITING``: somebody has to do
    something outside of vbrprov and confirm it; until then the attributes are those of the object
    as it was confirmed last or, when it never was, as it is to be.
    """

    OK = "ok"
    INCOMPLETE = "incomplete"
    TAINTED = "tainted"
    AWAITING = "awaiting"


class Instance(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One resource instance (or data source result, or deposed object) that exists.

    ``attributes`` is one JSON object by attribute name. ``private`` belongs to the provider (ids of
    secrets sent, server tokens) and never holds a secret. ``dependencies`` are direct only.
    """

    address: str
    provider: str
    attributes: msgspec.Raw = msgspec.Raw(b"{}")
    private: dict[str, Any] = {}
    schema_version: int = 0
    status: Status = Status.OK
    deposed: str = ""
    dependencies: list[str] = []
    create_before_destroy: bool = False
    prevent_destroy: bool = False
    skip_destroy: bool = False
    token: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Address and deposed key: unique in a state."""
        return (self.address, self.deposed)


class Output(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A root module's output value: raw JSON value, type as ``values.wire`` writes it."""

    value: msgspec.Raw
    type: msgspec.Raw
    sensitive: bool = False


class CheckedObject(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """How the conditions of one object came out, and why those that do not hold do not."""

    address: str
    status: str
    failures: list[str] = []


class CheckResult(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """How the conditions of a block came out last, as Terraform's ``check_results``.

    ``kind`` is check, resource, output or var; ``address`` is that of the block, without keys.
    """

    kind: str
    address: str
    status: str
    objects: list[CheckedObject] = []


class Intent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Journalled, and on disk, before a call that changes something leaves.

    ``identity`` says how to find the object again (name, bucket, parent id); ``token`` marks it as
    ours; ``listed_before`` holds ids that existed (recovery class ``listed_before``).
    ``address``/``deposed`` say which instance the outcome belongs to. ``secret`` holds the paths of
    those parts of the object that are sensitive (``diff.secrecy``).
    """

    op: str
    address: str
    action: str
    step: str
    type: str
    provider: str
    identity: dict[str, Any] = {}
    token: str = ""
    inputs_hash: str = ""
    deposed: str = ""
    listed_before: list[str] = []
    created: str = ""
    secret: list[list[str | None]] = []


class StateData:
    """A whole state in memory: instances by (address, deposed), outputs, checks, open intents.

    ``position`` names the exact content: two reads with one position hold the same instances,
    outputs, checks and intents. ``serial`` alone cannot say that of a state whose last run was cut
    off, since only a finished run raises it.
    """

    __slots__ = ("checks", "instances", "intents", "lineage", "outputs", "position", "serial")

    def __init__(self, lineage: str = "", serial: int = 0) -> None:
        self.lineage = lineage
        self.serial = serial
        self.position = ""
        self.instances: dict[tuple[str, str], Instance] = {}
        self.outputs: dict[str, Output] = {}
        self.checks: list[CheckResult] = []
        self.intents: dict[str, Intent] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is recorded."""
        return not (self.instances or self.outputs or self.intents)
