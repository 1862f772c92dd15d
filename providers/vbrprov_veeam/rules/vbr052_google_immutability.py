"""VBR052: immutability on Google Cloud needs object retention and versioning."""

from __future__ import annotations

from vbrprov.sdk import Severity
from vbrprov_veeam.rules._immutable import ImmutableBucketRule


class GoogleImmutability(ImmutableBucketRule):
    """A repository with immutability needs a bucket with object retention and versioning."""

    rule_id = "VBR052"
    severity = Severity.REFUSE
    summary = "Immutability without object retention or versioning"
    why = """
        On Google Cloud, Veeam Backup & Replication makes backups immutable with object retention
        and object versioning, which must both be enabled on the bucket.

        Object retention can be enabled only when the bucket is made.
    """
    hint = ("Set enable_object_retention = true and versioning { enabled = true } on the bucket, "
            "or switch immutability off.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/immutability_os_enable.html"
    bad = """
        resource "google_storage_bucket" "backups" {
          versioning { enabled = false }
        }
        resource "veeam_google_cloud_repository" "main" {
          bucket { name = google_storage_bucket.backups.name }
          immutability { days = 30 }
        }
    """
    good = """
        resource "google_storage_bucket" "backups" {
          enable_object_retention = true
          versioning { enabled = true }
        }
    """
    families = ("google",)
    lock = "object retention"
