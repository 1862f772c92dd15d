"""Costs that must not grow, in bytes; benchmarks/states.py has the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.state.model import Instance

MakeInstance = Callable[..., Instance]
Stack = Any

COUNT = 10_000


@pytest.fixture(scope="module")
def instances(make_instance: MakeInstance) -> list[Instance]:
    return [make_instance(f"resource_{number}", size=620) for number in range(COUNT)]


def test_ten_thousand_results(stack: Stack, instances: list[Instance]) -> None:
    with stack.backend.session("apply") as session:
        session.begin(COUNT)
        for instance in instances:
            session.put(instance, sync=False)
    assert 7_000_000 < stack.path.stat().st_size < COUNT * 3030 / 2
    assert len(stack.read().instances) == COUNT


def test_a_change_costs_the_same_in_a_large_state(
    stack: Stack, instances: list[Instance], make_instance: MakeInstance
) -> None:
    with stack.backend.session("apply") as session:
        for instance in instances:
            session.put(instance, sync=False)
    with stack.backend.session("apply") as session:
        session.begin(1)
        before = sum(path.stat().st_blocks for path in stack.folder.iterdir())
        written = stack.journal.read_bytes().rstrip(b"\0")
        session.put(make_instance("one more"))
        grown = len(stack.journal.read_bytes().rstrip(b"\0")) - len(written)
        assert grown < 1500
        assert sum(path.stat().st_blocks for path in stack.folder.iterdir()) - before < 16
