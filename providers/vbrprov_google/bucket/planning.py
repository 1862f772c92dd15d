"""Planning a bucket: defaults that depend on each other, refusals, and what rules will see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import PlanDraft
from vbrprov.sdk.model import to_value
from vbrprov.sdk.planning import is_known, known, silent
from vbrprov.sdk.values import Unknown, bare, is_wholly_known
from vbrprov_google.bucket.lifecycle import shown, wire
from vbrprov_google.bucket.model import (
    SoftDeleteBlock,
    StorageBucketModel,
    VersioningBlock,
)
from vbrprov_google.bucket.reading import names_of
from vbrprov_google.bucket.settings import next_labels


@dataclass(slots=True)
class BucketPlan:
    """One bucket while it is planned."""

    plan: PlanDraft

    def run(self) -> None:
        """Fill in what follows from the rest, and refuse what Google cannot take."""
        self._names()
        self._versioning()
        if silent(self.plan.config, "soft_delete_policy"):
            # Said, not left out: without a word Google keeps deleted backups for 7 days, paid for.
            self._set("soft_delete_policy", SoftDeleteBlock())
        self._autoclass()
        self._lifecycle()
        self._refuse()
        self._live()
        self._labels()

    def _is(self, name: str) -> Any:
        return known(self.plan.planned, name)

    def _was(self, name: str) -> Any:
        return known(self.plan.prior, name) if self.plan.prior is not None else None

    def _set(self, name: str, data: Any) -> None:
        schema = StorageBucketModel.schema()
        found = schema.attributes.get(name) or schema.blocks[name]
        self.plan.planned[name] = to_value(data, found.type)

    def _later(self, name: str) -> None:
        self.plan.planned[name] = Unknown(StorageBucketModel.schema().attributes[name].type)

    def _names(self) -> None:
        plan, name = self.plan, self._is("name")
        if isinstance(name, str):
            for key, value in names_of(name).items():
                self._set(key, value)
        if plan.client is None or plan.prior is not None:
            return
        if silent(plan.config, "project") and plan.client.stated_project:
            self._set("project", plan.client.stated_project)

    def _versioning(self) -> None:
        if not silent(self.plan.config, "versioning"):
            return
        retention, before = self._is("enable_object_retention"), self._was("versioning")
        if isinstance(before, dict):
            self._set("versioning", VersioningBlock(enabled=bool(before.get("enabled"))))
        elif is_known(retention):
            self._set("versioning", VersioningBlock(enabled=bool(retention)))

    def _autoclass(self) -> None:
        block = bare(self.plan.planned.get("autoclass"))
        if isinstance(block, dict) and known(block, "enabled") is not None and (
                silent_in(self.plan, "autoclass", "terminal_storage_class")):
            before = self._was("autoclass") or {}
            enabled = known(block, "enabled")
            if is_known(enabled):
                kept = before.get("terminal_storage_class") if isinstance(before, dict) else None
                self.plan.planned["autoclass"] = {
                    **block, "terminal_storage_class": (kept or "NEARLINE") if enabled else
                    to_value(None, block_type(StorageBucketModel, "autoclass",
                                              "terminal_storage_class"))}

    def _lifecycle(self) -> None:
        rules = self._is("lifecycle_rule")
        if is_known(rules) and rules and self._is("purge_lifecycle_rules") is True:
            self.plan.error("Lifecycle rules stated and purged",
                            "purge_lifecycle_rules removes every rule; leave the lifecycle_rule "
                            "blocks out, or the argument.", "purge_lifecycle_rules")
        for index, rule in enumerate(rules if is_known(rules) and rules else []):
            action, at = rule.get("action") or {}, f"lifecycle_rule[{index}]"
            moves = action.get("type") == "SetStorageClass"
            if moves != bool(action.get("storage_class")):
                self.plan.error("Storage class of a lifecycle rule",
                                "SetStorageClass needs storage_class, and no other action takes "
                                "it.", f"{at}.action")
            if not any(v not in (None, []) for v in (rule.get("condition") or {}).values()):
                self.plan.error("Lifecycle rule without condition",
                                "A rule needs at least one condition.", f"{at}.condition")

    def _refuse(self) -> None:
        plan = self.plan
        namespace = bare(plan.planned.get("hierarchical_namespace"))
        if isinstance(namespace, dict) and known(namespace, "enabled") is True:
            versioned = known(bare(plan.planned.get("versioning")) or {}, "enabled")
            if versioned is True or self._is("enable_object_retention") is True:
                plan.error("Hierarchical namespace excludes versioning",
                           "A bucket with a hierarchical namespace has neither versioning nor "
                           "object retention, so backups in it cannot be immutable.",
                           "hierarchical_namespace")
            if self._is("uniform_bucket_level_access") is False:
                plan.error("Hierarchical namespace needs uniform access",
                           "Leave uniform_bucket_level_access out, or set it to true.",
                           "uniform_bucket_level_access")
        before, now = self._was("retention_policy"), self._is("retention_policy")
        if isinstance(before, dict) and before.get("is_locked") and is_known(now) and (
                now is None or now["retention_period"] < before["retention_period"]):
            plan.error("Locked retention policy",
                       "The retention policy of the bucket is locked, so it can only be made "
                       "longer.", "retention_policy")
        if self._is("default_event_based_hold") is True:
            plan.warn("Hold on every new object",
                      "With default_event_based_hold, nothing that is written to the bucket can "
                      "be deleted until somebody lifts the hold; a backup program does not.",
                      "default_event_based_hold")

    def _live(self) -> None:
        """The read-only settings as they will be, so that rules judge the end state."""
        self._follow("retention_policy", "live_retention_period",
                     lambda block: block["retention_period"] if block else None, None)
        self._follow("autoclass", "live_autoclass_enabled",
                     lambda block: bool(block and block["enabled"]), False)
        namespace = self._is("hierarchical_namespace")
        if self.plan.prior is not None:
            self._set("live_hierarchical_namespace", self._was("live_hierarchical_namespace"))
        elif is_known(namespace):
            self._set("live_hierarchical_namespace", bool(namespace and namespace["enabled"]))
        self._live_rules()

    def _follow(self, name: str, live: str, value: Any, absent: Any) -> None:
        block = self._is(name)
        if not is_known(block):
            self._later(live)
        elif block or self._was(name):
            self._set(live, value(block))
        else:
            self._set(live, self._was(live) if self.plan.prior is not None else absent)

    def _live_rules(self) -> None:
        rules, purge = self._is("lifecycle_rule"), self._is("purge_lifecycle_rules")
        if not is_known(rules) or not is_known(purge):
            self._later("live_lifecycle_rules")
        elif rules or self._was("lifecycle_rule") or purge:
            model = StorageBucketModel.from_values(
                {"lifecycle_rule": self.plan.planned["lifecycle_rule"]})
            self._set("live_lifecycle_rules", shown(map(wire, model.lifecycle_rule)))
        else:
            self._set("live_lifecycle_rules", self._was("live_lifecycle_rules") or [])

    def _labels(self) -> None:
        plan = self.plan
        if plan.client is None:
            return
        if not is_wholly_known(plan.planned["labels"]):
            self._later("effective_labels")
            return
        prior = None if plan.prior is None else StorageBucketModel.from_values(plan.prior)
        planned = StorageBucketModel.from_values({"labels": plan.planned["labels"]})
        self._set("effective_labels", next_labels(
            plan.client, prior, planned, (prior.effective_labels if prior else None) or {}))


def silent_in(plan: PlanDraft, block: str, name: str) -> bool:
    """Whether configuration says nothing about *name* in a block."""
    stated = bare(plan.config.get(block))
    return not isinstance(stated, dict) or silent(stated, name)


def block_type(model: type[StorageBucketModel], block: str, name: str) -> Any:
    """The type of an attribute of a block."""
    return model.schema().blocks[block].model.schema().attributes[name].type
