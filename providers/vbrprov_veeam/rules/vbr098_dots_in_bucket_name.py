"""VBR098: dots in the name of a bucket."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class DotsInBucketName(StorageRule):
    """A name with dots fits no wildcard certificate."""

    rule_id = "VBR098"
    severity = Severity.WARNING
    summary = "Bucket name with dots"
    why = """
        The vendor advises against dots in the names of buckets of the S3 family.

        With addresses of the form bucket.host, the certificate of the storage does not cover a name
        with further dots, and the connection may be refused.
    """
    hint = "Use hyphens instead of dots in the name of the bucket."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/amazon_storage_details.html"
    phases = ("static",)
    bad = """
        resource "aws_s3_bucket" "backups" {
          bucket = "backups.example.com"
        }
    """
    good = """
        resource "aws_s3_bucket" "backups" {
          bucket = "backups-example-com"
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if holder.family not in ("amazon", "s3c") or not holder.managed:
            return Truth.NO
        return holder.name.holds(lambda name: "." in name)

    def fact(self, holder: StorageView) -> Fact[Any]:
        return holder.name

    def says(self, holder: StorageView) -> str:
        return f"has dots in its name {holder.name.shown}" if holder.name.known else (
            "has dots in its name")
