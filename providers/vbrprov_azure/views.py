"""Storage accounts and containers as guardrails see them.

For the resources and for the data sources, which use the same attribute names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from msgspec.structs import replace

from vbrprov.sdk import (
    AccountView,
    ContainerView,
    Facet,
    Fact,
    InstanceFacts,
    Lifecycle,
    LifecycleRuleView,
    Link,
    Origin,
    Reader,
    Truth,
    View,
)
from vbrprov_azure.account.model import period_seconds
from vbrprov_azure.account.reading import READS
from vbrprov_azure.ids import account_name

T = TypeVar("T")

SOFT: Final = "blob_properties.delete_retention_policy.enabled"
CONTAINERS: Final = "blob_properties.container_delete_retention_policy.enabled"
VERSIONING: Final = "blob_properties.versioning_enabled"
RESTORE: Final = "blob_properties.restore_policy"
ACCESS: Final = "blob_properties.last_access_time_enabled"
ACCOUNT_WORM: Final = "version_level_immutability_enabled"
ACCOUNT_RETENTION: Final = "live_immutability_policy"
ACCOUNT_BLOCK: Final = "immutability_policy"
RULES: Final = "lifecycle_rule"
RULES_LIVE: Final = "live_lifecycle_rules"
SAS: Final = "sas_policy.expiration_period"
WORM: Final = "immutable_storage_with_versioning_enabled"
RETENTION: Final = "has_immutability_policy"
UNREADABLE: Final = "unreadable_facets"


def account_view(facts: InstanceFacts) -> Iterator[View]:
    """The view of one storage account."""
    seen = _Seen(facts)
    yield AccountView(
        instance=facts, family="azure", name=seen.end.text("name"),
        kind=seen.stated("account_kind", "StorageV2"),
        performance=seen.stated("account_tier", "Standard"),
        redundancy=seen.end.text("account_replication_type"),
        access_tier=_tier(seen.end.text("access_tier")),
        hierarchical_namespace=seen.end.flag("is_hns_enabled"),
        shared_key_access=seen.end.flag("shared_access_key_enabled"),
        sas_expiration_seconds=_period(seen.end.text(SAS)),
        versioning=seen.facet("blob_service", VERSIONING, lambda r: _status(r.flag(VERSIONING)),
                              "Disabled"),
        blob_soft_delete=seen.facet("blob_service", SOFT, lambda r: r.flag(SOFT), False),
        container_soft_delete=seen.facet("blob_service", CONTAINERS,
                                         lambda r: r.flag(CONTAINERS), False),
        point_in_time_restore=seen.fact("blob_service", RESTORE, lambda r: r.present(RESTORE)),
        last_access_tracking=seen.fact("blob_service", ACCESS, lambda r: r.flag(ACCESS)),
        object_lock=seen.facet("account", ACCOUNT_WORM, lambda r: r.flag(ACCOUNT_WORM), False,
                               stated=ACCOUNT_BLOCK),
        default_retention=seen.facet("account", ACCOUNT_RETENTION,
                                     lambda r: r.present(ACCOUNT_RETENTION), False,
                                     stated=ACCOUNT_BLOCK),
        lifecycle=seen.lifecycle(), replication=Fact(False),
        unreadable={facet: seen.missing(facet) for facet in sorted(seen.denied)})


def container_view(facts: InstanceFacts) -> Iterator[View]:
    """The view of one container."""
    seen = _Seen(facts)
    link = seen.end.link("storage_account_id")
    name = link.value.value
    if name is not None:
        link = Link(replace(link.value, value=account_name(name) or name), link.references)
    yield ContainerView(
        instance=facts, family="azure", name=seen.end.text("name"), account=link,
        # Versions are a setting of the account.
        versioning=Facet(Fact(None), Fact(None), Fact(None)),
        object_lock=seen.facet("container", WORM, lambda r: r.flag(WORM), False),
        default_retention=seen.facet("container", RETENTION, lambda r: r.flag(RETENTION), False),
        # Lifecycle rules are the account's as well.
        lifecycle=Lifecycle(), replication=Fact(False))


def _tier(fact: Fact[str]) -> Fact[str]:
    """Premium is how Azure says that there are no tiers."""
    return replace(fact, value=None) if fact.value == "Premium" else fact


def _period(fact: Fact[str]) -> Fact[int]:
    try:
        value = None if fact.value is None else period_seconds(fact.value)
    except ValueError:
        # The schema reports it.
        return Fact.unknown(at=fact.at)
    return Fact(value, fact.known, fact.at, fact.missing)


def _status(fact: Fact[bool]) -> Fact[str]:
    value = None if fact.value is None else "Enabled" if fact.value else "Disabled"
    return Fact(value, fact.known, fact.at, fact.missing)


class _Seen:
    """Reads one instance: as it will be, as it is, as it was recorded."""

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
        self.live = None if seen is None or self._static else Reader(facts, seen)
        self.denied = frozenset(
            facet for facet in (self.live or self.end).texts(UNREADABLE).value or () if facet)

    def missing(self, facet: str) -> str:
        """What would make *facet* readable."""
        return f"Reading it needs the permission {READS[facet]}."

    def stated(self, path: str, default: str) -> Fact[str]:
        """A text with a default of the schema."""
        fact = self.end.text(path)
        return replace(fact, value=default) if fact.known and fact.value is None else fact

    def fact(self, name: str, at: str, read: Callable[[Reader], Fact[T]]) -> Fact[T]:
        """One setting as it will be."""
        return self._planned(name, at, read, at)

    def facet(self, name: str, at: str, read: Callable[[Reader], Fact[T]], unsaid: T,
              stated: str = "") -> Facet[T]:
        """One setting over time; *stated* is the argument behind a computed attribute."""
        place = stated or at
        planned = self._planned(name, at, read, place)
        if self._static:
            written = self._stated(planned, place, unsaid)
            return Facet(written)
        live = self._live(name, read, place)
        return Facet(planned, live, self._recorded(name, read), self._changed(planned, live))

    def _stated(self, planned: Fact[T], place: str, unsaid: T) -> Fact[T]:
        """What configuration says; what it leaves out is only known of what is always sent."""
        if planned.known and planned.value is not None:
            return planned
        if self.end.declared(place) and not planned.known:
            return planned
        sure = place in (SOFT, CONTAINERS, WORM) and self.facts.mode == "managed"
        return replace(planned, value=unsaid, known=True) if sure else Fact.unknown(
            at=planned.at)

    def _planned(self, name: str, at: str, read: Callable[[Reader], Fact[T]],
                 place: str) -> Fact[T]:
        top = at.partition(".")[0]
        if name in self.denied and not self._anew and top not in self.facts.changed:
            return Fact.unknown(self.missing(name), place)
        return replace(read(self.end), at=place)

    def _live(self, name: str, read: Callable[[Reader], Fact[T]], place: str) -> Fact[T]:
        if self.live is None:
            return Fact.unknown(at=place)
        if name in self.denied:
            return Fact.unknown(self.missing(name), place)
        return replace(read(self.live), at=place)

    def _recorded(self, name: str, read: Callable[[Reader], Fact[T]]) -> Fact[T]:
        prior: Mapping[str, object] | None = self.facts.prior
        if prior is None:
            return Fact.unknown()
        reader = Reader(self.facts, self.facts.prior)
        denied = name in (reader.texts(UNREADABLE).value or ())
        return Fact.unknown() if denied else read(reader)

    def _changed(self, planned: Fact[T], live: Fact[T]) -> Truth:
        if self.facts.action not in ("update", "replace"):
            return Truth.NO
        if planned.known and live.known:
            return Truth.of(planned.value != live.value)
        return Truth.UNKNOWN

    def lifecycle(self) -> Lifecycle:
        """The lifecycle rules that will be there, stated or made by others."""
        if self._static:
            blocks = self.end.blocks(RULES) or ()
            return Lifecycle(tuple(rule for at in blocks for rule in self._rules(
                self.end, at, Origin.DECLARED, at)), complete=False)
        touched = self._anew or RULES_LIVE in self.facts.changed
        if "lifecycle" in self.denied and not touched:
            stated = self.end.blocks(RULES) or ()
            return Lifecycle(
                tuple(rule for at in stated for rule in self._rules(
                    self.end, at, Origin.DECLARED, at)),
                complete=False, missing=self.missing("lifecycle"))
        found = self.end.blocks(RULES_LIVE)
        if found is None:
            return Lifecycle(complete=False)
        config = Reader(self.facts, self.facts.config)
        places = {config.text(f"{at}.name").value: at for at in config.blocks(RULES) or ()}
        rules: list[LifecycleRuleView] = []
        for path in found:
            at = places.get(self.end.text(f"{path}.name").value)
            origin = Origin.LIVE if at is None else Origin.DECLARED
            rules += self._rules(self.end, path, origin, at or RULES)
        return Lifecycle(tuple(rules))

    def _rules(self, reader: Reader, path: str, origin: Origin,
               at: str) -> Iterator[LifecycleRuleView]:
        """One view a prefix: a rule covers what any of its prefixes does."""
        enabled = reader.flag(f"{path}.enabled")
        if enabled.known and enabled.value is None:
            enabled = replace(enabled, value=True)
        prefixes = reader.texts(f"{path}.prefix_match")
        each: list[Fact[str]] = [Fact(prefix, prefix is not None)
                                 for prefix in prefixes.value or ()] or [Fact(None, prefixes.known)]
        for prefix in each:
            yield LifecycleRuleView(
                id=reader.text(f"{path}.name"), enabled=enabled, prefix=prefix,
                only_abort_multipart=Fact(False), origin=origin, at=at,
                range=self.facts.range_of(at))
