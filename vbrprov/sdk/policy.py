"""Permission policies: what is asked for, and what a vendor's dialect makes of it.

The sets of permissions and the purposes are data in ``vbrprov.policy``; a provider contributes
dialects, one file each in its folder ``dialects``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec


class Level(enum.StrEnum):
    """What a permission can be narrowed to."""

    #: Nothing: it concerns the account.
    ACCOUNT = "account"
    BUCKET = "bucket"
    OBJECT = "object"
    USER = "user"
    POLICY = "policy"
    ROLE = "role"
    KEY = "key"
    #: Azure: the data of a resource, not the resource.
    DATA = "data"
    #: A role that the vendor defines, instead of an action.
    BUILT_IN_ROLE = "built_in_role"


class Need(msgspec.Struct, frozen=True):
    """One permission that is needed, why, and who says so.

    ``action`` is spelt as Veeam prints it. ``sources`` are the page that asks for it, and the
    vendor's page on what it does.
    """

    action: str
    level: Level
    why: str
    permission_set: str
    sources: tuple[str, ...]


class Scope(msgspec.Struct, frozen=True):
    """What the permissions are for; an empty text means that it was not said.

    ``folder`` is a repository's folder below ``Veeam/Backup/`` and ``Veeam/Archive/``; ``tiers``
    says which of the two.
    """

    buckets: tuple[str, ...] = ()
    folder: str = ""
    tiers: tuple[str, ...] = ("Backup", "Archive")
    account: str = ""
    partition: str = "aws"
    #: S3 compatible stores with automatic child buckets: their names are not known beforehand.
    child_buckets: bool = False
    #: Azure: subscription, resource group, storage account.
    subscription: str = ""
    resource_group: str = ""
    storage_account: str = ""
    #: Google: the project of a custom role. IBM: the id of the service instance.
    project: str = ""
    instance: str = ""


class PolicyRequest(msgspec.Struct, frozen=True):
    """What a dialect is to render.

    ``principals`` are set for a policy of a bucket (or key), and empty for one of an identity.
    """

    purpose: str
    vendor: str
    name: str
    needs: tuple[Need, ...]
    scope: Scope
    tls_only: bool = False
    mfa_free: bool = False
    hardened: bool = False
    principals: tuple[str, ...] = ()
    #: What the answer to the request says beside the policy.
    notes: tuple[str, ...] = ()


class PolicyDocument(msgspec.Struct, frozen=True):
    """A rendered policy.

    ``kind`` says what ``body`` is: ``iam``, ``flashblade``, ``ibm``, ``azure_role``,
    ``azure_assignments``, ``google_role``. ``attach`` is what it is attached to: ``user``,
    ``managed`` (too long for a user's own), ``group``, ``named``, ``bucket``, ``key``, ``role``,
    ``service_id``, ``rules``. ``spelling`` maps the actions of the needs to the vendor's; an action
    that the vendor does not know has none. ``tools`` are the formats for a program that this policy
    can be put in place with.
    """

    kind: str
    body: Any
    attach: str
    spelling: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


class PolicyError(ValueError):
    """What is asked for cannot be rendered.

    ``argument`` names the argument at fault, as in the data source; empty for the whole.
    """

    def __init__(self, argument: str, summary: str, detail: str, hint: str = "") -> None:
        super().__init__(detail)
        self.argument = argument
        self.summary = summary
        self.detail = detail
        self.hint = hint


class PolicyDialect:
    """How one vendor writes policies; a class in ``<package>/dialects/<vendor>.py``.

    ``family`` decides which sets Veeam asks for: ``aws``, ``s3`` (compatible), ``azure`` or
    ``google``. ``bucket_rules`` are those of ``bucket_name_check``.
    """

    vendor: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    bucket_rules: ClassVar[str] = "s3"
    doc: ClassVar[str] = ""
    source: ClassVar[str] = ""

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """The policy.

        Raises:
            PolicyError: The vendor has no way to say this.
        """
        raise NotImplementedError


class PolicyFormat(msgspec.Struct, frozen=True):
    """A way to write a rendered policy down.

    ``kinds`` are the kinds of documents that it can write; one for a ``tool`` only those that name
    it.
    """

    name: str
    doc: str
    kinds: tuple[str, ...]
    write: Callable[[PolicyRequest, PolicyDocument], str]
    tool: bool = False

    def fits(self, document: PolicyDocument) -> bool:
        """Whether it can hold *document*."""
        return document.kind in self.kinds and (not self.tool or self.name in document.tools)
