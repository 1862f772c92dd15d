"""Check blocks, and what is recorded of all conditions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_world import World  # found through the path that conftest adds
from lease import LeaseWorld

from vbrprov.plan.model import Options, Plan
from vbrprov.state.model import CheckResult
from vbrprov.views.json.checks import checks_json

CHECK = """
    variable "v" {
      default = "x"
    }
    resource "vbrprov_data" "a" {
      input = var.v
    }
    check "known" {
      assert {
        condition     = var.v == "y"
        error_message = "It is ${var.v}."
      }
    }
    check "later" {
      assert {
        condition     = vbrprov_data.a.output == "y"
        error_message = "Made was ${vbrprov_data.a.output}."
      }
    }
"""
LOOK = """
    check "c" {
      data "lease_look" "l" {
        name = "one"
      }
      assert {
        condition     = data.lease_look.l.found == "two"
        error_message = "Found ${data.lease_look.l.found}."
      }
    }
"""


@pytest.fixture
def lease(tmp_path: Path) -> LeaseWorld:
    return LeaseWorld(tmp_path)


def statuses(results: list[CheckResult]) -> dict[str, str]:
    return {r.address: str(r.status) for r in results}


def warnings(plan: Plan) -> list[str]:
    return [f"{d.address}: {d.summary}: {d.detail}" for d in plan.warnings]


def test_planning_judges_what_it_knows(world: World) -> None:
    world.write(CHECK)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert statuses(plan.checks) == {"check.known": "fail", "check.later": "unknown"}
    assert warnings(plan) == [
        "check.known: Check block assertion failed: It is x.",
        "check.later: Check block assertion known after apply: The condition could not be "
        "evaluated at this time, a result will be known when this plan is applied."]


def test_applying_judges_everything_and_records_it(world: World) -> None:
    world.write(CHECK)
    world.apply()
    assert world.messages() == ["Check block assertion failed: It is x.",
                                "Check block assertion failed: Made was x."]
    assert statuses(world.state().checks) == {"check.known": "fail", "check.later": "fail"}
    world.apply(v="y")
    assert not world.diags, world.messages()
    assert statuses(world.state().checks) == {"check.known": "pass", "check.later": "pass"}


def test_destroying_judges_nothing(world: World) -> None:
    world.write(CHECK)
    world.apply()
    world.apply(Options(destroy=True))
    assert not world.diags, world.messages()
    assert statuses(world.state().checks) == {"check.known": "unknown", "check.later": "unknown"}


def test_a_narrowed_plan_judges_no_check(world: World) -> None:
    world.write(CHECK)
    plan = world.plan(Options(targets=("vbrprov_data.a",)))
    assert plan.warnings == []
    assert statuses(plan.checks) == {"check.known": "unknown", "check.later": "unknown"}


def test_an_assertion_that_is_none_is_an_error(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "a" {
          input = "x"
        }
        check "e" {
          assert {
            condition     = tonumber(vbrprov_data.a.input) == 1
            error_message = "no"
          }
        }
        check "n" {
          assert {
            condition     = vbrprov_data.a.input
            error_message = "no"
          }
        }
    """)
    plan = world.plan()
    assert [d.summary for d in world.diags] == [
        "Invalid function argument", "Invalid condition result"]
    assert statuses(plan.checks) == {"check.e": "error", "check.n": "error"}


@pytest.mark.parametrize(("text", "summary"), [
    ('check "c" {}', "Zero assert blocks"),
    ('check {}', "Missing name for check"),
    ('check "c" {\n  assert {\n    condition     = true\n    error_message = "x"\n  }\n}',
     "Invalid assert expression"),
    ('check "c" {\n  assert {\n    condition = path.module == ""\n  }\n}',
     "Missing required argument"),
    ('check "c" {\n  lifecycle {}\n  assert {\n    condition     = path.module == ""\n'
     '    error_message = "x"\n  }\n}', "Unsupported block type"),
    ('check "c" {\n  data "lease_look" "l" {\n    count = 1\n    name  = "x"\n  }\n  assert {\n'
     '    condition     = path.module == ""\n    error_message = "x"\n  }\n}',
     'Invalid "count" attribute'),
    ('check "c" {\n  data "lease_look" "l" {\n    name = "x"\n    lifecycle {}\n  }\n  assert {\n'
     '    condition     = path.module == ""\n    error_message = "x"\n  }\n}',
     "Invalid lifecycle block"),
    ('check "c" {\n  data "lease_look" "l" {\n    name = "x"\n  }\n  data "lease_look" "m" {\n'
     '    name = "x"\n  }\n  assert {\n    condition     = path.module == ""\n'
     '    error_message = "x"\n  }\n}', "Multiple data resource blocks"),
    ('check "c" {\n  assert {\n    condition     = vbrprov_data.a.idd == "x"\n'
     '    error_message = "x"\n  }\n}\nresource "vbrprov_data" "a" {}', "Unsupported attribute"),
    ('check "c" {\n  assert {\n    condition     = vbrprov_data.a.id == "x"\n'
     '    error_message = null\n  }\n}\nresource "vbrprov_data" "a" {}', "Invalid error message"),
    ('check "c" {\n  assert {\n    condition     = vbrprov_data.b.id == "x"\n'
     '    error_message = "x"\n  }\n}', "Reference to undeclared resource"),
    ('check "c" {\n  data "lease_other" "l" {}\n  assert {\n    condition     = path.module == ""\n'
     '    error_message = "x"\n  }\n}', "Invalid data source"),
])
def test_validate(lease: LeaseWorld, text: str, summary: str) -> None:
    lease.write(text)
    assert [d.summary for d in validated(lease)] == [summary]


def validated(world: World) -> list[Any]:
    from vbrprov.diag import Diagnostics
    from vbrprov.workflow.validate import validate

    diags = Diagnostics()
    validate(world.request(), world.environment(), diags)
    return list(diags)


def test_validating_judges_nothing(world: World) -> None:
    world.write(CHECK)
    assert validated(world) == []


def test_names_are_unique(world: World) -> None:
    world.write(CHECK)
    world.write(CHECK[CHECK.index("    check"):], "more.vbr.hcl")
    assert [d.summary for d in validated(world)] == [
        'Duplicate check "known" configuration', 'Duplicate check "later" configuration']


def test_data_of_a_check_is_seen_by_it_alone(lease: LeaseWorld) -> None:
    lease.write(LOOK + """
        check "other" {
          assert {
            condition     = data.lease_look.l.found == "two"
            error_message = "x"
          }
        }
        output "o" {
          value = data.lease_look.l.found
        }
    """)
    assert [d.summary for d in validated(lease)] == ["Reference to scoped resource"] * 2


def test_data_of_a_check_has_a_name_of_its_own(lease: LeaseWorld) -> None:
    lease.write(LOOK)
    lease.write('data "lease_look" "l" {\n  name = "x"\n}\n', "more.vbr.hcl")
    assert [d.summary for d in validated(lease)] == ['Duplicate data "lease_look" configuration']


def test_data_that_cannot_be_read_fails_the_check_only(lease: LeaseWorld) -> None:
    lease.write(LOOK)
    plan = lease.plan()
    assert not lease.diags, lease.messages()
    assert warnings(plan) == ["data.lease_look.l: No such box: No box one."]
    assert lease.actions(plan) == {"data.lease_look.l": "read"}
    lease.apply()
    assert lease.messages() == ["No such box: No box one."]
    [result] = lease.state().checks
    assert (result.status, result.objects[0].failures) == ("fail", ["No such box: No box one."])


def test_data_is_read_again_when_all_is_applied(lease: LeaseWorld) -> None:
    lease.write(LOOK + """
        resource "lease_box" "b" {
          name = "one"
        }
    """)
    lease.apply()
    # Found only because the box is there by then.
    assert lease.messages() == ["Check block assertion failed: Found one."]
    assert lease.log.calls[-1] == "look one"
    plan = lease.plan()
    assert [(c.address, str(c.reason)) for c in plan.changes if c.is_change] == [
        ("data.lease_look.l", "read_because_check_nested")]


def test_data_waits_for_what_it_depends_on(lease: LeaseWorld) -> None:
    waiting = 'name       = "one"\n        depends_on = [lease_box.b]'
    lease.write(LOOK.replace('name = "one"', waiting) + """
        resource "lease_box" "b" {
          name = "one"
        }
    """)
    plan = lease.plan()
    assert [str(c.reason) for c in plan.changes if c.mode == "data"] == [
        "read_because_dependency_pending"]
    assert "look one" not in lease.log.calls
    assert statuses(plan.checks) == {"check.c": "unknown"}


def test_all_conditions_in_the_shape_of_terraform(world: World) -> None:
    world.write("""
        variable "v" {
          default = "x"
          validation {
            condition     = var.v != ""
            error_message = "empty"
          }
        }
        resource "vbrprov_data" "a" {
          for_each = toset(["one"])
          lifecycle {
            postcondition {
              condition     = self.id != ""
              error_message = "no id"
            }
          }
        }
        resource "vbrprov_data" "none" {
          count = 0
          lifecycle {
            precondition {
              condition     = var.v == "y"
              error_message = "no"
            }
          }
        }
        output "o" {
          value = 1
          precondition {
            condition     = var.v == "x"
            error_message = "no"
          }
        }
        module "m" {
          source = "./m"
          count  = 1
        }
    """)
    world.write("""
        check "c" {
          assert {
            condition     = path.module == ""
            error_message = "Inside."
          }
        }
    """, "m/main.vbr.hcl")
    world.apply()
    assert checks_json(world.state().checks) == [
        {"address": {"kind": "check", "module": "module.m", "name": "c",
                     "to_display": "module.m.check.c"}, "status": "fail",
         "instances": [{"address": {"module": "module.m[0]", "to_display": "module.m[0].check.c"},
                        "status": "fail", "problems": [{"message": "Inside."}]}]},
        {"address": {"kind": "output_value", "name": "o", "to_display": "output.o"},
         "status": "pass",
         "instances": [{"address": {"to_display": "output.o"}, "status": "pass"}]},
        {"address": {"kind": "var", "name": "v", "to_display": "var.v"}, "status": "pass",
         "instances": [{"address": {"to_display": "var.v"}, "status": "pass"}]},
        {"address": {"kind": "resource", "mode": "managed", "type": "vbrprov_data", "name": "a",
                     "to_display": "vbrprov_data.a"}, "status": "pass",
         "instances": [{"address": {"instance_key": "one", "to_display": 'vbrprov_data.a["one"]'},
                        "status": "pass"}]},
        {"address": {"kind": "resource", "mode": "managed", "type": "vbrprov_data", "name": "none",
                     "to_display": "vbrprov_data.none"}, "status": "pass"},
    ]
