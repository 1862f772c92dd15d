"""Carrying plans out."""

from __future__ import annotations

from engine_world import World

from vbrprov.plan.model import Options

CHAIN = """
    variable "v" {
      default = "1"
    }
    resource "vbrprov_data" "first" {
      triggers_replace = var.v
      %s
    }
    resource "vbrprov_data" "second" {
      input            = vbrprov_data.first.id
      triggers_replace = var.v
      %s
    }
"""
FIRST = "lifecycle {\n create_before_destroy = true\n }"


def _applied(world: World) -> list[tuple[str, str]]:
    return [(action, address.rpartition(".")[2]) for event, address, action in world.events
            if event == "apply_complete"]


def test_dependencies_first_and_destroyed_last(world: World) -> None:
    world.write(CHAIN % ("", ""))
    world.apply()
    assert _applied(world) == [("create", "first"), ("create", "second")]
    world.apply(Options(destroy=True))
    assert _applied(world) == [("delete", "second"), ("delete", "first")]
    assert world.state().instances == {}


def test_replacing_destroys_dependents_first(world: World) -> None:
    world.write(CHAIN % ("", ""))
    world.apply()
    world.apply(v="2")
    assert _applied(world) == [("delete", "second"), ("delete", "first"),
                               ("create", "first"), ("create", "second")]
    assert not world.plan(v="2").has_changes


def test_create_before_destroy_keeps_the_old_until_the_dependents_moved(world: World) -> None:
    world.write(CHAIN % (FIRST, FIRST))
    world.apply()
    world.apply(v="2")
    done = _applied(world)
    assert done[:2] == [("create", "first"), ("create", "second")]
    assert done.index(("delete", "second")) < done.index(("delete", "first"))
    assert not world.plan(v="2").has_changes
    assert all(not deposed for _, deposed in world.state().instances)


def test_create_before_destroy_spreads_to_dependencies(world: World) -> None:
    world.write(CHAIN % ("", FIRST))
    world.apply()
    world.apply(v="2")
    assert _applied(world)[:2] == [("create", "first"), ("create", "second")]
    assert not world.plan(v="2").has_changes


def test_a_removed_dependency_goes_after_its_dependent_was_updated(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "old" {
        }
        resource "vbrprov_data" "user" {
          input = vbrprov_data.old.id
        }
    """)
    world.apply()
    world.write('resource "vbrprov_data" "user" {\n  input = "none"\n}\n')
    world.apply()
    assert _applied(world) == [("update", "user"), ("delete", "old")]


def test_values_known_only_while_applying_reach_their_users(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "a" {
        }
        locals {
          name = "x-${vbrprov_data.a.id}"
        }
        resource "vbrprov_data" "b" {
          input = local.name
        }
        output "b" {
          value = vbrprov_data.b.output
        }
    """)
    world.apply()
    assert not world.diags, world.messages()
    made = world.attribute("vbrprov_data.a", "id")
    assert world.attribute("vbrprov_data.b", "input") == f"x-{made}"
    assert world.state().outputs["b"].value == msg(f"x-{made}")


def msg(text: str) -> object:
    """A raw JSON string."""
    import msgspec

    return msgspec.Raw(msgspec.json.encode(text))


def test_nothing_is_written_when_there_is_nothing_to_do(world: World) -> None:
    world.write(CHAIN % ("", ""))
    world.apply()
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.path.iterdir()
              if not p.name.endswith((".lock", ".info"))}
    world.apply()
    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.path.iterdir()
             if not p.name.endswith((".lock", ".info"))}
    assert after == before


def test_a_failed_postcondition_of_the_plan_applies_nothing(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "a" {
          input = 1
          lifecycle {
            precondition {
              condition     = false
              error_message = "Never."
            }
          }
        }
    """)
    outcome = world.apply()
    assert outcome.refused
    assert world.state().is_empty


def test_impure_functions_are_decided_once(world: World) -> None:
    world.write('resource "vbrprov_data" "a" {\n  input = uuid()\n  lifecycle {\n'
                '    ignore_changes = [input]\n  }\n}\n')
    world.apply()
    assert not world.diags, world.messages()
    assert not world.plan().has_changes


def test_many_instances(world: World) -> None:
    world.write('resource "vbrprov_data" "x" {\n  count = 300\n  input = count.index\n}\n'
                'output "sum" {\n  value = sum(vbrprov_data.x[*].output)\n}\n')
    world.apply()
    assert not world.diags, world.messages()
    assert world.state().outputs["sum"].value == msgnum(44850)
    world.apply(Options(destroy=True))
    assert world.state().instances == {}


def msgnum(number: int) -> object:
    """A raw JSON number."""
    import msgspec

    return msgspec.Raw(msgspec.json.encode(number))
