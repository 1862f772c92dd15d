"""Lifecycle rules: from and to the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_ACTIONS = (
    "Expiration", "Transitions", "Transition", "NoncurrentVersionTransitions",
    "NoncurrentVersionTransition", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload",
)


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One rule. ``plain`` is false when it does more than the other fields can say.

    Days count from the creation of an object, or from the start of an upload.
    """

    id: str
    enabled: bool = True
    prefix: str = ""
    expiration_days: int | None = None
    abort_incomplete_multipart_upload_days: int | None = None
    only_abort_multipart: bool = False
    plain: bool = True

    def meaning(self) -> tuple[object, ...]:
        """What two rules must share to be the same."""
        return (self.id, self.enabled, self.prefix, self.expiration_days,
                self.abort_incomplete_multipart_upload_days, self.plain)


def rules_from_wire(rules: Iterable[Mapping[str, Any]]) -> tuple[LifecycleRule, ...]:
    """The rules of ``GetBucketLifecycleConfiguration``."""
    return tuple(_rule_from_wire(rule) for rule in rules)


def _rule_from_wire(rule: Mapping[str, Any]) -> LifecycleRule:
    # Old rules carry the prefix themselves, new ones in a filter, alone or together with tags.
    narrowed = rule.get("Filter") or {}
    both = narrowed.get("And") or {}
    prefix = rule.get("Prefix") or narrowed.get("Prefix") or both.get("Prefix") or ""
    expiration = rule.get("Expiration") or {}
    abort = rule.get("AbortIncompleteMultipartUpload") or {}
    actions = {name for name in _ACTIONS if rule.get(name)}
    plain = (
        actions <= {"Expiration", "AbortIncompleteMultipartUpload"}
        and expiration.keys() <= {"Days", "ExpiredObjectDeleteMarker"}
        and not expiration.get("ExpiredObjectDeleteMarker")
        and narrowed.keys() <= {"Prefix"}
    )
    return LifecycleRule(
        id=str(rule.get("ID", "")), enabled=rule.get("Status") == "Enabled", prefix=str(prefix),
        expiration_days=expiration.get("Days"),
        abort_incomplete_multipart_upload_days=abort.get("DaysAfterInitiation"),
        only_abort_multipart=actions == {"AbortIncompleteMultipartUpload"}, plain=plain)


def rules_to_wire(rules: Iterable[LifecycleRule]) -> list[dict[str, Any]]:
    """Rules as ``PutBucketLifecycleConfiguration`` takes them."""
    out = []
    for rule in rules:
        entry: dict[str, Any] = {
            "ID": rule.id, "Status": "Enabled" if rule.enabled else "Disabled",
            "Filter": {"Prefix": rule.prefix},
        }
        if rule.expiration_days is not None:
            entry["Expiration"] = {"Days": rule.expiration_days}
        if rule.abort_incomplete_multipart_upload_days is not None:
            entry["AbortIncompleteMultipartUpload"] = {
                "DaysAfterInitiation": rule.abort_incomplete_multipart_upload_days}
        out.append(entry)
    return out


def same_rules(left: Iterable[LifecycleRule], right: Iterable[LifecycleRule]) -> bool:
    """Whether two sets of rules mean the same; their order does not count."""
    return ({rule.meaning() for rule in left} == {rule.meaning() for rule in right})
