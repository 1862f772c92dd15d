"""What Cloud Storage refuses in the settings of a bucket."""

from __future__ import annotations

import re
from typing import Any, Final

from vbrprov_google.doubles.errors import ApiError
from vbrprov_google.doubles.world import Json, World, agent_of

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_LABEL: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE: Final = re.compile(r"[a-z0-9_-]{0,63}")
_LOCATION: Final = re.compile(r"US|EU|ASIA|[A-Z]+-[A-Z]+[0-9]+|NAM4|EUR[4578]|ASIA1")
_CLASSES: Final = frozenset({"STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "REGIONAL",
                             "MULTI_REGIONAL", "DURABLE_REDUCED_AVAILABILITY"})
#: https://docs.cloud.google.com/storage/docs/soft-delete
SOFT_DELETE: Final = range(604800, 7776001)
ENCRYPTER: Final = "roles/cloudkms.cryptoKeyEncrypterDecrypter"


def check_new(resource: Json) -> None:
    """What only matters when a bucket is made."""
    name = str(resource.get("name", ""))
    longest = 222 if "." in name else 63
    # https://docs.cloud.google.com/storage/docs/buckets#naming
    if (not _NAME.fullmatch(name) or len(name) > longest or "google" in name
            or name.startswith("goog") or any(len(part) > 63 for part in name.split("."))):
        raise ApiError("invalid", f"Invalid bucket name: '{name}'")
    if not _LOCATION.fullmatch(str(resource.get("location", "US")).upper()):
        raise ApiError("invalid", "The specified location constraint is not valid.")


def check(world: World, resource: Json) -> None:
    """What must hold for every bucket."""
    if resource.get("storageClass", "STANDARD") not in _CLASSES:
        raise ApiError("invalid", f"Invalid argument: {resource['storageClass']}.")
    for key, value in (resource.get("labels") or {}).items():
        if not _LABEL.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
            raise ApiError("invalid", f"Invalid label: {key}={value}")
    access = resource.get("iamConfiguration", {})
    if access.get("publicAccessPrevention", "inherited") not in ("inherited", "enforced"):
        raise ApiError("invalid", "Invalid public access prevention.")
    _check_retention(resource)
    _check_autoclass(resource)
    _check_namespace(resource)
    for rule in (resource.get("lifecycle") or {}).get("rule", []):
        _check_rule(rule)
    key_name = (resource.get("encryption") or {}).get("defaultKmsKeyName")
    if key_name:
        _check_key(world, key_name, agent_of(world.project(resource["projectNumber"])))


def _check_retention(resource: Json) -> None:
    seconds = int((resource.get("softDeletePolicy") or {}).get("retentionDurationSeconds", 0))
    if seconds and seconds not in SOFT_DELETE:
        raise ApiError("invalid", "Soft delete retention must be 0 or 7 to 90 days.")
    policy = resource.get("retentionPolicy")
    if policy is not None and not 0 < int(policy.get("retentionPeriod", 0)) < 3155760000:
        raise ApiError("invalid", "The retention period is 1 second to 100 years.")


def _check_autoclass(resource: Json) -> None:
    # https://docs.cloud.google.com/storage/docs/autoclass
    autoclass = resource.get("autoclass") or {}
    if autoclass.get("terminalStorageClass", "NEARLINE") not in ("NEARLINE", "ARCHIVE"):
        raise ApiError("invalid", "The terminal storage class is NEARLINE or ARCHIVE.")
    if autoclass.get("enabled") and resource.get("storageClass", "STANDARD") != "STANDARD":
        raise ApiError("invalid", "Autoclass needs the default storage class STANDARD.")


def _check_namespace(resource: Json) -> None:
    # https://docs.cloud.google.com/storage/docs/hns-overview
    if not (resource.get("hierarchicalNamespace") or {}).get("enabled"):
        return
    access = resource.get("iamConfiguration", {})
    if not access.get("uniformBucketLevelAccess", {}).get("enabled"):
        raise ApiError("invalid", "Hierarchical namespace requires uniform bucket-level access.")
    if (resource.get("versioning") or {}).get("enabled") or resource.get("objectRetention"):
        raise ApiError("invalid", "Hierarchical namespace excludes versioning and object retention "
                                  "configurations.")


def _check_rule(rule: Json) -> None:
    # https://docs.cloud.google.com/storage/docs/lifecycle
    action, condition = rule.get("action", {}), rule.get("condition", {})
    kind = action.get("type")
    if kind not in ("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"):
        raise ApiError("invalid", f"Invalid lifecycle action: {kind}")
    if not condition:
        raise ApiError("invalid", "A lifecycle rule needs a condition.")
    if (kind == "SetStorageClass") != (action.get("storageClass") in _CLASSES):
        raise ApiError("invalid", "SetStorageClass goes with a storage class, and no other does.")
    if kind == "AbortIncompleteMultipartUpload" and condition.keys() - {
            "age", "matchesPrefix", "matchesSuffix"}:
        raise ApiError("invalid", "This action takes age, prefixes and suffixes only.")


def _check_key(world: World, name: str, agent: str) -> None:
    bindings: list[Any] = world.policies.get(name, {}).get("bindings", [])
    if not any(b["role"] == ENCRYPTER and f"serviceAccount:{agent}" in b["members"]
               for b in bindings):
        raise ApiError("kms_denied")


def check_change(before: Json, after: Json) -> None:
    """What Cloud Storage does not let be changed, or only in one direction."""
    for name in ("objectRetention", "hierarchicalNamespace", "location", "customPlacementConfig",
                 "name", "projectNumber"):
        if before.get(name) != after.get(name):
            raise ApiError("invalid", f"{name} can be set at creation only.")
    old, new = before.get("retentionPolicy"), after.get("retentionPolicy")
    if old and old.get("isLocked") and (
            new is None or int(new["retentionPeriod"]) < int(old["retentionPeriod"])):
        raise ApiError("locked_policy")
