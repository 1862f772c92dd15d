"""Names of accounts, roles and members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.planning import silent

_MEMBER: Final = re.compile(
    r"(?:user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|principal"
    r"|principalSet):\S+|allUsers|allAuthenticatedUsers")
_ROLE: Final = re.compile(r"roles/[A-Za-z0-9_.]+|(?:projects|organizations)/[^/]+/roles/[\w.]+")
#: Members whose names Google writes in small letters.
_FOLDED: Final = ("user:", "serviceAccount:", "group:", "domain:")


def email_of(account_id: str, project: str) -> str:
    """The email of a service account, which follows from its id and project."""
    domain, colon, name = project.rpartition(":")
    return f"{account_id}@{name}.{domain}.iam.gserviceaccount.com" if colon else (
        f"{account_id}@{project}.iam.gserviceaccount.com")


def account_path(account: str) -> str:
    """The path of a service account by its email, unique id or full name."""
    return account if account.startswith("projects/") else f"projects/-/serviceAccounts/{account}"


def check_member(value: Any) -> str | None:
    """What is wrong with a member of a policy."""
    if not _MEMBER.fullmatch(value):
        return ('A member is written as "serviceAccount:EMAIL", "user:EMAIL", "group:EMAIL", '
                '"domain:NAME", "principal://..." or "principalSet://...".')
    return None


def check_role(value: Any) -> str | None:
    """What is wrong with the name of a role."""
    if not _ROLE.fullmatch(value):
        return ('A role is written as "roles/NAME", or a custom one as "projects/PROJECT/roles/ID" '
                "(the id attribute of google_project_iam_custom_role).")
    return None


def same_member(one: str, other: str) -> bool:
    """Whether two members are the same one."""
    folded = one.startswith(_FOLDED) and other.startswith(_FOLDED)
    return one.lower() == other.lower() if folded else one == other


def fill_project(plan: PlanDraft) -> None:
    """The project of a new object whose configuration names none."""
    if plan.client is not None and plan.prior is None and silent(plan.config, "project"):
        project = plan.client.stated_project
        if project:
            plan.planned["project"] = project


def joined(values: Mapping[str, Any], *names: str) -> tuple[str, ...] | None:
    """Texts of several attributes, or ``None`` when one is not known yet."""
    out = tuple(values[name] for name in names)
    return out if all(isinstance(value, str) for value in out) else None
