"""Emptying a bucket: every version of every object, and never past a retention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, found

#: Versions that are listed, then deleted, at a time.
BATCH: Final = 1000
#: Deletions that run at the same time.
WORKERS: Final = 8


class Purge:
    """Deletes what a bucket holds."""

    def __init__(self, client: GoogleClients, name: str, ctx: StepContext) -> None:
        self._client = client
        self._name = name
        self._ctx = ctx

    def run(self) -> None:
        """Delete all versions, the newest listing first to last.

        Raises:
            ProviderError: ``LOCKED`` at the first object that a retention or a hold keeps.
        """
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(WORKERS) as pool:
            while batch := self._list():
                # The first object decides whether the rest is worth trying.
                self._delete(batch[0])
                for _ in pool.map(self._delete, batch[1:]):
                    self._check_stop()

    def _check_stop(self) -> None:
        if self._ctx.stop.is_set():
            raise ProviderError(ErrorClass.FAILED, "Interrupted",
                                f'Bucket "{self._name}" is emptied in part only.')

    def _list(self) -> list[Any]:
        def listing() -> list[Any]:
            storage = self._client.storage()
            return list(storage.list_blobs(self._name, versions=True, max_results=BATCH,
                                           retry=None))

        return found(lambda: call(self._ctx, "storage.objects.list", f'bucket "{self._name}"',
                                  listing)) or []

    def _delete(self, blob: Any) -> None:
        send: Callable[[], Any] = lambda: blob.delete(retry=None)  # noqa: E731  # typed, since the SDK is not
        subject = f'object "{blob.name}" (generation {blob.generation})'
        try:
            found(lambda: call(self._ctx, "storage.objects.delete", subject, send))
        except ProviderError as error:
            if error.kind is ErrorClass.LOCKED:
                raise ProviderError(
                    ErrorClass.LOCKED, "Objects are under retention",
                    f'Bucket "{self._name}" cannot be emptied: {error.detail}',
                    hint="Wait until the retention ends. vbrprov never bypasses it.") from error
            raise
