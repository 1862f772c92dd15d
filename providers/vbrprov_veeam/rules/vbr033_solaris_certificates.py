"""VBR033: certificates on Solaris 10."""

from __future__ import annotations

from collections.abc import Iterable

from vbrprov.sdk import (
    Estate,
    JobKind,
    JobView,
    ProtectionGroupView,
    RepositoryView,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._jobs import runs
from vbrprov_veeam.rules._targets import Place, TargetRule, family_is


class SolarisCertificates(TargetRule):
    """Solaris 10 does not know the authorities by itself."""

    rule_id = "VBR033"
    severity = Severity.WARNING
    summary = "Solaris 10 without the certificates of the storage"
    why = """
        Agents on Solaris 10 1/13 trust S3 compatible storage only when the certificate authorities
        of the storage have been installed on the computer (https://www.veeam.com/kb4735).
    """
    hint = ("Install them, and say so with storage_certificates_installed = true in the protection "
            "group.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "solaris" {
          unix_systems = ["solaris_10"]
        }
    """
    good = """
        resource "veeam_protection_group" "solaris" {
          unix_systems                   = ["solaris_10"]
          storage_certificates_installed = true
        }
    """
    kinds = frozenset({JobKind.POLICY})

    def applies(self, estate: Estate, job: JobView) -> Truth:
        return runs(job, "unix") & estate.group_holds(job, _lacks_certificates)

    def condition(self, estate: Estate, job: JobView, repository: RepositoryView) -> Truth:
        return family_is(repository, "s3c")

    def trait(self, job: JobView, repository: RepositoryView) -> str:
        return "is S3 compatible storage that Solaris 10 may not trust"

    def places(self, estate: Estate, job: JobView, repository: RepositoryView) -> Iterable[Place]:
        return [("the protection group", group, group.unix_systems.at)
                for group in estate.groups_of(job)]


def _lacks_certificates(group: ProtectionGroupView) -> Truth:
    systems = group.unix_systems
    solaris = systems.holds(lambda names: "solaris_10" in names)
    if systems.known and systems.value is not None and None in systems.value:
        solaris |= Truth.UNKNOWN
    return solaris & ~group.certificates.is_true
