"""VBR060: kinds of storage accounts that can be used."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule

#: Kinds with standard performance that can be used, and the one with premium performance.
STANDARD = ("StorageV2", "BlobStorage")
BLOCK = "BlockBlobStorage"


class AccountKind(StorageRule):
    """General-purpose v2, Blob storage and block blob storage."""

    rule_id = "VBR060"
    severity = Severity.REFUSE
    summary = "Storage account of a kind that cannot be used"
    why = """
        Azure Blob repositories need a general-purpose v2 or Blob storage account with standard
        performance, or a block blob storage account with premium performance and no access tier.

        General-purpose v1 accounts under agents that write directly are refused by VBR030.
    """
    hint = 'Use account_kind = "StorageV2" with account_tier = "Standard".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/cloud_credentials_azure_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          account_kind = "FileStorage"
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          account_kind = "StorageV2"
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        premium = holder.performance.equals("Premium")
        other = holder.kind.holds(lambda kind: kind not in ("Storage", *STANDARD, BLOCK))
        old = holder.kind.equals("Storage") & ~estate.written_directly(repository)
        wrong = holder.kind.holds(lambda kind: kind in STANDARD) & premium
        tiered = holder.kind.equals(BLOCK) & holder.access_tier.holds(lambda tier: bool(tier))
        return other | old | wrong | tiered

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        premium = holder.kind.value in STANDARD and holder.performance.value == "Premium"
        tiered = holder.kind.value == BLOCK and holder.access_tier.value is not None
        return holder.performance if premium else holder.access_tier if tiered else holder.kind

    def says(self, holder: StorageView) -> str:
        return f"is of the kind {self.kind_of(holder)}"

    def kind_of(self, holder: StorageView) -> str:
        """The kind as words."""
        assert isinstance(holder, AccountView)
        parts = [holder.kind.shown]
        if holder.performance.value == "Premium":
            parts.append("with premium performance")
        if holder.kind.value == BLOCK and holder.access_tier.value is not None:
            parts.append("with an access tier")
        return " ".join(parts)
