"""What the IAM resource types share: listing in pages, waiting out conflicts, policy documents."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from vbrprov.sdk import ErrorClass, Model, ProviderError, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import IamClients, Response
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.services import IAM
from vbrprov_s3.tags import wire_tags

T = TypeVar("T")
M = TypeVar("M", bound=Model)

#: Seconds that another change of the same identity may take.
BUSY_SECONDS: Final = 120.0
_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
_NAME: Final = re.compile(r"[A-Za-z0-9+=,.@_-]+")
_PATH: Final = re.compile(r"/|/[\x21-\x7e]+/")


def name_validator(longest: int) -> Callable[[Any], str | None]:
    """A validator for IAM names of at most *longest* characters."""

    def check(value: Any) -> str | None:
        if not 1 <= len(value) <= longest or not _NAME.fullmatch(value):
            return f"A name has 1 to {longest} letters, digits and the characters +=,.@_- only."
        return None

    return check


def check_path(value: Any) -> str | None:
    """What is wrong with an IAM path."""
    if len(value) > 512 or not _PATH.fullmatch(value):
        return "A path begins and ends with a slash and has at most 512 characters."
    return None


def call(ctx: StepContext | None, operation: Callable[..., T], subject: str,
         **parameters: Any) -> T:
    """A call that may be repeated while IAM is busy with the same identity.

    Without *ctx* (while planning) it is not repeated beyond what the client does.
    """
    def ask() -> T:
        return invoke(IAM, operation, subject, **parameters)

    return ask() if ctx is None else retry(ask, ctx, _BUSY, BUSY_SECONDS)


def pages(operation: Callable[..., Response], key: str, subject: str, *,
          ctx: StepContext | None = None, **parameters: Any) -> Iterator[dict[str, Any]]:
    """All entries of a listing; see ``call`` for *ctx*."""
    marker: dict[str, str] = {}
    while True:
        answer = call(ctx, operation, subject, **parameters, **marker)
        yield from answer.get(key, [])
        if not answer.get("IsTruncated") or not answer.get("Marker"):
            return
        marker = {"Marker": str(answer["Marker"])}


def found(read: Callable[[], T]) -> T | None:
    """What *read* returns, or ``None`` when IAM has no such entity."""
    try:
        return read()
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise


def gone_is_fine(delete: Callable[[], object]) -> None:
    """Delete what may be gone already."""
    found(delete)


def document_text(document: Any) -> str:
    """A policy document as a string: IAM sends it encoded for URLs, botocore may have read it."""
    if isinstance(document, str):
        return unquote(document) if document.startswith("%") else document
    return json.dumps(document, separators=(",", ":"))


def write_tags(
    ctx: StepContext, tag: Callable[..., Response], untag: Callable[..., Response], subject: str,
    before: Mapping[str, str], wanted: Mapping[str, str], **target: Any,
) -> None:
    """From the tags *before* to those *wanted*."""
    removed = sorted(before.keys() - wanted.keys())
    if removed:
        call(ctx, untag, subject, TagKeys=removed, **target)
    changed = {k: v for k, v in wanted.items() if before.get(k) != v}
    if changed:
        call(ctx, tag, subject, Tags=wire_tags(changed), **target)


def after(change: Callable[[], object], state: M) -> Callable[[], M]:
    """What a step runs: the change, and then *state* is what is recorded."""

    def run() -> M:
        change()
        return state

    return run


def made_up(prefix: str | None) -> str:
    """A name that nobody else has."""
    return f"{prefix or 'vbrprov-'}{secrets.token_hex(13)}"


def moved(arn: str, noun: str, path: str, name: str) -> str:
    """The ARN of a user, group or role after a move to *path*."""
    return f"{arn.partition(f':{noun}/')[0]}:{noun}{path}{name}"


def unset(stated: str | None) -> str | None:
    """What nothing in IAM is read as: an empty text where configuration says so, else null."""
    return "" if stated == "" else None


def user_subject(name: str) -> str:
    """How messages name a user."""
    return f'user "{name}"'


def already(what: str, import_id: str, attribute: str) -> ProviderError:
    """There is one already; nothing is taken over silently."""
    return ProviderError(
        ErrorClass.EXISTS, "Name already taken",
        f"A {what} exists in the account. It was not created by this stack and is not taken over "
        "silently.", attribute=attribute,
        hint=f"Import it (vbrprov import ADDRESS {import_id}), or choose another name.")


def list_keys(client: IamClients, user: str,
              ctx: StepContext | None = None) -> list[dict[str, Any]]:
    """The access keys of a user; never their secrets, which IAM does not tell again."""
    return list(pages(client.iam().list_access_keys, "AccessKeyMetadata", user_subject(user),
                      ctx=ctx, UserName=user))
