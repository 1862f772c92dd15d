"""KMS's calls: waiting out conflicts, listing in pages, finding what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from vbrprov.sdk import ErrorClass, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.errors import KMS
from vbrprov_s3.clients import Response
from vbrprov_s3.errors import invoke

T = TypeVar("T")

#: Seconds until a key, user or role that was made just now is known everywhere.
NEW_SECONDS: Final = 60.0
BUSY_SECONDS: Final = 120.0
_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
_NEW: Final = frozenset({ErrorClass.NOT_FOUND, ErrorClass.NOT_YET})


def kms_call(ctx: StepContext, operation: Callable[..., T], subject: str, **parameters: Any) -> T:
    """A call that may be repeated while KMS is busy."""
    return retry(lambda: invoke(KMS, operation, subject, **parameters), ctx, _BUSY, BUSY_SECONDS)


def kms_new(client: AwsClients, ctx: StepContext, operation: Callable[..., T], subject: str,
            **parameters: Any) -> T:
    """A call about something that may have been made a moment ago and is not known everywhere."""
    return retry(lambda: kms_call(ctx, operation, subject, **parameters), ctx, _NEW,
                 0 if client.sandbox else NEW_SECONDS)


def kms_pages(ctx: StepContext, operation: Callable[..., Response], key: str, subject: str,
              **parameters: Any) -> Iterator[dict[str, Any]]:
    """All entries of a listing."""
    marker: dict[str, str] = {}
    while True:
        answer = kms_call(ctx, operation, subject, **parameters, **marker)
        yield from answer.get(key, [])
        if not answer.get("Truncated") or not answer.get("NextMarker"):
            return
        marker = {"Marker": str(answer["NextMarker"])}


def key_subject(key: str) -> str:
    """How messages name a key."""
    return f'KMS key "{key}"'


def id_of(key: str) -> str:
    """The id in the ARN of a key; an id as it is."""
    return key.rpartition(":key/")[2]


def same_key(left: Any, right: Any) -> bool:
    """Whether two names are of one key: id or ARN."""
    return isinstance(left, str) and isinstance(right, str) and id_of(left) == id_of(right)
