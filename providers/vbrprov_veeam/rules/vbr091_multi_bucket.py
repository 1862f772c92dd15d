"""VBR091: repositories that make buckets of their own."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth
from vbrprov_veeam.rules._grants import reads_only
from vbrprov_veeam.rules._saying import told


class MultiBucket(Rule):
    """What makes buckets stays that way, stays at home, and needs the rights for it."""

    rule_id = "VBR091"
    severity = Severity.REFUSE
    summary = "Repository with buckets of its own making"
    why = """
        A repository that makes buckets of its own keeps backups in them, so that cannot be
        switched off again. It cannot be a cloud repository of a tenant, and read-only credentials
        are of no use to it.
    """
    hint = "Leave enable_auto_provision as it is, or make another repository without it."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/s3_compatible_limitations.html"
    bad = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = true }
        }
        resource "veeam_cloud_tenant_quota" "customer" {
          repository_id = veeam_s3_compatible_repository.main.id
        }
    """
    good = """
        resource "veeam_s3_compatible_repository" "main" {
          bucket { enable_auto_provision = false }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that makes buckets, or did."""
        for repository in estate.repositories:
            made = repository.provisioning.live.is_true
            off = (repository.provisioning.changed & made
                   & repository.provisioning.planned.holds(lambda own: not own, absent=True))
            makes = repository.auto_provision.is_true
            reads, credentials = reads_only(estate, repository)
            quotas = [quota for quota, _ in estate.exposures(repository)]
            for key, violated, said, views in (
                ("off", off, "is to stop making buckets of its own", []),
                ("cloud", makes & estate.exposed(repository),
                 "makes buckets of its own and is a cloud repository", quotas),
                ("reader", makes & reads,
                 "makes buckets of its own with credentials that can only read",
                 list(credentials)),
            ):
                if violated is not Truth.NO:
                    yield self.finding(
                        violated, repository, told(violated, f"{repository.address} {said}"),
                        at=repository.auto_provision.at, key=key,
                        related=[("what it does not go with", view, "") for view in views],
                        involves=views)
