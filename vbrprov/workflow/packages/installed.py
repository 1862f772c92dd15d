"""Packages as they are installed, compared with the lock file on every run."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from vbrprov.config import Expression, Files, Module
from vbrprov.config.load import file_in
from vbrprov.config.model import Package
from vbrprov.config.packages import Wanted, not_installed
from vbrprov.config.sources import Kind
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.secrets import Redactor
from vbrprov.workflow.early import Early
from vbrprov.workflow.packages.lock import NAME, Entry, Key, read_lock
from vbrprov.workflow.packages.tree import PackageError, content_hash
from vbrprov.workflow.request import Request, bundled_dir


def data_dir(request: Request) -> str:
    """The folder for what can be made again: ``.vbrprov``, or where the environment says."""
    named = request.environ.get("VBRPROV_DATA_DIR") or request.environ.get("TF_DATA_DIR")
    if named and Path(named).is_absolute():
        return os.path.normpath(named)
    return os.path.normpath(file_in(request.directory, named or ".vbrprov"))


class Installed:
    """What ``init`` installed. Nothing is ever fetched here."""

    def __init__(self, request: Request, early: Early, redactor: Redactor) -> None:
        self.early = early
        self.modules_dir = os.path.join(data_dir(request), "modules")  # noqa: PTH118  # a Path drops "./"
        self._directory = request.directory
        self._redactor = redactor
        self._files: Files = request.files()
        self._lock: dict[Key, Entry] | None = None
        self._lock_read = False
        self._found: dict[Key, Package] = {}

    def enter(self, module: Module) -> None:
        """Remember a module for early values."""
        self.early.enter(module)

    def text(self, expression: Expression, module: Module, what: str,
             diags: Diagnostics) -> str | None:
        """The value of an argument that must be known at once."""
        return self.early.text(expression, module, what, diags)

    def hide(self, secrets: tuple[str, ...]) -> None:
        """Give credentials to the redactor."""
        for secret in secrets:
            self._redactor.add(secret)

    def folder(self, wanted: Wanted, diags: Diagnostics) -> Package | None:
        """The package, verified; ``None``, and an error, when it cannot be used."""
        if wanted.source.kind is Kind.BUNDLED:
            return _bundled(wanted, diags)
        key = (wanted.address, wanted.constraints)
        found = self._found.get(key) or self.find(wanted, key, diags)
        if found is not None:
            self._found[key] = found
        return found

    def find(self, wanted: Wanted, key: Key, diags: Diagnostics) -> Package | None:
        """Look at the package of a call for the first time."""
        lock = self.lock(diags)
        if lock is None:
            return None
        entry, folder = lock.get(key), self.place(key)
        where = wanted.call.source_range
        if entry is None or not Path(folder).is_dir():
            not_installed(wanted, diags)
            return None
        if wanted.source.checksum not in ("", entry.checksum):
            diags.error("Module does not match its checksum", "The source asks for the checksum "
                        f"{wanted.source.checksum}, but {NAME} says that the archive had "
                        f"{entry.checksum or 'none'}. If the new one is right, fetch it:"
                        "\n\n    vbrprov init -upgrade", where)
            return None
        try:
            found = content_hash(Path(folder))
        except (PackageError, OSError) as error:
            found = f"nothing, since it cannot be read ({error})"
        if found != entry.hash:
            diags.error(
                "Installed module was changed", f'The files of the module "{wanted.call.name}" in '
                f"{folder} are not those that {NAME} names: they were changed, or the lock file "
                f"was. It says {entry.hash}, but there is {found}. To install again what the lock "
                "file says:\n\n    vbrprov init", where)
            return None
        return self.package(entry)

    def package(self, entry: Entry) -> Package:
        """A package whose content is that of an entry of the lock file."""
        name = f"{entry.address} {entry.constraints}".rstrip()
        return Package(self.place(entry.key), name, entry.hash)

    def place(self, key: Key) -> str:
        """The folder of a package: the same for every version, since ``path.module`` shows it."""
        address, constraints = key
        last = address.partition("?")[0].rstrip("/").rpartition("/")[2]
        word = re.sub(r"[^a-z0-9_-]+", "-", last.lower().removesuffix(".git"))[:40].strip("-")
        digest = hashlib.sha256(f"{address}\0{constraints}".encode()).hexdigest()[:10]
        return os.path.join(self.modules_dir, f"{word or 'module'}-{digest}")  # noqa: PTH118  # as above

    def lock(self, diags: Diagnostics) -> dict[Key, Entry] | None:
        """The lock file, read once; ``None`` when it is damaged."""
        if not self._lock_read:
            self._lock_read = True
            self._lock = read_lock(self._directory, self._files, diags)
        return self._lock

    def forget_lock(self) -> None:
        """Read the lock file again when it is needed next."""
        self._lock_read = False


class Replayed(Installed):
    """Packages whose modules a saved plan keeps.

    They need not be installed any more. Where they are, functions may read further files of them,
    so their content must be what it was.

    Args:
        hashes: Hash of each package by its folder, as planned.
    """

    def __init__(self, request: Request, early: Early, redactor: Redactor,
                 hashes: Mapping[str, str]) -> None:
        super().__init__(request, early, redactor)
        self._hashes = hashes

    def find(self, wanted: Wanted, key: Key, diags: Diagnostics) -> Package | None:
        """The package as it was planned."""
        folder = self.place(key)
        planned = self._hashes.get(folder)
        if planned is None:
            not_installed(wanted, diags)
            return None
        try:
            changed = Path(folder).is_dir() and content_hash(Path(folder)) != planned
        except (PackageError, OSError):
            changed = True
        if changed:
            diags.error("Saved plan is stale", f'The files of the module "{wanted.call.name}" in '
                        f"{folder} are not those that the plan was made with. Make a new plan.",
                        wanted.call.source_range)
            return None
        return Package(folder, f"{wanted.address} {wanted.constraints}".rstrip(), planned)


def _bundled(wanted: Wanted, diags: Diagnostics) -> Package | None:
    root = bundled_dir()
    name = wanted.source.location
    if not (root / name).is_dir():
        known = sorted(p.name for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
        hint = did_you_mean(name, known) or (
            f"There are: {', '.join(known)}." if known else "This version comes with none.")
        diags.error("No such bundled module", f'No module named "{name}" comes with vbrprov. '
                    f"{hint}", wanted.call.source_range)
        return None
    return Package(str(root / name), wanted.address)
