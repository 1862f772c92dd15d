"""VBR024: a policy uses one bucket of a repository that makes many."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule


class PolicyToManyBuckets(TargetRule):
    """Policies do not spread over the buckets that a repository makes."""

    rule_id = "VBR024"
    severity = Severity.WARNING
    summary = "Policy to a repository that makes buckets of its own"
    why = """
        All backups of a policy that the agent manages go to one child bucket of a multi-bucket
        repository; the limit of workloads for each bucket is ignored.

        A bucket with too many objects gets slow on some storages, which is what the limit is for.
    """
    hint = ("Use a job that the backup server manages, or a repository without "
            "enable_auto_provision for policies.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = true }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_s3_compatible_repository.main.id }
        }
    """
    good = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = false }
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return repository.auto_provision.is_true

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "makes buckets of its own"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the switch", repository, repository.auto_provision.at)]
