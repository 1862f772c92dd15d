"""A repository on Google Cloud Storage against the sandbox, and what people do to its bucket."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from launcher import Launcher, Result
from services import Sandbox

CONFIGURATION = """
provider "google" {
  project = "acme-backups"
}

provider "veeam" {}

resource "google_service_account" "vbr" {
  account_id = "vbr-repository"
}

resource "google_project_iam_custom_role" "vbr" {
  role_id     = "veeamRepository"
  title       = "Veeam repository"
  permissions = ["storage.buckets.get", "storage.objects.create", "storage.objects.setRetention"]
}

resource "google_storage_bucket" "backups" {
  name                    = "acme-veeam-backups"
  location                = "europe-west3"
  enable_object_retention = true
  deletion_policy         = "DELETE"
}

resource "google_storage_bucket_iam_member" "vbr" {
  bucket = google_storage_bucket.backups.name
  role   = google_project_iam_custom_role.vbr.id
  member = google_service_account.vbr.member
}

resource "google_storage_hmac_key" "vbr" {
  service_account_email = google_service_account.vbr.email
}

resource "veeam_cloud_credentials" "gcs" {
  type       = "google"
  access_key = google_storage_hmac_key.vbr.access_id
  secret_key = google_storage_hmac_key.vbr.secret
}

resource "veeam_google_cloud_repository" "main" {
  name            = "Agents on Google"
  deletion_policy = "DELETE"

  account {
    credentials_id = veeam_cloud_credentials.gcs.id
    region_id      = "europe-west3"
  }

  bucket {
    name   = google_storage_bucket.backups.name
    folder = "agents"
  }

  immutability {
    enabled = true
    days    = 14
  }

  depends_on = [google_storage_bucket_iam_member.vbr]
}
"""
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
        (folder / "main.vbr.hcl").write_text(CONFIGURATION, encoding="utf-8")

    def run(self, command: str, *args: str, status: int = 0, says: str = "") -> Result:
        if command in ("apply", "destroy"):
            args = ("-auto-approve", *args)
        done = self._launcher.start([command, "-sandbox", *args], self._folder, self._env).wait()
        assert done.status == status, done.tail
        assert says in done.text, done.tail
        return done

    def by_hand(self, body: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"{self._google['endpoint']}/storage/v1/b/acme-veeam-backups", method="PATCH",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._google['access_token']}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200


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
    rotated = estate.run("apply", "-replace=google_storage_hmac_key.vbr")
    assert "Resources: 1 added" in rotated.text
    estate.run("plan", "-detailed-exitcode", says="No changes.")
    estate.run("destroy", says="7 destroyed")


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
