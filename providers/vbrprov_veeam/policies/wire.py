"""An agent backup policy on the wire."""

from __future__ import annotations

from typing import Any

from vbrprov_veeam import words
from vbrprov_veeam.links import drop, look, put
from vbrprov_veeam.policies.model import (
    AgentBackupPolicyModel,
    BackupCacheBlock,
    DailyBlock,
    DestinationBlock,
    GfsBlock,
    RetentionBlock,
    ScheduleBlock,
)
from vbrprov_veeam.server import Json

_FLAGS = {
    "synthetic_full": "storage.advancedSettings.syntheticFulls.isEnabled",
    "active_full": "storage.advancedSettings.activeFulls.isEnabled",
    "compact_full":
        "storage.advancedSettings.fullBackupMaintenance.defragmentAndCompact.isEnabled",
}
_ENCRYPTION = "storage.advancedSettings.storageData.encryption"
_GFS = {"weekly": "keepForNumberOfWeeks", "monthly": "keepForNumberOfMonths",
        "yearly": "keepForNumberOfYears"}


def write(raw: Json, planned: AgentBackupPolicyModel, backup_server_name: str) -> None:
    """Set all but name, description and computers."""
    _write_scope(raw, planned)
    _write_destination(raw, planned, backup_server_name)
    retention = planned.retention or RetentionBlock()
    put(raw, "storage.retentionPolicy", {
        **(look(raw, "storage.retentionPolicy") or {}),
        "type": words.to_wire("retention", retention.type or "days"),
        "quantity": retention.quantity})
    for name, path in _FLAGS.items():
        put(raw, path, bool(getattr(planned, name)))
    _write_encryption(raw, planned.encryption_password_id)
    _write_gfs(raw, planned.gfs)
    _write_schedule(raw, planned.schedule)


def _write_scope(raw: Json, planned: AgentBackupPolicyModel) -> None:
    raw["backupMode"] = words.to_wire("backup_mode", planned.backup_mode or "entire_computer")
    windows = planned.os == "windows"
    if planned.backup_mode == "volumes":
        if windows:
            put(raw, "volumes.volumesBackupMode", "SelectedVolumes")
        put(raw, "volumes.volumeObject", [_volume(v, windows=windows) for v in planned.volumes])
    if planned.backup_mode == "file_level":
        put(raw, "files.customFiles", list(planned.directories))


def _volume(path: str, *, windows: bool) -> Json:
    if windows:
        return {"type": "OS"} if path == "os" else {"type": "Custom", "path": path}
    return {"type": "MountPoint", "path": path}


def _write_destination(raw: Json, planned: AgentBackupPolicyModel, backup_server_name: str) -> None:
    wanted = planned.destination
    if wanted is None:
        raise ValueError("a policy without the block destination: the schema requires one")
    kind = words.to_wire("destination", wanted.type or "backup_repository")
    current = look(raw, "storage.destination") or {}
    if current.get("destinationType") != kind:
        current = {"destinationType": kind}
    current["backupRepositoryId"] = wanted.repository_id
    if kind == "BackupRepository":
        current.setdefault("backupServerName", backup_server_name)
    cache = planned.backup_cache
    if cache is not None:
        current["backupCache"] = {
            **current.get("backupCache", {}), "isEnabled": True,
            "type": words.to_wire("cache", cache.type or "automatic"),
            "sizeLimit": cache.size_limit,
            "sizeUnit": words.to_wire("cache_unit", cache.size_unit or "gb")}
        if cache.path is not None:
            current["backupCache"]["localPath"] = cache.path
    elif look(current, "backupCache.isEnabled"):
        current["backupCache"]["isEnabled"] = False
    put(raw, "storage.destination", current)


def _write_encryption(raw: Json, password_id: str | None) -> None:
    if password_id is not None:
        put(raw, _ENCRYPTION, {**(look(raw, _ENCRYPTION) or {}), "isEnabled": True,
                               "encryptionType": "ByUserPassword",
                               "encryptionPasswordId": password_id})
    elif look(raw, f"{_ENCRYPTION}.isEnabled"):
        put(raw, f"{_ENCRYPTION}.isEnabled", False)


def _write_gfs(raw: Json, wanted: GfsBlock | None) -> None:
    current = look(raw, "storage.gfsPolicy")
    if wanted is None and not (current or {}).get("isEnabled"):
        return
    current = current or {}
    current["isEnabled"] = wanted is not None
    for period, count in _GFS.items():
        keep = getattr(wanted, period) if wanted else None
        if keep is not None:
            current[period] = {**current.get(period, {}), "isEnabled": True, count: keep}
        elif current.get(period, {}).get("isEnabled"):
            current[period]["isEnabled"] = False
    put(raw, "storage.gfsPolicy", current)


def _write_schedule(raw: Json, wanted: ScheduleBlock | None) -> None:
    daily = wanted.daily if wanted else None
    schedule: Json = raw.setdefault("schedule", {})
    schedule["runAutomatically"] = wanted is not None
    if daily is None:
        if look(schedule, "daily.isEnabled"):
            schedule["daily"]["isEnabled"] = False
        return
    at = daily.at or "22:00"
    current: Json = schedule.setdefault("daily", {})
    current["isEnabled"] = True
    if str(current.get("localTime", ""))[:5] != at:  # servers may add seconds
        current["localTime"] = at
    current["dailyKind"] = words.to_wire("daily_kind", daily.kind or "everyday")
    days = {words.to_wire("day", day) for day in daily.days or []}
    if days != set(current.get("days") or []) and daily.kind == "selected_days":
        week = words.table("day").values()
        current["days"] = [day for day in week if day in days]
    if daily.kind != "selected_days":
        drop(schedule, "daily.days")


def read(raw: Json) -> dict[str, Any]:
    """All fields but id, name, description, groups and the type."""
    mode = words.from_wire("backup_mode", raw.get("backupMode")) or "entire_computer"
    volumes = look(raw, "volumes.volumeObject") or [] if mode == "volumes" else []
    encryption = look(raw, _ENCRYPTION) or {}
    return {
        "backup_mode": mode,
        "volumes": ["os" if v.get("type") == "OS" else v.get("path") for v in volumes],
        "directories": (look(raw, "files.customFiles") or []) if mode == "file_level" else [],
        **{name: bool(look(raw, path)) for name, path in _FLAGS.items()},
        "encryption_password_id":
            encryption.get("encryptionPasswordId") if encryption.get("isEnabled") else None,
        "is_disabled": bool(raw.get("isDisabled")),
        "destination": _read_destination(raw),
        "retention": _read_retention(raw),
        "gfs": _read_gfs(raw),
        "schedule": _read_schedule(raw),
        "backup_cache": _read_cache(raw),
    }


def _read_destination(raw: Json) -> DestinationBlock | None:
    found = look(raw, "storage.destination") or {}
    if "backupRepositoryId" not in found:
        return None  # a local folder or a share: it shows as a difference
    return DestinationBlock(
        repository_id=found["backupRepositoryId"],
        type=words.from_wire("destination", found.get("destinationType")) or "")


def _read_retention(raw: Json) -> RetentionBlock | None:
    found = look(raw, "storage.retentionPolicy")
    if found is None:
        return None
    return RetentionBlock(type=words.from_wire("retention", found.get("type")) or "",
                          quantity=int(found.get("quantity") or 0))


def _read_gfs(raw: Json) -> GfsBlock | None:
    found = look(raw, "storage.gfsPolicy") or {}
    if not found.get("isEnabled"):
        return None
    return GfsBlock(**{
        period: found[period].get(count)
        for period, count in _GFS.items() if found.get(period, {}).get("isEnabled")
    })


def _read_schedule(raw: Json) -> ScheduleBlock | None:
    found = raw.get("schedule") or {}
    if not found.get("runAutomatically"):
        return None
    daily = found.get("daily") or {}
    if not daily.get("isEnabled"):
        return ScheduleBlock(daily=None)
    kind = words.from_wire("daily_kind", daily.get("dailyKind")) or "everyday"
    days = [words.from_wire("day", day) for day in daily.get("days") or []]
    return ScheduleBlock(daily=DailyBlock(
        at=str(daily.get("localTime") or "")[:5], kind=kind,
        days={str(day) for day in days} if kind == "selected_days" else set()))


def _read_cache(raw: Json) -> BackupCacheBlock | None:
    found = look(raw, "storage.destination.backupCache") or {}
    if not found.get("isEnabled"):
        return None
    kind = words.from_wire("cache", found.get("type")) or "automatic"
    return BackupCacheBlock(
        type=kind, path=found.get("localPath") if kind == "manual" else None,
        size_limit=int(found.get("sizeLimit") or 0),
        size_unit=words.from_wire("cache_unit", found.get("sizeUnit")) or "gb")
