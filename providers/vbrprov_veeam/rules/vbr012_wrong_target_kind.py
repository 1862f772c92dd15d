"""VBR012: a job targets a scale-out repository, not an extent of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from vbrprov.sdk import (
    Estate,
    Finding,
    JobView,
    RepositoryView,
    Rule,
    ScaleOutView,
    Severity,
    Truth,
    View,
)


class WrongTargetKind(Rule):
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

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job by what it names, which is not always what it writes to."""
        for job in estate.jobs:
            choice = estate.destination(job)
            extent = choice.holds(partial(_is_extent, estate))
            yield from self._found(
                job, extent, "extent", choice.options, "is an extent of a scale-out repository",
                [scale_out for option in choice.options if isinstance(option, RepositoryView)
                 for scale_out, _ in estate.scale_outs_of(option)])
            ours = choice.holds(lambda _: Truth.YES)
            yield from self._found(
                job, ours & job.scope.equals("cloud_connect_repository"), "kind", choice.options,
                "is a repository of this backup server and no cloud repository", [])

    def _found(self, job: JobView, violated: Truth, key: str, named: Sequence[View], trait: str,
               scale_outs: Sequence[View]) -> Iterator[Finding]:
        if violated is Truth.NO:
            return
        said = f"{job.address} writes to {named[0].address}, which {trait}"
        yield self.finding(
            violated, job, f"{said}." if violated is Truth.YES
            else f"It is not known yet whether {said}.", at=job.target_at, key=key,
            related=[("the scale-out repository", view, "performance_extent")
                     for view in scale_outs], involves=[*named, *scale_outs])


def _is_extent(estate: Estate, target: RepositoryView | ScaleOutView) -> Truth:
    if not isinstance(target, RepositoryView):
        return Truth.NO
    return Truth.any(sure for _, sure in estate.scale_outs_of(target))
