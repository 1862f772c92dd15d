"""Random texts by kind: what ``generate.py`` asks Terraform about."""

from __future__ import annotations

import random
from collections.abc import Sequence

from grammar import Grammar
from notplain import not_plain
from templates import Templates
from uses import systematic
from variables import Variables


def sections(seed: int, size: int) -> dict[str, Sequence[str]]:
    """Texts by kind; *size* is about how many of each."""
    dice = random.Random(seed)  # the same seed must give the same texts
    return {
        "expressions": [*systematic(dice, size), *Grammar(dice).many(size)],
        "templates": Templates(dice).many(size),
        "variables": Variables(dice).many(size // 2),
        "unknowns": not_plain(dice, size // 4),
    }
