"""VBR069: a policy to Google Cloud storage in direct mode needs a helper appliance."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is, path_is


class GooglePolicyWithoutHelper(TargetRule):
    """The helper appliance makes a service account for each agent."""

    rule_id = "VBR069"
    severity = Severity.REFUSE
    summary = "Policy to Google Cloud storage in direct mode without a helper appliance"
    why = """
        For backup policies to a Google Cloud repository in direct mode, the repository needs a
        helper appliance with an account that can make service accounts: each agent gets one of its
        own.
    """
    hint = ('Add a veeam_google_helper_appliance for the repository, or use connection { mode = '
            '"selected_gateway" }.')
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "agents_object_storage_direct_access.html")
    bad = """
        resource "veeam_google_cloud_repository" "main" {
          connection { mode = "direct" }
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_google_cloud_repository.main.id }
        }
    """
    good = """
        resource "veeam_google_cloud_repository" "main" {
          connection { mode = "direct" }
        }
        resource "veeam_google_helper_appliance" "main" {
          repository_id  = veeam_google_cloud_repository.main.id
          credentials_id = veeam_cloud_credentials.google_service.id
          region         = "europe-west1"
          zone           = "europe-west1-b"
          instance_type  = "n1-standard-1"
          vpc            = "backup"
          subnet         = "backup"
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return (family_is(repository, "google") & ~estate.has_helper(repository)
                & path_is(estate, job, repository, "direct"))

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is Google Cloud storage in direct mode without a helper appliance"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the mode", repository, repository.connection_mode.at)]
