"""The names of a state's objects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """The objects of one workspace."""

    workspace: str

    @property
    def prefix(self) -> str:
        """What all of them begin with."""
        return f"{self.workspace}/"

    @property
    def snapshot(self) -> str:
        """The snapshot."""
        return f"{self.workspace}/state"

    @property
    def marker(self) -> str:
        """The lineage marker."""
        return f"{self.workspace}/lineage"

    @property
    def lock(self) -> str:
        """The lease."""
        return f"{self.workspace}/lock"

    def segment(self, seq: int) -> str:
        """The records that follow record *seq*."""
        return f"{self.workspace}/journal/{seq:012d}"

    def fence(self, seq: int) -> str:
        """Says that the segment after record *seq* keeps an older holder out, and must stay."""
        return f"{self.segment(seq)}.fence"

    def generation(self, serial: int) -> str:
        """An older snapshot."""
        return f"{self.workspace}/generations/{serial:012d}"


def is_secret(name: str) -> bool:
    """Whether the object of that name holds what a state holds: a snapshot or records."""
    return (is_snapshot(name) or is_generation(name)
            or (_within(name).startswith("journal/") and not name.endswith(".fence")))


def is_snapshot(name: str) -> bool:
    """Whether it is the snapshot."""
    return _within(name) == "state"


def is_generation(name: str) -> bool:
    """Whether it is an older snapshot."""
    return _within(name).startswith("generations/")


def _within(name: str) -> str:
    """The name without the workspace's."""
    return name.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is of a state: numbers of segments, fences and generations, in order."""

    segments: tuple[int, ...]
    fences: frozenset[int]
    generations: tuple[int, ...]
    has_marker: bool

    @classmethod
    def of(cls, names: Names, found: list[str]) -> Listing:
        """Read the listing of a workspace; other names are ignored."""
        journal, older = names.segment(0)[:-12], names.generation(0)[:-12]
        segments = [n.removeprefix(journal) for n in found if n.startswith(journal)]
        fences = [n.removesuffix(".fence") for n in segments if n.endswith(".fence")]
        kept = [n.removeprefix(older) for n in found if n.startswith(older)]
        return cls(
            tuple(sorted(int(n) for n in segments if n.isdecimal())),
            frozenset(int(n) for n in fences if n.isdecimal()),
            tuple(sorted(int(n) for n in kept if n.isdecimal())),
            names.marker in found,
        )
