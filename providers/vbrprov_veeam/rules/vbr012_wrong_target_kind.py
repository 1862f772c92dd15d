"""VBR012: a job targets a scale-out repository, not an extent of it."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule


class WrongTargetKind(TargetRule):
    """What a job writes to is a repository of its own kind, and no part of another."""

    rule_id = "VBR012"
    severity = Severity.REFUSE
    summary = "Target is an extent, or of another kind"
    why = """
        A repository that is an extent of a scale-out backup repository cannot be the target of a
        job: jobs target the scale-out backup repository. A cloud repository of a service provider
        is another kind of target than a repository of the backup server.

        VBR moves the data of an extent as its policy says, so nothing else may write there.
    """
    hint = ("Target the veeam_scale_out_repository instead of its extent; for a repository of this "
            'backup server, set destination { type = "backup_repository" }.')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/sobr_limitations.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_scale_out_repository.all.id }
        }
    """
    kinds = frozenset(JobKind)

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        # Seen through a scale-out repository it is an extent, and rightly so.
        direct = Truth.any(
            target.sure for target in estate.targets(job)
            if target.repository is repository and target.through is None)
        extent = Truth.any(sure for _, sure in estate.scale_outs_of(repository))
        return direct & (extent | job.scope.equals("cloud_connect_repository"))

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        if job.scope.value == "cloud_connect_repository":
            return "is a repository of this backup server and no cloud repository"
        return "is an extent of a scale-out repository"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the scale-out repository", view, "performance_extent")
                for view, _ in estate.scale_outs_of(repository)]
