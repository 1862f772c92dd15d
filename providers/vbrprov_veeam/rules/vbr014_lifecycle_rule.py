"""VBR014: no lifecycle rules on storage that holds backups."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    ContainerView,
    Estate,
    Finding,
    LifecycleRuleView,
    Origin,
    Rule,
    Severity,
    StorageInUse,
    StorageView,
    Truth,
    View,
)

#: VBR keeps everything below this prefix: Veeam/Backup/FOLDER/ and, for the capacity tier,
#: Veeam/Archive/FOLDER/. https://helpcenter.veeam.com/docs/vbr/userguide/object_storage_structure.html
_BACKUPS = "Veeam/"


class LifecycleRule(Rule):
    """Only Veeam Backup & Replication may expire or move backup objects."""

    rule_id = "VBR014"
    severity = Severity.REFUSE
    summary = "Lifecycle rule on backup storage"
    why = """
        Data in object storage repositories are managed by Veeam Backup & Replication alone,
        retention included; a lifecycle rule removes or moves objects behind its back, and backups
        and restores may fail.

        One backup is spread over many objects that later backups share, so the age of an object
        says nothing about whether it is still needed. Every enabled rule whose scope reaches the
        backups counts, also one that only cleans up unfinished uploads. Disabled rules, rules
        for other prefixes and rules on storage that no repository uses are fine. Of an Azure
        account, every rule for a prefix in the container counts. The two rules that Google adds
        when versioning is switched on do no harm and are only pointed out.
    """
    hint = "Remove the lifecycle rule, and set the retention in the backup job instead."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_object_storage.html"
    bad = """
        resource "aws_s3_bucket" "backups" {
          lifecycle_rule {
            enabled         = true
            expiration_days = 30
          }
        }
    """
    good = """
        resource "aws_s3_bucket" "backups" {
          lifecycle_rule {
            enabled         = true
            prefix          = "inventory/"
            expiration_days = 30
          }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each bucket and container in use, and the account around a container."""
        for use in estate.storage_in_use():
            yield from self._judge(use, use.storage, _BACKUPS, use.sure)
            if isinstance(use.storage, ContainerView):
                account = estate.account_of(use.storage)
                name = use.storage.name.value
                for option in account.options:
                    # The rules are the account's, so one that names the container is meant for
                    # it, wherever in it.
                    yield from self._judge(use, option, f"{name}/" if name else "",
                                           use.sure & account.leads_to(option))

    def _judge(self, use: StorageInUse, holder: StorageView, scope: str,
               used: Truth) -> Iterator[Finding]:
        for rule in holder.lifecycle.rules:
            violated = used & rule.enabled.is_true & rule.covers(scope)
            if violated is not Truth.NO:
                yield self._finding(use, holder, rule, violated)
        if not holder.lifecycle.complete:
            missing = holder.lifecycle.missing
            yield self.finding(
                Truth.UNKNOWN, holder,
                f"The lifecycle rules of {holder.address} are not known"
                f"{'' if missing else ' yet'}, and {self._users(use)} there.",
                at="lifecycle_rule", key="lifecycle", involves=[use.storage, *use.repositories],
                before=use.repositories, related=self._related(use, holder),
                final=bool(missing), needs=missing)

    def _finding(self, use: StorageInUse, holder: StorageView, rule: LifecycleRuleView,
                 violated: Truth) -> Finding:
        name = f" {rule.id.shown}" if rule.id.value else ""
        live = rule.origin is Origin.LIVE and holder.managed
        outside = ", which is not in the configuration," if live else ""
        scope = ("all objects" if rule.prefix.known and not rule.prefix.value
                 else f"the prefix {rule.prefix.shown}")
        doubt = "may cover" if violated is Truth.UNKNOWN else "covers"
        added = rule.provider_added.is_true is Truth.YES and holder.family == "google"
        return self.finding(
            violated, holder,
            f"The lifecycle rule{name} of {holder.address}{outside} {doubt} {scope}, and "
            f"{self._users(use)} there.",
            at=rule.at, key=f"lifecycle:{rule.id.value or rule.at}", place=rule.range,
            severity=Severity.WARNING if added else None, related=self._related(use, holder),
            involves=[use.storage, *use.repositories], before=use.repositories,
            mend={rule.at: ""} if "[" in rule.at else {})

    def _users(self, use: StorageInUse) -> str:
        verb = "keep" if len(use.named) > 1 else "keeps"
        return f"{use.users} {'may keep' if use.sure is Truth.UNKNOWN else verb} backups"

    def _related(self, use: StorageInUse,
                 holder: StorageView) -> list[tuple[str, View, str]]:
        places: list[tuple[str, View, str]] = [
            ("the repository that uses it", repository, repository.storage.value.at)
            for repository in use.named]
        if holder is not use.storage:
            places.insert(0, ("the container", use.storage, "name"))
        return places
