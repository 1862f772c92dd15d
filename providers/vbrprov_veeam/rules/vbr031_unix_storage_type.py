"""VBR031: the storages that agents for Unix can use."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._jobs import runs
from vbrprov_veeam.rules._targets import Place, TargetRule

#: S3 compatible storages that the vendor names for Unix.
VENDORS = ("minio", "ibm", "wasabi")


class UnixStorageType(TargetRule):
    """Amazon S3, MinIO, IBM Cloud and Wasabi."""

    rule_id = "VBR031"
    severity = Severity.REFUSE
    summary = "Storage that agents for Unix cannot use"
    why = """
        Veeam Agents for Unix back up to Amazon S3 and to the S3 compatible storages MinIO, IBM
        Cloud and Wasabi only.

        What an S3 compatible repository is cannot be seen from outside, so it has to be said.
    """
    hint = ('Target one of these; of an S3 compatible repository say what it is, such as vendor = '
            '"minio".')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_policy" "aix" {
          os = "unix"
          destination { repository_id = veeam_google_cloud_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "aix" {
          os = "unix"
          destination { repository_id = veeam_wasabi_repository.main.id }
        }
    """
    kinds = frozenset({JobKind.JOB, JobKind.POLICY})

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix")

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        if repository.family == "s3c":
            return repository.vendor.holds(lambda vendor: vendor not in VENDORS, absent=True)
        return Truth.of(repository.family != "amazon")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        if repository.family == "s3c" and repository.vendor.value is None:
            return "is an S3 compatible storage of a vendor that is not stated, for agents for Unix"
        return "is a storage that agents for Unix cannot use"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the repository", repository, repository.vendor.at)]
