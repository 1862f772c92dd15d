"""Arguments to text: what the data source and the command share."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vbrprov.policy import finding
from vbrprov.policy.asking import PolicyArguments, make_request, one_of
from vbrprov.sdk import PolicyDocument, PolicyError, PolicyFormat, PolicyRequest


class Explained(msgspec.Struct, frozen=True):
    """One permission: as Veeam prints it, as the vendor spells it, why, and who says so."""

    action: str
    spelling: tuple[str, ...]
    why: str
    permission_set: str
    sources: tuple[str, ...]


class Rendered(msgspec.Struct, frozen=True):
    """A policy, and how to write it."""

    request: PolicyRequest
    document: PolicyDocument

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known with the policy."""
        return (*self.request.notes, *self.document.notes)

    def text(self, format_name: str | None = None) -> str:
        """The policy in a format, the first that fits when none is named.

        Raises:
            PolicyError: There is no such format, or it does not fit this policy.
        """
        return self._format(format_name).write(self.request, self.document)

    def formats(self) -> list[str]:
        """The formats that fit."""
        return [name for name in finding.format_names()
                if finding.format_named(name).fits(self.document)]

    def _format(self, name: str | None) -> PolicyFormat:
        fitting = self.formats()
        if name is None:
            return finding.format_named("json" if "json" in fitting else fitting[0])
        one_of("format", name, finding.format_names())
        if name not in fitting:
            raise PolicyError(
                "format", "Format does not fit the policy",
                f"The format {name} cannot hold this policy; {', '.join(fitting)} can.")
        return finding.format_named(name)

    def explain(self) -> Iterator[Explained]:
        """Each permission that was asked for."""
        for need in self.request.needs:
            yield Explained(need.action, self.document.spelling.get(need.action, ()), need.why,
                            need.permission_set, need.sources)


def render(given: PolicyArguments) -> Rendered:
    """The policy that the arguments ask for.

    Raises:
        PolicyError: It cannot be had.
    """
    dialect, request = make_request(given)
    return Rendered(request, dialect.render(request))
