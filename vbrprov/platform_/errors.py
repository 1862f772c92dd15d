"""What can go wrong with files, apart from plain ``OSError``."""

from __future__ import annotations

from pathlib import Path


class ExposedFileError(PermissionError):
    """A file that must be private can be read or written by other users."""

    def __init__(self, path: Path, mode: int) -> None:
        self.path = path
        self.mode = mode
        super().__init__(
            f"{path} can be read or written by other users (mode {mode:04o}); "
            f"it must belong to its owner alone (mode 0600)"
        )

    def __str__(self) -> str:
        return str(self.args[0])


class NotOwnFileError(PermissionError):
    """A file that only we may have written belongs to somebody else."""

    def __init__(self, path: Path, owner: int) -> None:
        self.path = path
        super().__init__(f"{path} belongs to user id {owner}")

    def __str__(self) -> str:
        return str(self.args[0])


class NotPrivateDirectoryError(PermissionError):
    """A folder that must be ours alone belongs to somebody else, or is a link."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path} is not a private folder: {reason}")

    def __str__(self) -> str:
        return str(self.args[0])


class NotRegularFileError(OSError):
    """A path names a link, a pipe, a folder or a device where a plain file is expected."""

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        super().__init__(f"{path} is {kind}, not a regular file")

    def __str__(self) -> str:
        return str(self.args[0])
