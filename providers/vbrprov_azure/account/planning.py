"""Planning an account: defaults that depend on each other, refusals, and what rules will see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.model import to_value
from vbrprov.sdk.planning import LATER, is_known, known, silent
from vbrprov.sdk.values import SENSITIVE, STRING, SetT, Unknown, Value, bare, mark
from vbrprov_azure.account.blob_model import (
    ContainerDeleteRetentionBlock,
    DeleteRetentionBlock,
)
from vbrprov_azure.account.blob_wire import off
from vbrprov_azure.account.kinds import KINDS, same_zones, tiers_of
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.ids import AccountId

_KEYS = ("primary_access_key", "secondary_access_key", "active_access_key",
         "primary_blob_connection_string")
_OF_KEY = {"key1": ("primary_access_key", "primary_blob_connection_string"),
           "key2": ("secondary_access_key",)}


@dataclass(slots=True)
class AccountPlan:
    """One account while it is planned."""

    plan: PlanDraft

    def run(self) -> None:
        """Fill in what follows from the rest, and refuse what Azure never takes."""
        self._id()
        self._kind()
        self._access_tier()
        self._namespace()
        self._network()
        self._blobs()
        self._lifecycle()
        self._immutability()
        self._keys()
        if self.plan.prior is None:
            self._set("unreadable_facets", [])

    def _is(self, name: str) -> Any:
        return known(self.plan.planned, name)

    def _was(self, name: str) -> Any:
        return known(self.plan.prior, name)

    def _set(self, name: str, data: Any) -> None:
        schema = StorageAccountModel.schema()
        found = schema.attributes.get(name) or schema.blocks[name]
        self.plan.planned[name] = to_value(data, found.type)

    def _id(self) -> None:
        name, group = self._is("name"), self._is("resource_group_name")
        if (self.plan.prior is None and self.plan.client is not None
                and isinstance(name, str) and isinstance(group, str)):
            self._set("id", str(AccountId(self.plan.client.subscription_id, group, name)))

    def _kind(self) -> None:
        plan, kind, performance = self.plan, self._is("account_kind"), self._is("account_tier")
        redundancy = self._is("account_replication_type")
        if kind in KINDS and performance in ("Standard", "Premium"):
            allowed = KINDS[kind].redundancy.get(performance)
            if allowed is None:
                other = " and ".join(KINDS[kind].redundancy)
                plan.error("Kind and performance do not go together",
                           f'Accounts of kind {kind} are {other} only, and account_tier is '
                           f'"{performance}".', "account_tier")
            elif isinstance(redundancy, str) and redundancy not in allowed:
                plan.error("Kind and redundancy do not go together",
                           f"{performance} accounts of kind {kind} take "
                           f"{', '.join(sorted(allowed))}, not {redundancy}.",
                           "account_replication_type")
        if plan.prior is None:
            return
        before = self._was("account_kind")
        if is_known(kind) and kind != before and (before, kind) != ("Storage", "StorageV2"):
            plan.require_replace("account_kind")
        old = self._was("account_replication_type")
        if (isinstance(redundancy, str) and isinstance(old, str) and redundancy != old
                and not same_zones(old, redundancy)):
            plan.require_replace("account_replication_type")

    def _access_tier(self) -> None:
        plan, kind, performance = self.plan, self._is("account_kind"), self._is("account_tier")
        if LATER in (kind, performance) or kind not in KINDS:
            return
        tiers = tiers_of(kind, performance)
        if silent(plan.config, "access_tier"):
            if plan.prior is None or self._was("access_tier") not in (*tiers, None):
                self._set("access_tier", tiers[0] if tiers else None)
            return
        tier = self._is("access_tier")
        if isinstance(tier, str) and tier not in tiers:
            plan.error("Kind and access tier do not go together",
                       f"{performance} accounts of kind {kind} take "
                       f"{', '.join(tiers) or 'no access tier'}, not {tier}.", "access_tier")

    def _namespace(self) -> None:
        hns = self._is("is_hns_enabled")
        for name in ("nfsv3_enabled", "sftp_enabled"):
            if self._is(name) is True and hns is False:
                self.plan.error("Hierarchical namespace needed",
                                f"{name} needs is_hns_enabled = true.", name)

    def _network(self) -> None:
        block = bare(self.plan.planned["network_rules"])
        if not isinstance(block, dict):
            return
        filled = dict(block)
        for name, unsaid in (("bypass", ["AzureServices"]), ("ip_rules", []),
                             ("virtual_network_subnet_ids", [])):
            if known(filled, name) is None:
                filled[name] = to_value(unsaid, SetT(STRING))
        self.plan.planned["network_rules"] = filled

    def _blobs(self) -> None:
        plan, kind = self.plan, self._is("account_kind")
        if kind in KINDS and not KINDS[kind].blobs:
            if not silent(plan.config, "blob_properties"):
                plan.error("Account without blobs",
                           f"Accounts of kind {kind} have no blob service.", "blob_properties")
            else:
                self._set("blob_properties", None)
            return
        before = bare(plan.prior["blob_properties"]) if plan.prior is not None else None
        old = before if isinstance(before, dict) else {}
        if silent(plan.config, "blob_properties"):
            unread = plan.prior is not None and "blob_service" in (
                self._was("unreadable_facets") or ())
            if not unread:
                self._set("blob_properties", off(known(old, "versioning_enabled") is True))
            return
        block = bare(plan.planned["blob_properties"])
        if not isinstance(block, dict):
            return
        filled = dict(block)
        if known(filled, "versioning_enabled") is None:
            filled["versioning_enabled"] = known(old, "versioning_enabled") is True
        self._retention(filled, "delete_retention_policy", DeleteRetentionBlock)
        self._retention(filled, "container_delete_retention_policy", ContainerDeleteRetentionBlock)
        plan.planned["blob_properties"] = filled
        self._check_blobs(filled, kind)

    def _retention(self, block: dict[str, Value], name: str, model: Any) -> None:
        stated = bare(block[name])
        if not isinstance(stated, dict):
            if is_known(known(block, name)):
                block[name] = to_value(model(enabled=False), model.schema().type)
            return
        days, enabled = known(stated, "days"), known(stated, "enabled")
        out: dict[str, Value] = dict(stated)
        if enabled is None and is_known(days):
            out["enabled"] = days is not None
        block[name] = out
        if known(out, "enabled") is False and isinstance(days, int):
            # Azure keeps no number of days for what is off.
            out["days"] = to_value(None, model.schema().attributes["days"].type)
        elif known(out, "enabled") is True and days is None:
            self.plan.error("Soft delete without length", f"{name} is on and has no days.",
                            f"blob_properties.{name}.enabled")

    def _check_blobs(self, block: dict[str, Value], kind: Any) -> None:
        plan, at = self.plan, "blob_properties.versioning_enabled"
        versions = known(block, "versioning_enabled") is True
        if versions and self._is("is_hns_enabled") is True:
            plan.error("Versioning and hierarchical namespace",
                       "Azure has no blob versioning on accounts with a hierarchical namespace.",
                       at)
        if kind in KINDS and not KINDS[kind].versions:
            for name in ("versioning_enabled", "change_feed_enabled", "last_access_time_enabled"):
                if known(block, name) is True:
                    plan.error("Kind without versioning",
                               f"Accounts of kind {kind} have no {name}.",
                               f"blob_properties.{name}")
        if (known(block, "change_feed_enabled") is False
                and known(block, "change_feed_retention_in_days") is not None):
            plan.error("Change feed is off",
                       "change_feed_retention_in_days needs change_feed_enabled = true.",
                       "blob_properties.change_feed_retention_in_days")
        restore = known(block, "restore_policy")
        if not isinstance(restore, dict):
            return
        soft = known(block, "delete_retention_policy")
        feed = known(block, "change_feed_enabled")
        if isinstance(soft, dict) and is_known(feed) and is_known(versions):
            days = soft.get("days") or 0
            if not (versions and feed and soft.get("enabled") and restore["days"] < days):
                plan.error("Point-in-time restore needs more",
                           "restore_policy needs versioning_enabled, change_feed_enabled and a "
                           "delete_retention_policy of more days.",
                           "blob_properties.restore_policy")

    def _lifecycle(self) -> None:
        plan, rules = self.plan, self._is("lifecycle_rule")
        purge = self._is("purge_lifecycle_rules")
        type_ = StorageAccountModel.schema().attributes["live_lifecycle_rules"].type
        if not is_known(rules) or not is_known(purge):
            plan.planned["live_lifecycle_rules"] = Unknown(type_)
            return
        rules = rules or []
        if rules and purge:
            plan.error("Lifecycle rules stated and purged",
                       "purge_lifecycle_rules removes every rule; leave the lifecycle_rule blocks "
                       "out, or the argument.", "purge_lifecycle_rules")
        names = [rule["name"] for rule in rules]
        for index, rule in enumerate(rules):
            ages = [value for name, value in rule.items() if "_after_days_" in name]
            if not any(age is not None for age in ages):
                plan.error("Lifecycle rule without action",
                           f'Rule "{rule["name"]}" neither moves nor deletes blobs.',
                           f"lifecycle_rule[{index}]")
            if names.index(rule["name"]) != index:
                plan.error("Lifecycle rule stated twice",
                           f'Two rules are named "{rule["name"]}".',
                           f"lifecycle_rule[{index}].name")
        unread = plan.prior is not None and "lifecycle" in (self._was("unreadable_facets") or ())
        if unread and rules == (self._was("lifecycle_rule") or []):
            # Nothing is written, so what is there stays as unknown as it is.
            return
        if rules or self._was("lifecycle_rule") or plan.prior is None:
            self._set("live_lifecycle_rules", [
                {"name": rule["name"], "enabled": rule["enabled"] is not False,
                 "prefix_match": rule["prefix_match"] or []} for rule in rules])
        elif purge and self._was("live_lifecycle_rules"):
            self._set("live_lifecycle_rules", [])

    def _immutability(self) -> None:
        plan, stated = self.plan, self._is("immutability_policy")
        if plan.prior is not None:
            return
        if not is_known(stated):
            for name in ("version_level_immutability_enabled", "live_immutability_policy"):
                plan.planned[name] = Unknown(StorageAccountModel.schema().attributes[name].type)
            return
        self._set("version_level_immutability_enabled", stated is not None)
        self._set("live_immutability_policy", stated)
        if stated is not None and self._is("is_hns_enabled") is True:
            plan.error("Immutability and hierarchical namespace",
                       "Azure has no version-level immutability on accounts with a hierarchical "
                       "namespace.", "immutability_policy")

    def _keys(self) -> None:
        """Keys that this plan makes anew are known after apply."""
        plan = self.plan
        if plan.prior is None:
            return
        now, before = self._is("key_rotation"), self._was("key_rotation")
        if now == before or (is_known(now) and now is None):
            if now != before:
                self._later("active_access_key")
            return
        names = _KEYS if not is_known(now) else (*_OF_KEY[now["key"]], "active_access_key")
        for name in names:
            self._later(name)

    def _later(self, name: str) -> None:
        self.plan.planned[name] = mark(Unknown(STRING), (SENSITIVE,))


