"""Operators of conditions, over context keys that may be absent or not known.

Sources:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from vbrprov.policy.iam.document import Condition
from vbrprov.policy.iam.patterns import matches
from vbrprov.policy.iam.variables import resolve
from vbrprov.sdk import Truth

_IF_EXISTS: Final = "ifexists"
_ANY: Final = "foranyvalue:"
_ALL: Final = "forallvalues:"
Test = Callable[[str, str], bool]


class Context(msgspec.Struct, frozen=True):
    """What is known of a request beside action and resource.

    Keys are in lower case; ``None`` says that the request has no such key. Of a key that is not
    here nothing is known when ``open``, else the request has none.
    """

    keys: Mapping[str, tuple[str, ...] | None] = {}
    open: bool = False

    def values(self, key: str) -> tuple[str, ...] | Truth:
        """The values of *key*; ``Truth.NO`` when it is absent, ``UNKNOWN`` when nobody knows."""
        found = self.keys.get(key.lower(), Truth.UNKNOWN if self.open else None)
        return Truth.NO if found is None else found


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(actual: str, wanted: str) -> bool:
        try:
            return compare(Decimal(actual), Decimal(wanted))
        except InvalidOperation:
            return False

    return test


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(float(text), UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(actual: str, wanted: str) -> bool:
        try:
            return compare(_moment(actual), _moment(wanted))
        except (ValueError, OverflowError, OSError):
            return False

    return test


def _in_network(actual: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _arn(actual: str, wanted: str) -> bool:
    parts, patterns = actual.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(
        matches(pattern, part) for pattern, part in zip(patterns, parts, strict=True))


def _equal(actual: Any, wanted: Any) -> bool:
    return bool(actual == wanted)


def _same_word(actual: str, wanted: str) -> bool:
    return actual.casefold() == wanted.casefold()


def _like(actual: str, wanted: str) -> bool:
    return matches(wanted, actual)


#: Operator -> its test, and whether it asks for the test to fail.
_TESTS: Final[dict[str, tuple[Test, bool]]] = {
    "StringEquals": (_equal, False),
    "StringNotEquals": (_equal, True),
    "StringEqualsIgnoreCase": (_same_word, False),
    "StringNotEqualsIgnoreCase": (_same_word, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "NumericEquals": (_number(_equal), False),
    "NumericNotEquals": (_number(_equal), True),
    "NumericLessThan": (_number(lambda a, b: a < b), False),
    "NumericLessThanEquals": (_number(lambda a, b: a <= b), False),
    "NumericGreaterThan": (_number(lambda a, b: a > b), False),
    "NumericGreaterThanEquals": (_number(lambda a, b: a >= b), False),
    "DateEquals": (_date(_equal), False),
    "DateNotEquals": (_date(_equal), True),
    "DateLessThan": (_date(lambda a, b: a < b), False),
    "DateLessThanEquals": (_date(lambda a, b: a <= b), False),
    "DateGreaterThan": (_date(lambda a, b: a > b), False),
    "DateGreaterThanEquals": (_date(lambda a, b: a >= b), False),
    "Bool": (_same_word, False),
    "BinaryEquals": (_equal, False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
}
_BY_NAME: Final = {name.lower(): test for name, test in _TESTS.items()}


def operators() -> tuple[str, ...]:
    """The operators, without their prefixes and endings."""
    return (*_TESTS, "Null")


def known_operator(operator: str) -> bool:
    """Whether there is such an operator."""
    name, _, _ = _parts(operator)
    return name in _BY_NAME or operator.lower() == "null"


def canonical(operator: str) -> str:
    """An operator as the documentation spells it; services take it in any case."""
    name, prefix, if_exists = _parts(operator)
    spelled = next((known for known in operators() if known.lower() == name), operator)
    before = {_ANY: "ForAnyValue:", _ALL: "ForAllValues:"}.get(prefix, "")
    return f"{before}{spelled}{'IfExists' if if_exists else ''}"


def _parts(operator: str) -> tuple[str, str, bool]:
    """Name, set prefix and whether it ends in ``IfExists``, all in lower case."""
    name = operator.lower()
    prefix = next((p for p in (_ANY, _ALL) if name.startswith(p)), "")
    name = name.removeprefix(prefix)
    return name.removesuffix(_IF_EXISTS), prefix, name.endswith(_IF_EXISTS)


def holds(condition: Condition, context: Context, variables: bool = True) -> Truth:
    """Whether a condition holds; unknown when the key that it tests is."""
    actual = context.values(condition.key)
    if condition.operator.lower() == "null":
        if actual is Truth.UNKNOWN:
            return Truth.UNKNOWN
        absent = actual is Truth.NO or not actual
        return Truth.of(any(_same_word(v, "true" if absent else "false")
                            for v in condition.values))
    name, prefix, if_exists = _parts(condition.operator)
    if name not in _BY_NAME:
        return Truth.NO
    test, negated = _BY_NAME[name]
    if actual is Truth.UNKNOWN:
        return Truth.UNKNOWN
    if actual is Truth.NO or isinstance(actual, Truth):
        return Truth.of(if_exists or prefix == _ALL or (negated and prefix != _ANY))
    wanted = []
    for value in condition.values:
        resolved = resolve(value, context) if variables else value
        if isinstance(resolved, Truth):
            if resolved is Truth.UNKNOWN:
                return Truth.UNKNOWN
            continue
        wanted.append(resolved)

    def one(value: str) -> bool:
        found = any(test(value, text) for text in wanted)
        return found is not negated

    if prefix == _ALL:
        return Truth.of(all(one(value) for value in actual))
    # A key of several values without a prefix: a negated operator must hold for all of them.
    if negated and not prefix:
        return Truth.of(all(one(value) for value in actual))
    return Truth.of(any(one(value) for value in actual))
