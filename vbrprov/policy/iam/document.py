"""An IAM policy as typed statements, read from JSON with places.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.syntax.json_read import read_json
from vbrprov.syntax.json_tree import (
    JsonArray,
    JsonMember,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    JsonWord,
)

VERSIONS: Final = ("2012-10-17", "2008-10-17")
_TOP: Final = ("Version", "Id", "Statement")
_ELEMENTS: Final = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
                    "Resource", "NotResource", "Condition")
#: Elements of which a statement has one or the other.
_PAIRS: Final = (("Action", "NotAction"), ("Resource", "NotResource"))
_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")


class Condition(msgspec.Struct, frozen=True):
    """One test of one key."""

    operator: str
    key: str
    values: tuple[str, ...]


class Statement(msgspec.Struct, frozen=True):
    """One statement.

    ``negated`` names the elements that are the ``Not`` form. ``principals`` are ``None`` in the
    policy of an identity, else pairs of kind and name, ``("*", "*")`` for everyone.
    """

    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    principals: tuple[tuple[str, str], ...] | None = None
    negated: frozenset[str] = frozenset()
    sid: str = ""
    number: int = 1
    place: SourceRange | None = None

    @property
    def label(self) -> str:
        """How messages call it."""
        return f'statement {self.number} ("{self.sid}")' if self.sid else f"statement {self.number}"


class Policy(msgspec.Struct, frozen=True):
    """A whole document."""

    statements: tuple[Statement, ...]
    version: str = "2008-10-17"


def read_policy(source: SourceFile) -> tuple[Policy | None, Diagnostics]:
    """The policy that a JSON text is; ``None`` with errors that have places."""
    value, diags = read_json(source)
    if value is None:
        return None, diags
    return _Reader(source, diags).policy(value), diags


def from_data(body: Any) -> Policy:
    """A policy of ours, as data.

    Raises:
        ValueError: It is not a policy.
    """
    import json

    policy, diags = read_policy(SourceFile("<policy>", json.dumps(body)))
    if policy is None:
        raise ValueError("; ".join(d.detail for d in diags))
    return policy


class _Reader:
    def __init__(self, source: SourceFile, diags: Diagnostics) -> None:
        self.source = source
        self.diags = diags

    def policy(self, value: JsonValue) -> Policy | None:
        """The document; ``None`` after errors."""
        if not isinstance(value, JsonObject):
            self._error("Not a policy", "A policy is a JSON object.", value)
            return None
        members = self._members(value, _TOP, "A policy")
        version = "2008-10-17"
        if "Version" in members:
            version = self._text(members["Version"].value, "Version")
            if version not in VERSIONS:
                self._error("Unknown version of the policy language",
                            f'Version is "{version}"; it must be {VERSIONS[0]} or {VERSIONS[1]}.',
                            members["Version"].value)
        else:
            self.diags.warning(
                "Policy without a version", "Without a Version a policy is read by the rules of "
                "2008: it has no variables.", self.source.range(value.start, value.start + 1),
                hint=f'Add "Version": "{VERSIONS[0]}".')
        if "Statement" not in members:
            self._error("Policy without statements", "A policy holds a Statement.", value)
            return None
        given = members["Statement"].value
        items = given.items if isinstance(given, JsonArray) else [given]
        statements = [self._statement(item, number) for number, item in enumerate(items, 1)]
        if self.diags.has_errors:
            return None
        return Policy(tuple(s for s in statements if s is not None), version)

    def _statement(self, value: JsonValue, number: int) -> Statement | None:
        if not isinstance(value, JsonObject):
            self._error("Not a statement", "A statement is a JSON object.", value)
            return None
        members = self._members(value, _ELEMENTS, "A statement")
        effect = self._text(members["Effect"].value, "Effect") if "Effect" in members else ""
        if effect not in ("Allow", "Deny"):
            self._error("Statement without an effect",
                        f'Effect is "{effect}"; it must be Allow or Deny.' if effect else
                        "A statement holds an Effect, Allow or Deny.",
                        members["Effect"].value if "Effect" in members else value)
        lists: dict[str, tuple[str, ...]] = {}
        negated = set()
        for plain, other in _PAIRS:
            there = [name for name in (plain, other) if name in members]
            if len(there) != 1:
                self._error(f"Statement without {plain.lower()}s" if not there else
                            "Statement that contradicts itself",
                            f"A statement holds {plain} or {other}" + (
                                ", and not both." if there else "."), value)
                continue
            lists[plain] = self._texts(members[there[0]].value, there[0])
            if there[0] == other:
                negated.add(plain)
        for action in lists.get("Action", ()):
            if action != "*" and ":" not in action:
                name = "NotAction" if "Action" in negated else "Action"
                self._error("Not an action", f'"{action}" is no action; one looks like '
                            '"s3:GetObject".', members[name].value)
        principals = self._principals(members, negated)
        conditions = self._conditions(members["Condition"].value) if "Condition" in members else ()
        sid = self._text(members["Sid"].value, "Sid") if "Sid" in members else ""
        return Statement(
            allow=effect == "Allow", actions=lists.get("Action", ()),
            resources=lists.get("Resource", ()), conditions=conditions, principals=principals,
            negated=frozenset(negated), sid=sid, number=number,
            place=self.source.range(value.start, value.end))

    def _principals(self, members: dict[str, JsonMember],
                    negated: set[str]) -> tuple[tuple[str, str], ...] | None:
        there = [name for name in ("Principal", "NotPrincipal") if name in members]
        if not there:
            return None
        if len(there) == 2:
            self._error("Statement that contradicts itself",
                        "A statement holds Principal or NotPrincipal, and not both.",
                        members[there[1]].value)
        if there[0] == "NotPrincipal":
            negated.add("Principal")
        value = members[there[0]].value
        if isinstance(value, JsonString) and value.value == "*":
            return (("*", "*"),)
        if not isinstance(value, JsonObject):
            self._error("Not a principal", 'A principal is "*", or an object such as '
                        '{"AWS": "arn:aws:iam::123456789012:user/veeam"}.', value)
            return ()
        kinds = self._members(value, _KINDS, "A principal")
        return tuple((kind, name) for kind, member in kinds.items()
                     for name in self._texts(member.value, kind))

    def _conditions(self, value: JsonValue) -> tuple[Condition, ...]:
        from vbrprov.policy.iam.conditions import known_operator, operators

        if not isinstance(value, JsonObject):
            self._error("Not a condition", "A condition is an object of operators.", value)
            return ()
        out = []
        for member in value.members:
            operator = member.name.value
            if not known_operator(operator):
                self._error("Unknown operator", f'There is no operator "{operator}". '
                            f"{did_you_mean(operator, operators())}".strip(), member.name)
            if not isinstance(member.value, JsonObject):
                self._error("Not a condition", f"{operator} holds an object of keys and values.",
                            member.value)
                continue
            out += [Condition(operator, key.name.value, self._texts(key.value, key.name.value))
                    for key in member.value.members]
        return tuple(out)

    def _members(self, value: JsonObject, known: tuple[str, ...],
                 what: str) -> dict[str, JsonMember]:
        found: dict[str, JsonMember] = {}
        for member in value.members:
            name = member.name.value
            if name not in known:
                self._error("Unknown element", f'{what} has no element "{name}". '
                            f"{did_you_mean(name, known)}".strip(), member.name)
            elif name in found:
                self._error("Element stated twice", f'"{name}" is there twice; only one of them '
                            "would count.", member.name)
            else:
                found[name] = member
        return found

    def _texts(self, value: JsonValue, name: str) -> tuple[str, ...]:
        items = value.items if isinstance(value, JsonArray) else [value]
        return tuple(self._text(item, name) for item in items)

    def _text(self, value: JsonValue, name: str) -> str:
        if isinstance(value, JsonString):
            return value.value
        if isinstance(value, JsonNumber):
            return value.text
        if isinstance(value, JsonWord) and value.value is not None:
            return "true" if value.value else "false"
        self._error("Not a text", f"{name} holds texts.", value)
        return ""

    def _error(self, summary: str, detail: str, value: Any) -> None:
        self.diags.error(summary, detail, self.source.range(value.start, value.end))
