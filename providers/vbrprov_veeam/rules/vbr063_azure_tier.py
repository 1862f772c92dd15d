"""VBR063: access tiers of Azure that repositories can use."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import AccountView, Estate, Finding, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told

#: Tiers of repositories, by type.
TIERS = {"azure_blob": ("hot", "cool"), "azure_archive": ("cold", "archive")}
#: Redundancy with which Azure has no tier Archive.
WITHOUT_ARCHIVE = frozenset({"ZRS", "GZRS", "RAGZRS"})


class AzureTier(Rule):
    """Hot and cool for backups, cold and archive for archives."""

    rule_id = "VBR063"
    severity = Severity.REFUSE
    summary = "Access tier of Azure that the repository cannot use"
    why = """
        An Azure Blob repository keeps backups in the tier Hot or Cool, an Azure Archive repository
        in Cold or Archive. Azure has no tier Archive in accounts with the redundancy ZRS, GZRS or
        RA-GZRS.
    """
    hint = ('Use another tier, or an account with account_replication_type = "LRS", "GRS" or '
            '"RAGRS".')
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/azure_limitations.html"
    phases = ("static", "live")
    bad = """
        resource "azurerm_storage_account" "archive" {
          account_replication_type = "ZRS"
        }
        resource "veeam_azure_archive_repository" "main" {
          container { name = azurerm_storage_container.archive.name }
        }
    """
    good = """
        resource "azurerm_storage_account" "archive" {
          account_replication_type = "LRS"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository on Azure by its tier, then by the account below it."""
        for repository in estate.repositories:
            allowed = TIERS.get(repository.type)
            if allowed is None:
                continue
            tier = estate.own_tier(repository)
            wrong = tier.holds(lambda own, allowed=allowed: own not in allowed)  # type: ignore[misc]  # bound at once
            if wrong is not Truth.NO:
                yield self.finding(
                    wrong, repository, told(wrong, (
                        f"{repository.address} is to keep backups in a tier other than "
                        f"{allowed[0].capitalize()} and {allowed[1].capitalize()}")),
                    at=tier.at, key="tier")
            yield from self._redundancy(estate, repository, tier.equals("archive"))

    def _redundancy(self, estate: Estate, repository: RepositoryView,
                    archive: Truth) -> Iterator[Finding]:
        choice = estate.account_of_repository(repository)
        violated = archive & choice.holds(_without_archive)
        if violated is not Truth.NO:
            account = choice.options[0]
            yield self.finding(
                violated, account, told(violated, (
                    f"{account.address} has a redundancy without the tier Archive, where "
                    f"{repository.address} keeps archives")),
                at=account.redundancy.at, key=repository.address,
                related=[("the repository", repository, repository.storage.value.at)],
                involves=[repository, *choice.options], before=[repository],
                final=bool(account.redundancy.missing), needs=account.redundancy.missing)


def _without_archive(account: AccountView) -> Truth:
    return account.redundancy.holds(
        lambda kind: kind.upper().replace("-", "") in WITHOUT_ARCHIVE)
