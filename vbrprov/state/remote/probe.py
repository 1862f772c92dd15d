"""Does a store keep what its conditional writes promise?"""

from __future__ import annotations

import os

from vbrprov.sdk.store import ObjectStore, StoreConflictError
from vbrprov.state.errors import StateError
from vbrprov.state.remote.access import persist, put_surely


class UnfitStoreError(StateError):
    """A store that cannot keep two writers apart."""

    summary = "Store not fit for state"


def require_conditional_writes(store: ObjectStore, prefix: str) -> None:
    """Try with an object of its own.

    Raises:
        UnfitStoreError: A write that had to be refused was not, or a read is behind.
        StoreError: The store does not answer.
    """
    wrong = persist(store.unfit)
    if wrong:
        raise _unfit(store, wrong)
    name = f"{prefix}probe-{os.urandom(8).hex()}"
    first, second = f"1 {name}".encode(), f"2 {name}".encode()
    try:
        old = put_surely(store, name, first, None)
        _must_refuse(store, name, second, None,
                     "an object that exists was written as if there were none")
        new = put_surely(store, name, second, old)
        _must_refuse(store, name, first, old,
                     "an object that had changed was written as if it had not")
        found = persist(lambda: store.get(name))
        if found is None or found.data != second or found.version != new:
            raise _unfit(store, "an object did not read as it was just written")
        if name not in persist(lambda: store.names(name)):
            raise _unfit(store, "an object that was just written is not listed")
    finally:
        persist(lambda: store.delete([name]))


def _must_refuse(store: ObjectStore, name: str, data: bytes, expected: str | None,
                 wrong: str) -> None:
    try:
        persist(lambda: store.put(name, data, expected=expected))
    except StoreConflictError:
        return
    raise _unfit(store, wrong)


def _unfit(store: ObjectStore, wrong: str) -> UnfitStoreError:
    return UnfitStoreError(
        f"{store.description} does not keep two writers apart: {wrong}. Two runs at once could "
        f"overwrite what the other recorded. Nothing was started.",
        hint="Use a store with conditional writes: for S3-compatible ones If-None-Match and "
        "If-Match on PutObject, for HTTP servers a lock that is checked on each write.")
