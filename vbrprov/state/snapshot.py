"""The state file: one JSON document that holds a whole state, its checksum, and its place.

The document starts with the SHA-256 of everything after the checksum, so one changed byte anywhere
is found. ``journal`` says which records the content covers; records up to ``through`` are part of
it, and are skipped when a crash left them in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gc import disable, enable, isenabled
from hashlib import sha256
from pathlib import Path

import msgspec

from vbrprov import __version__
from vbrprov.platform_.files import atomic_write, keep_copy
from vbrprov.state.errors import StateDamagedError, StateVersionError
from vbrprov.state.framing import Position
from vbrprov.state.model import STATE_VERSION, CheckResult, Instance, Intent, Output, StateData

GENERATIONS = 2
FORMAT = "vbrprov-state"

# Field order is part of the format: the checksum comes first.
_START = b'{"sha256":"'
_SUM_END = len(_START) + 64
_AFTER = b'",'
_CONTENT = _SUM_END + len(_AFTER)
_END = b"}\n"


class JournalPlace(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """``seq`` and ``hash``: the last covered record known to be in the journal.

    ``through`` is more than ``seq`` only when writing the journal failed: records up to it may be
    in the file, and are covered too.
    """

    seq: int
    hash: str
    through: int

    @property
    def position(self) -> Position:
        """Where the next journal continues."""
        return Position(self.through, self.hash)


class _Head(msgspec.Struct):
    """What every version of the format has."""

    format: str
    version: int
    tool: str = ""


class SnapshotDocument(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Version 1 of the document."""

    sha256: str
    format: str
    version: int
    tool: str
    lineage: str
    serial: int
    journal: JournalPlace
    instances: list[Instance] = []
    outputs: dict[str, Output] = {}
    checks: list[CheckResult] = []
    intents: list[Intent] = []
    absorbed: list[str] = []

    def to_data(self) -> StateData:
        """The state that the document holds."""
        data = StateData(self.lineage, self.serial)
        data.position = str(self.journal.position)
        data.instances = {(item.address, item.deposed): item for item in self.instances}
        data.outputs = self.outputs
        data.checks = self.checks
        data.intents = {intent.op: intent for intent in self.intents}
        return data


_decoder = msgspec.json.Decoder(SnapshotDocument)
_head_decoder = msgspec.json.Decoder(_Head)
_encoder = msgspec.json.Encoder()


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keep the cyclic collector off: it walks all that a large state adds, and finds nothing."""
    if not isenabled():
        yield
        return
    disable()
    try:
        yield
    finally:
        enable()


def encode_snapshot(data: StateData, place: JournalPlace, absorbed: list[str]) -> bytes:
    """The bytes of a state file; the same state gives the same bytes."""
    document = SnapshotDocument(
        "", FORMAT, STATE_VERSION, __version__, data.lineage, data.serial, place,
        [data.instances[key] for key in sorted(data.instances)],
        dict(sorted(data.outputs.items())), data.checks, list(data.intents.values()), absorbed,
    )
    with paused_collection():
        content = memoryview(_encoder.encode(document))[len(_START) + len(_AFTER) :]
    total = sha256(content)
    total.update(b"\n")
    return b"".join((_START, total.hexdigest().encode(), _AFTER, content, b"\n"))


def decode_snapshot(path: Path | str, raw: bytes) -> SnapshotDocument:
    """Check and decode a state file.

    Raises:
        StateDamagedError: It is empty, cut off, changed, or no state file at all.
        StateVersionError: A newer version wrote it.
    """
    if not raw.strip(b"\0"):
        size = f"holds {len(raw)} zero bytes" if raw else "is empty"
        raise StateDamagedError(f"The state file {path} {size}. It held a state before.")
    if not raw.startswith(_START) and not _START.startswith(raw):
        raise StateDamagedError(f"{path} is not a state file of vbrprov.")
    content = memoryview(raw)[_CONTENT:]
    if raw[_SUM_END:_CONTENT] != _AFTER or sha256(content).hexdigest().encode() != raw[
        len(_START) : _SUM_END
    ]:
        if not raw.endswith(_END):
            raise StateDamagedError(
                f"The state file {path} is cut off after {len(raw)} bytes: its end is missing."
            )
        raise StateDamagedError(
            f"The state file {path} was changed outside of vbrprov: its checksum does not match."
        )
    try:
        head = _head_decoder.decode(raw)
        if head.format == FORMAT and head.version > STATE_VERSION:
            raise StateVersionError(
                f"The state file {path} has format version {head.version}, written by vbrprov "
                f"{head.tool or 'of a newer version'}. This is vbrprov {__version__}, which reads "
                f"versions up to {STATE_VERSION}.",
                hint="Install the newer version of vbrprov.",
            )
        if head.format != FORMAT or head.version != STATE_VERSION:
            raise StateDamagedError(f"{path} is not a state file of vbrprov.")
        with paused_collection():
            document = _decoder.decode(raw)
    except msgspec.MsgspecError as error:
        raise StateDamagedError(
            f"The state file {path} does not hold a valid state: {error}."
        ) from error
    if len({(item.address, item.deposed) for item in document.instances}) != len(
        document.instances
    ):
        raise StateDamagedError(f"The state file {path} records one instance twice.")
    return document


def generation_path(path: Path, number: int) -> Path:
    """Where an older state file is kept; 1 is the last one before the current."""
    return path.with_name(f"{path.name}.{number}")


def write_snapshot(path: Path, raw: bytes) -> None:
    """Put *raw* in the place of the state file, and keep the last two before it.

    At every moment the state file is whole: the one before, or the new one.
    """
    temp = path.with_name(f"{path.name}.tmp")
    older, newer = generation_path(path, 2), generation_path(path, 1)
    if newer.exists():
        keep_copy(newer, older, temp=temp)
    if path.exists():
        keep_copy(path, newer, temp=temp)
    atomic_write(path, raw, stage="snapshot", temp=temp)
