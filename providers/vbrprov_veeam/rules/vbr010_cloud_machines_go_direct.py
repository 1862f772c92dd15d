"""VBR010: cloud machines write directly, whatever the repository says."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule


class CloudMachinesGoDirect(TargetRule):
    """The gateway mode of a repository has no effect on cloud machines."""

    rule_id = "VBR010"
    severity = Severity.WARNING
    summary = "Cloud machines ignore the gateway mode"
    why = """
        Machines of a cloud machines protection group always write to object storage directly: the
        gateway servers of the repository take no part.

        The machines need a way to the storage and permissions of their own. Where the gateway
        servers were meant to keep the storage out of reach of the machines, they do not.
    """
    hint = ('Set connection { mode = "direct" } on the repository, or use one of its own for cloud '
            "machines.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "ec2" {
          type = "cloud_machines"
        }
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "selected_gateway" }
          }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "direct" }
          }
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return estate.group_type_is(job, "cloud_machines")

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return repository.connection_mode.equals("gateway")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is in gateway mode, and its protection group is one of cloud machines"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at),
                *(("the protection group", group, group.group_type.at)
                  for group in estate.groups_of(job))]
