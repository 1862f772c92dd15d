"""VBR032: agents for Unix in a group of pre-installed agents."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._jobs import runs
from vbrprov_veeam.rules._targets import Place, TargetRule


class UnixPreInstalled(TargetRule):
    """Pre-installed agents for Unix cannot use object storage."""

    rule_id = "VBR032"
    severity = Severity.REFUSE
    summary = "Pre-installed agents for Unix and object storage"
    why = """
        Veeam Agents for Unix cannot back up to object storage when they are in a protection group
        for pre-installed agents.

        The backup server has no way to such a computer by which it could give it the keys of the
        storage.
    """
    hint = 'Use a protection group of type "individual_computers" or "csv_file".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "aix" {
          type = "pre_installed_agents"
        }
    """
    good = """
        resource "veeam_protection_group" "aix" {
          type = "individual_computers"
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix") & estate.group_type_is(job, "pre_installed_agents")

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return Truth.YES

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is object storage, for agents for Unix of a group of pre-installed agents"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the protection group", group, group.group_type.at)
                for group in estate.groups_of(job)]
