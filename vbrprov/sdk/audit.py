"""What exists, as types tell an audit of it (``docs/audit.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vbrprov.values import Value


@dataclass(frozen=True, slots=True)
class Listed:
    """One object that a service shows.

    ``import_id`` is as ``ResourceType.import_state`` takes it, ``name`` for people. ``known`` are
    the attributes that are known even when the object itself cannot be read. ``token`` is that of
    the mark it bears, where it was looked for.
    """

    import_id: str
    name: str
    known: Mapping[str, Value] = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True, slots=True)
class StorageBelow:
    """The bucket or container that an object keeps data in.

    ``family`` is as ``StorageView.family``. ``account`` is the Azure storage account and
    ``endpoint`` the address of an S3-compatible store; empty where there is none, or it is not
    known, of which ``missing`` says why, as a sentence.
    """

    family: str
    name: str
    account: str = ""
    endpoint: str = ""
    missing: str = ""

    def __str__(self) -> str:
        """The storage in a sentence."""
        word = "container" if self.family == "azure" else "bucket"
        where = self.account or self.endpoint
        return f'{word} "{self.name}"' + (f" of {where}" if where else "")
