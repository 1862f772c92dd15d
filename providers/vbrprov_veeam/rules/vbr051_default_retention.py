"""VBR051: no default retention on storage for backups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class DefaultRetention(StorageRule):
    """Objects are locked one by one, never by a rule of the bucket."""

    rule_id = "VBR051"
    severity = Severity.REFUSE
    summary = "Default retention on backup storage"
    why = """
        Veeam Backup & Replication locks each object for as long as it must live. A default
        retention of the bucket or container locks what has to be deleted as well, so that backups
        fail and space is never given back.

        This is the default retention of Object Lock, an immutability policy of an Azure account or
        container, and the retention period of a Google bucket.
    """
    hint = "Remove the default retention, and set immutability on the repository."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/os_immutability_limitations.html"
    bad = """
        resource "aws_s3_bucket" "backups" {
          object_lock_configuration {
            rule {
              default_retention {
                mode = "COMPLIANCE"
                days = 30
              }
            }
          }
        }
    """
    good = """
        resource "aws_s3_bucket" "backups" {
          object_lock_enabled = true
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        return holder.default_retention.planned.is_true

    def fact(self, holder: StorageView) -> Fact[Any]:
        return holder.default_retention.planned

    def says(self, holder: StorageView) -> str:
        return "has a default retention"

    def mend(self, holder: StorageView) -> Mapping[str, str]:
        # The block that states it goes; what somebody set by hand is not in the configuration.
        return {self.fact(holder).at.partition(".")[0]: ""} if holder.family == "amazon" else {}
