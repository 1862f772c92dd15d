"""Given policies against every purpose of a vendor, when nobody says which one is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from vbrprov.policy import purposes
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.check import LACKS, Finding, check_together
from vbrprov.policy.iam.document import Policy
from vbrprov.policy.rendering import Rendered, render
from vbrprov.sdk import PolicyError

#: How agents reach the storage in the purposes that ask for it: the way that needs most.
_AGENT_ACCESS: Final = "iam_sts"
#: What is wrong with these is wrong for every purpose.
_ALL: Final = ("vendor", "buckets")


class Standing(msgspec.Struct, frozen=True):
    """A purpose, and what is lacking for it."""

    purpose: str
    immutability: bool
    lacks: tuple[Finding, ...]


def rendered_purposes(given: PolicyArguments) -> list[Rendered]:
    """What each purpose that the vendor has needs, without and with immutability.

    Raises:
        PolicyError: No purpose can be rendered with these arguments.
    """
    found: list[Rendered] = []
    errors: list[PolicyError] = []
    for name in purposes.names():
        for rendered in _of_purpose(given, name, errors):
            if rendered.document.kind != "azure_assignments":
                found.append(rendered)
    if not found:
        raise errors[0]
    return found


def _of_purpose(given: PolicyArguments, name: str,
                errors: list[PolicyError]) -> Iterator[Rendered]:
    before: Rendered | None = None
    for immutability in (False, True):
        wanted = msgspec.structs.replace(given, purpose=name, immutability=immutability)
        try:
            try:
                rendered = render(wanted)
            except PolicyError as error:
                if error.argument != "agent_access" or given.agent_access:
                    raise
                rendered = render(msgspec.structs.replace(wanted, agent_access=_AGENT_ACCESS))
        except PolicyError as error:
            if error.argument in _ALL:
                raise
            errors.append(error)
            continue
        if before is None or rendered.request.needs != before.request.needs:
            yield rendered
        before = rendered


def standings(given: Sequence[Policy], wanted: Sequence[Rendered], *,
              beside: Sequence[Policy] = (), bounds: Sequence[Policy] = (),
              principal: str = "") -> list[Standing]:
    """What *given* lacks for each; see ``check_together``."""
    out = []
    for each in wanted:
        found = check_together(given, each, beside=beside, bounds=bounds, principal=principal)
        plain = next(w for w in wanted if w.request.purpose == each.request.purpose)
        out.append(Standing(each.request.purpose, plain is not each,
                            tuple(f for f in found if f.kind in LACKS)))
    return out
