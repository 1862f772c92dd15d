"""When two policy documents mean the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov_s3.policy_json import compact, same_policy


def policy(*statements: Any, **top: Any) -> Any:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **top})


ALLOW = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
TLS = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*",
       "Condition": {"Bool": {"aws:SecureTransport": False}}}


@pytest.mark.parametrize(("left", "right"), [
    (policy(ALLOW), json.dumps(json.loads(policy(ALLOW)), indent=4)),
    (policy(ALLOW), policy({**ALLOW, "Action": ["s3:Get*"], "Resource": ["*"]})),
    (policy(ALLOW), policy({**ALLOW, "Action": "S3:GET*"})),
    (policy(ALLOW), policy({**ALLOW, "Sid": ""})),
    (policy(ALLOW, TLS), policy(TLS, ALLOW)),
    (policy({**ALLOW, "Action": ["a:b", "c:d"]}), policy({**ALLOW, "Action": ["c:d", "a:b"]})),
    (policy(ALLOW), json.dumps({"Version": "2012-10-17", "Statement": ALLOW})),
    (policy(TLS), policy({**TLS, "Condition": {"Bool": {"AWS:securetransport": ["false"]}}})),
    (policy(TLS), policy({**TLS, "Principal": {"AWS": "*"}})),
    (policy({**ALLOW, "Principal": {"AWS": "123456789012"}}),
     policy({**ALLOW, "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}})),
    ("", ""), ("no json", "no json"),
])
def test_same(left: Any, right: Any) -> None:
    assert same_policy(left, right)
    assert same_policy(right, left)


@pytest.mark.parametrize(("left", "right"), [
    (policy(ALLOW), policy({**ALLOW, "Effect": "Deny"})),
    (policy(ALLOW), policy({**ALLOW, "Resource": "ARN:x"})),
    (policy({**ALLOW, "Resource": "arn:aws:s3:::a"}),
     policy({**ALLOW, "Resource": "arn:aws:s3:::A"})),
    (policy(ALLOW), policy(ALLOW, Version="2008-10-17")),
    (policy(ALLOW), policy()),
    (policy(TLS), policy({**TLS, "Condition": {"Bool": {"aws:SecureTransport": True}}})),
    (policy({**ALLOW, "NotAction": "x"}), policy(ALLOW)),
    (policy(ALLOW), ""), (policy(ALLOW), None), ("[]", "{}"), ("no json", "none either"),
])
def test_different(left: Any, right: Any) -> None:
    assert not same_policy(left, right)
    assert not same_policy(right, left)


def test_compact() -> None:
    assert compact('{ "a": [1, 2],\n "b": "ü x" }') == '{"a":[1,2],"b":"ü x"}'
