"""Arguments of policies: what is refused, with the choices; formats; explanations."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from vbrprov.diag import SourceFile
from vbrprov.policy import finding
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.rendering import Rendered, render
from vbrprov.sdk import PolicyError
from vbrprov.syntax import parse_config
from vbrprov.syntax.format import format_source


def rendered(**given: Any) -> Rendered:
    return render(PolicyArguments(**{"vendor": "aws", "purpose": "repository",
                                     "buckets": ["agents-backup"], **given}))


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"vendor": ""}, "vendor", "must be one of aws, azure, ceph"),
    ({"vendor": "amazon"}, "vendor", 'vendor is "amazon"; it must be one of aws'),
    ({"purpose": "repo"}, "purpose", "must be one of agents, archive, cloud_connect"),
    ({"appliance": "old"}, "appliance", "must be one of none, existing, new"),
    ({"vendor": "minio", "purpose": "agents", "agent_access": "iam"}, "agent_access",
     "must be one of backup_server, iam_sts, shared"),
    ({"tier": "cold"}, "tier", "must be one of performance, capacity"),
    ({"partition": "moon"}, "partition", "must be one of aws, aws-cn, aws-us-gov"),
    ({"buckets": []}, "buckets", "none is named"),
    ({"buckets": ["Agents_Backup"]}, "buckets", "lower-case letters"),
    ({"buckets": ["a*"]}, "buckets", "lower-case letters"),
    ({"buckets": ["agents-backup", "192.168.0.1"]}, "buckets", "IP address"),
    ({"folder": "a*"}, "folder", "holds '*'"),
    ({"folder": "a?"}, "folder", "holds '?'"),
    ({"folder": "a/b"}, "folder", "holds '/'"),
    ({"folder": "${aws:username}"}, "folder", "holds '$'"),
    ({"folder": 'a"b'}, "folder", "holds '\"'"),
    ({"folder": ""}, "folder", "1 to 255 characters"),
    ({"folder": " "}, "folder", "not only blanks"),
    ({"folder": "a" * 256}, "folder", "1 to 255 characters"),
    ({"purpose": "cloud_machines", "folder": "a", "buckets": []}, "folder", "Nothing here"),
    ({"purpose": "read_only", "appliance": "new"}, "appliance", "no meaning for the purpose"),
    ({"purpose": "cloud_connect", "vendor": "wasabi", "agent_access": "iam_sts",
      "multi_bucket": True}, "multi_bucket", "no meaning for the purpose"),
    ({"ebs_encryption": True}, "ebs_encryption", "none is asked for"),
    ({"purpose": "helper_appliance", "appliance": "none"}, "appliance", 'appliance is "none"'),
    ({"purpose": "ebs_key", "buckets": []}, "principals", "whom it allows"),
    ({"account_id": "12345"}, "account_id", "is no account of AWS"),
    ({"vendor": "storagegrid", "account_id": "123456789012"}, "account_id", "27233906934684427525"),
    ({"vendor": "ceph", "account_id": "123456789012"}, "account_id", "RGW"),
    ({"vendor": "ibm", "account_id": "x"}, "account_id", "32 hexadecimal digits"),
    ({"vendor": "azure", "purpose": "archive", "buckets": [], "subscription_id": "x"},
     "subscription_id", "must be a UUID"),
    ({"vendor": "azure", "buckets": [], "storage_account": "My_Account"}, "storage_account",
     "3 to 24"),
    ({"name": "a b"}, "name", "1 to 128"),
    ({"principals": ["arn:aws:iam::123456789012:user/a"], "buckets": ["b-1", "b-2"]}, "principals",
     "about this bucket alone"),
    ({"purpose": "cloud_machines", "buckets": ["b-1"],
      "principals": ["arn:aws:iam::123456789012:user/a"]}, "principals", "only an identity"),
    ({"buckets": [f"a-long-name-of-a-bucket-{n:03}" for n in range(100)]}, "buckets",
     "takes 6144, blanks not counted"),
    ({"vendor": "storagegrid", "buckets": [f"a-long-name-of-a-bucket-{n:03}" for n in range(90)]},
     "buckets", "takes 5120, blanks not counted"),
]


@pytest.mark.parametrize(("given", "argument", "says"), REFUSED,
                         ids=[f"{a}-{i}" for i, (_, a, _) in enumerate(REFUSED)])
def test_refused_with_the_argument_and_the_choices(
    given: dict[str, Any], argument: str, says: str,
) -> None:
    with pytest.raises(PolicyError) as error:
        rendered(**given)
    assert error.value.argument == argument
    assert says in f"{error.value.detail} {error.value.hint}"
    assert error.value.summary


def test_a_slip_of_the_finger_is_recognized() -> None:
    with pytest.raises(PolicyError) as error:
        rendered(vendor="wasabbi")
    assert error.value.hint == 'Did you mean "wasabi"?'


def test_a_long_policy_is_a_managed_one() -> None:
    few, many = rendered(), rendered(buckets=[f"a-long-name-of-a-bucket-{n:02}" for n in range(20)])
    assert (few.document.attach, many.document.attach) == ("user", "managed")
    assert "put-user-policy" in few.text("awscli")
    assert "create-policy" in many.text("awscli")


def test_accounts_and_partitions_are_in_arns() -> None:
    text = rendered(purpose="agents", account_id="123456789012", partition="aws-cn").text()
    assert "arn:aws-cn:iam::123456789012:user/*" in text
    assert "arn:aws-cn:s3:::agents-backup/*" in text
    given = {"purpose": "agents", "agent_access": "iam_sts", "account_id": "ns1"}
    text = rendered(vendor="ecs", **given).text()
    assert "urn:ecs:iam::ns1:user/*" in text


def test_names_are_typed_or_browsed_for() -> None:
    assert "ListAllMyBuckets" in rendered().text()
    assert "ListAllMyBuckets" not in rendered(browse=False).text()
    assert "buckets.list" not in rendered(vendor="google", buckets=[], browse=False).text()


def test_json_has_no_blanks() -> None:
    found = rendered(vendor="minio", immutability=True)
    text = found.text()
    assert " " not in text.rstrip("\n")
    assert json.loads(text) == json.loads(found.text("pretty"))


def test_every_format_of_every_vendor() -> None:
    """Each format says the same as the document, in a text that its reader understands."""
    seen = set()
    for vendor in finding.vendors():
        given = {"vendor": vendor, "name": "it-s", "purpose": "repository"}
        for more in ({}, {"purpose": "archive"}, {"folder": "x y"}):
            try:
                found = rendered(**{**given, **more})
            except PolicyError:
                continue
            for name in found.formats():
                seen.add(name)
                _reads(name, found.text(name), found)
    assert seen == set(finding.format_names())


def _reads(name: str, text: str, found: Rendered) -> None:
    assert text.endswith("\n")
    spelled = [a for each in found.explain() for a in each.spelling]
    if name not in ("azcli",):
        assert all(action in text for action in spelled)
    if name in ("json", "pretty"):
        assert json.loads(text) == found.document.body
    elif name == "yaml":
        assert yaml.safe_load(text) == found.document.body
    elif name == "cloudformation":
        properties = json.loads(text)["Resources"]["VeeamPolicy"]["Properties"]
        assert properties["PolicyDocument"] == found.document.body
    elif name in ("hcl", "terraform"):
        _, diags = parse_config(SourceFile("p.hcl", text))
        assert list(diags) == []
        assert format_source(text) == text
    else:
        shell = shutil.which("sh")
        if shell is not None:
            done = subprocess.run([shell, "-n"], input=text, text=True, capture_output=True,
                                  check=False)
            assert done.returncode == 0, done.stderr


def test_a_format_that_does_not_fit_names_those_that_do() -> None:
    with pytest.raises(PolicyError) as error:
        rendered(vendor="minio").text("cloudformation")
    assert error.value.argument == "format"
    assert "hcl, json, mc, pretty can" in error.value.detail
    with pytest.raises(PolicyError, match="must be one of awscli"):
        rendered().text("xml")


def test_explanations_have_a_reason_and_a_source() -> None:
    for vendor in ("aws", "ceph", "ibm", "flashblade"):
        given = {"purpose": "repository", "immutability": True}
        for each in rendered(vendor=vendor, **given).explain():
            assert each.why
            assert each.sources[0].startswith("https://helpcenter.veeam.com/")
    (dropped, *_) = (each for each in rendered(
        vendor="ceph", purpose="agents", agent_access="iam_sts").explain() if not each.spelling)
    assert dropped.action == "iam:CreatePolicy"
    (renamed,) = (each for each in rendered(vendor="flashblade").explain()
                  if each.action == "s3:GetBucketObjectLockConfiguration")
    assert renamed.spelling == ("s3:GetObjectLockConfiguration",)
