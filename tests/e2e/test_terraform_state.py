"""Taking over a state of Terraform's: real objects, and a file as Terraform writes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from canary import find
from launcher import CHECKOUT, Launcher, Result
from services import Sandbox

STACK = CHECKOUT / "tests" / "e2e" / "stacks" / "aws" / "main.vbr.hcl"
BUCKET = """
resource "aws_s3_bucket" "taken" {
  bucket              = "terraform-takes-over"
  object_lock_enabled = true
  deletion_policy     = "DELETE"
  tags                = { "$owner" = "me" }

  lifecycle_rule {
    id                                     = "uploads"
    abort_incomplete_multipart_upload_days = 7
  }
}
"""
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
SECRET = "canary/terraform+secret'1'&<x>"
#: Attributes of ours that Terraform does not have.
OURS = ("deletion_policy", "versioning_status", "unreadable_facets", "live_lock",
        "live_lifecycle_rules", "live_default_retention", "purge_lifecycle_rules")


@pytest.fixture
def run(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> Any:
    shutil.copy(STACK, work)
    (work / "bucket.vbr.hcl").write_text(BUCKET)
    environ = launcher.environment(tmp_path / "home", **sandbox.env)

    def command(*arguments: str, status: int = 0) -> Result:
        done = launcher.run([*arguments, "-sandbox", "-no-color"], work, environ)
        assert done.status == status, done
        return done

    return command


def block(kind: str, name: str, provider: str = AWS, **instance: Any) -> dict[str, Any]:
    attributes = instance.pop("attributes", {})
    return {"mode": "managed", "type": kind, "name": name, "provider": provider, "instances": [
        {"schema_version": 0, "attributes": attributes, "sensitive_attributes": [], **instance}]}


def as_terraform(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources that ``show -json`` tells of, as blocks of a state file."""
    out = []
    for item in shown["values"]["root_module"]["resources"]:
        if item["mode"] != "managed":
            continue
        values = {k: v for k, v in item["values"].items() if k not in OURS}
        if item["type"] == "aws_iam_access_key":
            values["secret"] = SECRET
        if item["type"] == "aws_s3_bucket":
            name, own = values["bucket"], item["name"]
            for facet in ("public_access_block", "ownership_controls"):
                del values[facet]
            values |= {
                "bucket_prefix": "", "grant": [], "website": [], "acl": None,
                "versioning": [{"enabled": True, "mfa_delete": False}],
                "object_lock_configuration": [{"object_lock_enabled": "Enabled", "rule": []}],
                "server_side_encryption_configuration": [{"rule": [{
                    "apply_server_side_encryption_by_default": [
                        {"sse_algorithm": "AES256", "kms_master_key_id": ""}],
                    "bucket_key_enabled": False}]}],
                "lifecycle_rule": [{"id": "uploads", "enabled": True}]}
        if values.get("bucket") == "terraform-takes-over" and item["type"] == "aws_s3_bucket":
            bucket = {"bucket": name, "id": name}
            depends = {"dependencies": [item["address"]]}
            out += [
                block("aws_s3_bucket_versioning", own, attributes={
                    **bucket, "versioning_configuration": [
                        {"status": "Enabled", "mfa_delete": ""}]}, **depends),
                block("aws_s3_bucket_object_lock_configuration", own, attributes={
                    **bucket, "object_lock_enabled": "Enabled", "rule": []}, **depends),
                block("aws_s3_bucket_server_side_encryption_configuration", own, attributes={
                    **bucket, "rule": [{"apply_server_side_encryption_by_default": [
                        {"sse_algorithm": "AES256", "kms_master_key_id": ""}],
                        "bucket_key_enabled": False}]}, **depends),
                block("aws_s3_bucket_public_access_block", own, attributes={
                    **bucket, "block_public_acls": True, "block_public_policy": True,
                    "ignore_public_acls": True, "restrict_public_buckets": True}, **depends),
                block("aws_s3_bucket_ownership_controls", own, attributes={
                    **bucket, "rule": [{"object_ownership": "BucketOwnerEnforced"}]}, **depends),
                block("aws_s3_bucket_lifecycle_configuration", own, attributes={
                    **bucket, "rule": [{
                        "id": "uploads", "status": "Enabled", "filter": [{"prefix": ""}],
                        "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
                        "expiration": []}]}, **depends)]
        out.append(block(item["type"], item["name"], attributes=values,
                         dependencies=item.get("depends_on", [])))
    return out


def test_every_type_of_a_stack_is_taken_over(run: Any, work: Path, tmp_path: Path) -> None:
    run("apply", "-auto-approve")
    before = json.loads(run("show", "-json").out)
    listed = run("state", "list").out.split()
    managed = [a for a in listed if not a.startswith("data.")]
    file = work / "terraform.tfstate"
    file.write_text(json.dumps({
        "version": 4, "terraform_version": "1.11.4", "serial": 9, "lineage": "x", "outputs": {
            "o": {"value": SECRET, "type": "string", "sensitive": True}},
        "resources": [
            *as_terraform(before),
            block("aws_s3_bucket_versioning", "elsewhere", attributes={
                "bucket": "not-in-the-file", "versioning_configuration": []}),
            block("aws_s3_bucket_logging", "b", attributes={"bucket": "x"}),
            {"mode": "data", "type": "aws_region", "name": "r", "provider": AWS, "instances": []},
            block("random_pet", "p", 'provider["registry.terraform.io/hashicorp/random"]',
                  attributes={"id": SECRET}),
            block("aws_iam_user", "gone", deposed="0123abcd", attributes={"name": "x"})]}))
    told = run("state", "import-terraform", str(file), status=0)
    assert f"0 taken over, {len(managed) + 4} left" in told.out
    run("state", "rm", *managed)
    planned = run("state", "import-terraform", "-dry-run", str(file))
    assert "Would take over: aws_s3_bucket.taken" in planned.out
    told = run("state", "import-terraform", str(file))
    assert f"{len(managed)} taken over, 4 left." in told.out
    assert told.out.count("    with aws_s3_bucket_") == 6
    for left in ("aws_s3_bucket_versioning.elsewhere (it is part of a aws_s3_bucket that is not",
                 "aws_s3_bucket_logging.b (there is no type", "random_pet.p (there is no provider",
                 "aws_iam_user.gone (it is deposed"):
        assert f"Left: {left}" in told.out
    after = json.loads(run("show", "-json").out)
    kinds = [(r["address"], sorted(r.get("depends_on", ()))) for r in after["values"][
        "root_module"]["resources"]]
    assert {a for a, _ in kinds} >= set(managed)
    # What is recorded is what there is: nothing is left to do, but for what Terraform cannot know.
    plan = run("plan", "-out=it.plan")
    shown = json.loads(run("show", "-json", "it.plan").out)
    changes = {c["address"]: c["change"]["actions"] for c in shown["resource_changes"]
               if c["change"]["actions"] != ["no-op"] and c["mode"] == "managed"}
    # A destroy is allowed by an argument that Terraform does not have.
    assert changes == {f"aws_{name}": ["update"] for name in (
        "kms_key.k", "s3_bucket.b", "s3_bucket.taken")}, plan.out
    run("apply", "-auto-approve")
    run("plan", "-detailed-exitcode")
    for path in [p for p in tmp_path.rglob("*") if p.is_file() and p != file]:
        assert not find({"secret": SECRET}, path.read_bytes()), path
    for done in (told, planned, plan):
        assert not find({"secret": SECRET}, done.text.encode())


@pytest.mark.parametrize(("text", "said"), [
    ("", "not JSON"), ("[]", "no state file"), ('{"version": 3}', "only version 4"),
    ('{"encrypted_data": "x"}', "encrypted by OpenTofu"),
    ('{"format_version": "1.0", "values": {}}', "output of show -json"),
    ('{"version": 4, "resources": [{"mode": 5}]}', "not as Terraform writes it"),
])
def test_what_is_no_state_of_terraforms(run: Any, work: Path, text: str, said: str) -> None:
    (work / "x.tfstate").write_text(text)
    told = run("state", "import-terraform", "x.tfstate", status=1)
    assert said in " ".join(told.err.replace("│", " ").split())


def test_addresses_and_providers(run: Any, work: Path) -> None:
    user = {"id": "u", "name": "u", "arn": "arn:aws:iam::1:user/u"}
    (work / "x.tfstate").write_text(json.dumps({"version": 4, "resources": [
        {**block("aws_iam_user", "a", f"{AWS}.west", index_key=0, attributes=user),
         "module": 'module.m["x"]'},
        {**block("aws_iam_group", "a", f"module.m.{AWS}", index_key='k"y', status="tainted",
                 attributes={"id": "g", "name": "g"}), "module": "module.m"},
        block("terraform_data", "d", 'provider["terraform.io/builtin/terraform"]', attributes={
            "id": "i", "input": {"value": {"$a": 1}, "type": ["object", {"$a": "number"}]},
            "output": {"value": {"$a": 1}, "type": ["object", {"$a": "number"}]},
            "triggers_replace": None}),
        block("aws_iam_user", "twice", f"{AWS}.west", attributes=user),
        block("aws_iam_user", "none", attributes=None),
    ]}))
    told = run("state", "import-terraform", "x.tfstate", "-state=other.vbrstate")
    assert "3 taken over, 2 left" in told.out
    assert "managed as module.m" in told.out
    assert "holds no attributes" in told.out
