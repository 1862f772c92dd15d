"""The settings of a bucket that can be changed: one step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vbrprov_google.bucket.lifecycle import normal, shown, wire
from vbrprov_google.bucket.model import StorageBucketModel
from vbrprov_google.clients import GoogleClients

Bucket = StorageBucketModel
#: Stands for a setting that configuration leaves to others.
LEFT: Final = "left to others"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    ``wanted`` gives it from a model in a form that can be compared, ``LEFT`` when it is not
    managed; ``actual`` gives it from the SDK's bucket, ``write`` sets it there (and sends
    nothing), ``result`` is what the record then says.
    """

    id: str
    doc: str
    wanted: Callable[[Bucket], Any]
    actual: Callable[[Any], Any]
    write: Callable[[Any, Any], None]
    result: Callable[[Bucket], dict[str, Any]]


def _plain(name: str, doc: str, sdk: str, absent: Any = False) -> Setting:
    """A setting that is one attribute of the model and one of the SDK."""
    return Setting(
        name, doc, lambda m: getattr(m, name), lambda b: getattr(b, sdk) or absent,
        lambda b, value: setattr(b, sdk, value), lambda m: {name: getattr(m, name)})


def _access(name: str, doc: str, sdk: str) -> Setting:
    return Setting(
        name, doc, lambda m: getattr(m, name), lambda b: getattr(b.iam_configuration, sdk),
        lambda b, value: setattr(b.iam_configuration, sdk, value),
        lambda m: {name: getattr(m, name)})


def _set_soft_delete(bucket: Any, seconds: int) -> None:
    bucket.soft_delete_policy.retention_duration_seconds = seconds


def _autoclass(model: Bucket) -> Any:
    block = model.autoclass
    if block is None:
        return LEFT
    return (True, block.terminal_storage_class or "NEARLINE") if block.enabled else (False, None)


def _actual_autoclass(bucket: Any) -> Any:
    return ((True, bucket.autoclass_terminal_storage_class) if bucket.autoclass_enabled
            else (False, None))


def _set_autoclass(bucket: Any, value: Any) -> None:
    bucket.autoclass_enabled = value[0]
    if value[0]:
        bucket.autoclass_terminal_storage_class = value[1]


def _lifecycle(model: Bucket) -> Any:
    if model.lifecycle_rule:
        return normal(map(wire, model.lifecycle_rule))
    return normal([]) if model.purge_lifecycle_rules else LEFT


def _set_lifecycle(bucket: Any, value: Any) -> None:
    import json

    bucket.lifecycle_rules = [json.loads(rule) for rule in value]


def _live_rules(model: Bucket) -> dict[str, Any]:
    return {"lifecycle_rule": model.lifecycle_rule,
            "live_lifecycle_rules": shown(map(wire, model.lifecycle_rule))}


SETTINGS: Final[tuple[Setting, ...]] = (
    _access("public_access_prevention", "Set public access prevention", "public_access_prevention"),
    _access("uniform_bucket_level_access", "Set uniform bucket-level access",
            "uniform_bucket_level_access_enabled"),
    Setting("versioning", "Set versioning",
            lambda m: bool(m.versioning and m.versioning.enabled),
            lambda b: bool(b.versioning_enabled),
            lambda b, value: setattr(b, "versioning_enabled", value),
            lambda m: {"versioning": m.versioning}),
    Setting("soft_delete_policy", "Set soft delete",
            lambda m: (m.soft_delete_policy.retention_duration_seconds or 0
                       if m.soft_delete_policy else 0),
            lambda b: int(b.soft_delete_policy.retention_duration_seconds or 0),
            _set_soft_delete, lambda m: {"soft_delete_policy": m.soft_delete_policy}),
    _plain("storage_class", "Set the storage class", "storage_class", "STANDARD"),
    Setting("retention_policy", "Set the retention policy",
            lambda m: m.retention_policy.retention_period if m.retention_policy else LEFT,
            lambda b: b.retention_period,
            lambda b, value: setattr(b, "retention_period", value),
            lambda m: {"retention_policy": m.retention_policy,
                       "live_retention_period": m.retention_policy.retention_period
                       if m.retention_policy else None}),
    Setting("autoclass", "Set Autoclass", _autoclass, _actual_autoclass, _set_autoclass,
            lambda m: {"autoclass": m.autoclass,
                       "live_autoclass_enabled": bool(m.autoclass and m.autoclass.enabled)}),
    Setting("lifecycle_rule", "Set lifecycle rules", _lifecycle,
            lambda b: normal(b.lifecycle_rules), _set_lifecycle, _live_rules),
    Setting("encryption", "Set default encryption",
            lambda m: m.encryption.default_kms_key_name if m.encryption else None,
            lambda b: b.default_kms_key_name,
            lambda b, value: setattr(b, "default_kms_key_name", value),
            lambda m: {"encryption": m.encryption}),
    _plain("default_event_based_hold", "Set the default hold", "default_event_based_hold"),
    _plain("requester_pays", "Set who pays", "requester_pays"),
    Setting("rpo", "Set replication", lambda m: LEFT if m.rpo is None else m.rpo, lambda b: b.rpo,
            lambda b, value: setattr(b, "rpo", value), lambda m: {"rpo": m.rpo}),
)
#: What is there once configuration does not state any more what it stated before.
UNSET: Final[Mapping[str, Any]] = {
    "retention_policy": None, "autoclass": (False, None), "lifecycle_rule": ()}


def wanted(setting: Setting, current: Bucket | None, planned: Bucket) -> Any:
    """What *setting* shall be: ``LEFT``, or a value, also where a block was taken away."""
    value = setting.wanted(planned)
    if value is LEFT and current is not None and setting.id in UNSET and (
            getattr(current, setting.id)):
        return UNSET[setting.id]
    return value


def all_labels(client: GoogleClients, model: Bucket) -> dict[str, str]:
    """The labels that configuration asks for, the provider's included."""
    return {**client.default_labels, **(model.labels or {})}


def next_labels(client: GoogleClients, current: Bucket | None, planned: Bucket,
                live: Mapping[str, str]) -> dict[str, str]:
    """The labels to be, from those that are there: under other keys they stay."""
    mine = current.labels or {} if current is not None else {}
    return {**{k: v for k, v in live.items() if k not in mine}, **all_labels(client, planned)}
