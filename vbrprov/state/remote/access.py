"""Calls to a store that are tried again, and whose lost answers are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from vbrprov.sdk.store import ObjectStore, StoreConflictError, Stored, StoreError
from vbrprov.state.errors import StateAccessError

T = TypeVar("T")

#: Seconds before each further attempt.
PAUSES = (0.1, 0.3, 1.0, 2.0, 4.0)


def persist(call: Callable[[], T], pauses: Sequence[float] = PAUSES) -> T:
    """The answer of *call*, tried again while trying again may help.

    Raises:
        StoreError: The last attempt's.
    """
    for pause in pauses:
        try:
            return call()
        except StoreConflictError:
            raise
        except StoreError as error:
            if not error.passing:
                raise
            time.sleep(pause)
    return call()


def put_surely(store: ObjectStore, name: str, data: bytes, expected: str | None,
               pauses: Sequence[float] = PAUSES) -> str:
    """Write an object; when a write's answer was lost, find out whether it happened.

    *data* must be bytes that nobody else writes, so that finding them says that we did.

    Returns:
        The new version.

    Raises:
        StoreConflictError: The object was not as expected, and is not *data* either.
        StoreError: It is not known whether it was written.
    """
    try:
        return persist(lambda: store.put(name, data, expected=expected), pauses)
    except StoreConflictError:
        found = persist(lambda: store.get(name), pauses)
        if found is not None and found.data == data:
            return found.version
        raise


def get(store: ObjectStore, name: str) -> Stored | None:
    """An object, with patience."""
    return persist(lambda: store.get(name))


@contextmanager
def store_errors(store: ObjectStore, doing: str) -> Iterator[None]:
    """Turn a store's error into one for the user.

    Raises:
        StateAccessError: In place of any ``StoreError``.
    """
    try:
        yield
    except StoreError as error:
        raise StateAccessError(
            f"The state in {store.description} cannot be {doing}: {error.detail}", hint=error.hint
        ) from error
