"""Planning buckets: defaults, refusals, and what rules will see. Asks nobody."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.values import Unknown, is_wholly_known
from vbrprov_aws.resources.s3_bucket import S3Bucket, S3BucketModel
from vbrprov_aws.store import aws_store
from vbrprov_s3.bucket.model import LifecycleRuleBlock, VersioningBlock, check_name

BUCKET = S3Bucket()


class Offline:
    region = "us-east-1"
    partition = "aws"
    sandbox = False
    store = aws_store("aws")
    default_tags = {"d": "1"}  # noqa: RUF012  # a stand-in


@pytest.fixture
def plan(aws: Any) -> Any:
    aws.client = Offline()
    return lambda prior=None, **arguments: aws.plan(BUCKET, prior, **arguments)


def live(**more: Any) -> Any:
    return S3BucketModel(
        bucket="b-1", id="b-1", region="us-east-1", versioning_status="Disabled",
        versioning=VersioningBlock(status="Disabled"), live_lifecycle_rules=[],
        replication_enabled=False, intelligent_tiering_count=0, unreadable_facets=[],
        tags_all={"d": "1"}, **more)


def test_a_new_bucket_is_wholly_known(plan: Any) -> None:
    planned = plan(bucket="b-1", object_lock_enabled=True, tags={"t": "2"})
    assert not planned.errors
    assert all(is_wholly_known(v) for v in planned.draft.planned.values())
    model = planned.model
    assert (model.arn, model.versioning_status) == ("arn:aws:s3:::b-1", "Enabled")
    assert model.tags_all == {"d": "1", "t": "2"}
    assert model.public_access_block.block_public_acls is True


def test_a_made_up_name_is_known_after_apply(plan: Any) -> None:
    planned = plan(bucket_prefix="b-")
    for name in ("bucket", "id", "arn", "bucket_domain_name"):
        assert isinstance(planned.draft.planned[name], Unknown)


@pytest.mark.parametrize(("arguments", "summary"), [
    ({"bucket": "b-1", "bucket_prefix": "b-"}, "Name stated twice"),
    ({"object_lock_enabled": True, "versioning": {"status": "Suspended"}},
     "Object lock needs versioning"),
    ({"server_side_encryption_configuration": {"kms_master_key_id": "k"}},
     "KMS key without KMS encryption"),
    ({"lifecycle_rule": [{"id": "x", "expiration_days": 1}], "purge_lifecycle_rules": True},
     "Lifecycle rules stated and purged"),
    ({"lifecycle_rule": [{"id": "x"}]}, "Lifecycle rule without action"),
    ({"lifecycle_rule": [{"id": "x", "expiration_days": 1}, {"id": "x", "expiration_days": 2}]},
     "Lifecycle rule stated twice"),
    ({"object_lock_enabled": True, "object_lock_configuration": {
        "rule": {"default_retention": {"mode": "COMPLIANCE"}}}},
     "Length of the default retention"),
    ({"object_lock_configuration": {
        "rule": {"default_retention": {"mode": "COMPLIANCE", "days": 1}}}},
     "Default retention without object lock"),
])
def test_refused(plan: Any, arguments: Any, summary: Any) -> None:
    assert plan(**arguments).errors == [summary]


def test_lock_is_never_turned_off(plan: Any) -> None:
    planned = plan(live(object_lock_enabled=True), bucket="b-1")
    assert planned.errors == ["Object lock cannot be turned off"]


def test_lock_is_turned_on_in_place(plan: Any) -> None:
    planned = plan(live(), bucket="b-1", object_lock_enabled=True)
    assert planned.errors == []
    assert planned.draft.replace == set()
    assert planned.model.versioning.status == "Enabled"


def test_versioning_is_never_undone(plan: Any) -> None:
    prior = live().copy(versioning=VersioningBlock(status="Enabled"))
    planned = plan(prior, bucket="b-1", versioning={"status": "Disabled"})
    assert planned.errors == ["Versioning cannot be undone"]


def test_silence_about_versioning_keeps_it(plan: Any) -> None:
    prior = live().copy(versioning=VersioningBlock(status="Suspended"),
                        versioning_status="Suspended")
    planned = plan(prior, bucket="b-1")
    assert planned.model.versioning.status == "Suspended"
    assert "versioning" not in planned.changed


def test_live_facets_are_the_end_state(plan: Any) -> None:
    prior = live(purge_lifecycle_rules=False).copy(
        live_lifecycle_rules=[{"id": "x", "enabled": True, "prefix": "",
                               "only_abort_multipart": False}],
        live_default_retention={"mode": "COMPLIANCE", "days": 1, "years": None},
        replication_enabled=True, intelligent_tiering_count=2, unreadable_facets=["tags"])
    kept = plan(prior, bucket="b-1").model
    assert kept.live_lifecycle_rules == prior.live_lifecycle_rules
    assert kept.live_default_retention == prior.live_default_retention
    assert (kept.replication_enabled, kept.intelligent_tiering_count) == (True, 2)
    assert kept.unreadable_facets == ["tags"]
    assert plan(prior, bucket="b-1", purge_lifecycle_rules=True).model.live_lifecycle_rules == []


def test_stated_rules_that_may_not_be_read_are_no_change(plan: Any) -> None:
    rules = [LifecycleRuleBlock(id="old", enabled=True, prefix="logs/", expiration_days=3)]
    prior = plan(bucket="b-1", lifecycle_rule=rules).model.copy(
        live_lifecycle_rules=None, unreadable_facets=["lifecycle"])
    same = plan(prior, bucket="b-1", lifecycle_rule=rules)
    assert same.model.live_lifecycle_rules is None
    assert "live_lifecycle_rules" not in same.changed
    gone = plan(prior, bucket="b-1")
    assert gone.model.live_lifecycle_rules == []


@pytest.mark.parametrize("name", [
    "ab", "a" * 64, "Upper", "under_score", "-start", "end-", "two..dots", "192.168.1.1",
    "xn--x", "sthree-x", "x-s3alias", "x--ol-s3", "dir--usw2-az1--x-s3",
])
def test_bad_names(name: Any) -> None:
    assert check_name(name)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "with.dots", "1-2-3"])
def test_good_names(name: Any) -> None:
    assert check_name(name) is None
