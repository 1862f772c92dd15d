"""VBR072: agents reach storage by HTTPS only."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import Estate, JobView, RepositoryView, Severity, Truth
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is


class PlainHttp(TargetRule):
    """The address of an S3 compatible storage begins with https."""

    rule_id = "VBR072"
    severity = Severity.REFUSE
    summary = "Storage address without HTTPS"
    why = """
        Veeam Agents reach S3 compatible storage by HTTPS only.

        Over plain HTTP the keys and the backups could be read and changed on the way.
    """
    hint = "Use an address with https:// and a certificate that the computers trust."
    source = ("https://helpcenter.veeam.com/docs/agentforwindows/userguide/"
              "backup_to_object_storage.html")
    phases = ("static",)
    bad = """
        resource "veeam_s3_compatible_repository" "main" {
          account { service_point = "http://s3.example.com" }
        }
    """
    good = """
        resource "veeam_s3_compatible_repository" "main" {
          account { service_point = "https://s3.example.com" }
        }
    """

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "s3c") & repository.endpoint.holds(
            lambda address: address.lower().startswith("http://"))

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return f"is reached by plain HTTP at {repository.endpoint.shown}"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the address", repository, repository.endpoint.at)]
