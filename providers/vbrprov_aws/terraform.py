"""What Terraform splits a bucket into, as the one resource that it is here.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import TerraformAttributes, TerraformPart, only

#: Facets that Terraform's bucket also shows, in an older shape: what its own types say counts.
_FACETS = ("versioning", "object_lock_configuration", "server_side_encryption_configuration",
           "public_access_block", "ownership_controls", "lifecycle_rule")


def bucket_attributes(attributes: TerraformAttributes) -> Mapping[str, Any]:
    """The attributes of ``aws_s3_bucket``; facets in the old shape are read anew by a refresh."""
    out = {name: value for name, value in attributes.items() if name not in _FACETS}
    out["bucket_prefix"] = attributes.get("bucket_prefix") or None
    lock = only(attributes.get("object_lock_configuration"))
    if lock.get("object_lock_enabled") == "Enabled":
        out["object_lock_enabled"] = True
    return out


def _versioning(part: TerraformAttributes) -> Mapping[str, Any]:
    status = only(part.get("versioning_configuration")).get("status")
    return {"versioning": [{"status": status}]} if status else {}


def _lock(part: TerraformAttributes) -> Mapping[str, Any]:
    kept = only(only(part.get("rule")).get("default_retention"))
    if not kept.get("mode"):
        return {"object_lock_enabled": True}
    retention = {"mode": kept["mode"], "days": kept.get("days") or None,
                 "years": kept.get("years") or None}
    return {"object_lock_enabled": True, "object_lock_configuration": [
        {"rule": [{"default_retention": [retention]}]}]}


def _encryption(part: TerraformAttributes) -> Mapping[str, Any]:
    rule = only(part.get("rule"))
    default = only(rule.get("apply_server_side_encryption_by_default"))
    return {"server_side_encryption_configuration": [{
        "sse_algorithm": default.get("sse_algorithm") or "AES256",
        "kms_master_key_id": default.get("kms_master_key_id") or None,
        "bucket_key_enabled": rule.get("bucket_key_enabled")}]}


def _public_access(part: TerraformAttributes) -> Mapping[str, Any]:
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls",
             "restrict_public_buckets")
    return {"public_access_block": [{name: bool(part.get(name)) for name in names}]}


def _ownership(part: TerraformAttributes) -> Mapping[str, Any]:
    found = only(part.get("rule")).get("object_ownership")
    return {"ownership_controls": [{"object_ownership": found}]} if found else {}


def _lifecycle(part: TerraformAttributes) -> Mapping[str, Any]:
    rules = []
    for rule in part.get("rule") or ():
        chosen = only(rule.get("filter"))
        rules.append({
            "id": rule.get("id"), "enabled": rule.get("status") == "Enabled",
            "prefix": chosen.get("prefix") or rule.get("prefix") or None,
            "expiration_days": only(rule.get("expiration")).get("days") or None,
            "abort_incomplete_multipart_upload_days": only(
                rule.get("abort_incomplete_multipart_upload")).get("days_after_initiation") or None,
        })
    return {"lifecycle_rule": rules}


BUCKET_PARTS = {
    "aws_s3_bucket_versioning": TerraformPart("bucket", _versioning),
    "aws_s3_bucket_object_lock_configuration": TerraformPart("bucket", _lock),
    "aws_s3_bucket_server_side_encryption_configuration": TerraformPart("bucket", _encryption),
    "aws_s3_bucket_public_access_block": TerraformPart("bucket", _public_access),
    "aws_s3_bucket_ownership_controls": TerraformPart("bucket", _ownership),
    "aws_s3_bucket_lifecycle_configuration": TerraformPart("bucket", _lifecycle),
}
