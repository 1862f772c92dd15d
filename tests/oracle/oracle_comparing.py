"""Asks the oracle and the rules, and makes a difference small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from estates import Estate
from oracle_generate import estate
from oracle_said import Said
from oracle_shrinking import shrink
from oracle_verdicts import (
    PERMISSIONS,
    Key,
    Verdicts,
    by_oracle,
    covered,
    doubts,
    may_break,
    open_values,
    relying,
    repairs,
)
from table import REPAIRED


def differences(made: Estate, ids: frozenset[str],
                judged: Verdicts | None = None) -> dict[Key, str]:
    """Where the two do not agree: the oracle's word / the rules'. *judged* is the oracle's."""
    oracle = {key: v for key, v in (judged or by_oracle(made)).items() if key[0] in ids}
    said = Said(made, ids)
    ours = said.verdicts()
    found = {key: f"{oracle.get(key, '-')}/{ours.get(key, '-')}"
             for key in sorted(oracle.keys() | ours.keys()) if oracle.get(key) != ours.get(key)}
    if found:
        return found
    blocked = {key[:2] for key, verdict in oracle.items()
               if key[2] == "refuse" and verdict != "attested"}
    last = said.refused()
    for key in blocked ^ last:
        found[(*key, "last moment")] = "refused/-" if key in blocked else "-/refused"
    if open_values(made):
        return found
    if any(getattr(part, "denied", ()) for part in made):
        doubtful = [key[:2] for key, verdict in oracle.items()
                    if key[2] == "refuse" and verdict == "unknown"]
        found |= _held(made, said, doubtful)
    else:
        found |= _ordered(made, said)
    return found | _told(made, ids, said)


def _told(made: Estate, ids: frozenset[str], said: Said) -> dict[Key, str]:
    wanted = {key: needs for key, needs in doubts(made).items() if key[0] in ids}
    told = said.told()
    for key, verdict in said.verdicts().items():
        if verdict == "violated" and key[2] == "refuse":
            # Beside a refusal a doubt says little.
            wanted.pop(key[:2], None)
            told.pop(key[:2], None)
    found = {(*key, "doubt"): "told/-" if key in wanted else "-/told"
             for key in wanted.keys() ^ told.keys()}
    for key in wanted.keys() & told.keys():
        named = {p for p in PERMISSIONS.values() if p in told[key]}
        if bool(named) != bool(wanted[key]) or not named <= wanted[key]:
            found[(*key, "permission")] = f"{sorted(wanted[key])}/{sorted(named)}"
    return found


def _ordered(made: Estate, said: Said) -> dict[Key, str]:
    """A repair comes before the changes that rely on it."""
    edges: dict[tuple[str, str], set[str]] = {}
    for f in said.findings:
        if f.repaired:
            edges.setdefault((f.rule_id, f.address), set()).update(later for _, later in f.edges)
    return {(rule, address, f"before {later}"): "order/-"
            for (rule, address), found in edges.items()
            for later in relying(made, address, lambda e, r=rule, a=address: repairs(e, r, a))
            if later not in found}


def _held(made: Estate, said: Said, doubtful: Iterable[tuple[str, str]]) -> dict[Key, str]:
    """What relies on storage of which nothing is certain is not begun."""
    wanted = {(rule, address, step) for rule, address in doubtful for step in relying(
        made, address, lambda e, r=rule, a=address: may_break(e, r, a))}
    refused = {step: said.refused(step) for _, _, step in wanted}
    return {(rule, address, f"step {step}"): "refused/-" for rule, address, step in wanted
            if (rule, address) not in refused[step]}


def has(rule: str, word: str) -> Callable[[Estate], bool]:
    """Whether an estate has this difference of this rule."""
    return lambda made: any(key[0] == rule and said == word
                            for key, said in differences(made, frozenset([rule])).items())


def campaign(seed: int, number: int) -> tuple[list[tuple[int, str, str, Estate]], Counter[str]]:
    """Judge *number* estates; the first difference of each sort, and how often what was seen."""
    ids = covered()
    seen: Counter[str] = Counter()
    kept: list[tuple[int, str, str, Estate]] = []
    sorts: set[tuple[str, str]] = set()
    for n in range(seed, seed + number):
        made = estate(Random(n))
        seen["estates"] += 1
        seen.update(f"estates with {each}" for each in dimensions(made))
        oracle = by_oracle(made)
        seen.update({f"estates with a verdict {key[2] if key[2] == REPAIRED else verdict}"
                     for key, verdict in oracle.items()})
        seen.update(f"{key[0]} {key[2] if key[2] == REPAIRED else verdict}"
                    for key, verdict in oracle.items())
        found = differences(made, ids, oracle)
        seen["differences"] += bool(found)
        for (rule, _, sort), word in found.items():
            sort = sort.partition(" ")[0]
            if (rule, f"{sort} {word}") not in sorts:
                sorts.add((rule, f"{sort} {word}"))
                kept.append((n, rule, f"{sort} {word}", shrink(made, has(rule, word))))
    return kept, seen


def dimensions(made: Estate) -> set[str]:
    """What an estate has beside plain new objects."""
    found = {"open values"} if open_values(made) else set()
    for part in made:
        if getattr(part, "now", None) is not None:
            managed = getattr(part, "managed", True)
            found.add("storage that exists, managed" if managed else "storage of a data source")
            recorded = getattr(part, "recorded", None)
            if recorded is not None and recorded != part.now:  # type: ignore[union-attr]
                found.add("drift")
        if getattr(part, "denied", ()):
            found.add("denied reads")
        for _, valid in getattr(part, "attests", ()):
            found.add("attestations" if valid else "expired attestations")
    return found
