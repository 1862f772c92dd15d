"""Which seeds random trials have."""

from __future__ import annotations

import os
from typing import Any

import pytest


def seeds(usual: int, all_: int) -> list[Any]:
    """The first *usual* of *all_* seeds in every test run, the others in slow ones.

    ``VBRPROV_FAULT_SEEDS=1000-1199`` tries these, and no others; of them no more than *all_*.
    """
    first, _, last = os.environ.get("VBRPROV_FAULT_SEEDS", "").partition("-")
    if first:
        return list(range(int(first), min(int(last or first) + 1, int(first) + all_)))
    return [*range(usual), *(pytest.param(n, marks=pytest.mark.slow) for n in range(usual, all_))]
