"""Rules on the tiers of scale-out repositories."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vbrprov.sdk import (
    Estate,
    Extent,
    Finding,
    RepositoryView,
    Rule,
    ScaleOutView,
    Severity,
    TierView,
    Truth,
)
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._targets import Place


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a tier: ``said`` follows the address of the scale-out repository.

    ``at`` is the extent at fault, empty for the tier as a whole.
    """

    violated: Truth
    said: str
    key: str
    extents: tuple[RepositoryView, ...] = ()
    places: tuple[Place, ...] = ()
    severity: Severity | None = None
    needs: str = ""
    at: str = ""


class TierRule(Rule):
    """A tier of a scale-out repository must not have a fault."""

    tiers: ClassVar[frozenset[str]] = frozenset({"performance", "capacity", "archive"})

    @abc.abstractmethod
    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterable[Fault]:
        """What may be wrong with a tier; a fault that is none is passed over."""

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each tier that the rule is about."""
        for scale_out, tier, extents in estate.tiers():
            if tier.name not in self.tiers:
                continue
            for fault in self.faults(estate, scale_out, tier, extents):
                if fault.violated is not Truth.NO:
                    yield self.finding(
                        fault.violated, scale_out,
                        told(fault.violated, f"{scale_out.address} {fault.said}"),
                        at=fault.at or tier.at,
                        key=f"{tier.name}:{fault.key}", severity=fault.severity,
                        related=fault.places or [("the extent", extent, "")
                                                 for extent in fault.extents],
                        involves=[*fault.extents, *(view for _, view, _ in fault.places)],
                        final=bool(fault.needs), needs=fault.needs)


class ExtentRule(TierRule):
    """An extent must not be what a condition says; each is judged by itself."""

    @abc.abstractmethod
    def condition(self, estate: Estate, tier: TierView, repository: RepositoryView) -> Truth:
        """Whether *repository* must not be an extent of *tier*."""

    @abc.abstractmethod
    def trait(self, tier: TierView, repository: RepositoryView) -> str:
        """What is wrong with *repository*, after its name."""

    def place(self, repository: RepositoryView) -> str:
        """The attribute of *repository* that is at fault."""
        return ""

    def faults(self, estate: Estate, scale_out: ScaleOutView, tier: TierView,
               extents: tuple[Extent, ...]) -> Iterator[Fault]:
        """Each extent with its fault."""
        for extent in extents:
            repository = extent.repository
            yield Fault(
                extent.sure & self.condition(estate, tier, repository),
                f"has the {tier.name} extent {repository.address}, which "
                f"{self.trait(tier, repository)}", repository.address, (repository,),
                (("the extent", repository, self.place(repository)),), at=extent.at)


def some(extents: Iterable[Extent], condition: Callable[[RepositoryView], Truth]) -> Truth:
    """Whether *condition* holds for one of *extents*."""
    return Truth.any(each.sure & condition(each.repository) for each in extents)


def at_least(number: int, conditions: Iterable[Truth]) -> Truth:
    """Whether *number* or more of *conditions* hold."""
    found = list(conditions)
    if sum(each is Truth.YES for each in found) >= number:
        return Truth.YES
    return Truth.of(sum(each is not Truth.NO for each in found) >= number) & Truth.UNKNOWN
