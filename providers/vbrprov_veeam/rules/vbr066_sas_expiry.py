"""VBR066: how long shared access signatures may live."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import AccountView, Estate, Fact, RepositoryView, Severity, StorageView, Truth
from vbrprov_veeam.rules._storage import StorageRule

#: 30 days, for account keys.
LEAST_SECONDS = 30 * 24 * 3600


class SasExpiry(StorageRule):
    """Agents get signatures for up to 30 days."""

    rule_id = "VBR066"
    of_jobs = True
    severity = Severity.REFUSE
    summary = "Shared access signatures expire too soon for agents"
    why = """
        Agents of a policy that write directly get shared access signatures from the backup server.
        The expiry policy of the account must allow them 30 days, or 7 days where the credentials
        are those of a Microsoft Entra application.

        With a shorter time, computers that are away for a while can back up no more.
    """
    hint = 'Set sas_policy { expiration_period = "30.00:00:00" } or more.'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "azurerm_storage_account" "backups" {
          sas_policy { expiration_period = "01.00:00:00" }
        }
    """
    good = """
        resource "azurerm_storage_account" "backups" {
          sas_policy { expiration_period = "30.00:00:00" }
        }
    """

    def condition(self, estate: Estate, holder: StorageView, repository: RepositoryView) -> Truth:
        if not isinstance(holder, AccountView):
            return Truth.NO
        short = holder.sas_expiration_seconds.holds(lambda seconds: seconds < LEAST_SECONDS)
        return short & estate.written_directly(repository, policies=True)

    def fact(self, holder: StorageView) -> Fact[Any]:
        assert isinstance(holder, AccountView)
        return holder.sas_expiration_seconds

    def says(self, holder: StorageView) -> str:
        return "lets shared access signatures live for less than 30 days"
