"""What the credentials of a repository may do, as far as it is declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from vbrprov.sdk import (
    AccessKeyView,
    Choice,
    CredentialsView,
    Estate,
    GrantView,
    Link,
    RepositoryView,
    RoleGrantView,
    Truth,
    View,
)

if TYPE_CHECKING:
    from vbrprov.policy.iam.document import Policy

V = TypeVar("V", bound=View)

#: Whose language the policies of a family are in. Google has roles instead.
VENDORS: Final = {"amazon": "aws", "s3c": "generic"}
#: What nobody can write a backup without, and what recovery reads with.
_WRITE: Final = {"google": "storage.objects.create", "s3": "s3:PutObject"}
_READ: Final = {"google": "storage.objects.get", "s3": "s3:GetObject"}
#: Permissions that a grant on a bucket does not give.
_OF_PROJECTS: Final = ("iam.", "resourcemanager.", "storage.hmacKeys.", "storage.buckets.create",
                       "storage.buckets.list")
#: The name of the bucket is given, so nobody has to browse for it.
_BROWSE: Final = "storage.buckets.list"
#: Actions that a finding names.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Grants:
    """What the account whose key a repository has is allowed; ``open`` when there may be more.

    ``documents`` are policies in the language of IAM, ``permissions`` those of roles.
    """

    documents: tuple[str, ...]
    permissions: frozenset[str]
    views: tuple[View, ...]
    open: bool

    @property
    def said_in(self) -> View:
        """The last view that says what is allowed."""
        return self.views[-1]


@dataclass(frozen=True, slots=True)
class Lack:
    """Whether permissions are lacking, and which."""

    truth: Truth
    actions: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The first few of them."""
        few = ", ".join(self.actions[:_NAMED])
        more = len(self.actions) - _NAMED
        return f"{few} and {more} more" if more > 0 else few or "permissions"


def reads_only(estate: Estate, repository: RepositoryView) -> tuple[Truth, tuple[View, ...]]:
    """Whether the key of *repository* can only read, and the views that say so.

    Credentials that are not declared are taken to write: most are, and the server refuses others.
    """
    link = repository.credentials
    if link.value.known and link.value.value is None:
        return Truth.NO, ()
    choice = estate.credentials_pool.resolve(link)
    said = choice.holds(lambda credentials: credentials.read_only.is_true)
    if said is not Truth.NO:
        return said, choice.options
    grants = grants_of(estate, repository)
    if grants is None or grants.open:
        return Truth.NO, ()
    return _grants_only_reading(repository, grants), grants.views


def _grants_only_reading(repository: RepositoryView, grants: Grants) -> Truth:
    """Whether what is granted lets backups be read, and none be written."""
    if repository.family == "google":
        return Truth.of(_READ["google"] in grants.permissions
                        and _WRITE["google"] not in grants.permissions)
    name = repository.storage.value
    if repository.family not in VENDORS or not name.known or not name.value:
        return Truth.NO
    write, read = (_allowed(each["s3"], name.value, grants.documents) for each in (_WRITE, _READ))
    return read & ~write


def grants_of(estate: Estate, repository: RepositoryView) -> Grants | None:
    """What is declared of the user behind the key of *repository*; ``None`` when nothing is."""
    return granted(estate, repository.credentials, repository)


def granted(estate: Estate, credentials: Link, repository: RepositoryView) -> Grants | None:
    """What the account behind *credentials* is allowed on the storage of *repository*."""
    record = _one(estate.credentials_pool.resolve(credentials))
    if record is None:
        return None
    keys = (_one(estate.access_key_pool.resolve(link))
            for link in (record.access_key, record.key_file))
    key = next((each for each in keys if each is not None), None)
    if key is None:
        return None
    grants = list(estate.grants_of(key))
    return _collected(estate, repository, record, key, grants) if grants else None


def _collected(estate: Estate, repository: RepositoryView, credentials: CredentialsView,
               key: AccessKeyView, grants: Iterable[GrantView]) -> Grants:
    documents: list[str] = []
    permissions: set[str] = set()
    views: list[View] = [credentials, key]
    unknown = False
    for grant in grants:
        views.append(grant)
        if isinstance(grant, RoleGrantView):
            found = _of_role(estate, repository, grant, views)
            permissions.update(found or ())
            unknown |= found is None
            continue
        fact = grant.document
        if fact.known and fact.value is None:
            managed = _one(estate.managed_policy_pool.resolve(grant.policy))
            if managed is None:
                unknown = True
                continue
            views.append(managed)
            fact = managed.document
        if fact.known and fact.value:
            documents.append(fact.value)
        else:
            unknown = True
    return Grants(tuple(documents), frozenset(permissions), tuple(views), unknown)


def _of_role(estate: Estate, repository: RepositoryView, grant: RoleGrantView,
             views: list[View]) -> list[str] | None:
    """The permissions that a role gives on the storage; ``None`` when that is not known."""
    bucket, on = repository.storage.value, grant.on
    if on.known and on.value and bucket.known and bucket.value != on.value:
        return []
    role = _one(estate.role_pool.resolve(grant.role))
    placed = on.known and (not on.value or bucket.known)
    if role is None or not placed or grant.conditional.is_true is not Truth.NO:
        return None
    views.append(role)
    found = role.permissions
    if not found.known or found.value is None or None in found.value:
        return None
    return [name for name in found.value
            if name is not None and not (on.value and name.startswith(_OF_PROJECTS))]


def lacks(repository: RepositoryView, grants: Grants, purpose: str) -> Lack:
    """What the policies leave out of what a *purpose* needs on S3 storage."""
    name = repository.storage.value
    if not name.known:
        return Lack(Truth.UNKNOWN)
    found = _missing(
        VENDORS[repository.family], purpose, name.value or "",
        repository.immutability_enabled.is_true is Truth.YES,
        repository.auto_provision.is_true is Truth.YES, grants.documents)
    if found is None:
        return Lack(Truth.UNKNOWN)
    denied, missing, conditional = found
    if denied or (missing and not grants.open):
        return Lack(Truth.YES, (*denied, *missing))
    return Lack(Truth.of(bool(missing or conditional)) & Truth.UNKNOWN, (*missing, *conditional))


def lacks_of_roles(grants: Grants, *sets: str) -> Lack:
    """What the roles leave out of permission sets of Google, but for browsing."""
    from vbrprov.policy.sets import find

    needed = dict.fromkeys(action for name in sets for action in find(name).actions
                           if action != _BROWSE)
    missing = tuple(action for action in needed if action not in grants.permissions)
    return Lack(Truth.of(bool(missing)) & (Truth.UNKNOWN if grants.open else Truth.YES), missing)


@lru_cache(maxsize=256)
def _missing(
    vendor: str, purpose: str, bucket: str, immutable: bool, multi_bucket: bool,
    documents: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None:
    """Actions that are denied, missing, and allowed on conditions; ``None`` for no policy."""
    from vbrprov.policy.asking import PolicyArguments
    from vbrprov.policy.check import Kind, check
    from vbrprov.policy.rendering import render
    from vbrprov.sdk import PolicyError

    policy = _policy(documents)
    if policy is None:
        return None
    agents = purpose == "agents" and vendor != "aws"
    # Without browsing, as above.
    arguments = PolicyArguments(
        vendor=vendor, purpose=purpose, buckets=(bucket,) if bucket else (), browse=False,
        immutability=immutable, multi_bucket=multi_bucket and vendor != "aws",
        agent_access="iam_sts" if agents else None)
    try:
        wanted = render(arguments)
    except PolicyError:
        # Only the name of the bucket can be wrong, which is the store's to say.
        return None
    found: dict[Kind, list[str]] = {}
    for fault in check(policy, wanted):
        found.setdefault(fault.kind, []).extend(fault.actions)
    denied, missing, conditional = (
        tuple(found.get(kind, ())) for kind in (Kind.DENIED, Kind.MISSING, Kind.CONDITIONAL))
    return denied, missing, conditional


@lru_cache(maxsize=256)
def _allowed(action: str, bucket: str, documents: tuple[str, ...]) -> Truth:
    """Whether *documents* allow *action* on the objects that Veeam keeps in *bucket*."""
    from vbrprov.policy.iam.conditions import Context
    from vbrprov.policy.iam.evaluate import Request, decide

    policy = _policy(documents)
    if policy is None:
        return Truth.UNKNOWN
    request = Request(action, f"arn:aws:s3:::{bucket}/Veeam/Backup/sample",
                      Context({"aws:securetransport": ("true",)}, open=True))
    decision = decide([policy], request)
    return Truth.NO if decision.denying else decision.allowed


def _policy(documents: tuple[str, ...]) -> Policy | None:
    """All documents as one; ``None`` when one cannot be read."""
    import json

    from vbrprov.policy.iam.document import Policy, Statement, from_data

    statements: list[Statement] = []
    for text in documents:
        try:
            statements += from_data(json.loads(text)).statements
        except ValueError:
            return None
    return Policy(tuple(statements))


def _one(choice: Choice[V]) -> V | None:
    """What a link leads to for certain."""
    return choice.options[0] if choice.sure is Truth.YES else None
