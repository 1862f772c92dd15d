"""An audit of many objects: what it costs, and what it says of what it cannot tell apart."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from launcher import Launcher
from services import Sandbox

from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

REPOSITORY = re.compile(r"/api/v1/backupInfrastructure/repositories/[0-9a-f-]{36}")
THIS_SERVER = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
MANY = 200
RULE = """
from vbrprov.sdk import Rule, Severity, Truth


class Names(Rule):
    rule_id = "ACM001"
    severity = Severity.REFUSE
    summary = "Repository is not named after the company"
    why = "All repositories begin with acme."
    hint = "Rename it."
    source = "https://acme.example.com/rules"
    bad = 'name = "x"'
    good = 'name = "acme x"'

    def check(self, estate):
        for repository in estate.repositories:
            wrong = repository.name.holds(lambda name: not name.startswith("acme"))
            if wrong is not Truth.NO:
                yield self.finding(wrong, repository, f"{repository.address} is not.")
"""


def _repository(number: int, credentials: str) -> dict[str, Any]:
    """A repository as the server stores it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}", "name": f"Site {number % (MANY - 1)}",
        "uniqueId": f"00000000-0000-4000-9000-{number:012}", "type": "AmazonS3", "description": "",
        "account": {
            "credentialsId": credentials, "regionType": "Global",
            "connectionSettings": {"connectionType": "Direct", "gatewayServerIds": []}},
        "bucket": {
            "bucketName": f"site-{number % 2}", "folderName": f"folder-{number}",
            "regionId": "us-east-1", "immutability": {"isEnabled": False},
            "storageConsumptionLimit": {"isEnabled": False}},
        "mountServer": {"mountServerSettingsType": "Linux", "linux": {
            "mountServerId": THIS_SERVER, "writeCacheFolder": "/var/lib/veeam/IRCache",
            "vPowerNFSEnabled": False}},
        "taskLimitEnabled": False}


def _audit(launcher: Launcher, work: Path, env: dict[str, str], *more: str) -> Any:
    done = launcher.run(["audit", "-json", *more], work, env)
    assert done.status in (0, 1), done
    return json.loads(done.out)


def test_many(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> None:
    # Two buckets with one lifecycle rule: 200 repositories need as many reads, and no more lists
    # than one of them does. There is no configuration and no provider block at all.
    for bucket in ("site-0", "site-1"):
        sandbox.client("s3").create_bucket(Bucket=bucket)
    sandbox.client("s3").put_bucket_lifecycle_configuration(
        Bucket="site-1", LifecycleConfiguration={"Rules": [{
            "ID": "month", "Status": "Enabled", "Filter": {"Prefix": ""},
            "Expiration": {"Days": 30}}]})
    made = sandbox.vbr.seed("cloudCredentials", {
        "type": "Amazon", "accessKey": "key", "description": "", "uniqueId":
        "00000000-0000-4000-a000-000000000001"})
    for number in range(MANY):
        sandbox.vbr.seed("repositories", _repository(number, made["id"]))
    env = launcher.environment(tmp_path / "home") | sandbox.env
    before, seen = sandbox.writes(), len(sandbox.vbr.reads())

    found = _audit(launcher, work, env, "-sandbox")

    assert sandbox.writes() == before
    reads = [each["path"].partition("?")[0] for each in sandbox.vbr.reads()[seen:]
             if each["method"] == "GET"]
    single = [path for path in reads if REPOSITORY.fullmatch(path)]
    assert len(single) == len(set(single)) == MANY
    assert len(reads) - len(single) < 15, sorted(set(reads))
    assert found["summary"]["refused"] == 1
    [refused] = [each for each in found["findings"] if each["severity"] == "refuse"]
    assert (refused["address"], refused["rule_id"]) == ('aws_s3_bucket["site-1"]', "VBR014")
    # Two of the repositories have one name; their ids tell them apart.
    addresses = [each["address"] for each in found["objects"]]
    assert 'veeam_amazon_s3_repository["Site 1"]' in addresses
    assert ('veeam_amazon_s3_repository["Site 0 (00000000-0000-4000-8000-000000000199)"]'
            in addresses)
    assert 'veeam_amazon_s3_repository["Site 0"]' not in addresses
    assert sum(each.startswith("veeam_amazon_s3_repository") for each in addresses) == MANY


def test_reports(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> None:
    # A report names objects as places, since there are no lines.
    made = sandbox.vbr.seed("cloudCredentials", {
        "type": "Amazon", "accessKey": "key", "description": "", "uniqueId":
        "00000000-0000-4000-a000-000000000001"})
    sandbox.vbr.seed("repositories", _repository(0, made["id"]))
    env = launcher.environment(tmp_path / "home") | sandbox.env

    done = launcher.run(["audit", "-sandbox", "-detailed-exitcode", "-report=sarif=a.sarif",
                         "-report=junit=a.xml"], work, env)

    # The bucket does not exist: not a refusal, and not fine either.
    assert done.status == 2, done
    assert 'aws shows no such aws_s3_bucket' in " ".join(done.out.split())
    [run] = json.loads((work / "a.sarif").read_text(encoding="utf-8"))["runs"]
    named = {place["fullyQualifiedName"] for result in run["results"]
             for where in result["locations"] for place in where["logicalLocations"]}
    assert 'aws_s3_bucket["site-0"]' in named
    assert "VBR014" in {result["ruleId"] for result in run["results"]}
    assert 'name="VBR014: ' in (work / "a.xml").read_text(encoding="utf-8")


def test_not_a_server(launcher: Launcher, work: Path, tmp_path: Path) -> None:
    # Without a provider that lists objects there is nothing to audit, which is no success.
    env = launcher.environment(tmp_path / "home")
    done = launcher.run(["audit"], work, env)
    assert done.status == 1
    assert "Nothing to audit" in done.err
    assert "VBRPROV_VEEAM_SERVER" in done.err


def test_server_does_not_answer(launcher: Launcher, work: Path, tmp_path: Path) -> None:
    env = launcher.environment(tmp_path / "home") | {
        "VBRPROV_VEEAM_SERVER": "127.0.0.1:9", "VBRPROV_VEEAM_USERNAME": "u",
        "VBRPROV_VEEAM_PASSWORD": "only-for-this-test"}
    done = launcher.run(["audit"], work, env)
    assert done.status == 1
    assert "anything of veeam" in done.out
    assert "only-for-this-test" not in done.out + done.err


def test_wrong_password(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> None:
    # Every further attempt could lock the account.
    env = launcher.environment(tmp_path / "home") | {
        "VBRPROV_VEEAM_SERVER": sandbox.veeam["url"], "VBRPROV_VEEAM_USERNAME": "nobody",
        "VBRPROV_VEEAM_FINGERPRINT": sandbox.veeam["fingerprint"],
        "VBRPROV_VEEAM_PASSWORD": "only-for-this-test"}
    seen = len(sandbox.vbr.reads())
    done = launcher.run(["audit"], work, env)
    assert done.status == 1
    assert "does not accept the user name and password" in " ".join(done.out.split())
    logins = [each for each in sandbox.vbr.reads()[seen:] if "token" in each["path"]]
    assert [each["status"] for each in logins] == [401]


def test_account_is_not_known(launcher: Launcher, sandbox: Sandbox, work: Path,
                              tmp_path: Path) -> None:
    # Which account a container is in is in the credentials; without them nobody guesses.
    sandbox.vbr.seed("repositories", {
        **_repository(0, "00000000-0000-4000-a000-000000000001"), "type": "AzureBlob",
        "container": {"containerName": "backups", "folderName": "agents",
                      "immutability": {"isEnabled": False},
                      "storageConsumptionLimit": {"isEnabled": False}}})
    sandbox.vbr.fault("status", method="GET", path="cloudCredentials", status=403, times=-1)
    env = launcher.environment(tmp_path / "home") | sandbox.env
    found = _audit(launcher, work, env, "-sandbox")
    # The credentials themselves are not read either, which has no address.
    reasons = {each["address"]: each["detail"] for each in found["not_read"] if "address" in each}
    assert set(reasons) == {'azurerm_storage_account["below backups"]',
                            'azurerm_storage_container["backups"]'}
    assert all("Its account is not known: Access denied" in each for each in reasons.values())
    assert {"VBR014", "VBR060"} <= {each["rule_id"] for each in found["findings"]
                                    if each["verdict"] == "undecided"}


def test_google(launcher: Launcher, sandbox: Sandbox, work: Path, tmp_path: Path) -> None:
    env = launcher.environment(tmp_path / "home") | sandbox.env
    (work / "main.vbr.hcl").write_text("""
        resource "google_storage_bucket" "a" {
          name     = "site-0"
          location = "europe-west1"
          lifecycle_rule {
            action { type = "Delete" }
            condition { age = 30 }
          }
        }
        """, encoding="utf-8")
    done = launcher.run(["apply", "-sandbox", "-auto-approve"], work, env)
    assert done.status == 0, done
    repository = _repository(0, THIS_SERVER)
    repository["bucket"].pop("regionId")
    sandbox.vbr.seed("repositories", {
        **repository, "type": "GoogleCloud",
        "account": {**repository["account"], "regionId": "europe-west1"}})
    found = _audit(launcher, tmp_path, env, "-sandbox")
    assert ("VBR014", 'google_storage_bucket["site-0"]') in {
        (each["rule_id"], each["address"]) for each in found["findings"]}


def test_two_servers(launcher: Launcher, work: Path, tmp_path: Path) -> None:
    # Servers give some objects the same ids and people give others the same names.
    with RemoteDouble.spawn() as first, RemoteDouble.spawn() as second:
        blocks = []
        for alias, double in (("", first), ('alias = "other"', second)):
            made = double.seed("cloudCredentials", {
                "type": "Amazon", "accessKey": "key", "description": "",
                "uniqueId": "00000000-0000-4000-a000-000000000001"})
            double.seed("repositories", {**_repository(0, made["id"]), "id": made["id"]})
            blocks.append(f"""
                provider "veeam" {{
                  {alias}
                  server      = "{double.url}"
                  username    = "{double.username}"
                  password    = "{double.password}"
                  fingerprint = "{double.fingerprint}"
                }}
                """)
        (work / "main.vbr.hcl").write_text("".join(blocks), encoding="utf-8")
        env = launcher.environment(tmp_path / "home") | {
            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "only-for-this-test",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
        found = _audit(launcher, work, env)
        assert not first.writes() + second.writes()
    servers = {each["address"]: each["provider"] for each in found["objects"]
               if each["type"] in ("veeam_amazon_s3_repository", "veeam_managed_server")}
    assert sorted(servers.values()) == [
        "provider.veeam", "provider.veeam", "provider.veeam.other", "provider.veeam.other"]
    assert all(re.search(r"\([0-9a-f-]{36}[,)]", each) for each in servers), servers


def test_rules_of_another_package(sandbox: Sandbox, work: Path, tmp_path: Path) -> None:
    # Such a package may have rules and nothing else.
    site = tmp_path / "site"
    (site / "acme" / "rules").mkdir(parents=True)
    (site / "acme" / "__init__.py").write_text(
        "from vbrprov.sdk.provider import Provider\n"
        'PROVIDER = Provider(name="acme", package="acme", registry="acme.example.com/acme/acme")\n')
    (site / "acme" / "rules" / "__init__.py").touch()
    (site / "acme" / "rules" / "acm001_names.py").write_text(RULE)
    (site / "acme-1.0.dist-info").mkdir()
    (site / "acme-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (site / "acme-1.0.dist-info" / "entry_points.txt").write_text(
        "[vbrprov.providers]\nacme = acme:PROVIDER\n")
    sandbox.vbr.seed("repositories", _repository(0, THIS_SERVER))
    env = {**os.environ, **sandbox.env, "HOME": str(tmp_path / "home"), "NO_COLOR": "1",
           "PYTHONPATH": os.pathsep.join(filter(None, [
               str(site), os.environ.get("PYTHONPATH", "")]))}
    done = subprocess.run(
        [sys.executable, "-m", "vbrprov", "audit", "-sandbox"], cwd=work, text=True, check=False,
        capture_output=True, timeout=100, env=env)
    assert done.returncode == 1, done
    assert "Refused ACM001" in done.stdout
    assert 'veeam_amazon_s3_repository["Site 0"]' in done.stdout
    # Nor can it be configured.
    alone = subprocess.run(
        [sys.executable, "-m", "vbrprov", "audit"], cwd=work, text=True, check=False,
        capture_output=True, timeout=100, env=env)
    assert alone.returncode == 1
    assert "Nothing to audit" in alone.stderr, alone
