"""What a given policy lacks for a purpose, and what it has too much.

The measure is the policy that would be rendered: each request that it allows is put to the given
one, as Veeam makes it (over TLS, without MFA, from an address that nobody knows here).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from vbrprov.policy.catalogue import never_granted, s3_actions
from vbrprov.policy.given import of_document
from vbrprov.policy.iam.conditions import Context
from vbrprov.policy.iam.document import Policy, Statement
from vbrprov.policy.iam.evaluate import Decision, Request, decide
from vbrprov.policy.iam.patterns import covers, matches
from vbrprov.policy.rendering import Rendered
from vbrprov.sdk import Truth

_SAMPLE: Final = "sample"
_ACCOUNT: Final = "123456789012"
_SHOWN: Final = 3
_LISTINGS: Final = ("s3:listbucket", "s3:listbucketversions")
_OWN_KEYS: Final[dict[str, tuple[str, ...] | None]] = {
    "aws:securetransport": ("true",), "aws:multifactorauthpresent": None,
    "aws:multifactorauthage": None,
}
_IAM_ACCOUNT: Final = re.compile(r"arn:[^:]*:iam::(\d{12,20}|RGW\d{17}):")


class Kind(enum.StrEnum):
    """What kind of fault a finding is."""

    MISSING = "missing"
    DENIED = "denied"
    CONDITIONAL = "conditional"
    EXCESS = "excess"
    DANGEROUS = "dangerous"
    TOO_WIDE = "too_wide"


#: Faults with which Veeam does not work, or may not.
LACKS: Final = (Kind.MISSING, Kind.DENIED, Kind.CONDITIONAL)


class Finding(msgspec.Struct, frozen=True):
    """One fault: the actions, in full sentences why, and the statements that cause it."""

    kind: Kind
    actions: tuple[str, ...]
    detail: str
    statements: tuple[Statement, ...] = ()


def check(given: Policy, rendered: Rendered) -> list[Finding]:
    """The faults of *given*, those that Veeam stumbles over first."""
    return check_together([given], rendered)


def check_together(given: Sequence[Policy], rendered: Rendered, *, beside: Sequence[Policy] = (),
                   bounds: Sequence[Policy] = (), principal: str = "") -> list[Finding]:
    """The faults of all policies of one identity, those that Veeam stumbles over first.

    Args:
        given: The identity's own.
        rendered: What is needed.
        beside: Those of buckets: they count, but what they allow to others is no fault.
        bounds: Each must allow what is needed as well.
        principal: The ARN of the identity; what was rendered names one otherwise.
    """
    wanted = of_document(rendered.document)
    whys = {name.lower(): need.why for need in rendered.request.needs
            for name in rendered.document.spelling.get(need.action, ())}
    principal = principal or next(iter(rendered.request.principals), "")
    own = [statement for policy in given for statement in policy.statements]
    return [*_lacks([*given, *beside], wanted, whys, principal),
            *(fault for bound in bounds for fault in _lacks([bound], wanted, whys, principal)),
            *_has_too_much(given, own, wanted), *_reaches_too_far(own, wanted)]


def _requests(wanted: Policy, account: str, principal: str) -> Iterator[Request]:
    """The requests that Veeam makes, one or more for each action and resource."""
    for statement in wanted.statements:
        if not statement.allow:
            continue
        for action in statement.actions:
            for resource in statement.resources:
                for place in _places(resource.replace("iam::*:", f"iam::{account}:")):
                    for keys in _contexts(statement, action):
                        yield Request(action.replace("*", _SAMPLE), place.replace("*", _SAMPLE),
                                      Context({**_OWN_KEYS, **keys}, open=True), principal)


def _places(resource: str) -> Iterator[str]:
    """What requests are about: of a whole bucket any object, and those that Veeam has in it."""
    yield resource
    if ":s3:::" in resource and resource.count("/") == 1 and resource.endswith("/*"):
        for tier in ("Backup", "Archive"):
            yield f"{resource[:-1]}Veeam/{tier}/*"


def _contexts(statement: Statement, action: str) -> list[dict[str, tuple[str, ...] | None]]:
    """With which prefixes a listing is asked for; looking at the bucket itself has none."""
    if action.lower() not in _LISTINGS:
        return [{"s3:prefix": None}]
    prefixes: list[str | None] = [None] if action.lower() == "s3:listbucket" else []
    for condition in statement.conditions:
        if condition.key == "s3:prefix" and condition.operator.startswith("StringLike"):
            return [{"s3:prefix": None if p is None else (p.replace("*", _SAMPLE),)}
                    for p in (*prefixes, *condition.values)]
        if condition.operator == "Null":
            return [{"s3:prefix": None}]
    return [{"s3:prefix": None if p is None else (p,)}
            for p in (*prefixes, "Veeam/", f"Veeam/Backup/{_SAMPLE}/")]


def _account(given: Sequence[Policy], principal: str) -> str:
    """An account that the given policies speak of, so that its ARNs can fit."""
    resources = (resource for policy in given for statement in policy.statements
                 for resource in statement.resources)
    found = (_IAM_ACCOUNT.match(arn) for arn in (principal, *resources))
    return next((match[1] for match in found if match), _ACCOUNT)


def _lacks(given: Sequence[Policy], wanted: Policy, whys: dict[str, str],
           principal: str) -> Iterator[Finding]:
    """Faults of one cause together: those of an action, or those that hang on the same keys."""
    found: dict[tuple[Any, ...], list[tuple[Request, Decision]]] = {}
    for request in _requests(wanted, _account(given, principal), principal):
        decision = decide(given, request)
        if decision.denying:
            cause: tuple[Any, ...] = (Kind.DENIED, request.action, decision.denying)
        elif decision.allowed is Truth.UNKNOWN:
            cause = (Kind.CONDITIONAL, decision.open)
        elif decision.allowed is Truth.NO:
            cause = (Kind.MISSING, request.action)
        else:
            continue
        found.setdefault(cause, []).append((request, decision))
    for cause, cases in found.items():
        actions = tuple(dict.fromkeys(r.action.replace(_SAMPLE, "*") for r, _ in cases))
        places = _widest(_where(request) for request, _ in cases)
        where = _some(places, "; ")
        why = whys.get(actions[0].lower(), "")
        reason = f" {why}: that would fail." if why else ""
        decision = cases[0][1]
        if cause[0] is Kind.DENIED:
            yield Finding(Kind.DENIED, actions, f"{actions[0]} is denied by "
                          f"{_labels(decision.denying)} {where}.{reason}", decision.denying)
        elif cause[0] is Kind.MISSING:
            yield Finding(Kind.MISSING, actions, f"{actions[0]} is not allowed {where}.{reason}")
        else:
            keys = sorted({c.key for s in decision.open for c in s.conditions
                           if c.key.lower() not in cases[0][0].context.keys})
            yield Finding(Kind.CONDITIONAL, actions, (
                f"{_some(actions)} {'hang' if len(actions) > 1 else 'hangs'} on "
                f"{', '.join(keys) or 'who asks'}, by {_labels(decision.open)}; what Veeam's "
                "requests have there is not known here."), decision.open)


def _widest(places: Iterable[str]) -> list[str]:
    """The places, without those inside of another."""
    found = list(dict.fromkeys(places))
    wide = tuple(place[:-1] for place in found if place.endswith("/*"))
    return [place for place in found
            if not any(place.startswith(start) and place[:-1] != start for start in wide)]


def _some(texts: Sequence[str], between: str = ", ") -> str:
    """The first three, and how many more there are."""
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return between.join(texts[:_SHOWN]) + more


def _where(request: Request) -> str:
    resource = request.resource.replace(_SAMPLE, "*").replace(f"::{_ACCOUNT}:", "::*:")
    prefix = request.context.keys.get("s3:prefix")
    if prefix:
        return f"on {resource} with the prefix {prefix[0].replace(_SAMPLE, '*')}"
    if request.action.lower() == "s3:listbucket":
        return f"on {resource} when looking whether it is there"
    if resource in ("*", _SAMPLE, "control", "data"):
        return "on everything" if resource == "*" else f"({resource} actions)"
    return f"on {resource}"


def _labels(statements: Iterable[Statement]) -> str:
    return " and ".join(s.label for s in statements)


def _needed(wanted: Policy) -> set[str]:
    return {action.lower() for statement in wanted.statements if statement.allow
            for action in statement.actions}


def _has_too_much(given: Sequence[Policy], own: Sequence[Statement],
                  wanted: Policy) -> Iterator[Finding]:
    needed = _needed(wanted)
    for statement in own:
        if not statement.allow:
            continue
        dangers = list(_dangers(statement, given, needed))
        told = {action.lower() for finding in dangers for action in finding.actions}
        if "Action" in statement.negated:
            yield Finding(Kind.EXCESS, statement.actions, f"{statement.label} allows everything "
                          f"but {', '.join(statement.actions)}.", (statement,))
        else:
            for pattern in statement.actions:
                if pattern.lower() not in told:
                    yield from _excess(pattern, statement, needed)
        yield from dangers


def _excess(pattern: str, statement: Statement, needed: set[str]) -> Iterator[Finding]:
    if pattern.lower() in needed:
        return
    if "*" not in pattern and "?" not in pattern:
        yield Finding(Kind.EXCESS, (pattern,), f"{pattern} in {statement.label} is not needed.",
                      (statement,))
        return
    more = sorted(a for a in s3_actions()
                  if matches(pattern, a, ignore_case=True) and a.lower() not in needed)
    used = sorted(a for a in needed if matches(pattern, a, ignore_case=True))
    if not used:
        detail = f"{pattern} in {statement.label} is not needed."
    elif more:
        detail = (f"{pattern} in {statement.label} allows {len(more)} known actions that are not "
                  f"needed, such as {', '.join(more[:3])}.")
    elif pattern == "*" or pattern.partition(":")[0] not in ("s3",):
        detail = f"{pattern} in {statement.label} allows more than the {len(used)} that it is for."
    else:
        return
    yield Finding(Kind.EXCESS, (pattern,), detail, (statement,))


def _dangers(statement: Statement, given: Sequence[Policy], needed: set[str]) -> Iterator[Finding]:
    """What Veeam's identity must never be allowed, unless something denies it."""
    for action, why in never_granted().items():
        if action.lower() in needed:
            continue
        for pattern in statement.resources:
            request = Request(action, pattern.replace("*", _SAMPLE),
                              Context(_OWN_KEYS, open=True))
            decision = decide(given, request)
            if statement in (*decision.allowing, *decision.open) and not decision.denying:
                yield Finding(Kind.DANGEROUS, (action,), f"{action}, allowed by {statement.label}, "
                              f"must not be: {why}.", (statement,))
                break


def _reaches_too_far(own: Sequence[Statement], wanted: Policy) -> Iterator[Finding]:
    """Needed actions on more than they are needed on."""
    for statement in own:
        if not statement.allow or "Action" in statement.negated:
            continue
        if "Resource" in statement.negated:
            yield Finding(Kind.TOO_WIDE, statement.actions, f"{statement.label} is about "
                          f"everything but {', '.join(statement.resources)}.", (statement,))
            continue
        beyond: dict[str, list[str]] = {}
        narrow: dict[str, None] = {}
        for ours in wanted.statements:
            for action in ours.actions if ours.allow else ():
                if any(matches(p, action, ignore_case=True) for p in statement.actions):
                    allowed = _resources(wanted, action)
                    for resource in statement.resources:
                        if not _within(resource, allowed):
                            beyond.setdefault(resource, []).append(action)
                            narrow.update(dict.fromkeys(sorted(allowed)))
        for resource, actions in beyond.items():
            names = list(dict.fromkeys(actions))
            yield Finding(Kind.TOO_WIDE, tuple(names),
                          f"{statement.label} allows {_some(names)} on "
                          f"{resource}; {_some(list(narrow))} would do.", (statement,))


def _resources(wanted: Policy, action: str) -> set[str]:
    return {resource for statement in wanted.statements if statement.allow
            and action in statement.actions for resource in statement.resources}


def _within(resource: str, allowed: set[str]) -> bool:
    if any(covers(wide, resource) for wide in allowed):
        return True
    if ":s3:::" not in resource:
        return False
    # Documents of others often name buckets and objects in one statement. An action on objects
    # never meets a bucket, nor the other way round, so that reaches nothing more.
    on_objects = any("/" in wide for wide in allowed)
    bucket_alone = "/" not in resource and "*" not in resource and "?" not in resource
    return bucket_alone if on_objects else "/" in resource
