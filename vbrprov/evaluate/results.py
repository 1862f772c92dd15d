"""How every condition of a run came out, by block and by object."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from vbrprov.config.model import Module
from vbrprov.state.model import CheckedObject, CheckResult


class CheckStatus(enum.StrEnum):
    """What is known of a condition; of several together the first of these that occurs."""

    ERROR = "error"
    FAIL = "fail"
    UNKNOWN = "unknown"
    PASS = "pass"  # noqa: S105  # a status


#: Whose condition it is: the address of the block (without keys) and that of the object.
Owner = tuple[str, str]


class CheckResults:
    """Collects results; blocks that were not reached stay unknown."""

    def __init__(self, root: Module) -> None:
        self._kinds = dict(_conditioned(root))
        #: Block -> object -> the statuses of its conditions and why they fail.
        self._objects: dict[str, dict[str, tuple[list[CheckStatus], list[str]]]] = {}

    def expect(self, block: str, objects: Iterable[str]) -> None:
        """Say which objects a block has; those that are not judged later stay unknown."""
        if block in self._kinds:
            found = self._objects.setdefault(block, {})
            for address in objects:
                found.setdefault(address, ([], []))

    def watches(self, block: str) -> bool:
        """Whether a block has conditions."""
        return block in self._kinds

    def report(self, owner: Owner, status: CheckStatus, message: str = "") -> None:
        """Remember how one condition of an object came out."""
        block, address = owner
        statuses, messages = self._objects.setdefault(block, {}).setdefault(address, ([], []))
        statuses.append(status)
        if message:
            messages.append(message)

    def failed(self, owner: Owner) -> bool:
        """Whether a condition of an object is known not to hold."""
        statuses, _ = self._objects.get(owner[0], {}).get(owner[1], ([], []))
        return CheckStatus.FAIL in statuses or CheckStatus.ERROR in statuses

    def rows(self) -> list[CheckResult]:
        """All results, as they are recorded."""
        return [self._row(block) for block in sorted(self._kinds)]

    def _row(self, block: str) -> CheckResult:
        kind, count = self._kinds[block]
        found = self._objects.get(block)
        if found is None:
            return CheckResult(kind, block, CheckStatus.UNKNOWN)
        objects = []
        for address, (statuses, messages) in sorted(found.items()):
            missing = [CheckStatus.UNKNOWN] if len(statuses) < count else []
            objects.append(CheckedObject(address, _together([*statuses, *missing]), messages))
        return CheckResult(kind, block, _together(CheckStatus(o.status) for o in objects), objects)


def _together(statuses: Iterable[CheckStatus]) -> CheckStatus:
    found = set(statuses)
    return next((status for status in CheckStatus if status in found), CheckStatus.PASS)


def _conditioned(root: Module) -> Iterator[tuple[str, tuple[str, int]]]:
    """Every block that has conditions: its address, its kind, and how many there are."""
    for module in root.walk():
        prefix = "".join(f"module.{name}." for name in module.path)
        for key, resource in (*module.resources.items(), *module.ephemerals.items()):
            life = resource.lifecycle
            count = len(life.preconditions) + len(life.postconditions)
            if count:
                yield f"{prefix}{key}", ("resource", count)
        for name, output in module.outputs.items():
            if output.preconditions:
                yield f"{prefix}output.{name}", ("output", len(output.preconditions))
        for name, variable in module.variables.items():
            if variable.validations:
                yield f"{prefix}var.{name}", ("var", len(variable.validations))
        for name, check in module.checks.items():
            yield f"{prefix}check.{name}", ("check", len(check.assertions))
