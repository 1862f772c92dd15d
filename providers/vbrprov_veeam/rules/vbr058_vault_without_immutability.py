"""VBR058: a Veeam Data Cloud Vault is always immutable."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, Rule, Severity, Truth


class VaultWithoutImmutability(Rule):
    """There is no switch."""

    rule_id = "VBR058"
    severity = Severity.REFUSE
    summary = "Veeam Data Cloud Vault without immutability"
    why = """
        Immutability of a Veeam Data Cloud Vault repository cannot be switched off.
    """
    hint = "Remove enabled = false from the immutability block; days can be chosen."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/data_cloud_limitations.html"
    phases = ("static",)
    bad = """
        resource "veeam_data_cloud_vault_repository" "vault" {
          immutability { enabled = false }
        }
    """
    good = """
        resource "veeam_data_cloud_vault_repository" "vault" {
          immutability { days = 30 }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each vault that says something of immutability."""
        for repository in estate.repositories:
            if repository.family != "vault" or not repository.managed:
                continue
            enabled = repository.immutability_switch
            violated = enabled.equals(False)
            if violated is not Truth.NO:
                yield self.finding(
                    violated, repository, f"{repository.address} switches immutability off."
                    if violated is Truth.YES else f"It is not known yet whether "
                    f"{repository.address} switches immutability off.", at=enabled.at,
                    mend={enabled.at: ""})
