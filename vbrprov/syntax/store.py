"""Where the cache of parsed files lies: a folder of small files that may vanish at any time.

The folder is this user's own, mode 0700, its files 0600, and it is never below a checkout. The name
of an entry is a keyed hash of what it was made from, and its content begins with a keyed hash of
name and content. The key lies elsewhere, in the folder for data that outlive a reboot: who can only
change the cache (a shared cache of a build server, say) can spoil entries, which are then ignored,
but not make one that is believed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from vbrprov.platform_.dirs import user_cache_dir, user_state_dir
from vbrprov.platform_.files import (
    PRIVATE_MODE,
    atomic_create,
    atomic_write,
    read_private,
    secure_dir,
)

_KEY_FILE: Final = "cache.key"
_HASH_BYTES: Final = 32
#: What the folder may hold; each entry counts as one block of a disk more than its content.
_MAX_BYTES: Final = 128_000_000
_MAX_ENTRIES: Final = 4_096
_MAX_AGE: Final = 30 * 24 * 3600.0
_BLOCK: Final = 4_096
_CHECKOUTS: Final = (".git", ".hg", ".svn")


class Store:
    """Entries by name. Whatever goes wrong, an entry is then just not there.

    Args:
        folder: Exists, and is this user's own.
        key: 32 secret bytes.
        version: Of what makes the entries; with another one all names differ.
    """

    def __init__(self, folder: Path, key: bytes, version: bytes) -> None:
        self.folder = folder
        self._key = key
        self._version = hashlib.blake2b(version, digest_size=_HASH_BYTES).digest()

    @classmethod
    def of_user(cls, version: bytes) -> Store | None:
        """This user's store; ``None`` where there can be none."""
        cache, state = user_cache_dir(), user_state_dir()
        if cache is None or state is None or _in_checkout(cache):
            return None
        try:
            secure_dir(cache)
            folder = secure_dir(cache / "syntax")
            key = _key(secure_dir(state) / _KEY_FILE)
        except OSError:
            return None
        return cls(folder, key, version)

    def name(self, kind: str, content: bytes) -> str:
        """The name of the entry of this *kind* for a file with this *content*."""
        start = kind.encode() + b"\0" + self._version
        return self._hash(start + content).hex()

    def has(self, name: str) -> bool:
        """Whether there is an entry; for those that say all with their name."""
        return (self.folder / name).is_file()

    def get(self, name: str) -> bytes | None:
        """The content of an entry."""
        try:
            data = read_private(self.folder / name, must_own=True)
        except OSError:
            return None
        if data is None:
            return None
        content = data[_HASH_BYTES:]
        good = hmac.compare_digest(self._hash(name.encode() + content), data[:_HASH_BYTES])
        return content if good else None

    def put(self, name: str, content: bytes = b"") -> None:
        """Write an entry."""
        data = self._hash(name.encode() + content) + content
        try:
            atomic_write(self.folder / name, data, mode=PRIVATE_MODE, durable=False)
            if name.startswith("0"):
                # Names are evenly spread: one write in sixteen pays for tidying up.
                self.tidy()
        except OSError:
            return

    def tidy(self) -> None:
        """Remove the oldest entries beyond what the folder may hold, and all that are very old."""
        with os.scandir(self.folder) as entries:
            stats = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
        stats.sort(key=lambda item: item[0].st_mtime, reverse=True)
        oldest = time.time() - _MAX_AGE
        room = _MAX_BYTES
        for count, (stat, path) in enumerate(stats):
            room -= stat.st_size + _BLOCK
            if room < 0 or count >= _MAX_ENTRIES or stat.st_mtime < oldest:
                with suppress(OSError):
                    Path(path).unlink()

    def _hash(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=self._key, digest_size=_HASH_BYTES).digest()


def _in_checkout(folder: Path) -> bool:
    """Whether *folder* lies in a working copy of a version control system."""
    return any((above / name).exists() for above in folder.parents for name in _CHECKOUTS)


def _key(path: Path) -> bytes:
    """The key in the file *path*, made when there is none; raises ``OSError``."""
    key = read_private(path, must_own=True)
    if key is None:
        with suppress(FileExistsError):
            # Another process may be making it at the same time.
            atomic_create(path, os.urandom(_HASH_BYTES))
        key = read_private(path, must_own=True)
    if key is None or len(key) != _HASH_BYTES:
        key = os.urandom(_HASH_BYTES)
        atomic_write(path, key)
    return key
