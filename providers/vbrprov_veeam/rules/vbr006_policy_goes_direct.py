"""VBR006: what to know of a policy whose agents write directly."""

from __future__ import annotations

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import TargetRule, path_is


class PolicyGoesDirect(TargetRule):
    """A reminder, told with the plan."""

    rule_id = "VBR006"
    severity = Severity.NOTE
    summary = "Agents of the policy write directly to object storage"
    why = """
        The agents back up without the backup server, but they still need it for their settings and
        licences: a change of the policy or of the repository reaches a computer when it connects to
        the backup server again.

        How long a computer can go without: see VBR071.
    """
    hint = "Nothing to do; see that the computers can reach the backup server now and then."
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
        return Truth.of(job.instance.action in ("create", "update", "replace"))

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return path_is(estate, job, repository, "direct")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "its agents reach directly"
