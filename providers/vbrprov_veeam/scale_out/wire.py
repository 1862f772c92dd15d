"""A scale-out repository on the wire."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_veeam import encryption, words
from vbrprov_veeam.answers import flag, whole
from vbrprov_veeam.links import look, put
from vbrprov_veeam.scale_out import schedules
from vbrprov_veeam.scale_out.model import (
    ArchiveTierBlock,
    CapacityExtentBlock,
    CapacityTierBlock,
    PerformanceExtentBlock,
    ScaleOutRepositoryModel,
)
from vbrprov_veeam.server import REPOSITORIES, Json, Server

_NEW = ("copy_backups", "move_backups", "crypto_key_id", "encryption")
_SETTINGS = {"per_vm_backup": "performanceTier.advancedSettings.perVmBackup",
             "full_when_extent_offline": "performanceTier.advancedSettings.fullWhenExtentOffline"}


def write(server: Server, raw: Json, planned: ScaleOutRepositoryModel) -> None:
    """Set all but name, description and the modes of extents."""
    _write_extents(server, raw, planned)
    for name, path in _SETTINGS.items():
        wanted = getattr(planned, name)
        if wanted is not None:
            put(raw, path, wanted)
    _write_placement(raw, planned)
    _write_capacity(server, raw, planned.capacity_tier)
    _write_archive(server, raw, planned.archive_tier)


def _write_extents(server: Server, raw: Json, planned: ScaleOutRepositoryModel) -> None:
    known = {e["id"]: e for e in look(raw, "performanceTier.performanceExtents") or []}
    wanted = [e.repository_id for e in planned.performance_extent]
    # The server's order stays, so that nothing is sent when only the order differs.
    order = [i for i in known if i in wanted] + [i for i in wanted if i not in known]
    new = "id" not in raw
    put(raw, "performanceTier.performanceExtents",
        [known.get(i) or ({"id": i} if new else {"id": i, "name": _name(server, i)})
         for i in order])


def _name(server: Server, repository_id: str) -> str:
    found = server.find(f"{REPOSITORIES}/{repository_id}")
    if found is None:
        raise ProviderError(
            ErrorClass.INVALID, "Repository not found",
            f"{server.label} has no repository with the id {repository_id}.",
            attribute="performance_extent")
    return str(found["name"])


def _write_placement(raw: Json, planned: ScaleOutRepositoryModel) -> None:
    put(raw, "placementPolicy.type", words.to_wire("placement", planned.placement))
    if planned.strict_placement or look(raw, "placementPolicy.enforceStrictPlacementPolicy"):
        put(raw, "placementPolicy.enforceStrictPlacementPolicy", bool(planned.strict_placement))
    known = {s["extentId"]: s for s in look(raw, "placementPolicy.settings") or []}
    ids = {e.repository_id for e in planned.performance_extent}
    settings = {i: s for i, s in known.items() if i in ids}
    for extent in planned.performance_extent:
        if extent.allowed_backups is not None:
            settings[extent.repository_id] = {
                **known.get(extent.repository_id, {}), "extentId": extent.repository_id,
                "allowedBackups": words.to_wire("allowed_backups", extent.allowed_backups)}
        elif extent.repository_id in settings:
            settings[extent.repository_id] = {
                **settings[extent.repository_id], "allowedBackups": "All"}
    if settings or known:
        put(raw, "placementPolicy.settings", list(settings.values()))


def _write_capacity(server: Server, raw: Json, tier: CapacityTierBlock | None) -> None:
    current: Json = raw.setdefault("capacityTier", {"isEnabled": False})
    if tier is None:
        current["isEnabled"] = False
        return
    known = {e["id"]: e for e in current.get("extents") or []}
    current["isEnabled"] = True
    current["extents"] = [_capacity_extent(server, known.get(e.repository_id, {}), e)
                          for e in tier.extent]
    current["copyPolicyEnabled"] = bool(tier.copy_backups)
    current["movePolicyEnabled"] = bool(tier.move_backups)
    current["operationalRestorePeriodDays"] = tier.operational_restore_days
    percent = tier.override_space_threshold
    override: Json = {**current.get("overridePolicy", {}), "isEnabled": percent is not None}
    if percent is not None:
        override["overrideSpaceThresholdPercents"] = percent
    current["overridePolicy"] = override
    if schedules.read_window(current.get("offloadWindow"), tier.offload_window) != \
            tier.offload_window or "offloadWindow" not in current:
        current["offloadWindow"] = schedules.window(tier.offload_window)
    current["encryption"] = encryption.write(current.get("encryption") or {}, tier.encryption)
    if tier.health_check is not None or "backupHealth" in current:
        current["backupHealth"] = schedules.health_check(
            current.get("backupHealth") or {}, tier.health_check)


def _capacity_extent(server: Server, known: Json, extent: CapacityExtentBlock) -> Json:
    shown = {**known, "id": extent.repository_id}
    if extent.crypto_key_id is not None:
        _require_newest(server, "crypto_key_id", "capacity_tier")
        shown["cryptoKeyId"] = extent.crypto_key_id
    return shown


def _write_archive(server: Server, raw: Json, tier: ArchiveTierBlock | None) -> None:
    current: Json = raw.setdefault("archiveTier", {"isEnabled": False})
    if tier is None:
        current["isEnabled"] = False
        return
    current |= {"isEnabled": True, "extentId": tier.repository_id,
                "archivePeriodDays": tier.after_days}
    settings: Json = current.setdefault("advancedSettings", {})
    settings["costOptimizedArchiveEnabled"] = bool(tier.cost_optimized)
    settings["archiveDeduplicationEnabled"] = bool(tier.deduplicate)
    for name in _NEW:
        if getattr(tier, name) is not None:
            _require_newest(server, name, "archive_tier")
    for name, wire in (("copy_backups", "copyPolicyEnabled"), ("move_backups", "movePolicyEnabled"),
                       ("crypto_key_id", "extentCryptoKeyId")):
        if getattr(tier, name) is not None:
            current[wire] = getattr(tier, name)
    if tier.encryption is not None or "encryption" in current:
        current["encryption"] = encryption.write(current.get("encryption") or {}, tier.encryption)


def _require_newest(server: Server, name: str, block: str) -> None:
    from vbrprov_veeam.api import at_least

    if not at_least(server.revision, "1.3-rev2"):
        raise ProviderError(
            ErrorClass.UNSUPPORTED, "API revision is not supported",
            f"{name} of {block} needs revision 1.3-rev2 of the REST API; {server.label} speaks "
            f"{server.revision}.", attribute=block)


def read(raw: Json, state: ScaleOutRepositoryModel | None) -> dict[str, Any]:
    """All but id, name, description and what only vbrprov uses."""
    return {
        **{name: look(raw, path) for name, path in _SETTINGS.items()},
        "placement": words.from_wire("placement", look(raw, "placementPolicy.type"))
        or "data_locality",
        "strict_placement": flag(look(raw, "placementPolicy.enforceStrictPlacementPolicy")),
        "performance_extent": _read_extents(raw, state),
        "capacity_tier": _read_capacity(raw.get("capacityTier"), state),
        "archive_tier": _read_archive(raw.get("archiveTier")),
    }


def mode_of(extent: Json) -> str:
    """The mode of an extent; states that pass by themselves are none."""
    status = extent.get("status") or []
    return ("maintenance" if "Maintenance" in status
            else "sealed" if "Sealed" in status else "normal")


def _read_extents(
    raw: Json, state: ScaleOutRepositoryModel | None,
) -> list[PerformanceExtentBlock]:
    shown = {e["id"]: e for e in raw["performanceTier"]["performanceExtents"]}
    allowed = {s["extentId"]: words.from_wire("allowed_backups", s["allowedBackups"])
               for s in look(raw, "placementPolicy.settings") or []}
    before = {e.repository_id: e for e in state.performance_extent} if state else {}
    order = [i for i in before if i in shown] + [i for i in shown if i not in before]
    found = []
    for object_id in order:
        said = allowed.get(object_id)
        known = before.get(object_id)
        # All is what an extent takes that nothing is said of.
        unsaid = said == "all" and (known is None or known.allowed_backups is None)
        found.append(PerformanceExtentBlock(
            repository_id=object_id, mode=mode_of(shown[object_id]),
            allowed_backups=None if unsaid else said))
    return found


def _read_capacity(
    raw: Json | None, state: ScaleOutRepositoryModel | None,
) -> CapacityTierBlock | None:
    if raw is None or not flag(raw.get("isEnabled")):
        return None
    before = state.capacity_tier if state else None
    shown = {e["id"]: e for e in raw.get("extents") or []}
    named = [e.repository_id for e in before.extent] if before else []
    order = [i for i in named if i in shown] + [i for i in shown if i not in named]
    override = raw.get("overridePolicy") or {}
    days = whole(raw.get("operationalRestorePeriodDays"))
    return CapacityTierBlock(
        copy_backups=flag(raw.get("copyPolicyEnabled")),
        move_backups=flag(raw.get("movePolicyEnabled")),
        operational_restore_days=14 if days is None else days,
        override_space_threshold=whole(override.get("overrideSpaceThresholdPercents"))
        if flag(override.get("isEnabled")) else None,
        extent=[CapacityExtentBlock(repository_id=i, crypto_key_id=shown[i].get("cryptoKeyId"))
                for i in order],
        offload_window=schedules.read_window(
            raw.get("offloadWindow"), before.offload_window if before else []),
        encryption=encryption.read(raw.get("encryption")),
        health_check=schedules.read_health_check(raw.get("backupHealth")))


def _read_archive(raw: Json | None) -> ArchiveTierBlock | None:
    if raw is None or not flag(raw.get("isEnabled")):
        return None
    days = whole(raw.get("archivePeriodDays"))
    settings = raw.get("advancedSettings") or {}
    return ArchiveTierBlock(
        repository_id=raw["extentId"], after_days=90 if days is None else days,
        cost_optimized=flag(settings.get("costOptimizedArchiveEnabled")),
        deduplicate=flag(settings.get("archiveDeduplicationEnabled")),
        copy_backups=raw.get("copyPolicyEnabled"), move_backups=raw.get("movePolicyEnabled"),
        crypto_key_id=raw.get("extentCryptoKeyId"),
        encryption=encryption.read(raw.get("encryption")))
