"""The provider block: where its identity comes from, and what costs an import."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError, StepContext
from vbrprov_google.credentials import Login, find
from vbrprov_google.doubles.logins import SUBJECT_TOKEN
from vbrprov_google.provider import CONFIG, GoogleModel

ROOT = Path(__file__).parents[3]
PROJECT = "sandbox-project"
EMAIL = f"backup-agent@{PROJECT}.iam.gserviceaccount.com"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("GOOGLE_", "GCLOUD_", "CLOUDSDK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.fixture
def key_file(google: Any, kind: Any) -> dict[str, Any]:
    google.apply(kind("service_account"), account_id="backup-agent")
    key = google.apply(kind("service_account_key"), service_account_id=EMAIL).state
    document: dict[str, Any] = json.loads(base64.b64decode(key.private_key))
    return document


@pytest.fixture
def configure(double: Any) -> Any:
    """The provider as outside of a sandbox, with its endpoints at the double.

    In an untrusted run it has Google's own: others are refused there.
    """
    made = []

    def make(*, untrusted: bool = False, secret: Any = lambda text: None, **arguments: Any) -> Any:
        at = double.endpoint
        endpoints = {} if untrusted else {
            "storage_custom_endpoint": f"{at}/storage/v1/", "iam_custom_endpoint": f"{at}/iam/v1/",
            "resource_manager_v3_custom_endpoint": f"{at}/cloudresourcemanager/v3",
            "kms_custom_endpoint": f"{at}/cloudkms/v1/", "iam_credentials_custom_endpoint": at}
        model = GoogleModel(**endpoints, **arguments)
        client = CONFIG.configure(model, ProviderContext(untrusted=untrusted, secret=secret))
        made.append(client)
        return client

    yield make
    for client in made:
        CONFIG.close(client)


def works(client: Any) -> str:
    """Ask something through the SDK and by REST; the project that was found."""
    from vbrprov_google.errors import call

    ctx = StepContext("a", "t", "s", sleep=lambda s: None, timeout=0.5)
    project: str = client.project
    call(ctx, "storage.buckets.list", "p", lambda: list(
        client.storage().list_buckets(prefix="x", project=project, retry=None)))
    call(ctx, "iam.serviceAccounts.list", "p", lambda: client.rest(
        "GET", "iam", f"projects/{project}/serviceAccounts"))
    return project


def federated(double: Any, **source: Any) -> dict[str, Any]:
    return {
        "type": "external_account", "audience": "//iam.googleapis.com/projects/1/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{double.endpoint}/sts/v1/token", "credential_source": source}


def test_key_file_as_text_and_as_path(configure: Any, key_file: Any, tmp_path: Path) -> None:
    told: list[str] = []
    text = json.dumps(key_file)
    assert works(configure(credentials=text, secret=told.append)) == PROJECT
    assert key_file["private_key"] in told
    path = tmp_path / "key.json"
    path.write_text(text, encoding="utf-8")
    assert works(configure(credentials=str(path))) == PROJECT


def test_application_default_credentials(configure: Any, key_file: Any, tmp_path: Path,
                                         monkeypatch: Any) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key_file), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    assert works(configure()) == PROJECT
    assert works(configure(project="another-one")) == "another-one"


def test_environment_variables_of_terraform(configure: Any, key_file: Any, double: Any,
                                            monkeypatch: Any) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(key_file))
    monkeypatch.setenv("GOOGLE_PROJECT", "from-surroundings")
    assert works(configure()) == "from-surroundings"
    monkeypatch.delenv("GOOGLE_CREDENTIALS")
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", double.sandbox["access_token"])
    assert works(configure()) == "from-surroundings"


def test_impersonation(configure: Any, double: Any, key_file: Any) -> None:
    client = configure(credentials=json.dumps(key_file), impersonate_service_account=EMAIL)
    assert works(client) == PROJECT
    assert client.access_token().startswith("ya29.")


def test_workload_identity_federation(configure: Any, double: Any, tmp_path: Path,
                                      monkeypatch: Any) -> None:
    token = tmp_path / "token"
    token.write_text(SUBJECT_TOKEN, encoding="utf-8")
    document = json.dumps(federated(double, file=str(token)))
    assert works(configure(credentials=document, project=PROJECT)) == PROJECT
    # Whoever runs the pipeline may use it in untrusted runs, whoever wrote the branch not.
    with pytest.raises(ProviderError) as caught:
        configure(credentials=document, project=PROJECT, untrusted=True)
    assert caught.value.summary == "Credentials not used in an untrusted run"
    monkeypatch.setenv("GOOGLE_CREDENTIALS", document)
    assert find(Login(credentials=document, untrusted=True))[0] is not None
    token.write_text("of somebody else", encoding="utf-8")
    with pytest.raises(ProviderError) as caught:
        works(configure(project=PROJECT))
    assert caught.value.kind is ErrorClass.DENIED


def test_programs_are_never_started_in_untrusted_runs(configure: Any, double: Any, tmp_path: Path,
                                                      monkeypatch: Any) -> None:
    proof = tmp_path / "proof"
    script = tmp_path / "token.py"
    script.write_text(
        "import json, pathlib\n"
        f"pathlib.Path({str(proof)!r}).touch()\n"
        "print(json.dumps({'version': 1, 'success': True, 'token_type': "
        "'urn:ietf:params:oauth:token-type:jwt', "
        f"'id_token': {SUBJECT_TOKEN!r}, 'expiration_time': 4102444800}}))\n", encoding="utf-8")
    monkeypatch.setenv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1")
    document = federated(double, executable={"command": f"{sys.executable} {script}",
                                             "timeout_millis": 20000})
    assert works(configure(credentials=json.dumps(document), project=PROJECT)) == PROJECT
    assert proof.exists()
    proof.unlink()
    with pytest.raises(ProviderError):
        configure(credentials=json.dumps(document), project=PROJECT, untrusted=True)
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(document))
    with pytest.raises(ProviderError):
        configure(project=PROJECT, untrusted=True)
    monkeypatch.delenv("GOOGLE_CREDENTIALS")
    path = tmp_path / "adc.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    with pytest.raises(ProviderError):
        works(configure(project=PROJECT, untrusted=True))
    assert not proof.exists()
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    # The SDK would start gcloud beside these.
    user = tmp_path / "gcloud" / "application_default_credentials.json"
    user.parent.mkdir()
    user.write_text("{}", encoding="utf-8")
    with pytest.raises(ProviderError) as caught:
        works(configure(project=PROJECT, untrusted=True))
    assert "starts gcloud" in caught.value.detail


def test_files_named_by_strangers_are_not_read(configure: Any, tmp_path: Path) -> None:
    with pytest.raises(ProviderError) as caught:
        configure(credentials=str(tmp_path / "key.json"), untrusted=True)
    assert caught.value.summary == "Credentials not used in an untrusted run"


@pytest.mark.parametrize(("text", "summary"), [
    ("/no/such/file", "Key file cannot be read"), ("{", "Credentials not understood"),
    ('{"type": "x"}', "Credentials not understood"), ("[1]", "Key file cannot be read"),
])
def test_credentials_that_are_none(configure: Any, text: str, summary: str) -> None:
    with pytest.raises(ProviderError) as caught:
        configure(credentials=text)
    assert caught.value.summary == summary
    assert caught.value.attribute == "credentials"


def test_damaged_key(configure: Any, key_file: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        works(configure(credentials=json.dumps({**key_file, "private_key": "x"})))
    assert caught.value.kind is ErrorClass.DENIED


def test_revoked_key(configure: Any, google: Any, key_file: Any) -> None:
    name = f"projects/{PROJECT}/serviceAccounts/{EMAIL}/keys/{key_file['private_key_id']}"
    google.client.rest("DELETE", "iam", name)
    with pytest.raises(ProviderError) as caught:
        works(configure(credentials=json.dumps(key_file)))
    assert caught.value.summary == "No credentials"
    assert "Invalid JWT Signature" in caught.value.detail


def test_expired_token(configure: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        works(configure(access_token="old", project=PROJECT))
    assert caught.value.kind is ErrorClass.DENIED


def test_nobody_to_log_in_as(configure: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        works(configure(project=PROJECT))
    assert caught.value.summary == "No credentials"
    assert "gcloud auth application-default login" in caught.value.hint


def test_no_project(configure: Any, double: Any) -> None:
    with pytest.raises(ProviderError) as caught:
        works(configure(access_token=double.sandbox["access_token"]))
    assert caught.value.summary == "No project"


def test_configuring_makes_no_call(monkeypatch: Any) -> None:
    import socket

    def refuse(*args: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    client = CONFIG.configure(GoogleModel(project=PROJECT), ProviderContext())
    assert client.stated_project == PROJECT


def test_unreachable_service_and_wrong_answers(double: Any) -> None:
    from vbrprov_google.errors import call

    ctx = StepContext("a", "t", "s", sleep=lambda s: None, timeout=0.3)
    for endpoint, kind in (("http://127.0.0.1:9/", ErrorClass.UNREACHABLE),
                           (f"{double.endpoint}/nothing/", ErrorClass.NOT_FOUND)):
        client = CONFIG.configure(GoogleModel(project=PROJECT, access_token="t",
                                              iam_custom_endpoint=endpoint), ProviderContext())
        with pytest.raises(ProviderError) as caught:
            call(ctx, "iam.roles.get", "role", lambda c=client: c.rest("GET", "iam", "x"))
        assert caught.value.kind is kind
        CONFIG.close(client)


@pytest.mark.parametrize("program", [
    "import vbrprov_google",
    "import vbrprov_google.provider; from vbrprov_google.provider import CONFIG",
    # Types are looked at, and nothing is called.
    "from vbrprov_google import PROVIDER\n"
    "for kind in ('resources', 'data_sources'):\n"
    "    for name in PROVIDER.names(kind): PROVIDER.load(kind, name)",
])
def test_nothing_of_googles_is_imported_before_the_first_call(program: str) -> None:
    code = program + (
        "\nimport sys, json\n"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in "
        "('google', 'requests', 'urllib3', 'cryptography')]))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}"})
    assert json.loads(done.stdout) == []


def test_configurations_without_google_import_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text('resource "vbrprov_data" "x" { input = 1 }\n',
                                           encoding="utf-8")
    code = ("import sys\nsys.argv = ['vbrprov', 'plan', '-input=false']\n"
            "import atexit\natexit.register(lambda: print([m for m in sys.modules if "
            "m.startswith(('vbrprov_google', 'google'))], file=sys.stderr))\n"
            "from vbrprov.cli.main import main\nmain()")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}", "HOME": str(tmp_path)})
    assert done.stderr.strip().endswith("[]")
