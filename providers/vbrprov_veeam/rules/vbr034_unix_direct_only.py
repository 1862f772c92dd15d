"""VBR034: agents for Unix write directly."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._jobs import runs
from vbrprov_veeam.rules._targets import Place, TargetRule, path_is


class UnixDirectOnly(TargetRule):
    """There is no gateway server for agents for Unix."""

    rule_id = "VBR034"
    severity = Severity.REFUSE
    summary = "Agents for Unix and a repository that is not direct"
    why = """
        Veeam Agents for Unix can use object storage repositories in direct mode only.

        An S3 compatible repository counts as direct when its agents have keys: without a
        veeam_s3_agent_access, or with mode = "backup_server", their data take a gateway server.
    """
    hint = ('Set connection { mode = "direct" } on the repository and, on S3 compatible storage, a '
            'veeam_s3_agent_access with mode = "shared_credentials" or "iam_sts".')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_wasabi_repository" "main" {
          account {
            connection { mode = "selected_gateway" }
          }
        }
    """
    good = """
        resource "veeam_wasabi_repository" "main" {
          account {
            connection { mode = "direct" }
          }
        }
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = "iam_sts"
        }
    """

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix")

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return ~path_is(estate, job, repository, "direct")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "agents for Unix would not reach directly"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at),
                *(("the agent access", access, access.mode.at)
                  for access, _ in estate.access_of(repository))]
