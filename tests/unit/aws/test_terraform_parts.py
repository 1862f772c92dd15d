"""What Terraform splits a bucket into, as arguments of the one resource."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov_aws.resources.s3_bucket import S3Bucket

RETENTION = {"mode": "COMPLIANCE", "days": 30, "years": 0}


@pytest.mark.parametrize(("part", "attributes", "taken"), [
    ("versioning", {"versioning_configuration": [{"status": "Suspended", "mfa_delete": ""}]},
     {"versioning": [{"status": "Suspended"}]}),
    ("versioning", {"versioning_configuration": []}, {}),
    ("object_lock_configuration", {"rule": []}, {"object_lock_enabled": True}),
    ("object_lock_configuration", {"rule": [{"default_retention": [RETENTION]}]},
     {"object_lock_enabled": True, "object_lock_configuration": [{"rule": [{
         "default_retention": [{"mode": "COMPLIANCE", "days": 30, "years": None}]}]}]}),
    ("server_side_encryption_configuration", {"rule": [{"bucket_key_enabled": True,
     "apply_server_side_encryption_by_default": [
         {"sse_algorithm": "aws:kms", "kms_master_key_id": "k"}]}]},
     {"server_side_encryption_configuration": [{
         "sse_algorithm": "aws:kms", "kms_master_key_id": "k", "bucket_key_enabled": True}]}),
    ("public_access_block", {"block_public_acls": True, "ignore_public_acls": None},
     {"public_access_block": [{
         "block_public_acls": True, "block_public_policy": False, "ignore_public_acls": False,
         "restrict_public_buckets": False}]}),
    ("ownership_controls", {"rule": [{"object_ownership": "ObjectWriter"}]},
     {"ownership_controls": [{"object_ownership": "ObjectWriter"}]}),
    ("ownership_controls", {}, {}),
    ("lifecycle_configuration", {"rule": [{
        "id": "x", "status": "Disabled", "filter": [{"prefix": "a/"}], "expiration": [{"days": 9}],
    }]}, {"lifecycle_rule": [{
        "id": "x", "enabled": False, "prefix": "a/", "expiration_days": 9,
        "abort_incomplete_multipart_upload_days": None}]}),
])
def test_a_part(part: str, attributes: dict[str, Any], taken: dict[str, Any]) -> None:
    piece = S3Bucket.terraform_parts[f"aws_s3_bucket_{part}"]
    assert piece.owner == "bucket"
    assert piece.take(attributes) == taken


def test_the_bucket_itself() -> None:
    assert S3Bucket().from_terraform({
        "bucket": "b", "bucket_prefix": "", "versioning": [{"enabled": True}], "acl": None,
        "object_lock_configuration": [{"object_lock_enabled": "Enabled"}],
    }) == {"bucket": "b", "bucket_prefix": None, "acl": None, "object_lock_enabled": True}
