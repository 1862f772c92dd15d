"""Whether two programs did the same with a configuration, and which differences are meant.

A rule takes one way to differ: a status, or one place in what a command said. It looks at that
alone, so that whatever else differs in the same run is still a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said in one command: whether it did it, and the comparable part."""

    what: str
    status: int
    value: Any = None
    errors: str = ""
    #: Whether ``-target`` left something out.
    partial: bool = False

    @property
    def faults(self) -> list[str]:
        """Each error in one line."""
        text = " ".join(self.errors.replace("│", " ").replace("╷", " ").replace("╵", " ").split())
        return re.split(r"(?:^|\s)Error: ", text)[1:]

    @property
    def places(self) -> set[tuple[str, str]]:
        """Files and lines of the errors."""
        return set(re.findall(r"\bon (\S+?)\.(?:tf|vbr\.hcl) line (\d+)", self.errors))


class Verdict(NamedTuple):
    """The first difference that is not meant, and the kinds of those that are."""

    difference: str
    meant: tuple[str, ...]


def judge(theirs: Sequence[Said], ours: Sequence[Said]) -> Verdict:
    """Compare command by command, up to the first difference that is not meant."""
    meant: dict[str, None] = {}
    recorded: Mapping[str, Any] = {}
    for number, (left, right) in enumerate(zip(theirs, ours, strict=False)):
        if (left.what, left.status) != (right.what, right.status):
            reason = _other_status(left, right, theirs[number + 1:]) if (
                left.what == right.what) else ""
            if reason:
                return Verdict("", (*meant, reason))
            return Verdict(f"{left.what}: {left.status}, ours {right.what}: {right.status}\n"
                           f"{left.errors}\n{right.errors}", (*meant,))
        wrong = []
        for at, one, other in leaves(left.value, right.value):
            reason = _other_value(at, one, other, right, recorded) or _no_change(
                at, left.value, right.value)
            if reason:
                meant[reason] = None
            else:
                wrong.append(f"/{'/'.join(at)}: {one!r}, ours {other!r}")
        if wrong:
            return Verdict(f"{left.what}:\n" + "; ".join(wrong), (*meant,))
        if right.what.startswith("state"):
            recorded = right.value["outputs"]
    if len(theirs) != len(ours):
        return Verdict(f"{len(theirs)} commands, ours {len(ours)}", (*meant,))
    return Verdict("", (*meant,))


_FLAGS = {"after_unknown", "after_sensitive", "before_sensitive", "sensitive"}


def leaves(left: Any, right: Any, at: Place = ()) -> Iterator[tuple[Place, Any, Any]]:
    """Where two documents differ, with both values."""
    if _FLAGS.intersection(at):
        # Nothing flagged is the same as no flags.
        left = {} if left is None and isinstance(right, dict) else left
        right = {} if right is None and isinstance(left, dict) else right
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            yield from leaves(left.get(key), right.get(key), (*at, key))
    elif left != right or type(left) is not type(right):
        yield at, left, right


# --- statuses ----------------------------------------------------------------------------------

#: What the only error of the one that failed says, and who that is.
_ONE_FAILS = {
    "a trigger on an instance that does not exist": ("theirs", "no change found for"),
    "a fault of Terraform": ("theirs", "this is a bug in Terraform"),
    "a null of no type in a format": (
        "ours", r'Call to function "format" failed: .* null value cannot be formatted'),
}


def _other_status(theirs: Said, ours: Said, later: Sequence[Said]) -> str:
    """Why one failing is meant; nothing when it is not."""
    failed, who = (ours, "ours") if ours.status == 1 else (theirs, "theirs")
    if failed.status != 1 or theirs.status == ours.status:
        return ""
    for name, (whose, pattern) in _ONE_FAILS.items():
        if who == whose and failed.faults and all(
                re.search(pattern, fault) for fault in failed.faults):
            return name
    if who == "ours" and later and later[0].status == 1 and ours.places and (
            ours.places <= later[0].places):
        return "what cannot work fails before anything is applied"
    if who == "theirs" and ours.partial and all(_spared(fault, ours) for fault in failed.faults):
        return "-target spares what is wrong elsewhere"
    if who == "theirs" and _destroys(ours) and all(
            re.search(r"\d+: (condition|error_message) =", fault) for fault in failed.faults):
        return "-destroy asks no conditions"
    return ""


def _destroys(ours: Said) -> bool:
    """Whether all that is planned is to delete."""
    resources = (ours.value or {}).get("resources", {}).values()
    return bool(resources) and all(each.get("actions") == ["delete"] for each in resources)


def _spared(fault: str, ours: Said) -> bool:
    """Whether an error is about no object that the plan changes."""
    named = re.search(r'in resource "(\w+)" "(\w+)"', fault)
    if named is None:
        return True
    address = ".".join(named.groups())
    return not any(re.split(r"[\[/]", key)[0].endswith(address) for key in ours.value["resources"])


# --- values ------------------------------------------------------------------------------------

def _other_value(at: Place, theirs: Any, said: Any, command: Said,
                 recorded: Mapping[str, Any]) -> str:
    """Why it is meant that ours says something else in a place; nothing when it is not."""
    ours = command.value
    if command.partial and at[0] == "resources" and len(at) == 2 and said is None:
        # Referring to a module as a whole takes all of it along for Terraform.
        return "-target takes along less of a module" if at[1].startswith("module.") else ""
    if at[0] == "outputs" and (at[2:3] == ("before",) or (len(at) == 2 and theirs is None)):
        found = ours["outputs"].get(at[1]) or {}
        known = recorded.get(at[1]) or {}
        # With -destroy Terraform shows what it would be by now.
        return "the last value of an output" if found.get("actions") == [
            "delete"] and found["before"] == known.get("value") else ""
    change, what, rest = _planned(at, ours)
    if change and what in ("before", "before_sensitive") and at[0] == "resources":
        # What was recorded in plain is not shown once configuration says that it is secret.
        flags = _at(change["before_sensitive"], rest)
        becomes = flags and flags == _at(change["after_sensitive"], rest)
        alike = said == flags if what == "before_sensitive" else said == _hidden(theirs, flags)
        return "what becomes a secret is hidden as it was, too" if becomes and alike else ""
    if not change or not _unknown(change["after_unknown"], rest):
        return ""
    # After apply it is known, and all of it has to be the same with both.
    if what == "after_sensitive":
        return "Terraform forgets a secret in what is known after apply" if said is True else ""
    return "known after apply only" if what in ("after", "after_unknown") else ""


def _no_change(at: Place, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Whether a change is planned that may turn out to be none, or what that triggers."""
    if at[0] != "resources" or at[2:] not in (("actions",), ("action_reason",)):
        return ""
    unsure = {key for key, change in ours["resources"].items()
              if change["actions"] == ["update"] and change["after_unknown"]
              and (theirs["resources"].get(key) or {}).get("actions") == ["no-op"]}
    triggered = unsure and ours["resources"][at[1]]["action_reason"] == "replace_by_triggers" and (
        theirs["resources"][at[1]]["actions"] == ["no-op"])
    return "a change that may turn out to be none" if at[1] in unsure or triggered else ""


def _planned(at: Place, ours: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str, Place]:
    """Of which change a place is, of which of its parts, and where in that."""
    if at[0] in ("resources", "outputs"):
        return ours[at[0]].get(at[1]), "".join(at[2:3]), at[3:]
    if at[0] == "planned" and at[1] == "outputs":
        return ours["outputs"].get(at[2]), "after" if at[3:] in (("value",), ("type",)) else "", ()
    if at[0] == "planned" and at[1] == "resources":
        what = {("values",): "after", ("sensitive",): "after_sensitive"}.get(at[3:4], "")
        return ours["resources"].get(f"{at[2]}/"), what, at[4:]
    return None, "", ()


def _at(document: Any, at: Place) -> Any:
    """What is in a place; nothing where there is no such place."""
    for step in at:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _hidden(value: Any, flags: Any) -> Any:
    """The value without what is flagged."""
    if flags is True:
        return None
    if isinstance(value, dict) and isinstance(flags, dict):
        return {key: _hidden(inner, flags.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(flags, list) and len(value) == len(flags):
        return [_hidden(inner, flag) for inner, flag in zip(value, flags, strict=True)]
    return value


def _unknown(flags: Any, at: Place) -> bool:
    """Whether a place, or all that it is in, is known after apply."""
    for step in at:
        if flags is True or not isinstance(flags, dict):
            break
        flags = flags.get(step)
    return flags is True
