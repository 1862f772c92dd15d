"""Buckets of the S3 family as guardrails see them.

For every bucket resource and data source that uses the attribute names below, whichever provider
declares it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from vbrprov.sdk import (
    BucketView,
    Facet,
    Fact,
    InstanceFacts,
    Lifecycle,
    LifecycleRuleView,
    Origin,
    Reader,
    Truth,
    View,
)
from vbrprov_s3.sosapi import SYSTEM as SOSAPI_FILE

T = TypeVar("T")

#: Action that reads each facet; named to the user when a read of it was denied.
PERMISSIONS: Final[Mapping[str, str]] = {
    "lifecycle": "s3:GetLifecycleConfiguration",
    "versioning": "s3:GetBucketVersioning",
    "object_lock": "s3:GetBucketObjectLockConfiguration",
    "replication": "s3:GetReplicationConfiguration",
    "intelligent_tiering": "s3:GetIntelligentTieringConfiguration",
}

NAME: Final = "bucket"
ENDPOINT: Final = "endpoint"
VERSIONING: Final = "versioning.status"
VERSIONING_LIVE: Final = "versioning_status"
LOCK: Final = "object_lock_enabled"
LOCK_BLOCK: Final = "object_lock_configuration"
RETENTION: Final = "object_lock_configuration.rule.default_retention"
RETENTION_LIVE: Final = "live_default_retention"
RULES: Final = "lifecycle_rule"
RULES_LIVE: Final = "live_lifecycle_rules"
PURGE: Final = "purge_lifecycle_rules"
REPLICATION: Final = "replication_enabled"
TIERING: Final = "intelligent_tiering_count"
SMART: Final = "smart_entities"
UNREADABLE: Final = "unreadable_facets"
#: What reads whether the store balances the load.
SMART_READ: Final = f"Reading it needs the permission s3:GetObject on {SOSAPI_FILE}."
STORAGE_CLASS: Final = "storage_class"


def bucket_view(facts: InstanceFacts, family: str) -> Iterator[View]:
    """The view of one bucket; *family* is amazon or s3c."""
    bucket = _Bucket(facts)
    endpoint = bucket.end.text(ENDPOINT)
    lock = bucket.facet("object_lock", LOCK, lambda r: r.flag(LOCK), lambda r: r.flag(LOCK),
                        Fact(False))
    yield BucketView(
        instance=facts, family=family, name=bucket.end.text(NAME),
        endpoint=endpoint if endpoint.value is not None else Fact.unknown(),
        versioning=bucket.facet("versioning", VERSIONING, _declared_status, _live_status,
                                _status_of_new(lock.planned)),
        object_lock=lock,
        default_retention=bucket.facet(
            "object_lock", RETENTION, _declared_retention,
            _live_retention, Fact(False)),
        lifecycle=bucket.lifecycle(), replication=bucket.replication(),
        automatic_tiering=Fact(False), tiering=bucket.tiering(),
        smart_entities=bucket.smart_entities(),
        storage_class=bucket.end.text(STORAGE_CLASS),
        unreadable={facet: bucket.missing(facet) for facet in sorted(bucket.denied)},
    )


def _declared_status(reader: Reader) -> Fact[str]:
    fact = reader.text(VERSIONING)
    return fact if fact.value is None else replace(fact, value=fact.value.capitalize())


def _live_status(reader: Reader) -> Fact[str]:
    fact = reader.text(reader.first(VERSIONING_LIVE, VERSIONING))
    # The service answers nothing for a bucket whose versioning was never switched on.
    return replace(fact, value=(fact.value or "Disabled").capitalize()) if fact.known else fact


def _status_of_new(lock: Fact[bool]) -> Fact[str]:
    """Versioning of a new bucket that says nothing of it: Object Lock switches it on."""
    return Fact("Enabled" if lock.value else "Disabled") if lock.known else Fact.unknown()


def _declared_retention(reader: Reader) -> Fact[bool]:
    fact = reader.present(RETENTION)
    # An empty block states that there is no default retention; no block leaves what is there.
    stated = reader.present(LOCK_BLOCK)
    return replace(fact, value=None) if stated.known and not stated.value else fact


def _live_retention(reader: Reader) -> Fact[bool]:
    days, years = (reader.whole(f"{RETENTION_LIVE}.{unit}") for unit in ("days", "years"))
    return replace(reader.present(RETENTION_LIVE), known=days.known and years.known,
                   value=bool(days.value or years.value))


def _some(reader: Reader) -> Fact[bool]:
    count = reader.whole(TIERING)
    return replace(reader.present(TIERING), known=count.known, value=bool(count.value))


class _Bucket:
    """Reads one bucket."""

    def __init__(self, facts: InstanceFacts) -> None:
        self.facts = facts
        self.end = Reader(facts)
        self._static = facts.phase == "static"
        self._anew = facts.action in ("create", "replace")
        self._writes = self._anew or facts.action == "update"
        seen = facts.live
        if seen is None and (facts.mode != "managed" or not self._anew):
            # What a data source reads is what it plans; without a refresh, what was recorded
            # last is all there is.
            seen = facts.planned
        self.live = None if seen is None or self._static else Reader(facts, seen)
        self.denied = frozenset(
            facet for facet in (self.live or self.end).texts(UNREADABLE).value or () if facet)

    def missing(self, facet: str) -> str:
        """What would make *facet* readable."""
        permission = PERMISSIONS.get(facet)
        return (f"Reading it needs the permission {permission}." if permission
                else f"Its {facet.replace('_', ' ')} settings could not be read.")

    def facet(
        self, name: str, at: str, declared: Callable[[Reader], Fact[T]],
        actual: Callable[[Reader], Fact[T]], of_new: Fact[T],
    ) -> Facet[T]:
        """One setting; *declared* and *actual* read it from configuration and from the cloud."""
        live = self._actual(name, at, actual)
        planned = self._planned(name, at, declared(self.end), actual, live, of_new)
        return Facet(planned, live, self._recorded(name, actual),
                     self._changed(at.partition(".")[0], planned, live))

    def _actual(self, name: str, at: str, actual: Callable[[Reader], Fact[T]]) -> Fact[T]:
        if self.live is None:
            return Fact.unknown(at=at)
        if name in self.denied:
            return Fact.unknown(self.missing(name), at)
        return replace(actual(self.live), at=at)

    def _planned(self, name: str, at: str, declared: Fact[T],
                 actual: Callable[[Reader], Fact[T]], live: Fact[T], of_new: Fact[T]) -> Fact[T]:
        stated = not declared.known or declared.value is not None
        if self._static or self._anew:
            if stated and (declared.known or self._static or self.end.declared(at)):
                return declared
            unsaid = Fact[T].unknown() if self._static else of_new
            return replace(unsaid, at=at)
        writes = self._writes and at.partition(".")[0] in self.facts.changed
        if name in self.denied and not writes:
            return live
        if writes and not stated and name not in self.denied:
            # A block that leaves the configuration takes along what it set.
            return replace(actual(self.end), at=at)
        return declared if stated else live

    def _recorded(self, name: str, actual: Callable[[Reader], Fact[T]]) -> Fact[T]:
        prior: Mapping[str, Any] | None = getattr(self.facts, "prior", None)
        if prior is None:
            return Fact.unknown()
        reader = Reader(self.facts, prior)
        denied = name in (reader.texts(UNREADABLE).value or ())
        return Fact.unknown() if denied else actual(reader)

    def _changed(self, top: str, planned: Fact[T], live: Fact[T]) -> Truth:
        if self._static or self.facts.action not in ("update", "replace"):
            return Truth.NO
        if planned.known and live.known:
            return Truth.of(planned.value != live.value)
        if top not in self.facts.changed and self.facts.action == "update":
            return Truth.NO
        return Truth.of(planned.known) | Truth.UNKNOWN

    def replication(self) -> Fact[bool]:
        """Whether the store copies the objects elsewhere."""
        if self._anew and not self._static:
            return Fact(False)
        return self._actual("replication", REPLICATION, lambda r: r.flag(REPLICATION))

    def tiering(self) -> Fact[bool]:
        """Whether there are Intelligent-Tiering configurations."""
        if self._anew and not self._static:
            return Fact(False)
        return self._actual("intelligent_tiering", TIERING, _some)

    def smart_entities(self) -> Fact[bool]:
        """Whether the store balances Veeam's load, which a bucket tells once it is there."""
        if self.live is None:
            return Fact.unknown(at=NAME)
        if not self.live.has(SMART):
            return Fact(False)
        fact = replace(self.live.flag(SMART), at=NAME)
        return Fact.unknown(SMART_READ, NAME) if fact.known and fact.value is None else fact

    def lifecycle(self) -> Lifecycle:
        """The lifecycle rules that will be there.

        Declared rules replace those that are live. Without any, live rules stay, unless the
        plan purges them or takes away what it declared before.
        """
        blocks = self.end.blocks(RULES)
        declared = tuple(self._rule(self.end, at, Origin.DECLARED, at) for at in blocks or ())
        if self._static:
            return Lifecycle(declared, complete=False)
        if blocks is None:
            return Lifecycle(complete=False)
        # A purge removes what was seen; where that may not be read, there is nothing it removes.
        purges = (self._writes and not blocks and "lifecycle" not in self.denied
                  and self.end.flag(PURGE).is_true is Truth.YES)
        if self._anew or purges or (self._writes and RULES in self.facts.changed):
            return Lifecycle(declared)
        if "lifecycle" in self.denied:
            return Lifecycle(declared, complete=False, missing=self.missing("lifecycle"))
        config = Reader(self.facts, self.facts.config)
        places = {config.text(f"{at}.id").value: at for at in config.blocks(RULES) or ()}
        live = self.live or self.end
        found = live.blocks(RULES_LIVE)
        if found is None:
            return Lifecycle(declared, complete=False)
        rules = []
        for path in found:
            at = places.get(live.text(f"{path}.id").value)
            origin = Origin.LIVE if at is None else Origin.DECLARED
            rules.append(self._rule(live, path, origin, at or RULES))
        return Lifecycle(tuple(rules))

    def _rule(self, reader: Reader, path: str, origin: Origin, at: str) -> LifecycleRuleView:
        enabled = reader.flag(f"{path}.enabled")
        status = reader.text(f"{path}.status")
        if not status.known or status.value is not None:
            enabled = Fact(status.value == "Enabled", status.known, at=status.at)
        elif enabled.known and enabled.value is None:
            enabled = replace(enabled, value=True)
        only_abort = reader.flag(f"{path}.only_abort_multipart")
        if path.startswith(f"{RULES}["):
            expires, aborts = (reader.whole(f"{path}.{name}") for name in (
                "expiration_days", "abort_incomplete_multipart_upload_days"))
            only_abort = Fact(expires.known and expires.value is None and aborts.value is not None,
                              expires.known and aborts.known)
        return LifecycleRuleView(
            id=reader.text(f"{path}.id"), enabled=enabled, prefix=reader.text(f"{path}.prefix"),
            only_abort_multipart=only_abort, origin=origin, at=at, range=self.facts.range_of(at))
