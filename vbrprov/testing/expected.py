"""Failures that a run expects: conditions of named objects that must not hold."""

from __future__ import annotations

import re

import msgspec

from vbrprov.addrs import AddressError, parse_address
from vbrprov.config.model import Condition, Module
from vbrprov.config.testfile import RunBlock
from vbrprov.diag import Diagnostic, Diagnostics, Severity, SourceRange

#: What a check says that cannot be judged while planning.
_LATER = "Check block assertion known after apply"
#: Guardrails can be expected to refuse, too: ``rule.VBR014``.
_RULE = re.compile(r"VBR\d{3}")
_EARLY = ("A custom condition within {} failed during the planning stage and prevented the "
          "requested apply operation. While this was an expected failure, the apply operation "
          "could not be executed and so the overall test case will be marked as a failure and the "
          "original diagnostic included in the test report.")


class Expectations:
    """What a run expects to fail, and what of that did."""

    def __init__(self, run: RunBlock, root: Module, diags: Diagnostics) -> None:
        self._wanted = {_plain(item.text): item for item in run.expected}
        self._met: set[str] = set()
        self._owners = _owners(root)
        known = {owner for owner, _ in self._owners}
        for name, item in self._wanted.items():
            if name not in known and not _exists(root, name):
                diags.error("Invalid `expect_failures` reference", f"{item.text} is not a "
                            "variable, an output value, a check or a resource of the module under "
                            "test, nor a rule such as rule.VBR014.", item.range)

    def sift(self, found: Diagnostics, *, before_apply: bool = False) -> Diagnostics:
        """*found* without failures that were expected.

        One that was expected and kept the apply from happening stays, with a warning before it.
        """
        out = Diagnostics()
        for item in found:
            owner = self._owner(item)
            wanted = self._wanted.get(owner)
            if wanted is None:
                # In a test a check that nobody expects to fail is a failure.
                out.add(msgspec.structs.replace(item, severity=Severity.ERROR)
                        if owner.startswith("check.") else item)
                continue
            if item.summary != _LATER:
                self._met.add(_plain(wanted.text))
            if before_apply and item.is_error:
                out.warning("Expected failure while planning", _EARLY.format(wanted.text),
                            wanted.range)
                out.add(item)
        return out

    def missing(self) -> list[Diagnostic]:
        """An error for everything that should have failed and did not."""
        return [Diagnostic(Severity.ERROR, "Missing expected failure",
                           f"The checkable object, {item.text}, was expected to report an error "
                           "but did not.", item.range)
                for name, item in self._wanted.items() if name not in self._met]

    def _owner(self, item: Diagnostic) -> str:
        """The object whose condition *item* is about, or its rule; empty for anything else."""
        if item.rule_id:
            return f"rule.{item.rule_id}"
        places = [where for where in (item.subject, *(r for _, r in item.related)) if where]
        return next((owner for owner, where in self._owners
                     for place in places if _same(where, place)), "")


def _same(condition: Condition, place: SourceRange) -> bool:
    return place in (condition.range, condition.condition.range)


def _plain(text: str) -> str:
    """An address without keys, and resources by the name that configuration uses."""
    try:
        parsed = parse_address(text)
    except AddressError:
        return text
    return str(msgspec.structs.replace(parsed, key=None))


def _owners(root: Module) -> list[tuple[str, Condition]]:
    """Every condition of the module with the address of what it belongs to."""
    out = [(f"var.{v.name}", c) for v in root.variables.values() for c in v.validations]
    out += [(f"output.{o.name}", c) for o in root.outputs.values() for c in o.preconditions]
    out += [(f"check.{k.name}", c) for k in root.checks.values() for c in k.assertions]
    out += [(r.key, c) for r in root.resources.values()
            for c in (*r.lifecycle.preconditions, *r.lifecycle.postconditions)]
    return out


def _exists(root: Module, name: str) -> bool:
    kind, _, rest = name.partition(".")
    if kind == "var":
        return rest in root.variables
    if kind == "check":
        return rest in root.checks
    if kind == "rule":
        return _RULE.fullmatch(rest) is not None
    return rest in root.outputs if kind == "output" else name in root.resources


