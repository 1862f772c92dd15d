"""VBR087: a performance extent needs a mount server."""

from __future__ import annotations

from vbrprov.sdk import Estate, RepositoryView, Severity, TierView, Truth
from vbrprov_veeam.rules._tiers import ExtentRule


class ExtentWithoutMountServer(ExtentRule):
    """Restores from an extent go through a mount server."""

    rule_id = "VBR087"
    severity = Severity.REFUSE
    summary = "Performance extent without a mount server"
    why = """
        An object storage repository that is to be a performance extent of a scale-out backup
        repository needs a mount server.

        A new repository that names none is given the default mount server of the backup server, so
        this is about repositories that were added without one, and about types that cannot have one
        here.
    """
    hint = "Give the repository a mount_server block, or use another one."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbramazons3compatiblerepository.html")
    phases = ("static", "plan")
    bad = """
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_eleven_eleven_repository.main.id }
        }
    """
    good = """
        resource "veeam_amazon_s3_repository" "main" {
          mount_server { id = data.veeam_managed_server.mount.id }
        }
        resource "veeam_scale_out_repository" "all" {
          performance_extent { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    tiers = frozenset({"performance"})

    def condition(self, estate: Estate, tier: TierView, repository: RepositoryView) -> Truth:
        return ~repository.mount_server.is_true

    def trait(self, tier: TierView, repository: RepositoryView) -> str:
        return "has no mount server"

    def place(self, repository: RepositoryView) -> str:
        return repository.mount_server.at
