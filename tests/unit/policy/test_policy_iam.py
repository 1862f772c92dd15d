"""The language of IAM: reading with places, patterns, conditions, decisions, comparing."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_world import policy, requests

from vbrprov.diag import SourceFile
from vbrprov.policy.iam.compare import compare
from vbrprov.policy.iam.conditions import Context, holds
from vbrprov.policy.iam.document import Condition, from_data, read_policy
from vbrprov.policy.iam.evaluate import Request, decide
from vbrprov.policy.iam.patterns import covers, matches, overlaps
from vbrprov.sdk import Truth

AT = "arn:aws:s3:::b/k"


def allow(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> Any:
    return from_data({"Version": version, "Statement": list(statements)})


def decision(policy: Any, action: str = "s3:GetObject", resource: str = AT, principal: str = "",
             **keys: Any) -> Truth:
    context = Context({name.replace("__", ":").lower(): value for name, value in keys.items()})
    return decide([policy], Request(action, resource, context, principal)).allowed


# Reading

BROKEN: list[tuple[str, str, tuple[int, int]]] = [
    ('{"Version": "2012-10-17",\n "Statement": [}', "", (2, 16)),
    ("[]", "A policy is a JSON object", (1, 1)),
    ('{"Version": "2013-01-01", "Statement": []}', 'Version is "2013-01-01"', (1, 13)),
    ('{"Version": "2012-10-17"}', "A policy holds a Statement", (1, 1)),
    ('{"Version": "2012-10-17", "Statment": []}', 'Did you mean "Statement"?', (1, 27)),
    ('{"Version": "2012-10-17", "Statement": [\n  3]}', "A statement is a JSON object", (2, 3)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "*",\n'
     ' "Resource": "*"}}', "must be Allow or Deny", (1, 51)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"}}',
     "holds Action or NotAction", (1, 40)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", '
     '"NotAction": "s3:*", "Resource": "*"}}', "and not both", (1, 40)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "GetObject", '
     '"Resource": "*"}}', '"GetObject" is no action', (1, 70)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",\n'
     ' "Condition": {"StringLikes": {"s3:prefix": "x"}}}}', 'Did you mean "StringLike"?', (2, 16)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",\n'
     ' "Condition": ["x"]}}', "A condition is an object", (2, 15)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": {"a": 1},\n'
     ' "Resource": "*"}}', "Action holds texts", (1, 70)),
    ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",\n'
     ' "Principal": "me"}}', "A principal is", (2, 15)),
    ('{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}', "is there twice",
     (1, 27)),
]


@pytest.mark.parametrize(("text", "says", "place"), BROKEN)
def test_a_malformed_policy_has_a_place(text: str, says: str, place: tuple[int, int]) -> None:
    found, diags = read_policy(SourceFile("p.json", text))
    assert found is None
    first = next(d for d in diags if d.is_error)
    assert first.subject is not None
    assert (first.subject.start.line, first.subject.start.column) == place
    assert says in first.detail


def test_all_faults_of_a_policy_are_reported() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Yes", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*"}]})
    _, diags = read_policy(SourceFile("p.json", text))
    assert len([d for d in diags if d.is_error]) == 2


def test_a_policy_without_a_version_is_of_2008() -> None:
    found, diags = read_policy(SourceFile("p.json", json.dumps({"Statement": allow()})))
    assert found is not None
    assert found.version == "2008-10-17"
    assert [d.summary for d in diags] == ["Policy without a version"]


# Patterns

TEXT = st.text(alphabet="ab*?/", max_size=6)
PLAIN = st.text(alphabet="ab/", max_size=6)


@pytest.mark.parametrize(("pattern", "text", "fits"), [
    ("*", "", True), ("a*", "a", True), ("a*", "b", False), ("a?c", "abc", True),
    ("a?c", "ac", False), ("*b*", "aba", True), ("a.c", "abc", False), ("[a]", "a", False),
    ("a*\n", "ab\n", True), ("*a*a*a*a*a*a*b", "a" * 60, False),
])
def test_patterns(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_actions_ignore_case_and_resources_do_not() -> None:
    assert matches("S3:get*", "s3:GetObject", ignore_case=True)
    assert decision(document(allow(Action="S3:GETOBJECT"))) is Truth.YES
    assert decision(document(allow(Resource="arn:aws:s3:::B/*"))) is Truth.NO


@given(wider=TEXT, narrower=TEXT, text=PLAIN)
def test_what_covers_describes_all_of_it(wider: str, narrower: str, text: str) -> None:
    if covers(wider, narrower) and matches(narrower, text):
        assert matches(wider, text)


@given(left=TEXT, right=TEXT, text=PLAIN)
def test_what_both_describe_overlaps(left: str, right: str, text: str) -> None:
    if matches(left, text) and matches(right, text):
        assert overlaps(left, right)


@given(pattern=TEXT)
def test_a_pattern_covers_itself(pattern: str) -> None:
    assert covers(pattern, pattern)
    assert covers("*", pattern)


# Conditions

CONDITIONS: list[tuple[str, Any, Any, Truth]] = [
    # operator, values of the policy, value of the request (None: absent; ...: not known), holds
    ("StringEquals", ["a", "b"], ("b",), Truth.YES),
    ("StringEquals", ["a"], None, Truth.NO),
    ("StringEqualsIfExists", ["a"], None, Truth.YES),
    ("StringEqualsIfExists", ["a"], ("c",), Truth.NO),
    ("StringNotEquals", ["a", "b"], ("c",), Truth.YES),
    ("StringNotEquals", ["a", "b"], ("a",), Truth.NO),
    ("StringNotEquals", ["a"], None, Truth.YES),
    ("StringEqualsIgnoreCase", ["Ab"], ("aB",), Truth.YES),
    ("StringNotEqualsIgnoreCase", ["Ab"], ("aB",), Truth.NO),
    ("StringLike", ["a*"], ("abc",), Truth.YES),
    ("StringNotLike", ["a*"], ("abc",), Truth.NO),
    ("StringEquals", ["a*"], ("abc",), Truth.NO),
    ("NumericLessThan", ["10"], ("9",), Truth.YES),
    ("NumericLessThanEquals", ["10"], ("10",), Truth.YES),
    ("NumericGreaterThan", ["10"], ("9",), Truth.NO),
    ("NumericEquals", ["10"], ("10.0",), Truth.YES),
    ("NumericNotEquals", ["10"], ("11",), Truth.YES),
    ("NumericEquals", ["ten"], ("10",), Truth.NO),
    ("DateLessThan", ["2030-01-01T00:00:00Z"], ("2026-01-01T00:00:00Z",), Truth.YES),
    ("DateGreaterThanEquals", ["2030-01-01"], ("1900000000",), Truth.YES),
    ("DateEquals", ["no date"], ("2026-01-01T00:00:00Z",), Truth.NO),
    ("Bool", ["true"], ("TRUE",), Truth.YES),
    ("Bool", ["false"], None, Truth.NO),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], ("2001:db8::1",), Truth.YES),
    ("NotIpAddress", ["10.0.0.0/8"], ("10.1.1.1",), Truth.NO),
    ("IpAddress", ["10.0.0.1"], ("10.0.0.1",), Truth.YES),
    ("IpAddress", ["nowhere"], ("10.0.0.1",), Truth.NO),
    ("ArnLike", ["arn:aws:iam::*:user/v*"], ("arn:aws:iam::1:user/veeam",), Truth.YES),
    ("ArnLike", ["arn:aws:*:user/veeam"], ("arn:aws:iam::1:user/veeam",), Truth.NO),
    ("ArnNotLike", ["arn:aws:iam::1:*"], ("arn:aws:iam::2:user/veeam",), Truth.YES),
    ("BinaryEquals", ["QUI="], ("QUI=",), Truth.YES),
    ("Null", ["true"], None, Truth.YES),
    ("Null", ["false"], None, Truth.NO),
    ("Null", ["false"], ("a",), Truth.YES),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c", "b"), Truth.YES),
    ("ForAnyValue:StringEquals", ["a"], None, Truth.NO),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), Truth.NO),
    ("ForAllValues:StringEquals", ["a", "b"], None, Truth.YES),
    ("ForAnyValue:StringNotEquals", ["a"], ("a", "b"), Truth.YES),
    ("ForAllValues:StringNotEquals", ["a"], ("a", "b"), Truth.NO),
    ("StringEquals", ["a"], ..., Truth.UNKNOWN),
    ("Null", ["true"], ..., Truth.UNKNOWN),
    ("StringEqualsIfExists", ["a"], ..., Truth.UNKNOWN),
    ("StringEquals", ["${aws:username}"], ("veeam",), Truth.YES),
    ("StringEquals", ["${aws:nobody}"], ("veeam",), Truth.NO),
    ("StringEquals", ["${aws:nobody, 'veeam'}"], ("veeam",), Truth.YES),
]


@pytest.mark.parametrize(("operator", "wanted", "actual", "found"), CONDITIONS)
def test_conditions(operator: str, wanted: list[str], actual: Any, found: Truth) -> None:
    keys = {"aws:username": ("veeam",), "aws:nobody": None}
    if actual is not ...:
        keys["some:key"] = actual
    context = Context(keys, open=True)
    assert holds(Condition(operator, "Some:Key", tuple(wanted)), context) is found
    assert holds(Condition(operator.upper(), "some:key", tuple(wanted)), context) is found


# Decisions

def test_denial_wins_and_nothing_is_denied() -> None:
    both = document(allow(Action="s3:*"), {"Effect": "Deny", "Action": "s3:Get*", "Resource": AT})
    assert decision(both) is Truth.NO
    assert decision(both, resource="arn:aws:s3:::b/other") is Truth.YES
    assert decision(both, action="ec2:RunInstances") is Truth.NO


def test_not_action_and_not_resource() -> None:
    most = document({"Effect": "Allow", "NotAction": ["iam:*", "s3:PutObject"],
                     "NotResource": "arn:aws:s3:::secret/*"})
    assert decision(most) is Truth.YES
    assert decision(most, action="s3:PutObject") is Truth.NO
    assert decision(most, action="iam:GetUser", resource="*") is Truth.NO
    assert decision(most, resource="arn:aws:s3:::secret/k") is Truth.NO


def test_all_conditions_must_hold() -> None:
    both = document(allow(Condition={"Bool": {"aws:SecureTransport": "true"},
                                     "StringLike": {"s3:prefix": "Veeam/*"}}))
    assert decision(both, aws__securetransport=("true",), s3__prefix=("Veeam/a",)) is Truth.YES
    assert decision(both, aws__securetransport=("true",), s3__prefix=("x",)) is Truth.NO
    assert decision(both, aws__securetransport=("false",), s3__prefix=("Veeam/a",)) is Truth.NO


def test_variables_of_resources() -> None:
    own = allow(Resource="arn:aws:s3:::b/${aws:username}/*")
    place = "arn:aws:s3:::b/veeam/k"
    assert decision(document(own), resource=place, aws__username=("veeam",)) is Truth.YES
    assert decision(document(own), resource=place, aws__username=("other",)) is Truth.NO
    assert decision(document(own), resource=place) is Truth.NO
    old = document(own, version="2008-10-17")
    assert decision(old, resource=place, aws__username=("veeam",)) is Truth.NO
    literal = "arn:aws:s3:::b/${aws:username}/k"
    assert decision(old, resource=literal, aws__username=("veeam",)) is Truth.YES


@pytest.mark.parametrize(("principal", "found"), [
    ("*", Truth.YES),
    ({"AWS": "*"}, Truth.YES),
    ({"AWS": "arn:aws:iam::123456789012:user/veeam"}, Truth.YES),
    ({"AWS": "123456789012"}, Truth.YES),
    ({"AWS": ["arn:aws:iam::123456789012:root"]}, Truth.YES),
    ({"AWS": "arn:aws:iam::210987654321:root"}, Truth.NO),
    ({"AWS": "arn:aws:iam::123456789012:user/other"}, Truth.NO),
    ({"Service": "ec2.amazonaws.com"}, Truth.NO),
])
def test_principals(principal: Any, found: Truth) -> None:
    given = document(allow(Principal=principal))
    assert decision(given, principal="arn:aws:iam::123456789012:user/veeam") is found
    everyone = principal in ("*", {"AWS": "*"})
    assert decision(given) is (Truth.YES if everyone else Truth.UNKNOWN)


def test_not_principal() -> None:
    given = document({**allow(), "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:user/veeam"}})
    assert decision(given, principal="arn:aws:iam::123456789012:user/veeam") is Truth.NO
    assert decision(given, principal="arn:aws:iam::123456789012:user/other") is Truth.YES


def test_a_decision_names_its_statements() -> None:
    given = document(allow(Sid="One"), {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
                                        "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
    found = decide([given], Request("s3:GetObject", AT, Context(open=True)))
    assert found.allowed is Truth.UNKNOWN
    assert [s.label for s in found.allowing] == ['statement 1 ("One")']
    assert [s.label for s in found.open] == ["statement 2"]


# Comparing

SAME: list[tuple[Any, Any]] = [
    (allow(), allow(Action=["s3:GetObject"])),
    (allow(Sid="a"), allow(Sid="b", Action="S3:getobject")),
    ([allow(Action=["s3:GetObject", "s3:PutObject"])],
     [allow(Action="s3:PutObject"), allow(Action="s3:GetObject")]),
    ([allow(Action="s3:*"), allow(Action="s3:GetObject")], [allow(Action="s3:*")]),
    ([allow(), allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], [allow()]),
    (allow(Condition={"Bool": {"aws:SecureTransport": True}}),
     allow(Condition={"bool": {"AWS:SecureTransport": ["TRUE"]}})),
    (allow(Condition={"StringLike": {"s3:prefix": ["a", "b"]}}),
     allow(Condition={"StringLike": {"s3:prefix": ["b", "a"]}})),
    (allow(Principal="*"), allow(Principal={"AWS": "*"})),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (allow(), {**allow(), "Effect": "Deny"}),
    (allow(), allow(Resource="arn:aws:s3:::b/*")),
    (allow(), allow(Condition={"Bool": {"aws:SecureTransport": "true"}})),
    (allow(), allow(Action="s3:Get*")),
    (allow(Principal="*"), allow()),
    (allow(Condition={"StringLike": {"s3:prefix": "a"}}),
     allow(Condition={"StringLike": {"s3:prefix": "A"}})),
    ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
     {"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}),
]


def _documents(left: Any, right: Any) -> tuple[Any, Any]:
    return tuple(document(*(side if isinstance(side, list) else [side])) for side in (left, right))


@pytest.mark.parametrize(("left", "right"), SAME)
def test_the_same_meaning(left: Any, right: Any) -> None:
    first, second = _documents(left, right)
    assert compare(first, second).same
    assert compare(second, first).same


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_another_meaning(left: Any, right: Any) -> None:
    first, second = _documents(left, right)
    found, back = compare(first, second), compare(second, first)
    assert not found.same
    assert (found.removed, found.added) == (back.added, back.removed)


def test_what_is_removed_and_added() -> None:
    first, second = _documents(
        [allow(Action=["s3:GetObject", "s3:PutObject"])], [allow(Action=["s3:GetObject", "s3:*"])])
    found = compare(first, second)
    assert found.removed == ()
    assert [str(grant.action) for grant in found.added] == ["s3:*"]


@given(seed=st.integers(0, 10_000))
def test_policies_that_compare_as_the_same_decide_the_same(seed: int) -> None:
    rng = random.Random(seed)
    body = policy(rng)
    other = json.loads(json.dumps(body))
    rng.shuffle(other["Statement"])
    for statement in other["Statement"]:
        for element in ("Action", "Resource"):
            if isinstance(statement.get(element), list):
                rng.shuffle(statement[element])
            elif element in statement:
                statement[element] = [statement[element]]
    first, second = from_data(body), from_data(other)
    assert compare(first, second).same
    for _ in range(5):
        request, _call = requests(rng)
        assert decide([first], request).allowed is decide([second], request).allowed


@given(seed=st.integers(0, 10_000))
def test_what_only_grows_allows_no_less(seed: int) -> None:
    rng = random.Random(seed)
    first, second = from_data(policy(rng)), from_data(policy(rng))
    found = compare(first, second)
    grows = not any(grant.allow for grant in found.removed) and not any(
        not grant.allow for grant in found.added)
    for _ in range(10):
        request, _call = requests(rng)
        before, after = decide([first], request).allowed, decide([second], request).allowed
        assert not grows or before is Truth.NO or after is Truth.YES
