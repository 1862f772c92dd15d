"""Versions of modules, and constraints on them: ``>= 1.2, < 2.0``, ``~> 1.2``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

_VERSION = re.compile(
    r"(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,2})(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z.-]+)?")
_CONSTRAINT = re.compile(r"(~>|>=|<=|!=|=|>|<|)\s*(\S+)")
#: A number counts less than a word, and a longer list of equal begin more than a shorter.
_Part = tuple[int, int, str]


class ModuleVersion(msgspec.Struct, frozen=True, order=True):
    """A semantic version; the order is that of releases. Build metadata does not count."""

    numbers: tuple[int, int, int]
    #: A release is newer than its pre-releases.
    released: bool
    pre: tuple[_Part, ...]
    text: str = ""

    def __str__(self) -> str:
        return self.text


def parse_version(text: str) -> ModuleVersion | None:
    """A version such as ``1.2.3`` or ``1.2.3-beta.1``; ``None`` when it is none."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    first, second, third = (*map(int, found["numbers"].split(".")), 0, 0)[:3]
    pre = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p)
                for p in (found["pre"] or "").split(".") if p)
    plain = f"{first}.{second}.{third}" + (f"-{found['pre']}" if pre else "")
    return ModuleVersion((first, second, third), not pre, pre, plain)


def parse_constraint(text: str) -> Callable[[ModuleVersion], bool]:
    """What decides whether a version meets all parts of *text*.

    As in Terraform, a pre-release is met only by a constraint that names exactly it.

    Raises:
        ValueError: Not a constraint.
    """
    parts: list[tuple[str, ModuleVersion, int]] = []
    for item in text.split(","):
        found = _CONSTRAINT.fullmatch(item.strip())
        wanted = parse_version(found[2]) if found else None
        if found is None or wanted is None:
            raise ValueError(f'"{text}" is not a version constraint, such as ">= 0.1, < 1.0".')
        parts.append((found[1] or "=", wanted, found[2].partition("-")[0].count(".") + 1))
    exact = {wanted for sign, wanted, _ in parts if sign == "="}

    def met(version: ModuleVersion) -> bool:
        if not version.released and version not in exact:
            return False
        return all(_meets(version, *part) for part in parts)

    return met


def canonical(text: str) -> str:
    """A constraint in one spelling, so that a space more or less makes no other one of it."""
    found = (_CONSTRAINT.fullmatch(item.strip()) for item in text.split(","))
    signs = [("" if part[1] == "=" else part[1], part[2]) for part in found if part]
    return ", ".join(f"{sign} {version}".strip() for sign, version in signs)


def _meets(version: ModuleVersion, sign: str, wanted: ModuleVersion, given: int) -> bool:
    if sign == "=":
        return version == wanted
    if sign == "!=":
        return version != wanted
    if sign == ">":
        return version > wanted
    if sign == ">=":
        return version >= wanted
    if sign == "<":
        return version < wanted
    if sign == "<=":
        return version <= wanted
    # "~> 1.2" lets the second number grow, "~> 1.2.3" the third; "~> 1" lets the only one.
    kept = given - 1
    return version >= wanted and version.numbers[:kept] == wanted.numbers[:kept]


def newest(versions: Iterable[ModuleVersion], constraint: str) -> ModuleVersion | None:
    """The newest of *versions* that meets *constraint*.

    Raises:
        ValueError: Not a constraint.
    """
    met = parse_constraint(constraint)
    return max((v for v in versions if met(v)), default=None)
