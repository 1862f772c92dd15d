"""What storage is like at one moment, as the oracle sees it: when the plan is done, or now.

"Judged is the planned end state: live settings overlaid with what this plan changes." What a plan
changes of a setting that nobody states is in the reference of each resource type: lifecycle rules
are replaced by stated ones, by nothing else; soft delete that is not stated is switched off.
Settings that may not be read are what they are, unless the plan writes them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from estates import Access, Account, Bucket, Container, Estate, Part, Repository

#: What the blob service of an account has, beside versioning.
SWITCHES = ("blob_soft_delete", "container_soft_delete", "last_access")


def ended(estate: Estate) -> Estate:
    """Every part as the plan leaves it."""
    return tuple(_end(part) for part in estate)


def untouched(estate: Estate) -> Estate:
    """Every part that exists as it is now; what is new, as the plan makes it."""
    return tuple(_now(part) for part in estate)


def _now(part: Part) -> Part:
    if isinstance(part, (Bucket, Account, Container)) and part.exists:
        found = _like(part, part.now)
        if part.managed and "lifecycle" in getattr(part, "denied", ()):
            # What is recorded is taken to be there, whatever else is.
            return replace(found, rules=(*found.recorded.rules, *found.rules))
        return found
    if isinstance(part, Repository) and part.exists and part.was_mode != part.mode:
        return replace(part, mode=part.was_mode, gateways=None)
    if isinstance(part, Access) and part.exists:
        return replace(part, mode=part.was_mode)
    return _end(part)


def _end(part: Part) -> Part:
    if isinstance(part, (Bucket, Account, Container)) and part.exists and not part.managed:
        return _like(part, part.now)
    if isinstance(part, Bucket):
        return _google(part) if part.cloud == "google" else _bucket(part)
    if isinstance(part, Account):
        return _account(part) if part.exists else part
    if isinstance(part, Container) and part.exists:
        return replace(part, retention=part.now.retention and (
            part.in_place or part.immutable == part.now.immutable))
    return part


def _like(part: Any, other: Any) -> Any:
    """The settings of *other*, of which only the settings count."""
    return replace(other, address=part.address, now=part.now, managed=part.managed, **(
        {} if isinstance(part, Container) else {"recorded": part.recorded}))


def _google(b: Bucket) -> Bucket:
    if b.now is None:
        return replace(b, versioning=b.versioning or "Suspended", lock=bool(b.lock))
    return replace(
        b, lock=bool(b.lock), versioning=b.versioning or b.now.versioning,
        soft_delete=b.soft_delete or 0, rules=() if b.purge else b.now.rules,
        automatic=b.now.automatic, retention=b.retention or b.now.retention,
        autoclass=b.now.autoclass if b.autoclass is None else b.autoclass)


def _bucket(b: Bucket) -> Bucket:
    lock = bool(b.lock)
    if b.now is None:
        return replace(b, lock=lock, versioning=b.versioning or (
            "Enabled" if lock else "Suspended"))
    return replace(
        b, **_lock(b, lock), rules=_rules(b), replicated=b.now.replicated,
        tiering=b.now.tiering, versioning=_written(
            b, "versioning", b.versioning or ("Enabled" if lock else None)))


def _written(b: Bucket, name: str, stated: Any) -> Any:
    """The stated value where the plan writes it, else what is there."""
    if stated is None:
        return getattr(b.now, name)
    unseen = name in b.denied and stated == getattr(b.recorded, name)
    return getattr(b.now, name) if unseen else stated


def _lock(b: Bucket, lock: bool) -> dict[str, Any]:
    """Object Lock and default retention, which are read in one call."""
    there, before = b.now, b.recorded
    stated = bool(b.retention), b.emptied
    kept = bool(before.retention), before.emptied
    if "object_lock" not in b.denied:
        # A block that goes takes along what it saw.
        own = any(stated) or any(kept)
        return {"lock": lock, "retention": bool(b.retention if own else there.retention)}
    # Without a look that is nothing.
    writes_lock = lock != bool(before.lock)
    changes = any(stated) and (writes_lock or stated != kept)
    return {"lock": lock if writes_lock else bool(there.lock),
            "retention": bool(b.retention if changes else there.retention)}


def _rules(part: Bucket | Account) -> Any:
    """Lifecycle rules: stated ones replace all others, and take them along when they go."""
    there, before = part.now.rules, part.recorded.rules
    if "lifecycle" in part.denied:
        # A purge removes what was seen: without a look there is nothing that it would remove.
        # What is stated is meant to be there, whatever else is.
        return (*part.rules, *there) if part.rules == before else part.rules
    return part.rules if part.rules or before or part.purge else there


def _account(a: Account) -> Account:
    return replace(
        a, **_service(a), rules=_rules(a), tier=a.now.tier if a.tier is None else a.tier,
        sas_days=a.now.sas_days if a.sas_days is None else a.sas_days,
        immutable=a.now.immutable, retention=a.now.retention)


def _service(a: Account) -> dict[str, Any]:
    """The blob service, which is sent as a whole; versioning stays where it is not stated."""
    denied = "blob_service" in a.denied
    kept = a.recorded if denied else a.now
    wanted = {name: bool(getattr(a, name)) and a.service for name in SWITCHES}
    stated = a.versioning if a.service else None
    wanted["versioning"] = kept.versioning if stated is None else stated
    if denied and (not a.service or all(
            value == getattr(a.recorded, name) for name, value in wanted.items())):
        return {name: getattr(a.now, name) for name in wanted}
    return wanted
