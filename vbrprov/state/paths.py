"""The names of a local state's files, side by side in one folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vbrprov.platform_.errors import ExposedFileError
from vbrprov.state.errors import StateAccessError
from vbrprov.state.snapshot import GENERATIONS, generation_path

DEFAULT_NAME = "vbrprov.vbrstate"


@dataclass(frozen=True, slots=True)
class StatePaths:
    """Where a state's snapshot, journal, lock and lineage marker lie."""

    snapshot: Path

    @property
    def journal(self) -> Path:
        """The write-ahead journal."""
        return self._beside("journal")

    @property
    def old_journal(self) -> Path:
        """The journal that led from the last generation to the current snapshot."""
        return self._beside("journal.1")

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self._beside("lock")

    @property
    def marker(self) -> Path:
        """The lineage marker: it says that a stack exists here, and is never deleted."""
        return self._beside("lineage")

    @property
    def folder(self) -> Path:
        """Where all of them lie."""
        return self.snapshot.parent

    def generations(self) -> list[Path]:
        """The older snapshots that exist, newest first."""
        paths = (generation_path(self.snapshot, n) for n in range(1, GENERATIONS + 1))
        return [path for path in paths if path.exists()]

    def _beside(self, suffix: str) -> Path:
        return self.snapshot.with_name(f"{self.snapshot.name}.{suffix}")


@contextmanager
def access_errors(path: Path, doing: str) -> Iterator[None]:
    """Turn an operating system's error into one for the user.

    Raises:
        StateAccessError: In place of any ``OSError``.
    """
    try:
        yield
    except ExposedFileError as error:
        raise StateAccessError(
            f"{error}. It may hold values that are nobody else's business.",
            hint=f"If the file is yours, make it private:\n\n    chmod 600 {error.path}",
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StateAccessError(f"{os.fspath(path)} cannot be {doing}: {reason}.") from error
