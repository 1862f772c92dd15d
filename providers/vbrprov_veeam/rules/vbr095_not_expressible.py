"""VBR095: what neither the REST API nor a script of ours can set."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._targets import family_is

#: Types of credentials that stand for an identity of a cloud, where storage wants a key.
IDENTITIES = ("azure_compute", "google_service")


class NotExpressible(Rule):
    """Some settings have to be made at the console."""

    rule_id = "VBR095"
    severity = Severity.REFUSE
    summary = "Setting that only the console can make"
    why = """
        The REST API takes the key of a storage account for Azure Blob repositories and an HMAC key
        for Google Cloud repositories. Credentials of a Microsoft Entra application or of a service
        account cannot be given to a repository by any program.

        Other things that the REST API lacks are resources that write scripts: agent access to S3
        compatible storage, colder classes, 11:11 repositories, policies for macOS and Unix.
    """
    hint = "Use credentials of type azure_storage or google, or add the repository at the console."
    source = "https://helpcenter.veeam.com/references/vbr/13/rest/1.3-rev1/tag/Repositories"
    phases = ("static",)
    bad = """
        resource "veeam_cloud_credentials" "application" {
          type = "azure_compute"
        }
        resource "veeam_azure_blob_repository" "main" {
          account { credentials_id = veeam_cloud_credentials.application.id }
        }
    """
    good = """
        resource "veeam_cloud_credentials" "key" {
          type = "azure_storage"
        }
        resource "veeam_azure_blob_repository" "main" {
          account { credentials_id = veeam_cloud_credentials.key.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository on Azure and Google Cloud by its credentials."""
        for repository in estate.repositories:
            choice = estate.credentials_pool.resolve(repository.credentials)
            violated = (Truth.of(repository.managed) & family_is(repository, "azure", "google")
                        & choice.holds(lambda found: found.type.holds(
                            lambda own: own in IDENTITIES)))
            if violated is not Truth.NO:
                said = (f"{repository.address} has credentials of an identity, where the server "
                        "takes a key from programs")
                yield self.finding(
                    violated, repository, told(violated, said),
                    at=repository.credentials.value.at,
                    related=[("the credentials", found, found.type.at) for found in choice.options],
                    involves=choice.options)
