"""VBR084: what cannot be the capacity tier."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Extent, ScaleOutView, Severity, TierView, Truth
from vbrprov_veeam.rules._targets import family_is
from vbrprov_veeam.rules._tiers import Fault, TierRule, at_least


class CapacityTier(TierRule):
    """Vaults want encryption, devices come one at a time, imported backups stay where they are."""

    rule_id = "VBR084"
    severity = Severity.REFUSE
    summary = "Extent that the capacity tier cannot have"
    why = """
        A capacity tier takes a Veeam Data Cloud Vault only when the tier is encrypted, at most one
        seeding device, and no repository with imported backups.
    """
    hint = ("Give capacity_tier an encryption block, keep one device, or use a repository that was "
            "added without import_backups.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/capacity_tier_limitations.html"
    bad = """
        resource "veeam_scale_out_repository" "all" {
          capacity_tier {
            extent { repository_id = veeam_data_cloud_vault_repository.main.id }
          }
        }
    """
    good = """
        resource "veeam_scale_out_repository" "all" {
          capacity_tier {
            extent { repository_id = veeam_data_cloud_vault_repository.main.id }
            encryption { password_id = veeam_encryption_password.main.id }
          }
        }
    """
    tiers = frozenset({"capacity"})

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """Each of the three."""
        for extent in extents:
            repository = extent.repository
            name = repository.address
            yield Fault(
                extent.sure & family_is(repository, "vault") & ~tier.encrypted.is_true,
                f"has the vault {name} in a capacity tier that is not encrypted", f"vault:{name}",
                (repository,))
            yield Fault(
                extent.sure & repository.imports.is_true,
                f"has the capacity extent {name}, which imports backups", f"imports:{name}",
                (repository,), (("it imports backups", repository, repository.imports.at),))
        devices = [(each, each.sure & family_is(each.repository, "device")) for each in extents]
        yield Fault(
            at_least(2, (sure for _, sure in devices)),
            "has more than one seeding device in its capacity tier", "devices",
            tuple(each.repository for each, sure in devices if sure is not Truth.NO))
