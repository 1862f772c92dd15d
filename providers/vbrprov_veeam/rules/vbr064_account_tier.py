"""VBR064: the default tier of an account and the tier of a repository."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule


class AccountTier(StorageRule):
    """Blobs that name no tier get that of the account."""

    rule_id = "VBR064"
    severity = Severity.WARNING
    summary = "Access tier of the account and of the repository differ"
    why = """
        The repository and its storage account have different access tiers: a hot repository stores
        all backups in the default tier of the account, and the tier Cool of a repository is one
        that it names itself.

        What is charged, and what agents may do (VBR026), follows from the tier that blobs really
        have.
    """
    hint = "Give the account the access tier of the repository."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          access_tier = "Cool"
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          access_tier = "Hot"
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView) or repository.family != "azure":
            return Truth.NO
        account, own = holder.access_tier, estate.own_tier(repository)
        if account.known and account.value is None:
            return Truth.NO
        if not (account.known and own.known):
            return Truth.UNKNOWN
        return account.holds(lambda tier: tier.lower() != own.value)

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.access_tier

    def says(self, holder: StorageView) -> str:
        return "has another access tier than the repository"
