"""The provider block, the clients, and what is imported when."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov.sdk.model import Schema
from vbrprov_aws import PROVIDER
from vbrprov_aws.provider import CONFIG, AssumeRoleBlock, AwsModel, EndpointsBlock
from vbrprov_aws.resources.iam_user import IamUser
from vbrprov_aws.session import partition_of


@pytest.fixture
def bare(monkeypatch: Any, tmp_path: Any) -> Any:
    """No AWS settings in the environment."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
                 "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


def refused(**arguments: Any) -> Any:
    with pytest.raises(ProviderError) as caught:
        CONFIG.configure(AwsModel(**arguments), ProviderContext())
    return caught.value


def test_region(bare: Any, monkeypatch: Any) -> None:
    assert refused().attribute == "region"
    assert CONFIG.configure(AwsModel(region="eu-west-1"), ProviderContext()).region == "eu-west-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    assert CONFIG.configure(AwsModel(), ProviderContext()).region == "eu-west-2"
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert CONFIG.configure(AwsModel(), ProviderContext()).region == "eu-west-3"


def test_profile(bare: Any) -> None:
    (bare / "config").write_text("[profile work]\nregion = cn-north-1\n")
    client = CONFIG.configure(AwsModel(profile="work"), ProviderContext())
    assert (client.region, client.partition) == ("cn-north-1", "aws-cn")
    error = refused(profile="missing")
    assert error.attribute == "profile"
    assert "missing" in error.detail


def test_half_credentials(bare: Any) -> None:
    assert refused(access_key="a", region="x").attribute == "secret_key"
    assert refused(secret_key="s", region="x").attribute == "access_key"


def test_secrets_are_told_to_the_redactor(bare: Any) -> None:
    told = []
    CONFIG.configure(AwsModel(region="us-east-1", access_key="AKIA", secret_key="hush",
                              token="hush-too"), ProviderContext(secret=told.append))
    assert told == ["hush", "hush-too"]


def test_no_credentials(bare: Any, aws: Any) -> None:
    client = CONFIG.configure(AwsModel(region="us-east-1"), ProviderContext())
    with pytest.raises(ProviderError) as caught:
        IamUser().read(client, IamUser.model(name="x"), aws.ctx)
    assert caught.value.kind is ErrorClass.DENIED
    assert caught.value.summary == "No credentials"
    role = CONFIG.configure(AwsModel(region="us-east-1", assume_role=AssumeRoleBlock(
        role_arn="arn:aws:iam::123456789012:role/r")), ProviderContext())
    with pytest.raises(ProviderError) as caught:
        role.iam()
    assert caught.value.attribute == "assume_role"


def outside(double: Any, **arguments: Any) -> Any:
    """Not a sandbox, but the double's address as a custom endpoint."""
    url = double.endpoint
    return CONFIG.configure(
        AwsModel(region="us-east-1", access_key="AKIAX", secret_key="y", s3_use_path_style=True,
                 endpoints=EndpointsBlock(s3=url, iam=url, sts=url, kms=url), max_retries=0,
                 **arguments), ProviderContext())


TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]})


def test_assume_role(bare: Any, aws: Any, double: Any) -> None:
    role = aws.client.iam().create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    client = outside(double, assume_role=AssumeRoleBlock(
        role_arn=role, external_id="ex", tags={"a": "b"}, source_identity="me",
        policy_arns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]))
    identity = client.sts().get_caller_identity()
    assert ":assumed-role/r/vbrprov" in identity["Arn"]


def test_allowed_accounts(bare: Any, double: Any) -> None:
    outside(double, allowed_account_ids=["123456789012"]).s3()
    other = outside(double, allowed_account_ids=["999999999999"])
    for service in (other.s3, other.iam):
        with pytest.raises(ProviderError) as caught:
            service()
        assert caught.value.attribute == "allowed_account_ids"
        assert "123456789012" in caught.value.detail
    with pytest.raises(ProviderError) as caught:
        outside(double, forbidden_account_ids=["123456789012"]).s3()
    assert caught.value.attribute == "forbidden_account_ids"


def test_account_that_is_not_asked_for(bare: Any, double: Any) -> None:
    double.fault("GetCallerIdentity", code="AccessDenied", times=0)
    assert outside(double, skip_requesting_account_id=True).account_id() is None
    assert [f["fired"] for f in double.faults()] == [0]


def test_sandbox_ignores_the_users_own_settings(bare: Any, double: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    client = CONFIG.configure(AwsModel(profile="also-missing", access_key="real",
                                       secret_key="real"), ProviderContext(sandbox=double.sandbox))
    assert client.sandbox
    assert client.account_id() == "123456789012"
    assert client.s3().list_buckets()["Buckets"] == []
    CONFIG.close(client)


def test_clients_are_made_once_by_many_threads(configure: Any) -> None:
    client = configure()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: client.iam(), range(32)))
    assert len({id(c) for c in made}) == 1
    assert client.iam(once=True) is not made[0]


def test_unreachable(bare: Any, aws: Any) -> None:
    dead = EndpointsBlock(iam="http://127.0.0.1:9")
    client = CONFIG.configure(AwsModel(region="us-east-1", access_key="a", secret_key="hush",
                                       endpoints=dead, max_retries=0), ProviderContext())
    with pytest.raises(ProviderError) as caught:
        IamUser().read(client, IamUser.model(name="x"), aws.ctx)
    assert caught.value.kind is ErrorClass.UNREACHABLE
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(("region", "partition"), [
    ("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_partition(region: Any, partition: Any) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize(("field", "value", "fine"), [
    ("max_retries", 51, False), ("max_retries", 0, True)])
def test_limits_of_the_block(field: Any, value: Any, fine: Any) -> None:
    check = AwsModel.schema().attributes[field].validators[0]
    assert (check(value) is None) is fine


@pytest.mark.parametrize("kind", ["resources", "data_sources"])
def test_every_type_is_found_by_its_file_and_documented(kind: Any) -> None:
    names = PROVIDER.names(kind)
    assert names
    for name in names:
        module = PROVIDER.load(kind, name)
        types = [t for t in vars(module).values() if isinstance(t, type)
                 and t.__module__ == module.__name__ and hasattr(t, "type_name")]
        assert [t.type_name for t in types] == [f"aws_{name}"]
        assert types[0].source.startswith("https://")
        assert types[0].doc
        _documented(types[0].model.schema())


def _documented(schema: Schema) -> None:
    assert all(a.doc for a in schema.attributes.values())
    for nested in schema.blocks.values():
        assert nested.doc
        _documented(nested.model.schema())


def test_no_sdk_is_imported_before_a_call() -> None:
    code = (
        "import sys; from vbrprov_aws import PROVIDER\n"
        "[PROVIDER.load(k, n) for k in ('resources', 'data_sources') for n in PROVIDER.names(k)]\n"
        "PROVIDER.config()\n"
        "sys.exit(any(m.partition('.')[0] in ('boto3', 'botocore', 'moto') for m in sys.modules))")
    subprocess.run([sys.executable, "-c", code], check=True,
                   env={"PYTHONPATH": ":".join(sys.path)})
