"""Policies that a live identity has, for ``vbrprov policy check -live``."""

from __future__ import annotations

import enum

import msgspec


class Hold(enum.Enum):
    """In what way a policy counts for an identity."""

    #: It allows or denies: the identity's own, that of a group, or that of a bucket.
    IDENTITY = "identity"
    BUCKET = "bucket"
    #: It bounds what the others can allow.
    BOUNDARY = "boundary"


class HeldPolicy(msgspec.Struct, frozen=True):
    """One policy: ``name`` says where it is, ``text`` is the document in JSON."""

    name: str
    text: str
    hold: Hold = Hold.IDENTITY


class HeldPolicies(msgspec.Struct, frozen=True):
    """What an identity has: ``who`` for messages, ``arn`` where there is one."""

    who: str
    policies: tuple[HeldPolicy, ...]
    arn: str = ""
