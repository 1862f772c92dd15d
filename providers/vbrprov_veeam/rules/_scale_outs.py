"""What the rules on policies and scale-out repositories share."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, JobKind, JobView, RepositoryView, ScaleOutView, Truth
from vbrprov_veeam.rules._targets import is_direct

Extents = tuple[tuple[RepositoryView, Truth], ...]


def policies_to_scale_outs(
        estate: Estate) -> Iterator[tuple[JobView, ScaleOutView, Truth, Extents]]:
    """Each policy with each scale-out repository that it writes to, or may, and its extents."""
    for job in estate.jobs:
        if job.kind is JobKind.POLICY:
            choice = estate.destination(job)
            for option in choice.options:
                if isinstance(option, ScaleOutView):
                    yield job, option, choice.sure, estate.object_extents(option)


def several(extents: Extents) -> Truth:
    """Whether there are two or more of them."""
    if sum(sure is Truth.YES for _, sure in extents) > 1:
        return Truth.YES
    return Truth.of(len(extents) > 1) & Truth.UNKNOWN


def some_direct(extents: Extents) -> Truth:
    """Whether one of them is in direct mode."""
    return Truth.any(sure & is_direct(extent) for extent, sure in extents)


def names(extents: Extents) -> str:
    """The extents as words."""
    found = [extent.address for extent, _ in extents]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
