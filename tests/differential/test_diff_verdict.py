"""The rules that let a difference pass let no other one pass."""

from __future__ import annotations

from typing import Any

import pytest
from expressions_alike import meant_so
from verdict import Said, judge


def plan(after: Any, unknown: Any = None, **more: Any) -> Said:
    """A plan of one resource and one output."""
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown,
              "before_sensitive": None, "after_sensitive": None, "action_reason": None, **more}
    return Said("plan 0", 0, {"resources": {"terraform_data.a/": change}, "outputs": {}})


def fails(errors: str, what: str = "plan 0", **more: Any) -> Said:
    """An error."""
    return Said(what, 1, errors=errors, **more)


LATER = "known after apply only"
SECRET = "Terraform forgets a secret in what is known after apply"
BEFORE = "what becomes a secret is hidden as it was, too"


@pytest.mark.parametrize(("theirs", "ours", "meant"), [
    (plan({"input": "x"}), plan({"input": None}, {"input": True}), LATER),
    (plan({"input": {"k": "x"}}), plan({"input": None}, {"input": True}), LATER),
    (plan({"input": "x"}), plan({"input": None}), ""),
    (plan({"input": "x"}, {"id": True}), plan({"input": None}, {"id": True}), ""),
    (plan({"input": "x"}, {"id": True}), plan({"input": "y"}, {"id": True}), ""),
    (plan({"input": None}, {"input": True}), plan({"input": "x"}), ""),
    (plan({"input": None}, {"input": True}),
     plan({"input": None}, {"input": True}, after_sensitive={"input": True}), SECRET),
    (plan({"input": None}, {"input": True}, after_sensitive={"input": True}),
     plan({"input": None}, {"input": True}), ""),
    (plan({"input": "x"}), plan({"input": "x"}, after_sensitive={"input": True}), ""),
    (plan({}), plan({}, actions=["delete", "create"]), ""),
    (plan({"input": None}, before={"input": ["x", 1]}, after_sensitive={"input": [True, None]}),
     plan({"input": None}, before={"input": [None, 1]}, after_sensitive={"input": [True, None]},
          before_sensitive={"input": [True, None]}), BEFORE),
    (plan({"input": None}, before={"input": ["x", 1]}, after_sensitive={"input": [True, None]},
          before_sensitive={"input": [True, None]}),
     plan({"input": None}, before={"input": [None, 2]}, after_sensitive={"input": [True, None]},
          before_sensitive={"input": [True, None]}), ""),
    (plan({"input": "x"}, before={"input": "y"}),
     plan({"input": "x"}, before={"input": None}, before_sensitive={"input": True}), ""),
])
def test_values(theirs: Said, ours: Said, meant: str) -> None:
    found = judge([theirs], [ours])
    assert found.meant == ((meant,) if meant else ())
    assert bool(found.difference) is not bool(meant)


def test_a_rule_for_one_place_does_not_cover_another() -> None:
    found = judge([plan({"input": "x", "id": "1"})], [plan({"input": None, "id": "2"},
                                                           {"input": True})])
    assert found.meant == (LATER,)
    assert "/id" in found.difference
    assert "/input" not in found.difference


NULL = ('Error: X\n on main.tf line 1:\nCall to function "format" failed: {} null value\n'
        "cannot be formatted.")
CONDITION = 'Error: X\n on main.tf line 3, in resource "a" "z":\n 3:   condition = a.b[0].id'
OURS = 'Error: X\n on main.vbr.hcl line {}:\nno good'
THEIRS = 'Error: X\n on main.tf line {}:\nno good'


@pytest.mark.parametrize(("theirs", "ours", "fine"), [
    ([fails("Error: no change found for a.b")], [plan({})], True),
    ([fails("Error: no change found for a.b\nError: more")], [plan({})], False),
    ([plan({})], [fails("Error: no change found for a.b")], False),
    ([plan({})], [fails(NULL.format('unsupported value for "%s" at 0:'))], True),
    ([fails(NULL.format(""))], [plan({})], False),
    ([plan({}), fails(THEIRS.format(3), "apply 0")], [fails(OURS.format(3))], True),
    ([plan({}), fails(THEIRS.format(3), "apply 0")], [fails(OURS.format(4))], False),
    ([plan({}), Said("apply 0", 0)], [fails(OURS.format(3))], False),
    ([fails('Error: X\n on main.tf line 3, in resource "terraform_data" "z":')],
     [Said("plan 0", 0, {"resources": {"terraform_data.a/": {}}}, partial=True)], True),
    ([fails('Error: X\n on main.tf line 3, in resource "terraform_data" "a":')],
     [Said("plan 0", 0, {"resources": {'terraform_data.a["b"]/': {}}}, partial=True)], False),
    ([fails('Error: X\n on main.tf line 3, in resource "terraform_data" "z":')],
     [Said("plan 0", 0, {"resources": {}})], False),
    ([fails(CONDITION)], [plan({}, actions=["delete"])], True),
    ([fails(CONDITION)], [plan({}, actions=["update"])], False),
    ([fails(CONDITION + "\n" + THEIRS.format(3))], [plan({}, actions=["delete"])], False),
])
def test_statuses(theirs: list[Said], ours: list[Said], fine: bool) -> None:
    assert bool(judge(theirs, ours).difference) is not fine


@pytest.mark.parametrize(("recorded", "fine"), [("old", True), ("other", False)])
def test_the_last_value_of_an_output(recorded: str, fine: bool) -> None:
    state = Said("state 0", 0, {"outputs": {"o": {"value": recorded}}})

    def gone(before: str) -> Said:
        return Said("plan 1", 0, {"resources": {}, "outputs": {
            "o": {"actions": ["delete"], "before": before}}})

    assert bool(judge([state, gone("new")], [state, gone("old")]).difference) is not fine


@pytest.mark.parametrize(("theirs", "ours", "fine"), [
    (plan({"input": 1}, actions=["no-op"]),
     plan({"input": None}, {"input": True}, actions=["update"]), True),
    (plan({"input": 1}, actions=["no-op"]), plan({"input": 1}, actions=["update"]), False),
    (plan({"input": 1}, actions=["update"]),
     plan({"input": None}, {"input": True}, actions=["no-op"]), False),
    (plan({"input": 1}, actions=["no-op"], action_reason=None),
     plan({"input": 1}, {"id": True}, actions=["delete", "create"],
          action_reason="replace_by_triggers"), False),
])
def test_a_change_that_may_be_none(theirs: Said, ours: Said, fine: bool) -> None:
    assert bool(judge([theirs], [ours]).difference) is not fine


@pytest.mark.parametrize(("address", "partial", "fine"), [
    ("module.m.terraform_data.a/", True, True), ("module.m.terraform_data.a/", False, False),
    ("terraform_data.a/", True, False)])
def test_less_of_a_module(address: str, partial: bool, fine: bool) -> None:
    change = {"after_unknown": None, "actions": ["update"]}
    theirs = Said("plan 0", 0, {"resources": {address: change}},
                  partial=partial)
    ours = Said("plan 0", 0, {"resources": {}}, partial=partial)
    assert bool(judge([theirs], [ours]).difference) is not fine
    assert judge([ours], [theirs]).difference


@pytest.mark.parametrize(("text", "want", "got", "error", "fine"), [
    ("can(pow(10, 400)) ? pow(10, 400) : 1", ["1", "False", "number"], [],
     "pow failed: the result is infinite or not a number.", True),
    ("can(log(8, 1))", ["true", "False", "bool"], ["false", "False", "bool"],
     "a base greater than zero and other than one is required", True),
    ("can(log(8, 2))", ["true", "False", "bool"], ["false", "False", "bool"], "", False),
    ("pow(10, 4)", ["10000", "False", "number"], [], "Invalid function argument", False),
    ("log(3, 10) + 1", ["1.477121254719662324", "False", "number"],
     ["1.4771212547196623", "False", "number"], "", True),
    ("log(3, 10) + 1", ["1.477121254719662324", "False", "number"],
     ["1.47712125471967", "False", "number"], "", False),
    ("log(3, 10) + 1", ["1.477121254719662324", "True", "number"],
     ["1.4771212547196623", "False", "number"], "", False),
    ('format("%v", null)', [], ['"null"', "False", "string"], "", True),
    ('format("%v", null)', ['"x"', "False", "string"], ['"null"', "False", "string"], "", False),
    ('cidrsubnet("10.0.0.0/8", 8, -1)', ['"0.1.0.0/16"', "False", "string"], [],
     "prefix extension of 8 does not accommodate a subnet numbered -1", True),
    ('cidrsubnet("10.0.0.0/8", 8, 1)', ['"10.1.0.0/16"', "False", "string"], [],
     "prefix extension of 8 does not accommodate a subnet numbered 1", False),
])
def test_expressions(text: str, want: list[str], got: list[str], error: str, fine: bool) -> None:
    assert bool(meant_so(text, want, got, error)) is fine
