"""Where credentials and endpoints come from, and what a stranger's configuration may not name."""

from __future__ import annotations

import hashlib
import json
import os
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_aws.provider import (
    CONFIG,
    AssumeRoleBlock,
    AwsModel,
    EndpointsBlock,
    WebIdentityBlock,
)
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.services import STS

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]})
ROLE = "arn:aws:iam::123456789012:role/ci"


@pytest.fixture
def home(monkeypatch: Any, tmp_path: Path, double: Any) -> Path:
    """A home without AWS settings; everything of AWS is the double."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", double.endpoint)
    return tmp_path


def client(*, untrusted: bool = False, **arguments: Any) -> Any:
    arguments = {"region": "us-east-1", "s3_use_path_style": True, "max_retries": 0, **arguments}
    return CONFIG.configure(AwsModel(**arguments), ProviderContext(untrusted=untrusted))


def key_of(made: Any) -> str:
    """The access key that its calls are signed with."""
    made.s3()
    return str(made._session.get_credentials().get_frozen_credentials().access_key)


def who(made: Any) -> str:
    return str(invoke(STS, made.sts().get_caller_identity, "me")["Arn"])


def test_environment(home: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert key_of(client()) == key_of(client(untrusted=True)) == "AKIAENV"


def test_shared_profile_and_the_role_in_it(home: Path, aws: Any) -> None:
    aws.client.iam().create_role(RoleName="ci", AssumeRolePolicyDocument=TRUST)
    (home / "credentials").write_text(
        "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = x\n")
    (home / "config").write_text(
        f"[profile ci]\nrole_arn = {ROLE}\nsource_profile = work\nrole_session_name = me\n")
    assert key_of(client(profile="work")) == "AKIAWORK"
    assert ":assumed-role/ci/me" in who(client(profile="ci"))


@pytest.mark.parametrize("where", ["token", "file", "environment"])
def test_web_identity(home: Path, aws: Any, monkeypatch: Any, where: str) -> None:
    aws.client.iam().create_role(RoleName="ci", AssumeRolePolicyDocument=TRUST)
    token = home / "token"
    token.write_text("eyJ.the.token\n")
    block = None
    if where == "environment":
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    else:
        block = WebIdentityBlock(
            role_arn=ROLE, duration=900,
            **({"web_identity_token": "eyJ.the.token"} if where == "token"
               else {"web_identity_token_file": str(token)}))
    made = client(assume_role_with_web_identity=block)
    assert ":assumed-role/ci/" in who(made)
    if where == "environment":
        # It is the operator's own environment, so it counts in an untrusted run as well.
        assert ":assumed-role/ci/" in who(client(untrusted=True))


def test_web_identity_and_then_a_role(home: Path, aws: Any) -> None:
    for name in ("ci", "admin"):
        aws.client.iam().create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    made = client(
        assume_role_with_web_identity=WebIdentityBlock(role_arn=ROLE, web_identity_token="eyJ.t"),
        assume_role=AssumeRoleBlock(role_arn=ROLE.replace("/ci", "/admin")))
    assert ":assumed-role/admin/" in who(made)


def test_web_identity_without_a_token(home: Path) -> None:
    missing = client(assume_role_with_web_identity=WebIdentityBlock(
        role_arn=ROLE, web_identity_token_file=str(home / "none")))
    with pytest.raises(ProviderError) as caught:
        who(missing)
    assert caught.value.attribute == "assume_role_with_web_identity"
    for block in (WebIdentityBlock(role_arn=ROLE),
                  WebIdentityBlock(role_arn=ROLE, web_identity_token="t",
                                   web_identity_token_file="f")):
        with pytest.raises(ProviderError) as caught:
            client(assume_role_with_web_identity=block)
        assert caught.value.kind is ErrorClass.INVALID


@pytest.fixture
def portal() -> Iterator[ThreadingHTTPServer]:
    """The one call of AWS IAM Identity Center's portal that is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("x-amz-sso_bearer_token") != "cached-token":
                self.send_error(401)
                return
            body = json.dumps({"roleCredentials": {
                "accessKeyId": "AKIASSO", "secretAccessKey": "s", "sessionToken": "t",
                "expiration": int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000),
            }}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_sso_cache(home: Path, monkeypatch: Any, portal: ThreadingHTTPServer) -> None:
    (home / "config").write_text(
        "[profile work]\nsso_session = corp\nsso_account_id = 123456789012\n"
        "sso_role_name = Backup\n[sso-session corp]\nsso_region = us-east-1\n"
        "sso_start_url = https://corp.awsapps.com/start\n")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"http://127.0.0.1:{portal.server_port}")
    assert _in_a_fresh_process() == "No credentials"
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    name = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
    (cache / f"{name}.json").write_text(json.dumps({
        "startUrl": "https://corp.awsapps.com/start", "region": "us-east-1",
        "accessToken": "cached-token",
        "expiresAt": (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}))
    assert _in_a_fresh_process() == "AKIASSO"


def _in_a_fresh_process() -> str:
    """The SSO cache is looked for where the home was when botocore was imported."""
    code = (
        "from vbrprov.sdk import ProviderContext, ProviderError\n"
        "from vbrprov_aws.provider import CONFIG, AwsModel\n"
        "from vbrprov_s3.iam.services import STS\n"
        "from vbrprov_s3.errors import invoke\n"
        "made = CONFIG.configure(AwsModel(region='us-east-1', profile='work', max_retries=0),"
        " ProviderContext())\n"
        "try:\n"
        "    invoke(STS, made.sts().get_caller_identity, 'me')\n"
        "    print(made._session.get_credentials().get_frozen_credentials().access_key)\n"
        "except ProviderError as error:\n"
        "    print(error.summary)\n")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": ":".join(sys.path)})
    return done.stdout.strip()


@pytest.fixture
def program(home: Path) -> Path:
    """A credential_process that leaves a trace."""
    script, ran = home / "process.py", home / "ran"
    script.write_text(
        f"#!{sys.executable}\nimport json, pathlib\npathlib.Path({str(ran)!r}).touch()\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': 'AKIAPROC', 'SecretAccessKey': 's'}))\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (home / "config").write_text(f"[default]\ncredential_process = {script}\n"
                                 f"[profile work]\ncredential_process = {script}\n")
    return ran


def test_credential_process(program: Path) -> None:
    assert key_of(client(profile="work")) == "AKIAPROC"
    assert program.exists()


def test_program_that_fails(program: Path, home: Path) -> None:
    (home / "process.py").write_text("raise SystemExit(3)")
    with pytest.raises(ProviderError) as caught:
        client(profile="work").s3()
    assert caught.value.summary == "No credentials"


def test_no_program_is_run_for_a_stranger(program: Path) -> None:
    with pytest.raises(ProviderError) as caught:
        client(untrusted=True, profile="work")
    assert caught.value.attribute == "profile"
    made = client(untrusted=True)
    assert made._session.get_credentials() is None
    with pytest.raises(ProviderError) as caught:
        who(made)
    assert caught.value.kind is ErrorClass.DENIED
    with pytest.raises(ProviderError):
        client(untrusted=True, assume_role=AssumeRoleBlock(role_arn=ROLE)).s3()
    assert not program.exists()


def test_no_other_file_is_read_for_a_stranger(home: Path, monkeypatch: Any) -> None:
    (home / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAHOME\naws_secret_access_key = x\n")
    assert key_of(client()) == "AKIAHOME"
    assert client(untrusted=True)._session.get_credentials() is None
    inside = home / "stack"
    inside.mkdir()
    monkeypatch.chdir(inside)
    (inside / "token").write_text("t")
    fine = WebIdentityBlock(role_arn=ROLE, web_identity_token_file="token")
    client(untrusted=True, assume_role_with_web_identity=fine)
    for arguments in (
        {"custom_ca_bundle": "/etc/hostname"}, {"custom_ca_bundle": "../credentials"},
        {"assume_role_with_web_identity": WebIdentityBlock(
            role_arn=ROLE, web_identity_token_file="../credentials")},
        {"assume_role_with_web_identity": fine,
         "endpoints": EndpointsBlock(sts="https://sts.example.com")},
    ):
        with pytest.raises(ProviderError) as caught:
            client(untrusted=True, **arguments)
        assert caught.value.summary == "Not for untrusted configuration"
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(home / "credentials"))
    with pytest.raises(ProviderError):
        client(untrusted=True, endpoints=EndpointsBlock(sts="https://sts.example.com"))


def test_endpoints_of_the_environment(home: Path, double: Any, monkeypatch: Any) -> None:
    keys = {"access_key": "AKIAX", "secret_key": "y"}
    assert client(**keys).s3().list_buckets()["Buckets"] == []
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for service in ("S3", "IAM", "STS", "KMS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", double.endpoint)
    made = client(**keys)
    assert made.account_id() == "123456789012"
    assert made.iam().list_users()["Users"] == []
    assert made.kms().list_keys()["Keys"] == []
    # What the block says wins.
    with pytest.raises(Exception, match=r"127\.0\.0\.1:9"):
        client(**keys, endpoints=EndpointsBlock(s3="http://127.0.0.1:9")).s3().list_buckets()


@pytest.mark.parametrize("how", ["argument", "environment", "neither"])
def test_custom_authority(home: Path, monkeypatch: Any, how: str) -> None:
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256()))
    authority, private = home / "ca.pem", home / "key.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]  # a refused handshake is expected
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if how == "environment":
        monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    try:
        made = client(
            access_key="AKIAX", secret_key="y",
            endpoints=EndpointsBlock(s3=f"https://127.0.0.1:{server.server_port}"),
            custom_ca_bundle=str(authority) if how == "argument" else None)
        if how == "neither":
            with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
                made.s3().list_buckets()
        else:
            assert made.s3().list_buckets().get("Buckets", []) == []
    finally:
        server.shutdown()
        server.server_close()
