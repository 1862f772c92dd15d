"""The evaluator against a server that enforces policies: the same decision on random pairs."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from typing import Any

import pytest
from policy_world import BUCKET, OTHER, USER, policy, requests

from vbrprov.policy.iam.conditions import Context
from vbrprov.policy.iam.document import from_data
from vbrprov.policy.iam.evaluate import decide
from vbrprov.sdk import Truth

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Another seed, or more pairs, by environment variables; a run prints both when it fails.
SEED = int(os.environ.get("VBRPROV_POLICY_SEED", "20261128"))
PAIRS = int(os.environ.get("VBRPROV_POLICY_PAIRS", "500"))


@pytest.fixture(scope="module")
def world(enforcer: Any) -> dict[str, Any]:
    s3, iam = enforcer.client("s3"), enforcer.client("iam")
    for bucket in (BUCKET, OTHER):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        s3.delete_public_access_block(Bucket=bucket)
    iam.create_user(UserName=USER)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    own = key["AccessKeyId"], key["SecretAccessKey"]
    return {"iam": iam, "s3": s3, "user_s3": enforcer.client("s3", *own),
           "user_iam": enforcer.client("iam", *own)}


def passes(world: dict[str, Any], call: Any) -> bool:
    """Whether the server lets the call through; what it says of it then does not matter."""
    from botocore.exceptions import ClientError

    try:
        call(world["user_s3"], world["user_iam"])
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] != 403
    return True


def put(world: dict[str, Any], identity: Any, bucket: Any = None) -> None:
    world["iam"].put_user_policy(UserName=USER, PolicyName="p",
                                 PolicyDocument=json.dumps(identity))
    if bucket is not None:
        world["s3"].put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(bucket))


def compare(world: dict[str, Any], pairs: int, with_bucket: bool) -> Counter[str]:
    """Decide on *pairs* random pairs here and there; the figures."""
    rng = random.Random(SEED + with_bucket)
    figures: Counter[str] = Counter()
    wrong = []
    for number in range(pairs):
        request, call = requests(rng)
        identity = policy(rng, near=request)
        resource = policy(rng, principal=True, near=request) if with_bucket else None
        put(world, identity, resource)
        both = [from_data(identity)]
        if resource is not None and f":::{BUCKET}" in request.resource:
            both.append(from_data(resource))
        expected = decide(both, request).allowed
        assert expected is not Truth.UNKNOWN
        passed = passes(world, call)
        figures["passed" if passed else "refused"] += 1
        if passed is not (expected is Truth.YES):
            wrong.append((number, passed, request, identity, resource))
    assert wrong == [], f"seed {SEED}: {len(wrong)} of {pairs} differ, first {wrong[0]}"
    return figures


def test_identity_policies(world: dict[str, Any]) -> None:
    figures = compare(world, PAIRS, with_bucket=False)
    # Neither answer is rare, or the comparison would say little.
    assert min(figures["passed"], figures["refused"]) > PAIRS / 4, figures


def test_identity_and_bucket_policies(world: dict[str, Any]) -> None:
    figures = compare(world, PAIRS // 2, with_bucket=True)
    world["s3"].delete_bucket_policy(Bucket=BUCKET)
    assert min(figures["passed"], figures["refused"]) > PAIRS / 8, figures


def test_what_is_not_known_here_decides_nothing(world: dict[str, Any]) -> None:
    """Whatever an unknown key may be, a decision that is not open is the server's."""
    rng = random.Random(SEED + 2)
    sure = 0
    for _ in range(PAIRS // 5):
        request, call = requests(rng)
        identity = policy(rng, near=request)
        put(world, identity)
        known = {k: v for k, v in request.context.keys.items() if rng.random() < 0.5}
        absent = {k: None for k in ("s3:prefix", "s3:max-keys", "aws:multifactorauthpresent")
                  if k not in request.context.keys and rng.random() < 0.5}
        blurred = Context({**known, **absent}, open=True)
        found = decide([from_data(identity)], type(request)(
            request.action, request.resource, blurred, request.principal)).allowed
        if found is not Truth.UNKNOWN:
            sure += 1
            assert passes(world, call) is (found is Truth.YES), (identity, request)
    assert sure > PAIRS / 20
