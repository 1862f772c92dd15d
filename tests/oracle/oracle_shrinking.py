"""Makes an estate small, and tells which ones can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from estates import Account, Bucket, Container, Either, Estate, Repository
from oracle_generate import parts_of
from planned import facts
from translate import specs


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
    for number, part in enumerate(made):
        if len(made) > 1:
            yield (*made[:number], *made[number + 1:])
        for field in fields(part):
            value = getattr(part, field.name)
            for other in _simpler(field, value):
                yield (*made[:number], replace(part, **{field.name: other}), *made[number + 1:])


def _simpler(field: Field[Any], value: Any) -> Iterable[Any]:
    """Values of one setting that say less."""
    if field.name in ("now", "recorded"):
        if value is not None:
            yield from (inner for (inner,) in _smaller((value,)))
    elif field.default is not MISSING and value != field.default:
        yield field.default
    elif isinstance(value, tuple) and value:
        yield value[1:]


def whole(made: Estate) -> bool:
    """Whether it is one that the generator could have made."""
    there = {part.address for part in made}
    links = [value for part in made for field in fields(part)
             if isinstance(value := getattr(part, field.name), Either)]
    if not all(set(link.addresses) <= there for link in links):
        return False
    return all(_sound(part, there) for part in made if isinstance(part, Repository)) and all(
        _possible(part, there) for part in made if isinstance(part, (Bucket, Account, Container)))


def _possible(part: Bucket | Account | Container, there: set[str]) -> bool:
    """Whether storage is as a service takes it: the type plans it."""
    if isinstance(part, Container):
        return part.account in there and part.managed != part.address.startswith("data.")
    old = part.exists and part.managed
    if part.managed == part.address.startswith("data.") or (old and part.recorded is None):
        return False
    if isinstance(part, Bucket) and any(
            p is not None and (p.versioning is None or (p.retention and not p.lock))
            for p in (part.now, part.recorded)):
        return False
    if old and isinstance(part, Account) and part.recorded.immutable != part.now.immutable:
        return False
    if old and part.address.startswith("google") and not (
            bool(part.lock) == bool(part.recorded.lock) == bool(part.now.lock)):
        return False
    try:
        facts(specs((part,)))
    except ValueError:
        return False
    return True


def _sound(r: Repository, there: set[str]) -> bool:
    unwritten = not r.block and (r.days, r.enabled) != (None, None)
    dangling = isinstance(r.store, str) and "." in r.store and r.store not in there
    return not (unwritten or dangling or (r.exists and r.mode is None))
