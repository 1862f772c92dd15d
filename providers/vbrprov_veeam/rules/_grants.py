"""What the credentials of a repository may do, as far as it is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from vbrprov.sdk import (
    AccessKeyView,
    CredentialsView,
    Estate,
    GrantView,
    RepositoryView,
    Truth,
    View,
)

if TYPE_CHECKING:
    from vbrprov.policy.iam.document import Policy

V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Grants:
    """The policies of the user whose key a repository has; ``open`` when there may be more."""

    documents: tuple[str, ...]
    views: tuple[View, ...]
    open: bool

    def policy(self) -> Policy | None:
        """All documents as one; ``None`` when one cannot be read."""
        import json

        from vbrprov.policy.iam.document import Policy, Statement, from_data

        statements: list[Statement] = []
        for text in self.documents:
            try:
                statements += from_data(json.loads(text)).statements
            except ValueError:
                return None
        return Policy(tuple(statements))


def reads_only(estate: Estate, repository: RepositoryView) -> tuple[Truth, tuple[View, ...]]:
    """Whether the key of *repository* can only read, and the views that say so.

    Credentials that are not declared are taken to write: most are, and the server refuses others.
    """
    choice = estate.credentials_pool.resolve(repository.credentials)
    found: tuple[CredentialsView, ...] = choice.options
    link = repository.credentials
    if link.value.known and link.value.value is None:
        return Truth.NO, ()
    return choice.holds(lambda credentials: credentials.read_only.is_true), found


def grants_of(estate: Estate, repository: RepositoryView) -> Grants | None:
    """What is declared of the user behind the key of *repository*; ``None`` when nothing is."""
    credentials = _one(estate.credentials_pool.resolve(repository.credentials).options)
    if credentials is None:
        return None
    key = _one(estate.access_key_pool.resolve(credentials.access_key).options)
    if key is None:
        return None
    grants = list(estate.grants_of(key))
    return _collected(estate, credentials, key, grants) if grants else None


def _collected(estate: Estate, credentials: CredentialsView, key: AccessKeyView,
               grants: list[GrantView]) -> Grants:
    documents: list[str] = []
    views: list[View] = [credentials, key]
    unknown = False
    for grant in grants:
        views.append(grant)
        fact = grant.document
        if fact.known and fact.value is None:
            managed = _one(estate.managed_policy_pool.resolve(grant.policy).options)
            if managed is None:
                unknown = True
                continue
            views.append(managed)
            fact = managed.document
        if fact.known and fact.value:
            documents.append(fact.value)
        else:
            unknown = True
    return Grants(tuple(documents), tuple(views), unknown)


def _one(options: tuple[V, ...]) -> V | None:
    return options[0] if len(options) == 1 else None

