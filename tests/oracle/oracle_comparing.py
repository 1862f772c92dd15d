"""Asks the oracle and the rules, and makes a difference small."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "rules"))

import rule_world
from estates import OPEN, Either, Estate, Repository, completions
from oracle_generate import estate, parts_of
from table import judge
from translate import specs

#: (rule, address, severity) -> violated or unknown.
Verdicts = dict[tuple[str, str, str], str]
STRENGTH = {"unknown": 0, "violated": 1}


def strongest(found: Iterable[tuple[tuple[str, str, str], str]]) -> Verdicts:
    """One verdict a rule, address and severity."""
    out: Verdicts = {}
    for key, verdict in found:
        if key not in out or STRENGTH[verdict] > STRENGTH[out[key]]:
            out[key] = verdict
    return out


def by_oracle(made: Estate) -> Verdicts:
    """Violated is what every completion breaks, unknown what only some do."""
    judged = [judge(closed) for closed in completions(made)]
    number, hits = len(judged), Counter(hit for found in judged for hit in found)
    found = []
    for (rule, address, _, severity), times in hits.items():
        verdict = "violated" if times == number and severity != "open" else "unknown"
        found.append(((rule, address, "refuse" if severity == "open" else severity), verdict))
    return strongest(found)


def covered() -> frozenset[str]:
    """The rules that the oracle knows."""
    text = Path(__file__).with_name("table.py").read_text(encoding="utf-8")
    return frozenset(word for word in text.split('"') if word.startswith("VBR") and len(word) == 6)


def by_rules(made: Estate, ids: frozenset[str]) -> Verdicts:
    """What the rules find, without what the plan repairs."""
    findings, _ = rule_world.run(specs(made), *ids, phase="plan")
    return strongest(((f.rule_id, f.address, f.severity.value), f.verdict.value)
                     for f in findings if not f.repaired)


def differences(made: Estate, ids: frozenset[str]) -> dict[tuple[str, str, str], str]:
    """Where the two do not agree: the oracle's word / the rules'."""
    oracle, ours = by_oracle(made), by_rules(made, ids)
    return {key: f"{oracle.get(key, '-')}/{ours.get(key, '-')}"
            for key in sorted(oracle.keys() | ours.keys()) if oracle.get(key) != ours.get(key)}


def whole(made: Estate) -> bool:
    """Whether it is one that the generator could have made."""
    there = {part.address for part in made}
    links = [value for part in made for field in fields(part)
             if isinstance(value := getattr(part, field.name), Either)]
    if not all(set(link.addresses) <= there for link in links):
        return False
    return all(_sound(part, there) for part in made if isinstance(part, Repository))


def _sound(r: Repository, there: set[str]) -> bool:
    unwritten = not r.block and (r.days, r.enabled) != (None, None)
    dangling = isinstance(r.store, str) and "." in r.store and r.store not in there
    return not (unwritten or dangling or (r.exists and r.mode is None))


def has(rule: str, word: str) -> Callable[[Estate], bool]:
    """Whether an estate has this difference of this rule."""
    return lambda made: any(key[0] == rule and said == word
                            for key, said in differences(made, frozenset([rule])).items())


def shrink(made: Estate, still: Callable[[Estate], bool]) -> Estate:
    """The smallest estate found for which *still* holds."""
    going = True
    while going:
        going = False
        for smaller in _smaller(made):
            if parts_of(smaller) < parts_of(made) and whole(smaller) and still(smaller):
                made, going = smaller, True
                break
    return made


def _smaller(made: Estate) -> Iterable[Estate]:
    for number in range(len(made)):
        yield (*made[:number], *made[number + 1:])
    for number, part in enumerate(made):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.default is not MISSING and value != field.default:
                yield (*made[:number], replace(part, **{field.name: field.default}),
                       *made[number + 1:])
            elif isinstance(value, tuple) and value:
                yield (*made[:number], replace(part, **{field.name: value[1:]}),
                       *made[number + 1:])


def campaign(seed: int, number: int) -> tuple[list[tuple[int, str, str, Estate]], Counter[str]]:
    """Judge *number* estates; the first difference of each sort, and how often what was seen."""
    ids = covered()
    seen: Counter[str] = Counter()
    kept: list[tuple[int, str, str, Estate]] = []
    sorts: set[tuple[str, str]] = set()
    for n in range(seed, seed + number):
        made = estate(Random(n))
        seen["estates"] += 1
        seen["with open values"] += OPEN in repr(made) or "Either" in repr(made)
        seen.update(f"{key[0]} {verdict}" for key, verdict in by_oracle(made).items())
        found = differences(made, ids)
        seen["differences"] += bool(found)
        for (rule, _, severity), word in found.items():
            if (rule, f"{severity} {word}") not in sorts:
                sorts.add((rule, f"{severity} {word}"))
                kept.append((n, rule, f"{severity} {word}", shrink(made, has(rule, word))))
    return kept, seen
