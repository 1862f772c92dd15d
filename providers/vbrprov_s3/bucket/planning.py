"""Planning a bucket: defaults that depend on each other, refusals, and what rules will see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model, PlanDraft
from vbrprov.sdk.model import to_value
from vbrprov.sdk.planning import LATER, is_known, known, silent
from vbrprov.sdk.values import STRING, ListT, Unknown, Value, bare
from vbrprov_s3.bucket.meaning import retention_data, retention_of, rule_data, rules_of
from vbrprov_s3.bucket.model import (
    BucketModel,
    EncryptionBlock,
    LockConfigurationBlock,
    OwnershipBlock,
    PublicAccessBlock,
    VersioningBlock,
)
from vbrprov_s3.store import Store
from vbrprov_s3.tags import plan_tags_all

_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls",
             "restrict_public_buckets")


@dataclass(slots=True)
class BucketPlan:
    """One bucket while it is planned."""

    plan: PlanDraft
    model: type[Model]

    def run(self) -> None:
        """Fill in what follows from the rest, and refuse what S3 or Veeam cannot take."""
        self._names()
        self._lacking()
        self._blocks()
        self._lock()
        self._encryption()
        self._lifecycle()
        self._live()
        plan_tags_all(self.plan)

    def _is(self, name: str) -> Any:
        return known(self.plan.planned, name)

    def _was(self, name: str) -> Any:
        return known(self.plan.prior, name)

    def _set(self, name: str, data: Any) -> None:
        schema = self.model.schema()
        found = schema.attributes.get(name) or schema.blocks[name]
        self.plan.planned[name] = to_value(data, found.type)

    def _keep(self, name: str) -> None:
        if self.plan.prior is not None and name in self.plan.prior:
            self.plan.planned[name] = self.plan.prior[name]

    def _names(self) -> None:
        plan = self.plan
        if not silent(plan.config, "bucket") and not silent(plan.config, "bucket_prefix"):
            plan.error("Name stated twice",
                       "bucket and bucket_prefix exclude each other; leave one out.",
                       "bucket_prefix")
        if plan.prior is not None or plan.client is None:
            return
        if silent(plan.config, "region"):
            self._set("region", plan.client.region)
        name, region = self._is("bucket"), self._is("region")
        # Names follow from the arguments, so that policies that mention the bucket can be shown
        # and judged before it exists.
        if isinstance(name, str) and isinstance(region, str):
            for key, value in plan.client.store.names(name, region).items():
                self._set(key, value)

    def _lacking(self) -> None:
        """Refuse what the store is known not to have."""
        store = self._store()
        for name, reason in (store.lacks if store is not None else {}).items():
            stated = known(self.plan.config, name)
            if stated and is_known(stated):
                self.plan.error("Not supported by this store", reason, name)

    def _store(self) -> Store | None:
        return None if self.plan.client is None else self.plan.client.store

    def _gives(self, name: str) -> bool:
        """Whether buckets of the store get this block when nothing is said of it."""
        store = self._store()
        return store is None or name in store.defaults

    def _default_block(self, name: str, on_create: Any) -> None:
        if not silent(self.plan.config, name):
            return
        if self.plan.prior is None:
            self._set(name, on_create if self._gives(name) else None)
        else:
            self._keep(name)

    def _blocks(self) -> None:
        if not self._gives("public_access_block"):
            self._default_block("public_access_block", None)
        elif silent(self.plan.config, "public_access_block"):
            # Also on a bucket that exists: leaving backups open to the world is never meant.
            self._set("public_access_block", PublicAccessBlock())
        self._default_block("ownership_controls", OwnershipBlock())
        self._default_block("server_side_encryption_configuration", EncryptionBlock())
        self._fill_encryption()
        block = bare(self.plan.planned.get("public_access_block"))
        if isinstance(block, dict):
            self.plan.planned["public_access_block"] = {
                name: True if name in _SWITCHES and known(block, name) is None else value
                for name, value in block.items()}

    def _fill_encryption(self) -> None:
        # Amazon gives every bucket a default encryption; a store that did not gets it now.
        name = "server_side_encryption_configuration"
        unread = self._was("unreadable_facets") or [] if self.plan.prior is not None else []
        if (silent(self.plan.config, name) and self._gives(name) and self._is(name) is None
                and "encryption" not in unread):
            self._set(name, EncryptionBlock())

    def _lock(self) -> None:
        plan, lock = self.plan, self._is("object_lock_enabled")
        had = bool(plan.prior) and self._was("object_lock_enabled") is True
        before = (self._was("versioning") or {}) if plan.prior is not None else {}
        live = before.get("status", "Disabled") if isinstance(before, dict) else "Disabled"
        if had and is_known(lock) and not lock:
            plan.error(
                "Object lock cannot be turned off",
                "The bucket has object lock, which S3 never turns off again. Set "
                "object_lock_enabled = true, or make another bucket.", "object_lock_enabled")
            return
        store = self._store()
        if (store is not None and store.lock_later is False and plan.prior is not None
                and not had and lock is True):
            plan.error(
                "Object lock must be on from the beginning",
                f"{store.service.title} turns object lock on only when a bucket is made. Make "
                "another bucket with object_lock_enabled = true.", "object_lock_enabled")
            return
        if silent(plan.config, "versioning"):
            if not is_known(lock):
                plan.planned["versioning"] = Unknown(VersioningBlock.schema().type)
            else:
                self._set("versioning", VersioningBlock(status="Enabled" if lock else live))
            return
        stated = self._is("versioning")
        if not isinstance(stated, dict):
            return
        status = stated.get("status")
        if lock is True and status in ("Suspended", "Disabled"):
            plan.error("Object lock needs versioning",
                       f'versioning.status is "{status}", and S3 keeps versioning Enabled on a '
                       "bucket with object lock. Leave the versioning block out or set Enabled.",
                       "versioning.status")
        elif status == "Disabled" and live != "Disabled":
            plan.error("Versioning cannot be undone",
                       "Versioning was turned on for this bucket; S3 can suspend it, but not "
                       'return it to Disabled. Set versioning.status = "Suspended".',
                       "versioning.status")

    def _encryption(self) -> None:
        block = bare(self.plan.planned.get("server_side_encryption_configuration"))
        if not isinstance(block, dict):
            return
        algorithm, key = known(block, "sse_algorithm"), known(block, "kms_master_key_id")
        if LATER in (algorithm, key):
            return
        kms = (algorithm or "AES256") != "AES256"
        if key and not kms:
            self.plan.error("KMS key without KMS encryption",
                            'kms_master_key_id needs sse_algorithm "aws:kms" or "aws:kms:dsse".',
                            "server_side_encryption_configuration.kms_master_key_id")
        filled: dict[str, Value] = {**block, "sse_algorithm": algorithm or "AES256"}
        stated = bare(self.plan.config.get("server_side_encryption_configuration"))
        if not kms:
            filled["bucket_key_enabled"] = False
        elif not isinstance(stated, dict) or silent(stated, "bucket_key_enabled"):
            before = self._was("server_side_encryption_configuration") or {}
            kept = isinstance(before, dict) and before.get("sse_algorithm") == algorithm
            filled["bucket_key_enabled"] = bool(before["bucket_key_enabled"]) if kept else True
        self.plan.planned["server_side_encryption_configuration"] = filled

    def _lifecycle(self) -> None:
        plan = self.plan
        rules = self._is("lifecycle_rule")
        if not is_known(rules):
            return
        if rules and self._is("purge_lifecycle_rules") is True:
            plan.error("Lifecycle rules stated and purged",
                       "purge_lifecycle_rules removes every rule; leave the lifecycle_rule blocks "
                       "out, or the argument.", "purge_lifecycle_rules")
        names = [rule.get("id") for rule in rules or []]
        for index, rule in enumerate(rules or []):
            if (rule.get("expiration_days") is None
                    and rule.get("abort_incomplete_multipart_upload_days") is None):
                plan.error("Lifecycle rule without action",
                           f'Rule "{rule.get("id")}" neither expires objects nor aborts uploads.',
                           f"lifecycle_rule[{index}]")
            if names.index(rule.get("id")) != index:
                plan.error("Lifecycle rule stated twice",
                           f'Two rules are named "{rule.get("id")}".',
                           f"lifecycle_rule[{index}].id")

    def _live(self) -> None:
        """The read-only facets as they will be, so that rules judge the end state."""
        plan = self.plan
        if plan.prior is None:
            self._set("replication_enabled", False)
            self._set("intelligent_tiering_count", 0)
            self._set("unreadable_facets", [])
            self._set("live_lock", None)
        else:
            for name in ("replication_enabled", "intelligent_tiering_count", "unreadable_facets",
                         "live_lock"):
                self._keep(name)
        self._live_versioning()
        self._live_retention()
        self._live_lifecycle()

    def _live_versioning(self) -> None:
        block = self._is("versioning")
        if isinstance(block, dict) and block.get("status"):
            self._set("versioning_status", block["status"])
        elif is_known(block):
            self._keep("versioning_status")
        else:
            self.plan.planned["versioning_status"] = Unknown(STRING)

    def _live_retention(self) -> None:
        plan, stated = self.plan, self._is("object_lock_configuration")
        schema = self.model.schema()
        if not is_known(stated):
            plan.planned["live_default_retention"] = Unknown(
                schema.attributes["live_default_retention"].type)
            return
        managed = stated is not None or self._was("object_lock_configuration") is not None
        if stated is not None:
            self._check_retention()
        if managed or plan.prior is None:
            block = None
            if stated is not None:
                block = LockConfigurationBlock.from_values(
                    bare(plan.planned["object_lock_configuration"]))
            self._set("live_default_retention", retention_data(retention_of(block)))
        else:
            self._keep("live_default_retention")

    def _check_retention(self) -> None:
        block = LockConfigurationBlock.from_values(
            bare(self.plan.planned["object_lock_configuration"]))
        retention = retention_of(block)
        if retention is None:
            return
        where = "object_lock_configuration.rule.default_retention"
        if (retention.days is None) == (retention.years is None):
            self.plan.error("Length of the default retention",
                            "A default retention has either days or years.", where)
        if self._is("object_lock_enabled") is False:
            self.plan.error("Default retention without object lock",
                            "A default retention needs object_lock_enabled = true.", where)

    def _live_lifecycle(self) -> None:
        plan, rules = self.plan, self._is("lifecycle_rule")
        type_ = self.model.schema().attributes["live_lifecycle_rules"].type
        purge = self._is("purge_lifecycle_rules")
        if not is_known(rules) or not is_known(purge):
            plan.planned["live_lifecycle_rules"] = Unknown(type_)
            return
        unread = plan.prior is not None and "lifecycle" in (self._was("unreadable_facets") or ())
        if unread and (rules or []) == (self._was("lifecycle_rule") or []):
            # Nothing is written, so what is there stays as unknown as it is.
            self._keep("live_lifecycle_rules")
            return
        managed = bool(rules) or bool(self._was("lifecycle_rule"))
        if managed or plan.prior is None:
            model = BucketModel.from_values(
                {"lifecycle_rule": plan.planned.get("lifecycle_rule", to_value([], _RULES))})
            self._set("live_lifecycle_rules", [rule_data(r) for r in rules_of(model)])
        elif purge and self._was("live_lifecycle_rules"):
            self._set("live_lifecycle_rules", [])
        else:
            self._keep("live_lifecycle_rules")


_RULES = ListT(STRING)
