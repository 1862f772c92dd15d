"""Keys, roles and grants of Google Cloud as guardrails see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from vbrprov.sdk import (
    AccessKeyView,
    Fact,
    InstanceFacts,
    Link,
    Reader,
    RoleGrantView,
    RoleView,
    View,
)

ACCESS_ID: Final = "access_id"
EMAIL: Final = "service_account_email"
ACCOUNT: Final = "service_account_id"
NAME: Final = "name"
PERMISSIONS: Final = "permissions"
ROLE: Final = "role"
MEMBER: Final = "member"
CONDITION: Final = "condition"
BUCKET: Final = "bucket"
_ACCOUNT_MEMBER: Final = "serviceAccount:"


def hmac_key_view(facts: InstanceFacts) -> Iterator[View]:
    """An HMAC key of a service account."""
    reader = Reader(facts)
    yield AccessKeyView(instance=facts, id=reader.text(ACCESS_ID), user=reader.link(EMAIL))


def account_key_view(facts: InstanceFacts) -> Iterator[View]:
    """A key file of a service account, which may be named by its email or its full name."""
    reader = Reader(facts)
    yield AccessKeyView(instance=facts, id=reader.text(NAME),
                        user=_last(reader.link(ACCOUNT), "/"))


def role_view(facts: InstanceFacts) -> Iterator[View]:
    """A custom role."""
    reader = Reader(facts)
    yield RoleView(instance=facts, name=reader.text(NAME), permissions=reader.texts(PERMISSIONS))


def grant_view(facts: InstanceFacts, on: str = "") -> Iterator[View]:
    """A role of a service account; *on* is the attribute with the bucket that it is for.

    Grants to others are none of a key.
    """
    reader = Reader(facts)
    member = reader.text(MEMBER)
    if member.known and not (member.value or "").startswith(_ACCOUNT_MEMBER):
        return
    yield RoleGrantView(
        instance=facts, user=_last(reader.link(MEMBER), ":"), role=reader.link(ROLE),
        on=reader.text(on) if on else Fact(), conditional=reader.present(CONDITION))


def _last(link: Link, separator: str) -> Link:
    """The link without what stands before the last *separator*."""
    fact = link.value
    if not fact.known or fact.value is None:
        return link
    return replace(link, value=replace(fact, value=fact.value.rpartition(separator)[2]))
