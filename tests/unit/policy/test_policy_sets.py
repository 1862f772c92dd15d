"""The sets of permissions, against what was copied from Veeam's pages apart from the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vbrprov.policy import purposes, sets
from vbrprov.policy.catalogue import never_granted, s3_actions

CASES = Path(__file__).parents[2] / "cases" / "policies"
DOCUMENTED: dict[str, list[str]] = json.loads(
    (CASES / "documented.json").read_text(encoding="utf-8"))
AGENT = frozenset(DOCUMENTED["AGENT-AWS"])
AGENT_S3C = AGENT - {"iam:SimulatePrincipalPolicy", "iam:TagUser"} | {"sts:GetCallerIdentity"}
BASE, IMM, MULTI, RO, RO_IMM, ARCH, ARCH_IMM, BATCH, EXIST, NEW = (
    frozenset(DOCUMENTED[name]) for name in (
        "S3-BASE", "S3-IMM", "S3-MULTI", "S3-RO", "S3-RO-IMM", "S3-ARCH", "S3-ARCH-IMM",
        "S3-BATCH", "EC2-EXIST", "EC2-NEW"))
ACCOUNT_ONLY = {"s3:ListAllMyBuckets"}

#: What each set of tests/cases/policies/sets.toml must allow, made of the documented sets.
ALLOWED: dict[str, frozenset[str]] = {
    "repository": BASE, "repository_immutable": BASE | IMM, "repository_folder": BASE,
    "repository_immutable_folder": BASE | IMM, "repository_tls_only": BASE,
    "repository_typed_name_two_buckets": (BASE | IMM) - ACCOUNT_ONLY,
    "repository_mfa_free": BASE, "repository_hardened": BASE | IMM,
    "repository_multi_bucket": BASE | MULTI,
    "repository_multi_bucket_immutable": BASE | MULTI | IMM,
    "repository_appliance": BASE | EXIST,
    "repository_appliance_new_encrypted":
        BASE | IMM | EXIST | NEW | {"ec2:GetEbsEncryptionByDefault"},
    "bucket_policy": (BASE | IMM) - ACCOUNT_ONLY, "bucket_policy_tls_only": BASE - ACCOUNT_ONLY,
    "read_only": RO, "read_only_immutable": RO | RO_IMM,
    "archive_accelerated": ARCH | ARCH_IMM | BATCH | EXIST | NEW,
    "helper_appliance": EXIST, "helper_appliance_new": EXIST | NEW,
    "ebs_key": frozenset(DOCUMENTED["EC2-EBS-KEY"]),
    "agents": BASE | IMM | AGENT, "agents_iam_sts": BASE | IMM | AGENT_S3C,
    "agents_shared": BASE | IMM, "agents_backup_server": BASE,
    "cloud_connect": BASE | IMM | AGENT, "cloud_connect_iam_sts": BASE | IMM | AGENT_S3C,
    "cloud_machines": frozenset(DOCUMENTED["CLOUD-EC2"]),
    "standalone_agent": frozenset(DOCUMENTED["AGENT-STANDALONE-S3"]),
}
#: Actions that a vendor does not know, by its documentation.
UNKNOWN = {
    "ceph": {"sts:GetCallerIdentity", *(f"iam:{name}" for name in (
        "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy",
        "GetPolicyVersion", "ListPolicyVersions", "SetDefaultPolicyVersion"))},
    "scality": {"iam:PutUserPolicy", "iam:GetUserPolicy", "iam:SetDefaultPolicyVersion"},
}
IAM_FILES = [path for path in sorted(CASES.glob("*/*.json")) if path.stem != "refused"
             and '"kind": "iam"' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_sets_are_the_documented_ones(name: str) -> None:
    found = sets.find(name).actions
    assert len(found) == len(set(found))
    assert set(found) == set(DOCUMENTED[name])


@pytest.mark.parametrize("name", sets.names())
def test_every_action_has_a_reason_and_sources(name: str) -> None:
    found = sets.find(name)
    assert found.name == name
    assert found.source.startswith("https://helpcenter.veeam.com/docs/")
    for need in sets.needs(name):
        assert need.why
        assert not need.why.endswith(".")
        assert all(source.startswith("https://") for source in need.sources)
        assert need.permission_set == name


def test_derived_sets() -> None:
    assert set(sets.find("AGENT-S3C").actions) == AGENT_S3C
    assert len(AGENT_S3C) == 22
    assert set(sets.find("CC-S3C").actions) == AGENT_S3C
    assert set(sets.find("CC-AWS").actions) == AGENT - {"iam:AttachUserPolicy"}
    assert set(sets.find("CC-GCS").actions) == set(DOCUMENTED["AGENT-GCS"]) - {
        "storage.objects.setRetention", "storage.objects.update"}
    assert len(sets.find("AZ-COMPUTE").actions) == 77 + 12


@pytest.mark.parametrize("path", IAM_FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_golden_files_allow_the_documented_actions(path: Path) -> None:
    policy: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["policy"]
    allowed = {action for statement in policy["Statement"] if statement["Effect"] == "Allow"
               for action in ([statement["Action"]] if isinstance(statement["Action"], str)
                              else statement["Action"])}
    vendor = path.parent.name
    appliance = EXIST if vendor == "aws" else frozenset()
    wanted = {**ALLOWED, "archive": ARCH | appliance,
              "archive_immutable": ARCH | ARCH_IMM | appliance}[path.stem]
    assert allowed == wanted - UNKNOWN.get(vendor, set())


def test_nothing_that_must_never_be_is_in_a_set() -> None:
    everything = {action for name in sets.names() for action in sets.find(name).actions}
    assert everything & set(never_granted()) == {"s3:DeleteBucket"}
    assert set(never_granted()) <= s3_actions()


def test_purposes_have_documentation_and_families() -> None:
    for name in purposes.names():
        purpose = purposes.find(name)
        assert purpose.name == name
        assert purpose.doc
        assert set(purpose.options) <= set(purposes.Wish.__struct_fields__)
