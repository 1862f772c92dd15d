"""A store whose objects are encrypted, each bound to its name."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.sdk.store import ObjectStore, Stored
from vbrprov.state.codec import ConfiguredKey, StateCodec
from vbrprov.state.remote.names import is_generation, is_secret, is_snapshot


class SealedStore(ObjectStore):
    """Seals what is put and opens what is got; versions are those of the store below.

    Lease, marker and fences hold no secret and stay as they are.

    Args:
        store: The store below.
        codec: How bytes are kept; where it does not encrypt, it still refuses what is encrypted.
    """

    def __init__(self, store: ObjectStore, codec: StateCodec) -> None:
        self._store = store
        self._codec = codec
        #: Whether the last snapshot that was read is kept otherwise than it would be now.
        self.is_stale = False
        #: What the snapshot that is there now is sealed with.
        self._snapshot_key: ConfiguredKey | None = None

    @property
    def description(self) -> str:
        """Of the store below."""
        return self._store.description

    def get(self, name: str) -> Stored | None:
        """The object, opened."""
        return self._opened(name, self._store.get(name))

    def get_all(self, names: Sequence[str]) -> list[Stored | None]:
        """Several objects, opened."""
        return [self._opened(name, found)
                for name, found in zip(names, self._store.get_all(names), strict=True)]

    def _opened(self, name: str, found: Stored | None) -> Stored | None:
        if found is None or not is_secret(name):
            return found
        data = self._codec.open(name, found.data, f"The object {name} in {self.description}")
        if is_snapshot(name):
            self.is_stale = not self._codec.is_current(found.data)
            self._snapshot_key = self._codec.key_of(found.data)
        return Stored(data, found.version)

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """Write an object, sealed."""
        if is_secret(name):
            # The snapshot that becomes a generation holds secrets when it was encrypted, also
            # where from now on nothing is.
            data = self._codec.seal(
                name, data, otherwise=self._snapshot_key if is_generation(name) else None)
        version = self._store.put(name, data, expected=expected)
        if is_snapshot(name):
            self._snapshot_key = None
        return version

    def delete(self, names: Sequence[str]) -> None:
        """Delete objects."""
        self._store.delete(names)

    def names(self, prefix: str) -> list[str]:
        """The names that begin with *prefix*."""
        return self._store.names(prefix)

    def unfit(self) -> str:
        """What the store below gets wrong."""
        return self._store.unfit()
