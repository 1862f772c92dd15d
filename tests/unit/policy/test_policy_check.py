"""What ``policy check`` finds in given policies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vbrprov.diag import SourceFile
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.check import Finding, Kind, check, check_together
from vbrprov.policy.given import of_document, read_given
from vbrprov.policy.iam.document import from_data
from vbrprov.policy.rendering import render

BUCKET = "agents-backup"
AT, IN = f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"
#: As KB3151 prints it: buckets and objects in one statement, and an action that AWS has not.
KB3151 = [
    {"Sid": "V", "Effect": "Allow", "Resource": [IN, AT], "Action": [
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketLocation",
        "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration"]},
    {"Sid": "L", "Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:HeadBucket"],
     "Resource": "*"},
]


def found(body: Any, vendor: str = "aws", text: str | None = None, **given: Any) -> list[Finding]:
    given = {"purpose": "repository", "buckets": [BUCKET], **given}
    rendered = render(PolicyArguments(vendor=vendor, **given))
    if isinstance(body, list):
        body = {"Version": "2012-10-17", "Statement": body}
    kind = "iam" if rendered.document.kind == "iam" else None
    policy, diags = read_given(SourceFile("p.json", text or json.dumps(body)), kind)
    assert policy is not None, [d.detail for d in diags]
    return check(policy, rendered)


def kinds(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.kind.value, action) for f in findings for action in f.actions}


def test_the_vendors_own_example_is_enough() -> None:
    assert kinds(found(KB3151)) == {("excess", "s3:HeadBucket")}


def test_missing_actions() -> None:
    findings = found(KB3151, immutability=True)
    assert {action for kind, action in kinds(findings) if kind == "missing"} == {
        "s3:ListBucketVersions", "s3:GetObjectVersion", "s3:GetObjectRetention",
        "s3:GetObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectLegalHold",
        "s3:DeleteObjectVersion"}
    assert "Remove a version whose lock is over: that would fail." in next(
        f.detail for f in findings if "s3:DeleteObjectVersion" in f.actions)


def test_an_action_on_the_wrong_resource_is_missing() -> None:
    swapped = [{**KB3151[0], "Resource": AT}, KB3151[1]]
    assert {a for k, a in kinds(found(swapped)) if k == "missing"} == {
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    other = [{**KB3151[0], "Resource": ["arn:aws:s3:::other", "arn:aws:s3:::other/*"]}, KB3151[1]]
    assert len([f for f in found(other) if f.kind is Kind.MISSING]) == 7


def test_denied_by_a_statement() -> None:
    denying = [*KB3151, {"Sid": "No", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]
    (denied,) = (f for f in found(denying) if f.kind is Kind.DENIED)
    assert denied.actions == ("s3:DeleteObject",)
    assert [s.sid for s in denied.statements] == ["No"]
    assert denied.statements[0].place is not None


def test_mfa_can_never_be_had() -> None:
    asking = [{**KB3151[0], "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
              KB3151[1]]
    assert len([f for f in found(asking) if f.kind is Kind.MISSING]) == 7
    denying = [*KB3151, {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*", "Condition": {
        "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]
    assert ("denied", "s3:PutObject") not in kinds(found(KB3151))
    assert ("denied", "s3:PutObject") in {
        (f.kind.value, a) for f in found([*denying[:2], {**denying[2], "Condition": {"Null": {
            "aws:MultiFactorAuthAge": "true"}}}]) for a in f.actions}


def test_tls_is_what_veeam_uses() -> None:
    tls = [*KB3151, {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
                     "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]
    assert kinds(found(tls)) == {("excess", "s3:HeadBucket")}


def test_what_depends_on_an_unknown_key_is_one_finding() -> None:
    narrow = [{**s, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}} for s in KB3151]
    conditional = [f for f in found(narrow) if f.kind is Kind.CONDITIONAL]
    assert [len(f.actions) for f in conditional] == [7, 1]
    assert "aws:SourceIp" in conditional[0].detail


def test_a_prefix_that_hides_the_bucket() -> None:
    hidden = [{**KB3151[0], "Action": [a for a in KB3151[0]["Action"] if a != "s3:ListBucket"]},
              KB3151[1], {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": AT,
                          "Condition": {"StringLike": {"s3:prefix": "Veeam/*"}}}]
    (missing,) = (f for f in found(hidden) if f.kind is Kind.MISSING)
    assert missing.actions == ("s3:ListBucket",)
    assert "when looking whether it is there" in missing.detail


def test_wildcards_are_too_much() -> None:
    findings = found([{"Effect": "Allow", "Action": "s3:*", "Resource": [AT, IN]}, KB3151[1]])
    pairs = kinds(findings)
    assert ("excess", "s3:*") in pairs
    assert {a for k, a in pairs if k == "dangerous"} == {
        "s3:BypassGovernanceRetention", "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration", "s3:DeleteBucket",
        "s3:PutBucketPolicy"}
    assert not [f for f in findings if f.kind in (Kind.MISSING, Kind.DENIED, Kind.TOO_WIDE)]


def test_a_denial_takes_the_danger_away() -> None:
    given = [{"Effect": "Allow", "Action": "s3:*", "Resource": [AT, IN]}, KB3151[1],
             {"Effect": "Deny", "Action": ["s3:Bypass*", "s3:PutBucket*", "s3:PutLifecycle*",
                                           "s3:DeleteBucket*"], "Resource": "*"}]
    assert not [f for f in found(given) if f.kind is Kind.DANGEROUS]


def test_resources_that_reach_too_far() -> None:
    everywhere = [{**KB3151[0], "Resource": "*"}, KB3151[1]]
    (wide,) = (f for f in found(everywhere) if f.kind is Kind.TOO_WIDE)
    assert len(wide.actions) == 7
    assert AT in wide.detail
    # The whole bucket is too much for one folder.
    (objects,) = (f for f in found(KB3151, folder="site1") if f.kind is Kind.TOO_WIDE)
    assert set(objects.actions) == {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}


def test_not_action_and_not_resource_are_too_much() -> None:
    given = [{"Effect": "Allow", "NotAction": "iam:*", "Resource": [AT, IN]}, KB3151[1],
             {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::x/*"}]
    assert {"iam:*"} <= {a for f in found(given) if f.kind is Kind.EXCESS for a in f.actions}
    assert [f.detail for f in found(given) if f.kind is Kind.TOO_WIDE] == [
        "statement 3 is about everything but arn:aws:s3:::x/*."]


def test_the_account_of_a_policy_may_be_any() -> None:
    rendered = render(PolicyArguments(vendor="aws", purpose="agents", buckets=[BUCKET],
                                      account_id="210987654321"))
    findings = found(rendered.document.body, purpose="agents")
    assert findings == []


@pytest.mark.parametrize(("vendor", "given", "body", "expected"), [
    ("google", {"purpose": "repository", "buckets": []},
     {"includedPermissions": [
         "storage.buckets.get", "storage.objects.create", "storage.objects.get",
         "storage.objects.list", "storage.buckets.delete"]},
     {("missing", "storage.buckets.list"), ("missing", "storage.objects.delete"),
      ("excess", "storage.buckets.delete")}),
    ("flashblade", {},
     {"rules": [{"effect": "allow", "actions": ["s3:*"], "object_resources": ["*"]},
                {"effect": "deny", "actions": ["s3:PutObject"], "object_resources": [
                    f"{BUCKET}/*"]}]},
     {("denied", "s3:PutObject"), ("excess", "s3:*")}),
    ("ibm", {}, {"actions": ["cloud-object-storage.object.get"]},
     {("missing", "cloud-object-storage.object.put")}),
])
def test_policies_of_other_kinds(vendor: str, given: Any, body: Any, expected: Any) -> None:
    assert expected <= kinds(found(body, vendor, **given))


def test_azure_roles() -> None:
    role = {"properties": {"permissions": [{
        "actions": ["*"], "notActions": ["Microsoft.Compute/disks/delete"], "dataActions": []}]}}
    pairs = kinds(found(role, "azure", purpose="archive", buckets=[]))
    assert ("denied", "Microsoft.Compute/disks/delete") in pairs
    assert ("excess", "*") in pairs
    assert not {p for p in pairs if p[0] == "missing"}
    flat = {"Name": "x", "Actions": ["Microsoft.Compute/*"], "DataActions": []}
    pairs = kinds(found(flat, "azure", purpose="archive", buckets=[]))
    assert ("missing", "Microsoft.Storage/storageAccounts/read") in pairs
    assert ("missing", "Microsoft.Compute/disks/read") not in pairs


def test_a_role_as_yaml() -> None:
    text = "title: x\nincludedPermissions:\n- storage.buckets.get\n"
    pairs = kinds(found(None, "google", text=text, buckets=[]))
    assert ("missing", "storage.objects.get") in pairs
    assert ("missing", "storage.buckets.get") not in pairs


@pytest.mark.parametrize(("text", "line"), [
    ("a: [1\nb: 2\n", 2), ("{\n \"includedPermissions\": [}\n", 2), ("just text", 1), ("{}", 1),
    ("includedPermissions: 3", 1), ("includedPermissions: [3]", 1), ("", 1),
])
def test_files_that_are_no_policy(text: str, line: int) -> None:
    policy, diags = read_given(SourceFile("p.yaml", text), None)
    assert policy is None
    (first,) = list(diags)
    assert first.subject is not None
    assert first.subject.start.line == line


def held(*statements: dict[str, Any]) -> Any:
    return from_data({"Version": "2012-10-17", "Statement": list(statements)})


def test_policies_of_one_identity_are_taken_together() -> None:
    rendered = render(PolicyArguments(vendor="aws", purpose="repository", buckets=[BUCKET]))
    whole = of_document(rendered.document)
    apart = [type(whole)((statement,), whole.version) for statement in whole.statements]
    assert check_together(apart, rendered) == []
    assert kinds(check_together(apart[1:], rendered))
    # A boundary allows nothing by itself, and must allow all that is needed.
    found = check_together(apart, rendered, bounds=[held(
        {"Effect": "Allow", "Action": "s3:*", "Resource": [AT, IN]})])
    assert kinds(found) == {("missing", "s3:ListAllMyBuckets")}
    assert kinds(check_together([], rendered, bounds=[whole])) == {
        ("missing", action) for s in whole.statements for action in s.actions}


@pytest.mark.parametrize(("principal", "denied"), [
    ("arn:aws:iam::123456789012:user/veeam", True), ("arn:aws:iam::123456789012:user/other", False),
])
def test_what_a_bucket_says_counts_for_whom_it_names(principal: str, denied: bool) -> None:
    rendered = render(PolicyArguments(vendor="aws", purpose="repository", buckets=[BUCKET]))
    own = of_document(rendered.document)
    of_bucket = held(
        {"Effect": "Deny", "Principal": {"AWS": principal}, "Action": "s3:PutObject",
         "Resource": f"{AT}/Veeam/Backup/*"},
        # What others may do is no fault of this identity.
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/third"},
         "Action": "s3:*", "Resource": IN})
    found = check_together([own], rendered, beside=[of_bucket],
                           principal="arn:aws:iam::123456789012:user/veeam")
    assert kinds(found) == ({("denied", "s3:PutObject")} if denied else set())
    assert all("/Veeam/Backup/*." in f.detail for f in found)
