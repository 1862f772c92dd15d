"""What an identity is for, one purpose a file: which sets of permissions it takes.

A module ``NAME.py`` defines ``PURPOSE``, whose name is ``NAME``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Final

import msgspec

from vbrprov.sdk import PolicyError

APPLIANCES: Final = ("none", "existing", "new")
AGENT_ACCESS: Final = ("backup_server", "iam_sts", "shared")
FAMILY_TITLES: Final = {"aws": "Amazon S3", "s3": "S3 compatible storage",
                        "google": "Google Cloud Storage", "azure": "Azure storage"}


class Wish(msgspec.Struct, frozen=True):
    """The options that decide between sets; the arguments of the data source explain them."""

    family: str
    immutability: bool = False
    multi_bucket: bool = False
    appliance: str | None = None
    ebs_encryption: bool = False
    accelerated_retrieval: bool = False
    agent_access: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """The sets that a wish takes, and what has to be said with them.

    ``actions`` are single ones that are taken besides, each from the set that prints it.
    """

    sets: tuple[str, ...]
    notes: tuple[str, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()


class Purpose(msgspec.Struct, frozen=True):
    """One purpose.

    ``options`` are the fields of ``Wish`` that mean something to it, ``families`` the families of
    storage that it exists for; ``answer`` may still refuse a wish with a ``PolicyError``.
    """

    name: str
    doc: str
    families: tuple[str, ...]
    options: tuple[str, ...]
    answer: Callable[[Wish], Answer]
    #: What to take instead, for families that it does not exist for.
    instead: str = ""


def names() -> tuple[str, ...]:
    """The names of all purposes; imports none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)
                        if not module.name.startswith("_")))


@cache
def find(name: str) -> Purpose:
    """The purpose *name*, which is one of ``names``."""
    found: Purpose = importlib.import_module(f"{__name__}.{name}").PURPOSE
    return found


def answer(purpose: Purpose, wish: Wish) -> Answer:
    """What the purpose takes.

    Raises:
        PolicyError: It does not exist for this family, or an option does not belong to it.
    """
    if wish.family not in purpose.families:
        there = ", ".join(FAMILY_TITLES[f] for f in purpose.families)
        raise PolicyError(
            "purpose", "Purpose does not fit the vendor",
            f'The purpose "{purpose.name}" is not there for {FAMILY_TITLES[wish.family]}, only '
            f"for {there}.", purpose.instead)
    default = Wish(wish.family)
    for option in Wish.__struct_fields__[1:]:
        if option not in purpose.options and getattr(wish, option) != getattr(default, option):
            raise PolicyError(
                option, "Option does not fit the purpose",
                f'{option} has no meaning for the purpose "{purpose.name}".',
                f"It takes {', '.join(purpose.options)}." if purpose.options else
                "It takes no options.")
    return purpose.answer(wish)
