"""VBR099: versioning without immutability."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import BucketView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class VersionsPileUp(StorageRule):
    """Without immutability nobody removes old versions."""

    rule_id = "VBR099"
    severity = Severity.WARNING
    summary = "Versioning without immutability"
    why = """
        On a bucket with versioning, an object that is deleted stays as an old version. A repository
        without immutability does not look at versions, so they pile up and are paid for.

        The vendor's pages do not speak of it; this is drawn from how versions work.
    """
    hint = "Switch immutability on, or use a bucket without versioning."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html"
    phases = ("static", "live")
    bad = """
        resource "aws_s3_bucket" "backups" {
          versioning { status = "Enabled" }
        }
        resource "veeam_amazon_s3_repository" "main" {
          bucket { name = aws_s3_bucket.backups.bucket }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          bucket { name = aws_s3_bucket.backups.bucket }
          immutability { days = 30 }
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, BucketView):
            return Truth.NO
        return holder.versioning.planned.equals("Enabled") & estate.mutable(repository)

    def fact(self, holder: StorageView) -> Fact[Any]:
        return holder.versioning.planned

    def says(self, holder: StorageView) -> str:
        return "keeps versions of objects for a repository without immutability"
