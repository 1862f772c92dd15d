"""Identities, policies and keys through their whole life, on a server that enforces IAM as well."""

from __future__ import annotations

import urllib.request
from typing import Any

import aws_lives
import pytest

#: seaweedfs is not among them: its users have no ids, paths or tags, it has no roles and no KMS.
pytestmark = pytest.mark.parametrize(
    "store", ["moto", pytest.param("ministack", marks=pytest.mark.slow)], indirect=True)

#: How a server is told to forget everything.
RESETS = {"moto": "/_double/reset", "ministack": "/_ministack/reset"}


@pytest.fixture
def empty(store: Any, live: Any) -> Any:
    """An engine on a server without any object."""
    urllib.request.urlopen(urllib.request.Request(
        store.endpoint + RESETS[store.name], method="POST", data=b"{}"), timeout=10).close()
    return live


of_each = pytest.mark.parametrize("case", aws_lives.CASES, ids=lambda case: case.name)
CHANGES = [(case, change) for case in aws_lives.CASES for change in case.changes]


@of_each
def test_create_import_and_destroy(empty: Any, case: Any, differs: Any) -> None:
    differs(case.name)
    arguments = case.given(case.prepare(empty.client) or {})
    run = empty.apply(case.kind, **arguments)
    assert run.steps == case.steps
    empty.settled(case.kind, run.state, **arguments)
    found = case.kind.import_state(empty.client, case.import_id(run.state), empty.ctx)
    plain = dict.fromkeys(case.unread)
    assert found.copy(**plain) == run.state.copy(**plain)
    empty.destroy(case.kind, run.state)
    gone = empty.read(case.kind, run.state)
    assert gone is None or not (getattr(gone, "users", None) or getattr(gone, "groups", None))


@pytest.mark.parametrize(
    ("case", "change"), CHANGES,
    ids=[f"{case.name}.{next(iter(change.arguments))}" for case, change in CHANGES])
def test_change_and_back(empty: Any, case: Any, change: Any, differs: Any) -> None:
    differs(case.name, f"{case.name}.{next(iter(change.arguments))}")
    made = case.prepare(empty.client) or {}
    arguments, changed = case.given(made), case.given(made, change.arguments)
    state = empty.apply(case.kind, **arguments).state
    run = empty.apply(case.kind, state, **changed)
    assert run.steps == change.steps
    empty.settled(case.kind, run.state, **changed)
    back = empty.apply(case.kind, run.state, **arguments)
    empty.settled(case.kind, back.state, **arguments)


@of_each
def test_drift(empty: Any, case: Any, differs: Any) -> None:
    differs(case.name, f"{case.name}.drift")
    arguments = case.given(case.prepare(empty.client) or {})
    state = empty.apply(case.kind, **arguments).state
    case.drift(empty.client, state)
    seen = empty.read(case.kind, state)
    if not case.drifts:
        assert seen is None
        return
    repaired = empty.apply(case.kind, seen, **arguments)
    assert repaired.steps
    empty.settled(case.kind, repaired.state, **arguments)
