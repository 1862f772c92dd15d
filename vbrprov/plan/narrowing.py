"""What is said of ``-target``, ``-exclude`` and ``-replace``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vbrprov.addrs import (
    AddressError,
    ParsedAddress,
    format_key,
    instance_address,
    module_address,
    parse_address,
    sort_key,
)
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.graph.node import node_name
from vbrprov.plan.causes import listed
from vbrprov.plan.model import Options
from vbrprov.plan.patterns import Pattern, names_of

if TYPE_CHECKING:
    from vbrprov.graph import NodeKey
    from vbrprov.plan.planner import Planner


def parse_replace(options: Options, diags: Diagnostics) -> dict[str, ParsedAddress]:
    """The instances that ``-replace`` names; anything else is an error."""
    out: dict[str, ParsedAddress] = {}
    if options.replace and options.destroy:
        diags.error("Unsupported plan mode", "Forcing resource instance replacement (with "
                    "-replace=...) is allowed only in normal planning mode, not with destroy.")
    for text in options.replace:
        summary = f'Invalid force-replace address "{text}"'
        try:
            parsed = parse_address(text)
        except AddressError as error:
            diags.error(summary, str(error))
            continue
        if not parsed.type_name:
            diags.error(summary, "A resource instance address is required here. The module path "
                        "must be followed by a resource instance specification.")
        elif parsed.mode != "managed":
            diags.error(summary, "Only managed resources can be used with the -replace=... option.")
        else:
            out.update(dict.fromkeys(_spellings(parsed), parsed))
    return out


def _spellings(parsed: ParsedAddress) -> set[str]:
    """An address with its type under each of the names that this has."""
    kind = TYPE_ALIASES.get(parsed.type_name, parsed.type_name)
    names = {kind, *(alias for alias, meant in TYPE_ALIASES.items() if meant == kind)}
    return {instance_address(parsed.module, "managed", name, parsed.name, parsed.key)
            for name in names}


def report(planner: Planner) -> None:
    """Warn of a narrowed plan, and of addresses that have no effect."""
    options = planner.options
    if not (options.targets or options.excludes or options.replace) or planner.diags.has_errors:
        return
    known = _known(planner)
    there = _There(planner, known)
    for option, patterns in (("target", planner.selection.targets),
                             ("exclude", planner.selection.excludes)):
        for pattern in patterns:
            if not there.matches(pattern):
                planner.diags.warning(
                    f"Nothing matches -{option}", f'Neither the configuration nor the state has '
                    f'anything at "{pattern.text}", so this -{option} has no effect. '
                    f"{_near(pattern.text, planner, known)}".rstrip())
    reported: set[str] = set()
    for text in options.replace:
        if text not in reported:
            reported.add(text)
            _check_replace(text, planner, known)
    if not planner.selection.everything:
        planner.diags.warning(
            "Resource targeting is in effect", f"You are creating a plan with the {_used(options)} "
            "option, which means that the result of this plan may not represent all of the changes "
            f"requested by the current configuration.\n\nThe {_used(options)} option is not for "
            "routine use, and is provided only for exceptional situations such as recovering from "
            "errors or mistakes.")


def incomplete(options: Options, diags: Diagnostics) -> None:
    """Warn after an apply of a narrowed plan."""
    diags.warning(
        "Applied changes may be incomplete", f"The plan was created with the {_used(options)} "
        "option in effect, so some changes requested in the configuration may have been ignored "
        "and the output values may not be fully updated. Run the following command to verify that "
        "no other changes are pending:\n\n    vbrprov plan")


def _used(options: Options) -> str:
    names = [f"-{name}" for name, given in (("target", options.targets),
                                            ("exclude", options.excludes)) if given]
    return " and ".join(names)


def _known(planner: Planner) -> set[str]:
    """Every resource instance that configuration or state has, or had before a move."""
    return (planner.addresses | {address for address, _ in planner.state.instances}
            | {move.former for move in planner.plan.moves})


class _There:
    """What a pattern may match, found by type and name where it has these."""

    def __init__(self, planner: Planner, known: Iterable[str]) -> None:
        self._nodes = [key for key in planner.graph.nodes if key[1] == "resource"]
        # A block that is deferred may yet have instances of any key.
        self._deferred = [key for key, _ in planner.plan.deferred_blocks if key[1] == "resource"]
        self._known = [parse_address(address) for address in known]
        self._nodes_at: dict[tuple[str, str], list[NodeKey]] = {}
        self._deferred_at: dict[tuple[str, str], list[NodeKey]] = {}
        self._known_at: dict[tuple[str, str, str], list[ParsedAddress]] = {}
        for keys, index in ((self._nodes, self._nodes_at), (self._deferred, self._deferred_at)):
            for key in keys:
                index.setdefault(names_of(key), []).append(key)
        for parsed in self._known:
            kind = TYPE_ALIASES.get(parsed.type_name, parsed.type_name)
            for text in {"", format_key(parsed.key)}:
                self._known_at.setdefault((kind, parsed.name, text), []).append(parsed)

    def matches(self, pattern: Pattern) -> bool:
        """Whether configuration or state has something that a pattern matches."""
        nodes, known, deferred = self._nodes, self._known, self._deferred
        if pattern.names is not None:
            nodes = self._nodes_at.get(pattern.names, [])
            known = self._known_at.get((*pattern.names, pattern.exact), [])
            deferred = self._deferred_at.get(pattern.names, [])
        return ((pattern.whole_blocks and any(pattern.touches(key) for key in nodes))
                or any(pattern.covers(parsed) for parsed in known)
                or any(pattern.touches(key) for key in deferred))


def _near(text: str, planner: Planner, known: Iterable[str]) -> str:
    """Addresses that may have been meant."""
    blocks = [node_name(key) for key in planner.graph.nodes if key[1] == "resource"]
    modules = {module_address(m) for found in planner.world.module_instances.values()
               for m in found if m}
    known = list(known)
    own = sorted((a for a in known if a.startswith(f"{text.partition('[')[0]}[")), key=sort_key)
    if "[" in text and text.partition("[")[0] in (*blocks, *known) and not own:
        return f"Its address has no key: {text.partition('[')[0]}."
    if own:
        return f"There are: {listed(own)}."
    return did_you_mean(text, [*blocks, *known, *modules])


def _check_replace(text: str, planner: Planner, known: set[str]) -> None:
    parsed = parse_address(text)
    names = _spellings(parsed)
    found = [i for name in names if (i := planner.state.instances.get((name, "")))]
    if any(planner.deferrals.keeps(instance) for instance in found):
        planner.diags.warning(
            "Replacement is deferred", f"{text} belongs to something that this plan defers, so it "
            "is not replaced now. Give -replace again in the next plan.")
    if names & known:
        return
    own = sorted((a for a in known if parsed.key is None
                  and any(a.startswith(f"{name}[") for name in names)), key=sort_key)
    if own:
        options = "\n".join(f"    -replace='{address}'" for address in own[:20])
        which = ("the single declared instance, use" if len(own) == 1 else
                 "particular instances, use one or more of")
        planner.diags.warning(
            "Incompletely-matched force-replace resource instance", f"Your force-replace request "
            f"for {text} doesn't match any resource instances because it lacks an instance key. To "
            f"force replacement of {which} the following:\n\n{options}")
        return
    planner.diags.warning(
        "Nothing matches -replace", f'Neither the configuration nor the state has an instance '
        f'"{text}", so this -replace has no effect. {_near(text, planner, known)}'.rstrip())
