"""VBR050: immutability of the S3 family needs Object Lock and versioning."""

from __future__ import annotations

from vbrprov.sdk import Severity
from vbrprov_veeam.rules._immutable import ImmutableBucketRule


class ImmutabilityPrerequisites(ImmutableBucketRule):
    """A repository with immutability needs a bucket with Object Lock and versioning."""

    rule_id = "VBR050"
    severity = Severity.REFUSE
    summary = "Immutability without Object Lock or versioning"
    why = """
        Veeam Backup & Replication makes backups immutable with Object Lock, which needs versioning
        to be enabled on the bucket.

        Without both, the repository cannot be added with immutability, and backups that are
        believed to be protected are not. Object Lock is best switched on when the bucket is made:
        most vendors do not allow it later, and neither setting may change while a repository
        uses the bucket (VBR055).
    """
    hint = ('Set object_lock_enabled = true and versioning { status = "Enabled" } on the bucket, '
            "or switch immutability off.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/immutability_os_enable.html"
    bad = """
        resource "aws_s3_bucket" "backups" {
          object_lock_enabled = false
        }
        resource "veeam_amazon_s3_repository" "main" {
          bucket { name = aws_s3_bucket.backups.bucket }
          immutability {
            enabled = true
            days    = 30
          }
        }
    """
    good = """
        resource "aws_s3_bucket" "backups" {
          object_lock_enabled = true
          versioning { status = "Enabled" }
        }
    """
    families = ("amazon", "s3c")
    lock = "Object Lock"
