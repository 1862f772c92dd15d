"""What guardrails know of one resource instance, independent of its provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vbrprov.diag import SourceRange
from vbrprov.sdk.notes import Attestation, Suppression
from vbrprov.values import Value

__all__ = ["Attestation", "InstanceFacts", "Suppression"]


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """One instance as rules may see it.

    ``planned`` is the end state: what the object will be when this plan is done (live settings
    overlaid with the planned changes; unknowns in place); ``None`` when it is destroyed.
    ``live`` is what was read just now; ``None`` when it does not exist or was not read.
    ``config`` is what the configuration says. ``ranges`` leads from an attribute path
    (``bucket``, ``versioning.status``, ``lifecycle_rule[0].id``) to its place in the source, and
    ``references`` from a top-level attribute, and from each of several blocks of a type
    (``extent[1]``), to the addresses of the resources that it refers to.
    ``prior`` is what the state recorded before anything was read.
    ``action`` is one of no-op, create, read, update, replace, delete, forget.
    ``changed`` are the top-level names that the plan changes. ``phase`` is static, plan or apply.
    """

    address: str
    type_name: str
    mode: str
    action: str
    planned: Mapping[str, Value] | None
    live: Mapping[str, Value] | None
    config: Mapping[str, Value]
    ranges: Mapping[str, SourceRange] = field(default_factory=dict)
    block_range: SourceRange | None = None
    references: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    prior: Mapping[str, Value] | None = None
    attestations: tuple[Attestation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    phase: str = "plan"

    def range_of(self, path: str) -> SourceRange | None:
        """The place of an attribute, or of the nearest thing around it."""
        while path:
            if path in self.ranges:
                return self.ranges[path]
            path = path.rpartition(".")[0]
        return self.block_range
