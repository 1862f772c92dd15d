"""Buckets of Google as guardrails see them, resources and data sources alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

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

T = TypeVar("T")
Look = Callable[[Reader], Fact[T]]

_RULES = "lifecycle_rule"
_LIVE_RULES = "live_lifecycle_rules"


def bucket_view(facts: InstanceFacts) -> Iterator[View]:
    """The view of one bucket."""
    bucket = _Bucket(facts)
    # Google replicates between the regions of a bucket only; nothing else copies objects.
    nowhere = Fact[bool](False)
    yield BucketView(
        instance=facts, family="google", name=bucket.end.text("name"),
        endpoint=Fact("storage.googleapis.com"), account=bucket.end.text("project"),
        versioning=bucket.facet("versioning", "versioning.enabled", _versioning),
        object_lock=bucket.facet("enable_object_retention", "enable_object_retention",
                                 lambda r: r.flag("enable_object_retention")),
        default_retention=bucket.facet("retention_policy", "retention_policy", _retention),
        lifecycle=bucket.lifecycle(), replication=nowhere,
        soft_delete=bucket.facet("soft_delete_policy",
                                 "soft_delete_policy.retention_duration_seconds", _soft_delete),
        automatic_tiering=bucket.fact("autoclass", "autoclass", _autoclass),
        hierarchical_namespace=bucket.fact("hierarchical_namespace", "hierarchical_namespace",
                                           _namespace),
        storage_class=bucket.fact("storage_class", "storage_class",
                                  lambda r: r.text("storage_class")),
    )


def _versioning(reader: Reader) -> Fact[str]:
    fact = reader.flag("versioning.enabled")
    text = Fact[str](None, fact.known, fact.origin, fact.at, fact.range)
    return replace(text, value="Enabled" if fact.value else "Disabled") if fact.known else text


def _retention(reader: Reader) -> Fact[bool]:
    return reader.present(reader.first("retention_policy", "live_retention_period"))


def _soft_delete(reader: Reader) -> Fact[bool]:
    fact = reader.whole("soft_delete_policy.retention_duration_seconds")
    flag = Fact[bool](None, fact.known, fact.origin, fact.at, fact.range)
    return replace(flag, value=bool(fact.value)) if fact.known else flag


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
        self._live = None if seen is None or self._static else Reader(facts, seen, Origin.LIVE)

    def fact(self, top: str, at: str, look: Look[T]) -> Fact[T]:
        """A setting as it will be; *top* is the argument that states it."""
        place = self.facts.range_of(at)
        if self._static and not self.end.declared(top):
            return Fact.unknown(at=at, range=place)
        return replace(look(self.end), at=at, range=place)

    def facet(self, top: str, at: str, look: Look[T]) -> Facet[T]:
        """A setting over time."""
        planned = self.fact(top, at, look)
        live = (Fact[T].unknown() if self._live is None else look(self._live))
        live = replace(live, at=at, range=planned.range)
        prior = getattr(self.facts, "prior", None)
        recorded = (Fact[T].unknown() if prior is None
                    else look(Reader(self.facts, prior, Origin.LIVE)))
        return Facet(planned, live, recorded, self._changed(top, planned, live))

    def _changed(self, top: str, planned: Fact[T], live: Fact[T]) -> Truth:
        if self._static or self.facts.action not in ("update", "replace"):
            return Truth.NO
        if planned.known and live.known:
            return Truth.of(planned.value != live.value)
        return Truth.UNKNOWN if top in self.facts.changed or self._anew else Truth.NO

    def lifecycle(self) -> Lifecycle:
        """The lifecycle rules that will be there."""
        stated = self.end.blocks(_RULES)
        if not self._static:
            found = self.end.blocks(_LIVE_RULES)
            if found is not None:
                origin = Origin.DECLARED if stated else Origin.LIVE
                return Lifecycle(tuple(self._rule(path, origin) for path in found))
        rules = tuple(self._declared(at) for at in stated or ())
        return Lifecycle(rules, complete=False)

    def _rule(self, path: str, origin: Origin) -> LifecycleRuleView:
        end = self.end
        return LifecycleRuleView(
            id=end.text(f"{path}.id"), enabled=end.flag(f"{path}.enabled"),
            prefix=end.text(f"{path}.prefix"),
            only_abort_multipart=end.flag(f"{path}.only_abort_multipart"),
            provider_added=end.flag(f"{path}.provider_added"), origin=origin, at=_RULES,
            range=self.facts.range_of(_RULES))

    def _declared(self, at: str) -> LifecycleRuleView:
        """A rule of which not everything is known yet."""
        condition = f"{at}.condition"
        prefixes = self.end.texts(f"{condition}.matches_prefix")
        prefix = Fact[str](None, prefixes.known)
        if prefixes.value:
            # Of several prefixes it is not certain which one counts.
            prefix = Fact(prefixes.value[0], len(prefixes.value) == 1
                          and prefixes.value[0] is not None)
        kind = self.end.text(f"{at}.action.type")
        return LifecycleRuleView(
            id=Fact(None), enabled=Fact(True), prefix=prefix,
            only_abort_multipart=Fact(kind.value == "AbortIncompleteMultipartUpload", kind.known),
            provider_added=Fact(False), origin=Origin.DECLARED, at=at,
            range=self.facts.range_of(at))
