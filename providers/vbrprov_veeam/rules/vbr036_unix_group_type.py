"""VBR036: protection groups of agents for Unix that back up to object storage."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._jobs import runs
from vbrprov_veeam.rules._targets import Place, TargetRule

TYPES = ("ad_objects", "cloud_machines")


class UnixGroupType(TargetRule):
    """Individual computers and CSV files; pre-installed agents are VBR032."""

    rule_id = "VBR036"
    severity = Severity.REFUSE
    summary = "Protection group cannot have agents for Unix on object storage"
    why = """
        Veeam Agents for Unix that back up to object storage are in protection groups for individual
        computers or computers of a CSV file.

        Groups of Active Directory objects and of cloud machines have no computers with Unix.
    """
    hint = 'Use a protection group of type "individual_computers" or "csv_file".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agent_policy_before_unix.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "aix" {
          type = "ad_objects"
        }
    """
    good = """
        resource "veeam_protection_group" "aix" {
          type = "individual_computers"
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix") & Truth.any(
            estate.group_type_is(job, group_type) for group_type in TYPES)

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return Truth.YES

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is object storage, for agents for Unix of a group that cannot have them"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the protection group", group, group.group_type.at)
                for group in estate.groups_of(job)]
