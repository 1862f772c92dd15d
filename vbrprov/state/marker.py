"""The lineage marker: proof that a stack exists here, whatever happened to its state."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import atomic_create, read_private
from vbrprov.state.errors import StateDamagedError, StateVersionError

MARKER_VERSION = 1


class Marker(msgspec.Struct, tag="vbrprov-lineage", tag_field="format"):
    """The marker's content. ``created`` is UTC, ISO 8601."""

    version: int
    lineage: str
    created: str


def read_marker(path: Path) -> Marker | None:
    """The marker, or None when there is none.

    Raises:
        StateDamagedError: There is one, but it cannot be understood.
        StateVersionError: A newer version wrote it.
        OSError: It cannot be read.
    """
    raw = read_private(path)
    return None if raw is None else decode_marker(path, raw)


def decode_marker(path: Path | str, raw: bytes) -> Marker:
    """The marker that *raw* holds; *path* is for messages. Raises as :func:`read_marker`."""
    try:
        marker = msgspec.json.decode(raw, type=Marker)
    except msgspec.MsgspecError as error:
        raise StateDamagedError(f"The marker {path} is not as it was written.") from error
    if marker.version > MARKER_VERSION:
        raise StateVersionError(f"A newer version of vbrprov wrote the marker {path}.")
    return marker


def marker_bytes(lineage: str, created: str) -> bytes:
    """The content of a marker."""
    return msgspec.json.encode(Marker(MARKER_VERSION, lineage, created)) + b"\n"


def write_marker(path: Path, lineage: str, created: str) -> None:
    """Create the marker; on disk when this returns.

    Raises:
        FileExistsError: There is one already.
    """
    failpoint("marker.before_write")
    atomic_create(path, marker_bytes(lineage, created), temp=path.with_name(f"{path.name}.tmp"))
    failpoint("marker.after_write")
