"""No secret of Google is ever written: keys, tokens and HMAC secrets, debug logs on."""

from __future__ import annotations

import base64
import json
import urllib.request
from pathlib import Path
from typing import Any

from canary import files, find
from launcher import Launcher
from services import Sandbox

CONFIGURATION = """
provider "google" {
  project                             = "canary-project"
  credentials                         = var.key
  storage_custom_endpoint             = "ENDPOINT/storage/v1/"
  iam_custom_endpoint                 = "ENDPOINT/iam/v1/"
  resource_manager_v3_custom_endpoint = "ENDPOINT/cloudresourcemanager/v3/"
}

variable "key" {
  sensitive = true
}

variable "rotation" {
  default = "1"
}

data "google_client_config" "this" {}

resource "google_service_account" "agent" {
  account_id = "canary-agent"
}

resource "google_service_account_key" "agent" {
  service_account_id = google_service_account.agent.id
  keepers            = { rotation = var.rotation }
}

resource "google_storage_hmac_key" "agent" {
  service_account_email = google_service_account.agent.email
  keepers               = { rotation = var.rotation }
}

output "project" {
  value = data.google_client_config.this.project
}
"""


class Cloud:
    """The sandbox's Google as people with a token get at it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._given = sandbox.info["endpoints"]["google"]
        self.endpoint = str(self._given["endpoint"])

    def ask(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/{path}", method="POST", data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._given['access_token']}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def new_key(self) -> str:
        """A key file for the provider itself."""
        base = "iam/v1/projects/canary-project/serviceAccounts"
        made = self.ask(base, {"accountId": "canary-runner"})
        key = self.ask(f"{base}/{made['email']}/keys", {})
        return base64.b64decode(key["privateKeyData"]).decode()

    def secrets(self) -> dict[str, str]:
        """All that it ever told: HMAC secrets, key files, private keys line by line, tokens."""
        lines = [line for secret in self.ask("_double/secrets", None)
                 for line in (secret.splitlines() if "BEGIN" in secret else [secret])]
        return {f"secret {number}": line for number, line in enumerate(lines)
                if len(line) > 20 and "PRIVATE KEY" not in line}


def test_no_secret_is_written(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> None:
    cloud = Cloud(sandbox)
    work, log = tmp_path / "work", tmp_path / "debug.log"
    work.mkdir()
    (work / "main.vbr.hcl").write_text(CONFIGURATION.replace("ENDPOINT", cloud.endpoint),
                                       encoding="utf-8")
    env = launcher.environment(tmp_path / "home", VBRPROV_LOG="debug", VBRPROV_LOG_PATH=str(log),
                               VBRPROV_VAR_key=cloud.new_key(), NO_GCE_CHECK="true")
    written: dict[str, bytes] = {}

    def run(*args: str, status: int = 0, **variables: str) -> str:
        done = launcher.run(args, work, env | variables)
        assert done.status == status, done.tail
        number = len(written)
        written[f"{number}: {args}: streams"] = done.text.encode()
        for path in files([tmp_path]):
            written[f"{number}: {args}: {path}"] = path.read_bytes()
        return done.text

    run("plan", "-out=it.plan")
    run("show", "-json", "it.plan")
    run("apply", "it.plan")
    run("show", "-json")
    run("plan", "-detailed-exitcode")
    # A rotation, cut off with journal and all, then finished.
    run("apply", "-auto-approve", "-var=rotation=2", status=-9, VBRPROV_FAILPOINT_ENABLE="1",
        VBRPROV_FAILPOINT="journal.after_outcome:1")
    run("apply", "-auto-approve", "-var=rotation=2")
    run("destroy", "-auto-approve", "-var=rotation=2")

    secrets = cloud.secrets()
    # Three key files with private keys at least, HMAC secrets, and the tokens of all runs.
    assert len(secrets) > 3 * 20
    assert "hmacKeys" in log.read_text(encoding="utf-8"), "the log shows what the SDK does"
    once = {data: name for name, data in reversed(written.items())}
    assert [f"{name}: {what}" for data, name in once.items()
            for what in find(secrets, data)] == []
    # The control: one secret in one of these files is found.
    (work / "leak").write_text(f"x={secrets['secret 1']}", encoding="utf-8")
    assert find(secrets, (work / "leak").read_bytes())
