"""What the credentials of a repository may do, as far as it is declared."""

from __future__ import annotations

from vbrprov.sdk import CredentialsView, Estate, RepositoryView, Truth, View


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
