"""Files of saved plans: what they hold, and how they are read and written."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from vbrprov import __version__
from vbrprov.platform_.files import atomic_write
from vbrprov.state.codec import PLAIN, StateCodec
from vbrprov.state.errors import StateError
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import plan_codec

MAGIC = b"VBRPLAN1\n"


class SavedPlanError(Exception):
    """The file is not a plan that this version can use."""


class SavedPlan(msgspec.Struct, forbid_unknown_fields=True):
    """The content of a plan file."""

    version: str
    lineage: str
    serial: int
    #: Also tells two runs apart that were cut off before they could raise the serial.
    position: str
    timestamp: str
    sandbox: bool
    options: dict[str, Any]
    files: dict[str, str]
    variables: dict[str, Any]
    secrets: dict[str, str]
    #: Ephemeral variables that had a value; it is given again, and may be another.
    ephemerals: list[str]
    refreshed: list[dict[str, Any]]
    gone: list[tuple[str, str]]
    data: dict[str, Any]
    digest: str
    #: As it is shown: read again, numbers would lose digits.
    json: msgspec.Raw
    text: str
    #: Hash of the content of each package of modules, by its folder.
    packages: dict[str, str] = {}
    #: Fingerprint of the content of all files that functions read: the digest does not tell what
    #: became of it where that is sensitive.
    files_read: str = ""


def load_plan(path: str | Path, codec: Callable[[], StateCodec] = lambda: PLAIN) -> SavedPlan:
    """Read a plan file.

    Args:
        path: The file.
        codec: Asked once for what opens an encrypted plan.

    Raises:
        SavedPlanError: Not a plan file, damaged, or from another version.
        StateError: It cannot be opened, or should be encrypted and is not.
    """
    stored = Path(path).read_bytes()
    plain = stored.startswith(MAGIC)
    where = f"The plan file {path}"
    raw = stored if plain else codec().open("plan", stored, where)
    if not raw.startswith(MAGIC):
        raise SavedPlanError(f"{path} is not a plan file. Make one with: vbrprov plan -out={path}")
    try:
        saved = msgspec.json.decode(zlib.decompress(raw[len(MAGIC):]), type=SavedPlan)
    except (zlib.error, msgspec.DecodeError) as error:
        raise SavedPlanError(f"The plan file {path} is damaged ({error}). Make a new "
                             "plan.") from None
    if saved.version != __version__:
        raise SavedPlanError(f"The plan file {path} was made by vbrprov {saved.version}, but this "
                             f"is vbrprov {__version__}. Make a new plan.")
    if plain and not saved.sandbox:
        codec().require_plain(where)
    return saved


def read_plan(path: str | Path, request: Request, runtime: Surroundings) -> SavedPlan | None:
    """A plan file, opened with the keys of the folder's configuration; ``None`` after errors."""
    try:
        return load_plan(path, lambda: plan_codec(request, runtime))
    except StateError as error:
        runtime.diags.add(error.diagnostic)
    except SavedPlanError as error:
        runtime.diags.error("Cannot use the plan file", str(error))
    except OSError as error:
        runtime.diags.error("Cannot use the plan file", f"The file {path} cannot be read: "
                            f"{error.strerror}.")
    return None


def write_plan(path: Path, saved: SavedPlan, codec: StateCodec = PLAIN) -> None:
    """Write a plan file (0600)."""
    raw = MAGIC + zlib.compress(msgspec.json.encode(saved))
    atomic_write(path, codec.seal("plan", raw, lineage=saved.lineage, serial=saved.serial),
                 mode=0o600)
