"""Buckets of Google as guardrails see them, resources and data sources alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

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
from vbrprov.sdk.values import Null, is_wholly_known
from vbrprov_google.bucket.lifecycle import added_by_google, wire
from vbrprov_google.bucket.model import LifecycleRuleBlock

T = TypeVar("T")
Look = Callable[[Reader], Fact[T]]

_RULES = "lifecycle_rule"
_LIVE_RULES = "live_lifecycle_rules"


def bucket_view(facts: InstanceFacts) -> Iterator[View]:
    """The view of one bucket."""
    bucket = _Bucket(facts)
    yield BucketView(
        instance=facts, family="google", name=bucket.end.text("name"),
        endpoint=Fact("storage.googleapis.com"), account=bucket.end.text("project"),
        versioning=bucket.facet("versioning.enabled", _versioning, "Disabled"),
        object_lock=bucket.facet("enable_object_retention",
                                 lambda r: r.flag("enable_object_retention"), False),
        default_retention=bucket.facet("retention_policy", _retention, False),
        lifecycle=bucket.lifecycle(),
        # Google copies objects between the regions of one bucket only.
        replication=Fact(False),
        soft_delete=bucket.facet("soft_delete_policy.retention_duration_seconds", _soft_delete,
                                 False),
        automatic_tiering=bucket.fact("autoclass", _autoclass, False),
        hierarchical_namespace=bucket.fact("hierarchical_namespace", _namespace, False),
        storage_class=bucket.fact("storage_class", lambda r: r.text("storage_class"), "STANDARD"),
    )


def _as(fact: Fact[Any], value: T | None) -> Fact[T]:
    """A fact with the place and certainty of another one."""
    return Fact(value, fact.known, fact.at)


def _versioning(reader: Reader) -> Fact[str]:
    fact = reader.flag("versioning.enabled")
    return _as(fact, None if fact.value is None else "Enabled" if fact.value else "Disabled")


def _retention(reader: Reader) -> Fact[bool]:
    fact = reader.whole(reader.first("retention_policy.retention_period", "live_retention_period"))
    return _as(fact, None if fact.value is None else True)


def _soft_delete(reader: Reader) -> Fact[bool]:
    fact = reader.whole("soft_delete_policy.retention_duration_seconds")
    return _as(fact, None if fact.value is None else fact.value > 0)


def _autoclass(reader: Reader) -> Fact[bool]:
    return reader.flag(reader.first("autoclass.enabled", "live_autoclass_enabled"))


def _namespace(reader: Reader) -> Fact[bool]:
    return reader.flag(reader.first("live_hierarchical_namespace",
                                    "hierarchical_namespace.enabled"))


class _Bucket:
    """Reads one bucket."""

    def __init__(self, facts: InstanceFacts) -> None:
        self.facts = facts
        self.end = Reader(facts)
        self._static = facts.phase == "static"
        self._anew = facts.action in ("create", "replace")
        seen = facts.live
        if seen is None and (facts.mode != "managed" or not self._anew):
            # What a data source reads is what it plans; without a refresh, what was recorded
            # last is all there is.
            seen = facts.planned
        self._live = None if seen is None or self._static else Reader(facts, seen)

    def fact(self, at: str, look: Look[T], absent: T) -> Fact[T]:
        """A setting as it will be; *absent* is what a bucket has that says nothing of it."""
        found = look(self.end)
        if found.known and found.value is None:
            if self._static:
                return Fact.unknown(at=at)
            if self._live is not None and not self._anew:
                found = look(self._live)
        if self._static and not self.end.declared(at.partition(".")[0]):
            # A default: what is live may be something else, and may stay.
            return Fact.unknown(at=at)
        return replace(self._or(found, absent), at=at)

    def _or(self, fact: Fact[T], absent: T) -> Fact[T]:
        return replace(fact, value=absent) if fact.known and fact.value is None else fact

    def facet(self, at: str, look: Look[T], absent: T) -> Facet[T]:
        """A setting over time."""
        planned = self.fact(at, look, absent)
        live = Fact[T].unknown()
        if self._live is not None:
            live = self._or(look(self._live), absent)
        live = replace(live, at=at)
        recorded = Fact[T].unknown()
        if self.facts.prior is not None:
            recorded = self._or(look(Reader(self.facts, self.facts.prior)), absent)
        return Facet(planned, live, recorded, self._changed(at.partition(".")[0], planned, live))

    def _changed(self, top: str, planned: Fact[T], live: Fact[T]) -> Truth:
        if self._static or self.facts.action not in ("update", "replace"):
            return Truth.NO
        if planned.known and live.known:
            return Truth.of(planned.value != live.value)
        return Truth.UNKNOWN if top in self.facts.changed or self._anew else Truth.NO

    def lifecycle(self) -> Lifecycle:
        """The lifecycle rules that will be there: those that are stated, or else live ones."""
        stated = self.end.blocks(_RULES)
        if stated is None:
            return Lifecycle(complete=False)
        rules = tuple(view for at in stated for view in self._declared(at))
        if stated or self._static:
            # Stated rules replace all others; without any, validate cannot tell what is there.
            return Lifecycle(rules, complete=not self._static)
        purges = self.end.flag("purge_lifecycle_rules").is_true is Truth.YES
        if self._anew or (purges and self.facts.action == "update"):
            return Lifecycle()
        reader = self.end
        if isinstance(reader.value(_LIVE_RULES), Null) and self._live is not None:
            reader = self._live
        found = reader.blocks(_LIVE_RULES)
        if found is None:
            return Lifecycle(complete=False)
        return Lifecycle(tuple(self._seen(reader, path) for path in found))

    def _seen(self, reader: Reader, path: str) -> LifecycleRuleView:
        """A rule that somebody else made."""
        return LifecycleRuleView(
            id=reader.text(f"{path}.id"), enabled=reader.flag(f"{path}.enabled"),
            prefix=reader.text(f"{path}.prefix"),
            only_abort_multipart=reader.flag(f"{path}.only_abort_multipart"),
            provider_added=reader.flag(f"{path}.provider_added"), origin=Origin.LIVE, at=_RULES,
            range=self.facts.range_of(_RULES))

    def _declared(self, at: str) -> Iterator[LifecycleRuleView]:
        """A rule of the configuration: one view for each prefix."""
        end, condition = self.end, f"{at}.condition"
        prefixes = end.texts(f"{condition}.matches_prefix")
        kind = end.text(f"{at}.action.type")
        for text in prefixes.value or (None,):
            # Not known yet: the list, or this element of it.
            known = prefixes.known and not (prefixes.value and text is None)
            yield LifecycleRuleView(
                id=Fact(None), enabled=Fact(True), prefix=Fact(text, known),
                only_abort_multipart=Fact(kind.value == "AbortIncompleteMultipartUpload",
                                          kind.known),
                provider_added=self._automatic(at), origin=Origin.DECLARED, at=at,
                range=self.facts.range_of(at))

    def _automatic(self, at: str) -> Fact[bool]:
        """Whether a stated rule is one that Google would add by itself."""
        block = self.end.value(at)
        if not is_wholly_known(block):
            return Fact.unknown()
        rule = LifecycleRuleBlock.from_values(block if isinstance(block, dict) else {})
        return Fact(added_by_google(wire(rule)))
