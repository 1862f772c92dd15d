"""Per-user folders. Each function answers None where the user has no such folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from vbrprov.platform_.system import system

_APP = "vbrprov"


def _xdg(variable: str, fallback: str) -> Path | None:
    """A folder by the XDG base directory rules; relative values are to be ignored."""
    value = os.environ.get(variable, "")
    if Path(value).is_absolute():
        return Path(value) / _APP
    home = Path(os.environ.get("HOME", ""))
    return home / fallback / _APP if home.is_absolute() else None


def _ask(folder: str) -> Path | None:
    """The answer of platformdirs, or None where it finds no home folder."""
    import platformdirs

    try:
        value: str = getattr(platformdirs, folder)(_APP, appauthor=False)
    except RuntimeError:
        return None
    return Path(value) if Path(value).is_absolute() else None


def user_cache_dir() -> Path | None:
    """Where data may lie that can be made again. Not created here."""
    # platformdirs costs 40 ms to import, half of a small plan; on Linux the rule is two variables.
    if sys.platform == "linux" and (found := _xdg("XDG_CACHE_HOME", ".cache")) is not None:
        return found
    return _ask("user_cache_dir")


def user_state_dir() -> Path | None:
    """Where data may lie that must outlive a reboot but belongs to this machine. Not created."""
    if sys.platform == "linux" and (found := _xdg("XDG_STATE_HOME", ".local/state")) is not None:
        return found
    return _ask("user_state_dir")


def user_runtime_dir() -> Path | None:
    """Where sockets and the like may lie until the user logs out. Not created here."""
    if sys.platform == "linux":
        value = os.environ.get("XDG_RUNTIME_DIR", "")
        if Path(value).is_absolute():
            return Path(value) / _APP
        common = Path(f"/run/user/{system.user_id()}")
        return common / _APP if common.is_dir() else None
    return _ask("user_runtime_dir")


def user_temp_dir() -> Path:
    """This user's own folder below the system's temporary folder. Not created here."""
    if sys.platform == "win32":
        base = os.environ.get("TEMP") or os.environ.get("TMP") or Path.cwd()
        return Path(base) / _APP
    folder = Path(os.environ.get("TMPDIR", ""))
    if not folder.is_absolute():
        folder = Path("/tmp")  # noqa: S108 - secure_dir makes the folder in it private
    return folder / f"{_APP}-{system.user_id()}"
