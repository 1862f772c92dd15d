"""Installing packages: fetched beside their place, checked, then put there in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from vbrprov.config.model import Package
from vbrprov.config.packages import Wanted
from vbrprov.config.sources import Kind, Source
from vbrprov.diag import Diagnostics
from vbrprov.platform_.failpoint import failpoint
from vbrprov.platform_.files import atomic_write
from vbrprov.platform_.lock import FileLock, LockHolder, LockTakenError
from vbrprov.secrets import Redactor
from vbrprov.workflow.early import Early
from vbrprov.workflow.packages import git
from vbrprov.workflow.packages.installed import Installed
from vbrprov.workflow.packages.lock import NAME, Entry, Key, path_of, render
from vbrprov.workflow.packages.tree import (
    CHUNK,
    MAX_ARCHIVE,
    MAX_BYTES,
    PackageError,
    archive_too_large,
    content_hash,
    open_file,
    too_large,
    walk,
)
from vbrprov.workflow.packages.unpack import unpack
from vbrprov.workflow.request import Request, leads_outside

_STAGE = ".new-"
#: Of a folder that is copied: what belongs to a checkout, not to a module.
_NOT_COPIED = frozenset({".git", ".vbrprov", ".terraform"})


class Installer(Installed):
    """Fetches what is not installed as the lock file says, and records what it fetched.

    A context manager: it holds a lock against other runs from the first package on.

    Args:
        request: Where the configuration is.
        early: Early values.
        redactor: Takes credentials.
        tell: Told what is being done, in lines for the user.
        upgrade: Choose anew what the lock file has.
        readonly: Refuse whatever would change the lock file.
    """

    def __init__(self, request: Request, early: Early, redactor: Redactor, *,
                 tell: Callable[[str], None], upgrade: bool = False,
                 readonly: bool = False) -> None:
        super().__init__(request, early, redactor)
        self.fetched: set[Key] = set()
        self.used: set[Key] = set()
        self._request = request
        self._environ: Mapping[str, str] = request.environ
        self._path = path_of(request.directory)
        self._timeout = request.lock_timeout
        self._tell = tell
        self._upgrade = upgrade
        self._readonly = readonly
        self._stack = ExitStack()
        self._locked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stack.close()

    def find(self, wanted: Wanted, key: Key, diags: Diagnostics) -> Package | None:
        """Install the package of a call, unless it is there as locked."""
        where = wanted.call.source_range
        if key in self.used:
            # A second call of what failed: it was said why.
            return None
        self.used.add(key)
        try:
            # First without the lock on the folder: where all is there, nothing needs be writable.
            if found := self._as_locked(wanted, key, diags):
                return found
            self._begin()
            if found := self._as_locked(wanted, key, diags):
                return found
            lock = self.lock(diags)
            if lock is None:
                return None
            old = None if self._upgrade else lock.get(key)
            if self._readonly and (old is None
                                   or wanted.source.checksum not in ("", old.checksum)):
                diags.error("Module dependency changes detected", f'The module "{wanted.name}" is '
                            f"not in {NAME} as the configuration asks for it, and "
                            "-lockfile=readonly keeps that as it is. Run init without the option, "
                            "and commit the lock file.", where)
                return None
            self._check_trust(wanted)
            self._tell(f"Downloading {wanted.source.address} for {wanted.name}...")
            return self._install(wanted, key, old, diags)
        except LockTakenError as error:
            diags.error("Another init is running", f"Modules are being installed by "
                        f"{error.holder or 'another process'}. Wait for its end, or give a longer "
                        "-lock-timeout.")
        except PackageError as error:
            diags.error("Failed to download module", f'The module "{wanted.name}" cannot be '
                        f'installed from "{wanted.source.address}". {error}', where)
        except OSError as error:
            diags.error("Failed to download module", f'The module "{wanted.name}" cannot be '
                        f'installed from "{wanted.source.address}": {error.strerror or error}'
                        f"{f' ({error.filename})' if error.filename else ''}.", where)
        return None

    def _check_trust(self, wanted: Wanted) -> None:
        if not self._request.untrusted:
            return
        if wanted.source.kind is Kind.GIT:
            raise PackageError("A repository is fetched by the program git, which a run with "
                               "-untrusted does not start. Use an archive of it, or have the "
                               "modules installed before.")
        if not _is_remote(wanted.source) and leads_outside(self._request, wanted.path):
            raise PackageError("It lies outside the folder of the configuration, which a run with "
                               "-untrusted does not read.")

    def _begin(self) -> None:
        if self._locked:
            return
        folder = Path(self.modules_dir)
        if leads_outside(self._request, folder):
            raise PackageError(f"{folder} leads outside the folder, where a run with -untrusted "
                               "writes nothing.")
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            raise PackageError(f"{folder} is a symbolic link: modules would be installed somewhere "
                               "else.")

        def on_wait(holder: LockHolder | None) -> None:
            self._tell(f"Waiting for another init ({holder or 'of another process'})...")

        self._stack.enter_context(
            FileLock(folder / ".lock", "init", timeout=self._timeout, on_wait=on_wait))
        self._locked = True
        # Another run may have written it meanwhile.
        self.forget_lock()
        for left in folder.glob(f"{_STAGE}*"):
            # Of a run that was cut off.
            shutil.rmtree(left, ignore_errors=True)

    def _as_locked(self, wanted: Wanted, key: Key, diags: Diagnostics) -> Package | None:
        """The package, if it is there as the lock file says."""
        entry = (self.lock(diags) or {}).get(key)
        folder = self.place(key)
        if self._upgrade or entry is None or wanted.source.checksum not in ("", entry.checksum):
            return None
        try:
            fine = Path(folder).is_dir() and content_hash(Path(folder)) == entry.hash
        except (PackageError, OSError):
            fine = False
        return self.package(entry) if fine else None

    def _install(self, wanted: Wanted, key: Key, old: Entry | None,
                 diags: Diagnostics) -> Package | None:
        stage = Path(self.modules_dir, f"{_STAGE}{os.getpid()}-{os.urandom(4).hex()}")
        try:
            content = stage / "content"
            content.mkdir(parents=True)
            entry = self._fetch(wanted, key, old, stage, content)
            if old is not None and entry.hash != old.hash:
                diags.error(
                    "Module does not match the lock file", f'What "{wanted.source.address}" gives '
                    f"now is not what {NAME} names: it says {old.hash}, but there is {entry.hash}. "
                    "Find out why it was changed. If the new content is right:"
                    "\n\n    vbrprov init -upgrade", wanted.call.source_range)
                return None
            if old is not None and wanted.source.checksum in ("", old.checksum):
                # Packed anew, perhaps, but with the same content.
                entry = old
            _put(content, Path(self.place(key)), aside=stage / "old")
            failpoint("init.before_lock")
            self.fetched.add(key)
            self._record(key, entry)
            return self.package(entry)
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _record(self, key: Key, entry: Entry) -> None:
        assert self._lock is not None
        if self._lock.get(key) != entry:
            self._lock[key] = entry
            self.save()

    def drop_unused(self, diags: Diagnostics) -> None:
        """Take packages out of the lock file that no module call needs."""
        if set(self.lock(diags) or {}) <= self.used:
            return
        try:
            self._begin()
            lock = self.lock(diags)
            if lock is not None:
                self._lock = {key: entry for key, entry in lock.items() if key in self.used}
                self.save()
        except (LockTakenError, PackageError, OSError) as error:
            diags.error("Cannot write the lock file", f"Entries that no module call needs stay in "
                        f"{self._path}: {error}.")

    def save(self) -> None:
        """Write the lock file."""
        assert self._lock is not None
        atomic_write(self._path, render(self._lock).encode(), mode=0o644)

    def _fetch(self, wanted: Wanted, key: Key, old: Entry | None, stage: Path,
               content: Path) -> Entry:
        source = wanted.source
        commit = version = checksum = ""
        if source.kind is Kind.GIT:
            locked = git.Chosen(old.commit, old.version) if old is not None else None
            (stage / "git").mkdir()
            chosen = git.fetch(source, wanted.constraints, locked, content, stage / "git",
                               self._environ)
            commit, version = chosen.commit, chosen.version
        elif source.kind is Kind.ARCHIVE:
            archive = Path(os.path.realpath(wanted.path))
            if _is_remote(source):
                from vbrprov.workflow.packages.download import download

                archive = stage / "archive"
                download(source.location, archive, use_netrc=not self._request.untrusted)
            checksum = _checksum(archive)
            if source.checksum not in ("", checksum):
                raise PackageError(f"The archive has the checksum {checksum}, but the source asks "
                                   f"for {source.checksum}.")
            unpack(archive, source.archive, content)
        else:
            _copy(Path(wanted.path), content)
        return Entry(address=wanted.address, constraints=wanted.constraints, version=version,
                     commit=commit, checksum=checksum, hash=content_hash(content))


def _is_remote(source: Source) -> bool:
    return source.location.startswith(("http:", "https:"))


def _put(content: Path, target: Path, aside: Path) -> None:
    """Give a folder its place; what was there is moved aside, and back when that fails."""
    there = os.path.lexists(target)
    if there:
        target.rename(aside)
    try:
        failpoint("init.before_rename")
        content.rename(target)
    except OSError:
        if there:
            aside.rename(target)
        raise


def _checksum(archive: Path) -> str:
    digest = hashlib.sha256()
    total = 0
    with open_file(str(archive)) as stream:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > MAX_ARCHIVE:
                raise archive_too_large()
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _copy(source: Path, target: Path) -> None:
    if not source.is_dir():
        raise PackageError("There is no such folder.")
    total = 0
    for name, entry in walk(source, _NOT_COPIED):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_symlink():
            path.symlink_to(Path(entry).readlink())
            continue
        with open_file(entry.path) as stream, path.open("xb") as out:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_BYTES:
                    raise too_large()
                out.write(chunk)
