"""VBR007: a repository changes how agents reach it."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Facet,
    Finding,
    JobKind,
    JobView,
    Rule,
    Severity,
    Truth,
    View,
)
from vbrprov.sdk.estate import SHARED_KEYS
from vbrprov_veeam.rules._targets import is_direct


class ConnectionModeChanges(Rule):
    """Backups fail until each agent has been told."""

    rule_id = "VBR007"
    severity = Severity.WARNING
    summary = "Connection mode changes under agents"
    why = """
        When the connection mode of a repository changes, the backups of its agents fail until each
        computer has connected to the backup server and has got the new settings.

        The same holds where the agent access of an S3 compatible repository sends agents another
        way. Computers that are away for long are without backups for as long.
    """
    hint = ("Plan the change for a time at which the computers can reach the backup server, or "
            "make a new repository and move the jobs there one by one.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("plan",)
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "direct" }   # was "selected_gateway"
          }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "selected_gateway" }   # as it was
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository, and each agent access, that this plan changes."""
        for repository in estate.repositories:
            if repository.existed:
                jobs = [(job, sure) for job, sure in estate.jobs_of(repository)
                        if job.kind is not JobKind.COPY]
                yield from self._judge(repository, repository.connection,
                                       repository.connection.changed, jobs, "connection mode")
        for access in estate.agent_accesses:
            if access.existed:
                choice = estate.repository_pool.resolve(access.repository)
                jobs = [(job, sure & choice.leads_to(repository) & is_direct(repository))
                        for repository in choice.options if repository.family == "s3c"
                        for job, sure in estate.jobs_of(repository) if job.kind is not JobKind.COPY]
                yield from self._judge(access, access.access, _other_way(access.access), jobs,
                                       "way of agents")

    def _judge(self, view: View, facet: Facet[str], changed: Truth,
               jobs: list[tuple[JobView, Truth]], words: str) -> Iterator[Finding]:
        violated = changed & Truth.any(sure for _, sure in jobs)
        if violated is Truth.NO:
            return
        named = sorted({job.address for job, sure in jobs if sure is not Truth.NO})
        who = ", ".join(named)
        said = (f"the {words} of {view.address} from {facet.live.shown} to {facet.planned.shown}, "
                f"and {who} {'write' if len(named) > 1 else 'writes'} there")
        yield self.finding(
            violated, view, f"This plan changes {said}." if violated is Truth.YES
            else f"This plan may change {said}.", at=facet.planned.at, key="mode",
            related=[("an agent job", job, job.target_at) for job, _ in jobs],
            involves=[job for job, _ in jobs])


def _other_way(access: Facet[str]) -> Truth:
    """Whether agents go another way: with keys, directly; else through the backup server."""
    if not (access.planned.known and access.live.known):
        return access.changed
    return Truth.of((access.planned.value in SHARED_KEYS) != (access.live.value in SHARED_KEYS))
