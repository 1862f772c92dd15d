"""The example on Google Cloud Storage in the sandbox, and what people do to its bucket."""

from __future__ import annotations

import copy
import json
import shutil
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from launcher import CHECKOUT, Launcher, Result
from services import Sandbox

BUCKET = "acme-backups-agents"
ACCOUNT = "vbr-repository@acme-backups.iam.gserviceaccount.com"
AUTOMATIC = [
    {"action": {"type": "Delete"}, "condition": {"numNewerVersions": 1, "isLive": False}},
    {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 7}},
]


class Estate:
    """The configuration in a folder, and the bucket as people get at it."""

    def __init__(self, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self._folder, self._launcher = folder, launcher
        self._env = launcher.environment(folder.parent / "home", **sandbox.env)
        self._google = sandbox.info["endpoints"]["google"]
        shutil.copy(CHECKOUT / "examples" / "google" / "main.vbr.hcl", folder)

    def elsewhere(self, folder: Path, text: str) -> Estate:
        """Another folder, on the same services."""
        folder.mkdir()
        other = copy.copy(self)
        other._folder = folder
        (folder / "main.vbr.hcl").write_text(text, encoding="utf-8")
        return other

    def run(self, command: str, *args: str, status: int = 0, says: str = "",
            **variables: str) -> Result:
        if command in ("apply", "destroy"):
            args = ("-auto-approve", *args)
        done = self._launcher.start([command, "-sandbox", *args], self._folder,
                                    self._env | variables).wait()
        assert done.status == status, done.tail
        assert says in done.text, done.tail
        return done

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self._google['endpoint']}/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._google['access_token']}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def by_hand(self, body: dict[str, Any]) -> None:
        self.ask("PATCH", f"storage/v1/b/{BUCKET}", body)


@pytest.fixture
def estate(work: Path, launcher: Launcher, sandbox: Sandbox) -> Estate:
    return Estate(work, launcher, sandbox)


def test_whole_life(estate: Estate) -> None:
    estate.run("apply", says="Resources: 7 added, 0 changed, 0 destroyed.")
    estate.run("plan", "-detailed-exitcode", says="No changes.")
    # The secret is spent: where VBR needs it again, the plan rotates the key.
    shown = json.loads(estate.run("show", "-json").out)
    key = next(r for r in shown["values"]["root_module"]["resources"]
               if r["type"] == "google_storage_hmac_key")
    assert not key["values"].get("secret")
    keeper = "-var=rotation=2"
    estate.run("apply", keeper, says="Resources: 1 added, 1 changed, 1 destroyed.")
    estate.run("plan", "-detailed-exitcode", keeper, says="No changes.")
    keys = estate.ask("GET", "storage/v1/projects/acme-backups/hmacKeys")["items"]
    assert [each["accessId"] for each in keys] != [key["values"]["access_id"]]
    assert len(keys) == 1
    going = (keeper, "-var=destroyable=true")
    estate.run("destroy", *going, status=1, says="deletion_policy")
    estate.run("apply", *going, says="0 added, 2 changed, 0 destroyed")
    estate.run("destroy", *going, says="7 destroyed")


@pytest.mark.parametrize("place", [
    "call.after_response:1", "call.after_response:4",
    *(pytest.param(f"call.after_response:{n}", marks=pytest.mark.slow) for n in (2, 3, 5, 6, 7)),
    *(pytest.param(f"call.before_send:{n}", marks=pytest.mark.slow) for n in range(1, 9))])
def test_run_that_is_killed_is_finished_by_the_next(estate: Estate, place: str) -> None:
    killed = estate.run("apply", status=-signal.SIGKILL, VBRPROV_FAILPOINT_ENABLE="1",
                        VBRPROV_FAILPOINT=place)
    assert "Apply complete" not in killed.text
    estate.run("apply", says="Apply complete")
    estate.run("plan", "-detailed-exitcode", says="No changes.")
    # Nothing was made twice, and no key is left over whose secret is lost.
    keys = estate.ask("GET", "storage/v1/projects/acme-backups/hmacKeys")["items"]
    assert [key["state"] for key in keys] == ["ACTIVE"]
    accounts = estate.ask("GET", "iam/v1/projects/acme-backups/serviceAccounts")["accounts"]
    assert len(accounts) == 1
    policy = estate.ask("GET", f"storage/v1/b/{BUCKET}/iam")
    assert [binding["members"] for binding in policy["bindings"]] == [[
        f"serviceAccount:{accounts[0]['email']}"]]


@pytest.mark.parametrize(("body", "rule"), [
    ({"lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]}},
     "VBR014"),
    ({"autoclass": {"enabled": True}}, "VBR015"),
    ({"retentionPolicy": {"retentionPeriod": "86400"}}, "VBR051"),
    ({"versioning": {"enabled": False}}, "VBR055"),
], ids=["lifecycle", "autoclass", "retention", "versioning"])
def test_bucket_changed_by_hand_is_refused(estate: Estate, body: dict[str, Any],
                                           rule: str) -> None:
    estate.run("apply")
    estate.by_hand(body)
    refused = estate.run("plan", status=1, says=f"Refused {rule}")
    assert "google_storage_bucket.backups" in refused.err


ADOPTED = f"""
provider "google" {{
  project = "acme-backups"
}}

import {{
  to = google_storage_bucket.it
  id = "{BUCKET}"
}}

import {{
  to = google_service_account.it
  id = "{ACCOUNT}"
}}

import {{
  to = google_project_iam_custom_role.it
  id = "acme-backups/veeamRepository"
}}

import {{
  to = google_storage_bucket_iam_member.it
  id = "{BUCKET} projects/acme-backups/roles/veeamRepository serviceAccount:{ACCOUNT}"
}}
"""


def test_what_is_there_is_adopted_as_it_is(estate: Estate, tmp_path: Path) -> None:
    estate.run("apply")
    estate.by_hand({"labels": {"by": "hand"}, "softDeletePolicy": {
        "retentionDurationSeconds": "604800"}})
    adopted = estate.elsewhere(tmp_path / "adopted", ADOPTED)
    adopted.run("plan", "-generate-config-out=generated.vbr.hcl",
                says="Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.")
    adopted.run("apply", says="4 imported, 0 added, 0 changed, 0 destroyed")
    adopted.run("plan", "-detailed-exitcode", says="No changes.")


def test_rules_of_google_itself_are_only_pointed_out(estate: Estate) -> None:
    estate.run("apply")
    estate.by_hand({"lifecycle": {"rule": AUTOMATIC}})
    warned = estate.run("plan", "-detailed-exitcode", says="No changes.")
    assert "VBR014" in warned.text


def test_soft_delete_switched_on_by_hand_is_switched_off(estate: Estate) -> None:
    estate.run("apply")
    estate.by_hand({"softDeletePolicy": {"retentionDurationSeconds": "604800"}})
    estate.run("plan", "-detailed-exitcode", status=2,
               says="Plan: 0 to add, 1 to change, 0 to destroy.")
    estate.run("apply", says="0 added, 1 changed, 0 destroyed")
    estate.run("plan", "-detailed-exitcode", says="No changes.")
