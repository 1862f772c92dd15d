"""SIGKILL at every named point of the product, then one more apply, judged by the ledger."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from launcher import CHECKOUT
from ledger_actions import ACTIONS
from ledger_trial import KILLED, Ground

#: Passed once for each call that changes something.
EACH_CALL = (
    "journal.before_intent", "journal.after_intent", "call.before_send", "call.after_response",
    "journal.before_outcome", "journal.after_outcome",
)
#: Passed once, by every run that changes something.
ONCE = (
    "snapshot.before_write", "snapshot.partial_write", "snapshot.before_rename",
    "snapshot.after_rename", "journal.before_truncate", "lock.before_release",
)
#: Passed once in the life of a stack.
FIRST_RUN = ("marker.before_write", "marker.after_write")


#: In the usual run each point is met once; a replacement creates, changes and destroys.
USUAL = {"create": {*EACH_CALL, *ONCE}, "replace": set(EACH_CALL),
         "update": {"call.after_response"}, "delete": {"call.after_response"}}


def _places() -> Iterator[object]:
    for name, action in ACTIONS.items():
        for point in EACH_CALL:
            middle = action.writes // 2
            for number in (1, middle, action.writes):
                usual = number == middle and point in USUAL[name]
                yield pytest.param(name, f"{point}:{number}",
                                   marks=[] if usual else [pytest.mark.slow])
        for point in ONCE:
            yield pytest.param(name, point,
                               marks=[] if point in USUAL[name] else [pytest.mark.slow])
    for point in FIRST_RUN:
        yield pytest.param("create", point)


@pytest.mark.fault("F1")
@pytest.mark.parametrize(("name", "place"), list(_places()))
def test_kill(ground: Ground, name: str, place: str) -> None:
    action = ACTIONS[name]
    trial = action.trial(ground)
    done = trial.apply(VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
    assert done.status == KILLED, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=action.made)
    trial.check_end(action.expected)


@pytest.mark.fault("F6")
@pytest.mark.parametrize("name", [
    "replace", *(pytest.param(n, marks=pytest.mark.slow) for n in ("create", "update", "delete"))])
def test_kill_again_while_recovering(ground: Ground, name: str) -> None:
    action = ACTIONS[name]
    trial = action.trial(ground)
    fatal = {"VBRPROV_FAILPOINT_ENABLE": "1"}
    for place in (f"call.after_response:{action.writes // 3}", "journal.before_outcome",
                  "journal.after_outcome:2", "snapshot.partial_write"):
        done = trial.apply(**fatal, VBRPROV_FAILPOINT=place)
        assert done.status == KILLED, f"{done.tail}{trial}"
        trial.check_after_fault(had_objects=action.made)
    trial.check_end(action.expected)


def test_every_named_point_is_here() -> None:
    found: set[str] = set()
    for path in sorted((CHECKOUT / "vbrprov").rglob("*.py")):
        found |= _points(path)
    # Those of init, which calls no cloud, are in tests/unit/modules/test_module_init.py, those of
    # a state that is made anew in test_fault_lost_state.py.
    assert {name for name in found if not name.startswith(("init.", "rebuild."))} == {
        *EACH_CALL, *ONCE, *FIRST_RUN}


def _points(path: Path) -> set[str]:
    """The failpoints that a module passes: by name, or by the stage of an atomic write."""
    found: set[str] = set()
    text = path.read_text(encoding="utf-8")
    if not any(word in text for word in ("failpoint", "_pass", "stage=")):
        return found
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        first = node.args[0] if node.args else None
        if name in ("failpoint", "_pass") and isinstance(first, ast.Constant):
            found.add(str(first.value))
        for given in node.keywords:
            if given.arg == "stage" and isinstance(given.value, ast.Constant) and given.value.value:
                found |= {f"{given.value.value}.{place}" for place in (
                    "before_write", "partial_write", "before_rename", "after_rename")}
    return found
