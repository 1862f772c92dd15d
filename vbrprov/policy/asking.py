"""From arguments, as a person gives them, to a request that a dialect can render."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from vbrprov.diag import did_you_mean
from vbrprov.functions import find as find_function
from vbrprov.policy import finding, purposes, sets
from vbrprov.sdk import Level, Need, PolicyDialect, PolicyError, PolicyRequest, Scope
from vbrprov.values import ListV

TIERS: Final = {"performance": "Backup", "capacity": "Archive"}
PARTITIONS: Final = ("aws", "aws-cn", "aws-us-gov")
_NAME: Final = re.compile(r"[A-Za-z0-9+=,.@_-]{1,128}")
_FOLDER_FORBIDDEN: Final = re.compile(r"[*?$\\\"'/\x00-\x1f\x7f]")
_LONGEST_FOLDER: Final = 255
_IN_BUCKET: Final = (Level.BUCKET, Level.OBJECT)


class PolicyArguments(msgspec.Struct, frozen=True):
    """The arguments of ``veeam_permission_policy`` and of ``vbrprov policy``; see the former."""

    vendor: str
    purpose: str
    buckets: Sequence[str] = ()
    folder: str | None = None
    tier: str | None = None
    name: str | None = None
    immutability: bool = False
    multi_bucket: bool = False
    browse: bool = True
    appliance: str | None = None
    ebs_encryption: bool = False
    accelerated_retrieval: bool = False
    agent_access: str | None = None
    tls_only: bool = False
    mfa_free: bool = False
    hardened: bool = False
    principals: Sequence[str] = ()
    account_id: str | None = None
    partition: str = "aws"
    subscription_id: str | None = None
    resource_group: str | None = None
    storage_account: str | None = None
    project: str | None = None
    instance_id: str | None = None


def make_request(given: PolicyArguments) -> tuple[PolicyDialect, PolicyRequest]:
    """The dialect, and what it is to render.

    Raises:
        PolicyError: An argument is wrong; it names the argument and the choices.
    """
    dialect = finding.dialect(one_of("vendor", given.vendor, finding.vendors()))
    purpose = purposes.find(one_of("purpose", given.purpose, purposes.names()))
    for argument, choices in (("appliance", purposes.APPLIANCES),
                              ("agent_access", purposes.AGENT_ACCESS), ("tier", tuple(TIERS)),
                              ("partition", PARTITIONS)):
        value = getattr(given, argument)
        if value is not None:
            one_of(argument, value, choices)
    wish = purposes.Wish(family=dialect.family, **{
        option: getattr(given, option) for option in purposes.Wish.__struct_fields__[1:]})
    answer = purposes.answer(purpose, wish)
    needs = _needs(answer, given.browse)
    request = PolicyRequest(
        purpose=purpose.name, vendor=dialect.vendor, name=_name(given), needs=needs,
        scope=_scope(given, dialect, needs), tls_only=given.tls_only, mfa_free=given.mfa_free,
        hardened=given.hardened, principals=tuple(given.principals), notes=answer.notes)
    return dialect, request


def one_of(argument: str, value: str, choices: Iterable[str]) -> str:
    """*value*, which must be one of *choices*.

    Raises:
        PolicyError: It is not.
    """
    known = tuple(choices)
    if not value:
        raise PolicyError(argument, "Argument is missing",
                          f"{argument} must be one of {', '.join(known)}.")
    if value not in known:
        raise PolicyError(
            argument, "Not one of the choices",
            f'{argument} is "{value}"; it must be one of {", ".join(known)}.',
            did_you_mean(value, known))
    return value


def _needs(answer: purposes.Answer, browse: bool) -> tuple[Need, ...]:
    """The permissions of an answer, each once."""
    found: dict[str, Need] = {}
    for name in answer.sets:
        for need in sets.needs(name):
            found.setdefault(need.action, need)
    for name, action in answer.actions:
        for need in sets.needs(name):
            if need.action == action:
                found.setdefault(action, need)
    browsing = ("s3:ListAllMyBuckets", "storage.buckets.list")
    return tuple(need for action, need in found.items() if browse or action not in browsing)


def _name(given: PolicyArguments) -> str:
    name = given.name or f"veeam-{given.purpose.replace('_', '-')}"
    if not _NAME.fullmatch(name):
        raise PolicyError(
            "name", "Bad name of a policy",
            f'The name "{name}" must have 1 to 128 letters, digits, or characters of +=,.@_-.')
    return name


def _scope(given: PolicyArguments, dialect: PolicyDialect, needs: Sequence[Need]) -> Scope:
    in_bucket = dialect.family in ("aws", "s3") and any(n.level in _IN_BUCKET for n in needs)
    for bucket in given.buckets:
        _check_bucket(bucket, dialect.bucket_rules)
    if in_bucket and not given.buckets and not given.multi_bucket:
        raise PolicyError(
            "buckets", "No bucket named",
            "These permissions are for certain buckets, and none is named.",
            "Name the bucket of the repository.")
    folder = given.folder or ""
    if given.folder is not None:
        _check_folder(folder)
        if not in_bucket:
            raise PolicyError(
                "folder", "Option does not fit the purpose",
                "Nothing here can be narrowed to a folder.", "Leave folder out.")
    return Scope(
        buckets=tuple(dict.fromkeys(given.buckets)), folder=folder,
        tiers=(TIERS[given.tier],) if given.tier else tuple(TIERS.values()),
        account=given.account_id or "", partition=given.partition,
        child_buckets=given.multi_bucket, subscription=given.subscription_id or "",
        resource_group=given.resource_group or "", storage_account=given.storage_account or "",
        project=given.project or "", instance=given.instance_id or "")


def _check_bucket(bucket: str, rules: str) -> None:
    check = find_function("bucket_name_check")
    assert check is not None
    found = check.impl(rules, bucket)
    assert isinstance(found, ListV)
    if found.items:
        raise PolicyError("buckets", "Bad name of a bucket",
                          f'"{bucket}" cannot be a bucket. {" ".join(map(str, found.items))}')


def _check_folder(folder: str) -> None:
    found = _FOLDER_FORBIDDEN.search(folder)
    if found:
        raise PolicyError(
            "folder", "Bad name of a folder",
            f'The folder "{folder}" holds {found[0]!r}. In a policy that would stand for something '
            "else than itself, or for another folder.",
            "Give the name of the repository's folder as the backup server shows it, without the "
            "path before it.")
    if not folder.strip() or len(folder) > _LONGEST_FOLDER:
        raise PolicyError(
            "folder", "Bad name of a folder",
            f"A folder has 1 to {_LONGEST_FOLDER} characters, and not only blanks.")
