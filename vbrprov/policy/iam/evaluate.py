"""Whether policies allow a request: denial wins, and what nobody allows is denied.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from vbrprov.policy.iam.conditions import Context, holds
from vbrprov.policy.iam.document import VERSIONS, Policy, Statement
from vbrprov.policy.iam.patterns import matches
from vbrprov.policy.iam.variables import resolve
from vbrprov.sdk import Truth

_ARN_ACCOUNT: Final = re.compile(r"arn:[^:]*:(?:iam|sts)::([^:]*):(.*)", re.DOTALL)


class Request(msgspec.Struct, frozen=True):
    """One request. ``principal`` is the ARN of who makes it; empty when that does not matter."""

    action: str
    resource: str
    context: Context = Context()
    principal: str = ""


class Decision(msgspec.Struct, frozen=True):
    """Whether a request is allowed, and the statements that allow or deny it.

    Those that may do so, but depend on what is not known, are in ``open``.
    """

    allowed: Truth
    allowing: tuple[Statement, ...] = ()
    denying: tuple[Statement, ...] = ()
    open: tuple[Statement, ...] = ()


def decide(policies: Iterable[Policy], request: Request) -> Decision:
    """The decision over policies of one identity, or over that of one resource."""
    found: dict[tuple[bool, Truth], list[Statement]] = {}
    for policy in policies:
        for statement in policy.statements:
            applies = statement_applies(statement, request, policy.version)
            found.setdefault((statement.allow, applies), []).append(statement)

    def of(allow: bool, applies: Truth) -> Sequence[Statement]:
        return found.get((allow, applies), ())

    allowed = Truth.YES if of(True, Truth.YES) else (
        Truth.UNKNOWN if of(True, Truth.UNKNOWN) else Truth.NO)
    denied = Truth.YES if of(False, Truth.YES) else (
        Truth.UNKNOWN if of(False, Truth.UNKNOWN) else Truth.NO)
    return Decision(allowed & ~denied, tuple(of(True, Truth.YES)), tuple(of(False, Truth.YES)),
                    (*of(True, Truth.UNKNOWN), *of(False, Truth.UNKNOWN)))


def statement_applies(statement: Statement, request: Request,
                      version: str = VERSIONS[0]) -> Truth:
    """Whether a statement is about a request."""
    variables = version == VERSIONS[0]
    action = any(matches(p, request.action, ignore_case=True) for p in statement.actions)
    if action is ("Action" in statement.negated):
        return Truth.NO
    found = _principal(statement, request) & _resource(statement, request, variables)
    for condition in statement.conditions:
        if found is Truth.NO:
            break
        found &= holds(condition, request.context, variables)
    return found


def _resource(statement: Statement, request: Request, variables: bool) -> Truth:
    found = Truth.NO
    for pattern in statement.resources:
        text = resolve(pattern, request.context) if variables else pattern
        if isinstance(text, Truth):
            found |= text
        else:
            found |= Truth.of(matches(text, request.resource))
    return ~found if "Resource" in statement.negated else found


def _principal(statement: Statement, request: Request) -> Truth:
    if statement.principals is None:
        return Truth.YES
    everyone = any(kind in ("AWS", "*") and name == "*" for kind, name in statement.principals)
    if everyone:
        named = Truth.YES
    elif not request.principal:
        named = Truth.UNKNOWN
    else:
        named = Truth.of(any(_names(name, request.principal)
                             for kind, name in statement.principals if kind == "AWS"))
    return ~named if "Principal" in statement.negated else named


def _names(given: str, principal: str) -> bool:
    """Whether a principal of a policy, an ARN or an account, is or holds *principal*."""
    if given == principal:
        return True
    caller = _ARN_ACCOUNT.fullmatch(principal)
    whole = _ARN_ACCOUNT.fullmatch(given)
    if caller is None:
        return False
    return given == caller[1] or (whole is not None and whole[2] == "root"
                                  and whole[1] == caller[1])
