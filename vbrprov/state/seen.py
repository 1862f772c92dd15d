"""The highest serial of each encrypted stack that this machine wrote, against replay.

Encryption shows that a file was changed, but not that a whole older one was put in its place. So
the number of the last one is kept in the user's own folder.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from vbrprov.platform_.dirs import user_state_dir
from vbrprov.platform_.files import atomic_write, read_private, secure_dir
from vbrprov.state.codec import SealedStateError, StateCodec
from vbrprov.state.errors import REPAIR_COMMAND
from vbrprov.state.model import StateData


def _file(lineage: str) -> Path | None:
    home = user_state_dir()
    if home is None:
        return None
    return home / "seen" / sha256(lineage.encode()).hexdigest()[:24]


def highest_seen(lineage: str) -> int:
    """The highest serial that was noted here; 0 when nothing was, or it cannot be read."""
    path = _file(lineage)
    if path is None:
        return 0
    try:
        return int(read_private(path, must_own=True) or b"0")
    except (OSError, ValueError):
        return 0


def remember(data: StateData) -> None:
    """Note the serial of a state that was written; where that fails, nothing is noted."""
    path = _file(data.lineage)
    if path is None or data.serial <= highest_seen(data.lineage):
        return
    with suppress(OSError):
        secure_dir(path.parent)
        atomic_write(path, b"%d\n" % data.serial, temp=path.with_name(f"{path.name}.tmp"))


def require_not_older(where: Path | str, data: StateData, codec: StateCodec) -> None:
    """Raise when an encrypted state is older than one that was written here.

    Raises:
        SealedStateError: It is.
    """
    if not codec.encrypts or not data.lineage:
        return
    highest = highest_seen(data.lineage)
    if data.serial < highest:
        take_on = (f"take it on with:\n\n    {REPAIR_COMMAND} -choice=1" if isinstance(where, Path)
                   else f"remove the note of the newer one: {_file(data.lineage)}")
        raise SealedStateError(
            "Older state put in place", f"The state {where} has the serial {data.serial}, but this "
            f"machine has written {highest}. It is genuine, but an older one: what was made since "
            "is not in it.", hint="Put the newer one back. If the older one is what you want, as "
            f"after a restore, {take_on}")
