"""VBR071: for how long agents can write without the backup server."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule, path_is


class OfflineAllowance(TargetRule):
    """A reminder, told with the plan."""

    rule_id = "VBR071"
    severity = Severity.NOTE
    summary = "Agents of the policy need the backup server now and then"
    why = """
        An agent that writes directly keeps its keys for 30 days without the backup server, 7 days
        where the Azure credentials of the repository are those of a Microsoft Entra application.

        After that its backups fail until it has connected. It asks for new keys by itself when 15
        days are left, or 6.
    """
    hint = "Nothing to do; see that the computers can reach the backup server often enough."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("plan",)
    bad = """
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "direct" }
          }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          account {
            connection { mode = "selected_gateway" }
          }
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def applies(self, estate: Estate, job: JobView) -> Truth:
        # What does not change has been told before.
        return Truth.of(job.anew or job.instance.action == "update")

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return path_is(estate, job, repository, "direct")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "its agents can reach for some time only without the backup server"
