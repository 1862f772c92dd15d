"""What the oracle says of an estate with open values, or with settings that may not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from completing import chosen, slots
from estates import OPEN, Account, Bucket, Container, Estate, Job
from oracle_facts import Facts
from table import REPAIRED, judge, mended_by

#: (rule, address, severity) -> violated, unknown or attested.
Key = tuple[str, str, str]
Verdicts = dict[Key, str]
STRENGTH = {"attested": 0, "unknown": 1, "violated": 2}
#: What reads each group of settings, as the services name it.
PERMISSIONS = {
    (Bucket, "lifecycle"): "s3:GetLifecycleConfiguration",
    (Bucket, "versioning"): "s3:GetBucketVersioning",
    (Bucket, "object_lock"): "s3:GetBucketObjectLockConfiguration",
    (Bucket, "replication"): "s3:GetReplicationConfiguration",
    (Bucket, "intelligent_tiering"): "s3:GetIntelligentTieringConfiguration",
    (Account, "lifecycle"): "Microsoft.Storage/storageAccounts/managementPolicies/read",
    (Account, "blob_service"): "Microsoft.Storage/storageAccounts/blobServices/read",
}


def strongest(found: Iterable[tuple[Key, str]]) -> Verdicts:
    """One verdict a rule, address and severity."""
    out: Verdicts = {}
    for key, verdict in found:
        if key not in out or STRENGTH[verdict] > STRENGTH[out[key]]:
            out[key] = verdict
    # Beside a refusal, or a doubt about one, it says little that something is repaired as well.
    return {key: verdict for key, verdict in out.items()
            if key[2] != REPAIRED or (verdict == "violated" and (*key[:2], "refuse") not in out)}


def by_oracle(made: Estate) -> Verdicts:
    """Violated is what every completion breaks, unknown what only some do, if not attested."""
    judged = [judge(closed) for _, closed in chosen(made)]
    number, hits = len(judged), Counter(hit for found in judged for hit in found)
    found = []
    for (rule, address, _, severity), times in hits.items():
        verdict = "violated" if times == number and severity != "open" else "unknown"
        if severity == "open":
            severity = "refuse"
        if severity == "refuse" and verdict == "unknown" and (address, rule) in _attested(made):
            verdict = "attested"
        found.append(((rule, address, severity), verdict))
    return strongest(found)


def _attested(made: Estate) -> set[tuple[str, str]]:
    return {(part.address, rule) for part in made for rule, valid in getattr(part, "attests", ())
            if valid}


def covered() -> frozenset[str]:
    """The rules that the oracle knows."""
    text = Path(__file__).with_name("table.py").read_text(encoding="utf-8")
    return frozenset(word for word in text.split('"') if word.startswith("VBR") and len(word) == 6)


def doubts(made: Estate) -> dict[tuple[str, str], set[str]]:
    """What no later moment settles, with the permissions that would.

    For estates without open values. What has to be attested in any case needs no permission.
    """
    found: dict[tuple[str, str], set[str]] = {}
    judged = [(choice, judge(closed)) for choice, closed in chosen(made)]
    all_of = slots(made)
    for hit in {hit for _, hits in judged for hit in hits if hit[3] in ("refuse", "open")}:
        rule, address, _, severity = hit
        holds = {choice: hit in hits for choice, hits in judged}
        if (all(holds.values()) and severity != "open") or (address, rule) in _attested(made):
            continue
        needs = found.setdefault((rule, address), set())
        for number, (of, name, _) in enumerate(all_of):
            if _matters(number, holds):
                needs.add(PERMISSIONS[type(made[of]), name.partition(".")[0]])
    return found


def _matters(number: int, holds: dict[tuple[Any, ...], bool]) -> bool:
    """Whether the choice for one slot alone can turn the verdict."""
    seen: dict[tuple[Any, ...], set[bool]] = {}
    for choice, held in holds.items():
        seen.setdefault((*choice[:number], *choice[number + 1:]), set()).add(held)
    return any(len(both) > 1 for both in seen.values())


def relying(made: Estate, address: str, breaks: Callable[[Estate], bool]) -> set[str]:
    """What the plan changes and what relies on the storage at *address*, for what *breaks* finds.

    Where a repository is changed, its jobs come after it.
    """
    found: set[str] = set()
    facts_ = Facts(made)
    at = facts_.at.get(address)
    below = facts_.on_account(at) if isinstance(at, Account) else (
        facts_.on(at) if isinstance(at, (Bucket, Container)) else [])
    for r in below:
        alone = tuple(p for p in made if p not in below or p is r)
        if not breaks(alone):
            continue
        if not r.exists or r.was_mode != r.mode:
            found.add(r.address)
            continue
        jobless = tuple(p for p in alone if not isinstance(p, Job))
        if not breaks(jobless):
            found |= {j.address for j in facts_.users(r, facts_.jobs)
                      if breaks((*jobless, j))}
    return found


def repairs(made: Estate, rule: str, address: str) -> bool:
    """Whether the storage at *address* itself is mended, of what is wrong now."""
    return (rule, address) in mended_by(made, address) and any(
        hit[:2] == (rule, address) and hit[3] == REPAIRED for hit in judge(made))


def may_break(made: Estate, rule: str, address: str) -> bool:
    """Whether it may turn out that the rule refuses what is at *address*."""
    return any(hit[:2] == (rule, address) and hit[3] == "refuse"
               for _, closed in chosen(made) for hit in judge(closed))


def open_values(made: Estate) -> bool:
    """Whether something is known after apply only."""
    return OPEN in repr(made) or "Either" in repr(made)
