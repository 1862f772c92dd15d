"""VBR096: what needs a newer backup server."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Fact,
    Finding,
    JobKind,
    ProtectionGroupView,
    RepositoryView,
    Rule,
    Severity,
    Truth,
    View,
)
from vbrprov_veeam.api import KNOWN_REVISIONS, Feature, first_revision, supports
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._servers import every_server

#: Systems whose policies are made by REST; those of others by a script, on any server.
BY_REST = ("windows", "linux")


class ServerRevision(Rule):
    """The revision of the REST API decides what can be made."""

    rule_id = "VBR096"
    severity = Severity.REFUSE
    summary = "Backup server that is too old for this"
    why = """
        The REST API of the backup server, in the revision that it speaks, cannot make this:
        repositories that make buckets of their own, backup policies and groups of cloud machines
        came with revision 1.3-rev1, archive repositories in a vault with 1.3-rev2.

        What newer revisions have and a script can do as well is not refused.
    """
    hint = "Update Veeam Backup & Replication, or leave it out."
    source = "https://helpcenter.veeam.com/references/vbr/13/rest/1.3-rev1/tag/Service"
    phases = ("plan", "live")
    bad = """
        data "veeam_backup_server" "this" {}    # answers with revision 1.3-rev0
        resource "veeam_agent_backup_policy" "laptops" {
          os = "windows"
        }
    """
    good = """
        data "veeam_backup_server" "this" {}    # answers with revision 1.3-rev1
        resource "veeam_agent_backup_policy" "laptops" {
          os = "windows"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each thing that needs a revision, where a server is declared."""
        for view, feature, wanted, at in _needs(estate):
            old = every_server(estate, lambda server, feature=feature: _lacks(  # type: ignore[misc]  # bound at once
                server.revision, feature))
            violated = wanted & old
            if violated is not Truth.NO:
                said = (f"{view.address} needs {feature.value}, which came with revision "
                        f"{first_revision(feature)}: the backup server speaks an older one")
                yield self.finding(
                    violated, view, told(violated, said), at=at, key=feature.name,
                    related=[("the backup server", server, "") for server in estate.servers],
                    involves=estate.servers)


def _needs(estate: Estate) -> Iterator[tuple[View, Feature, Truth, str]]:
    for repository in estate.of(RepositoryView):
        if repository.managed:
            fact = repository.auto_provision
            yield repository, Feature.AUTO_PROVISIONED_BUCKETS, fact.is_true, fact.at
            if repository.type == "data_cloud_vault_archive":
                yield repository, Feature.VAULT_ARCHIVE_REPOSITORY, Truth.YES, ""
    for job in estate.jobs:
        if job.managed and job.kind is JobKind.POLICY:
            by_rest = job.agents.holds(lambda own: own in BY_REST)
            yield job, Feature.AGENT_POLICIES, by_rest, job.agents.at
    for group in estate.of(ProtectionGroupView):
        if group.managed:
            kind = group.group_type
            yield group, Feature.CLOUD_MACHINE_GROUPS, kind.equals("cloud_machines"), kind.at


def _lacks(revision: Fact[str], feature: Feature) -> Truth:
    return revision.holds(lambda own: own in KNOWN_REVISIONS and not supports(own, feature))
