"""Emptying a bucket, without ever bypassing a retention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import Response, S3Client
from vbrprov_s3.codes import AMBIGUOUS, THROTTLED
from vbrprov_s3.errors import Service, invoke
from vbrprov_s3.waiting import THROTTLED_SECONDS

#: Versions whose retention is looked at before anything is deleted; each costs one call.
LOOKED_AT = 200
#: The most that one DeleteObjects call takes.
BATCH = 1000
_BUSY: Final = frozenset({ErrorClass.THROTTLED})

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lock:
    """What was found locked: of ``looked`` versions, ``held`` of them by a legal hold."""

    looked: int
    locked: int
    held: int
    latest: datetime | None

    def sentence(self, subject: str) -> str:
        """For people."""
        when = (f"The latest of them is retained until "
                f"{self.latest.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
                if self.latest else "They are under a legal hold, which has no end.")
        also = f" {self.held} are under a legal hold." if self.held and self.latest else ""
        return (f"{self.locked} of the {self.looked} versions looked at in {subject} are locked. "
                f"{when}{also}")


@dataclass(slots=True)
class Purge:
    """Deletes all versions, delete markers and unfinished uploads of one bucket."""

    service: Service
    client: S3Client
    bucket: str
    ctx: StepContext
    extra: Mapping[str, str] = field(default_factory=dict)

    def _subject(self) -> str:
        return f'bucket "{self.bucket}"'

    def _ask(self, operation: Callable[..., Response], **parameters: Any) -> Response:
        return retry(
            lambda: invoke(self.service, operation, self._subject(), Bucket=self.bucket,
                           **self.extra, **parameters),
            self.ctx, _BUSY, THROTTLED_SECONDS)

    def _page(self, size: int) -> list[Entry]:
        # Always the first page: what came before has been deleted, so a page marker may point at
        # a version that is gone.
        answer = self._ask(self.client.list_object_versions, MaxKeys=size)
        return [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]

    def is_empty(self) -> bool:
        """Whether there is neither a version nor a delete marker."""
        return not self._page(1)

    def run(self, *, locked: bool) -> int:
        """Empty the bucket and return how many versions and markers went.

        With *locked* the newest versions are checked first, so that a bucket under retention
        loses nothing.

        Raises:
            ProviderError: ``LOCKED`` with the latest date that was seen.
        """
        if locked:
            self._refuse_locked(self._page(BATCH))
        self._abort_uploads()
        gone = 0
        last: set[tuple[str, str]] = set()
        while page := self._page(BATCH):
            ids = {(e["Key"], e["VersionId"]) for e in page}
            if ids == last:
                raise ProviderError(
                    ErrorClass.FAILED, "Bucket could not be emptied",
                    f"{self._subject()} still lists {len(ids)} versions whose deletion it "
                    "confirmed.")
            last = ids
            gone += retry(partial(self._delete, page), self.ctx, _BUSY, THROTTLED_SECONDS)
            if self.ctx.stop.is_set():
                raise ProviderError(
                    ErrorClass.FAILED, "Interrupted",
                    f"{gone} versions of {self._subject()} were deleted, some are left.")
        return gone

    def _delete(self, page: list[Entry]) -> int:
        objects = [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in page]
        answer = self._ask(self.client.delete_objects,
                           Delete={"Objects": objects, "Quiet": True})
        # A refusal of single versions comes inside an answer of status 200.
        errors = answer.get("Errors", [])
        if not errors:
            return len(page)
        if all(e.get("Code") in THROTTLED | AMBIGUOUS for e in errors):
            # What was deleted is deleted: asking for all of them again harms nothing.
            raise ProviderError(
                ErrorClass.THROTTLED, "Too many requests",
                f"{len(errors)} versions in {self._subject()} were not deleted: "
                f"{errors[0].get('Code')}.")
        # Some stores leave the version out of the refusal.
        failed = {(e.get("Key"), e.get("VersionId")) for e in errors}
        self._refuse_locked([
            e for e in page
            if (e["Key"], e["VersionId"]) in failed or (e["Key"], None) in failed])
        first = errors[0]
        raise ProviderError(
            ErrorClass.DENIED if first.get("Code") == "AccessDenied" else ErrorClass.FAILED,
            "Bucket could not be emptied",
            f"{len(errors)} versions in {self._subject()} were not deleted. The first is "
            f'"{first.get("Key")}": {first.get("Code")}: {first.get("Message", "")}',
            hint="Allow s3:DeleteObjectVersion on the objects of the bucket.")

    def lock(self, most: int = LOOKED_AT) -> Lock:
        """What is locked among the newest *most* versions of the first page; deletes nothing."""
        return self._lock_of(self._page(BATCH), most)

    def _lock_of(self, entries: list[Entry], most: int) -> Lock:
        versions = [e for e in entries if "ETag" in e or "Size" in e]
        versions.sort(key=lambda e: e["LastModified"], reverse=True)
        latest: datetime | None = None
        held = locked = 0
        for entry in versions[:most]:
            answer = self._ask(self.client.head_object, Key=entry["Key"],
                               VersionId=entry["VersionId"])
            until = answer.get("ObjectLockRetainUntilDate")
            holds = answer.get("ObjectLockLegalHoldStatus") == "ON"
            held += holds
            if until is not None and until > datetime.now(UTC):
                latest = until if latest is None else max(latest, until)
                locked += 1
            elif holds:
                locked += 1
        return Lock(min(len(versions), most), locked, held, latest)

    def _refuse_locked(self, entries: list[Entry]) -> None:
        lock = self._lock_of(entries, LOOKED_AT)
        if lock.locked:
            raise ProviderError(
                ErrorClass.LOCKED, "Bucket holds locked versions",
                f"{lock.sentence(self._subject())} Retention is never bypassed.",
                hint="Wait until the retention ends, or take the bucket out of the configuration "
                     "with deletion_policy = \"ABANDON\".")

    def _abort_uploads(self) -> None:
        while True:
            answer = self._ask(self.client.list_multipart_uploads)
            uploads = answer.get("Uploads", [])
            for upload in uploads:
                self._abort(upload)
            if not answer.get("IsTruncated") or not uploads:
                return

    def _abort(self, upload: Entry) -> None:
        try:
            self._ask(self.client.abort_multipart_upload, Key=upload["Key"],
                      UploadId=upload["UploadId"])
        except ProviderError as error:
            if error.kind is not ErrorClass.NOT_FOUND:
                raise
