"""Keys and policies of users as guardrails see them, under the names that all IAM types share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vbrprov.sdk import (
    AccessKeyView,
    Fact,
    GrantView,
    InstanceFacts,
    ManagedPolicyView,
    Reader,
    View,
)

ID: Final = "id"
USER: Final = "user"
POLICY: Final = "policy"
ARN: Final = "arn"
POLICY_ARN: Final = "policy_arn"


def access_key_view(facts: InstanceFacts) -> Iterator[View]:
    """A key of a user."""
    reader = Reader(facts)
    yield AccessKeyView(instance=facts, id=reader.text(ID), user=reader.link(USER))


def managed_policy_view(facts: InstanceFacts) -> Iterator[View]:
    """A policy by itself."""
    reader = Reader(facts)
    yield ManagedPolicyView(instance=facts, arn=reader.text(ARN), document=reader.text(POLICY))


def inline_view(facts: InstanceFacts) -> Iterator[View]:
    """A policy inside a user; nothing for other identities."""
    reader = Reader(facts)
    if reader.declared(USER):
        yield GrantView(instance=facts, user=reader.link(USER), document=reader.text(POLICY))


def attachment_view(facts: InstanceFacts) -> Iterator[View]:
    """A policy attached to a user; nothing for other identities."""
    reader = Reader(facts)
    if reader.declared(USER):
        yield GrantView(instance=facts, user=reader.link(USER), policy=reader.link(POLICY_ARN))


def membership_view(facts: InstanceFacts) -> Iterator[View]:
    """Groups of a user, whose policies are not looked at."""
    yield GrantView(instance=facts, user=Reader(facts).link(USER), document=Fact.unknown())
