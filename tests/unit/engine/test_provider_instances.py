"""Provider blocks with ``for_each``, and configurations that are passed to modules."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_cloud import CLOUD, Region
from engine_world import World

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import Intent
from vbrprov.views.json.plan import change_json
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.validate import validate


class Clouded(World):
    """A world with the provider ``cloud``."""

    def environment(self) -> Environment:
        made = super().environment()
        made.registry = ProviderRegistry({"cloud": CLOUD})
        return made


@pytest.fixture
def world(tmp_path: Path) -> Clouded:
    """An empty folder and an empty cloud."""
    Region.calls, Region.things, Region.closed = [], {}, []
    return Clouded(tmp_path)


REGIONS = """
    variable "regions" {
      type    = map(string)
      default = { eu = "europe", us = "america" }
    }
    variable "used" {
      type    = list(string)
      default = ["eu", "us"]
    }
    provider "cloud" {
      alias    = "by_region"
      for_each = var.regions
      region   = each.value
    }
"""
THINGS = REGIONS + """
    resource "cloud_thing" "t" {
      for_each = toset(var.used)
      provider = cloud.by_region[each.key]
      name     = "t-${each.key}"
    }
"""


def summaries(world: World) -> list[str]:
    """What was reported."""
    return [d.summary for d in world.diags]


def test_each_instance_has_its_client(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    assert not world.diags, world.messages()
    assert set(Region.things) == {("europe", "t-eu"), ("america", "t-us")}
    assert {i.address: i.provider for i in world.state().instances.values()} == {
        'cloud_thing.t["eu"]': 'provider.cloud.by_region["eu"]',
        'cloud_thing.t["us"]': 'provider.cloud.by_region["us"]'}
    assert sorted(Region.closed) == ["america", "europe"]
    Region.calls.clear()
    assert not world.plan().has_changes
    assert sorted(Region.calls) == [("america", "read", "t-us"), ("europe", "read", "t-eu")]


def test_an_instance_is_destroyed_by_the_one_that_made_it(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    world.apply(used='["us"]')
    assert set(Region.things) == {("america", "t-us")}
    world.write(REGIONS)
    world.apply()
    assert not world.diags, world.messages()
    assert not Region.things
    assert not world.state().instances


def test_destroy(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    world.apply(Options(destroy=True))
    assert not world.diags, world.messages()
    assert not Region.things


@pytest.mark.parametrize("rest", ['used=["us"]', "block"])
def test_a_key_may_go_only_after_what_needs_it(world: Clouded, rest: str) -> None:
    world.write(THINGS)
    world.apply()
    if rest == "block":
        world.write(REGIONS)
    world.plan(regions='{ us = "america" }', used='["us"]')
    (found,) = world.diags
    assert found.summary == "Provider configuration not present"
    assert 'cloud_thing.t["eu"] is in the state and needs the provider configuration ' \
        'provider.cloud.by_region["eu"]' in found.detail
    assert "Put the key back" in found.detail
    assert found.subject is not None
    assert "for_each" in world.path.joinpath("main.vbr.hcl").read_text().splitlines()[
        found.subject.start.line - 1]
    world.plan(Options(destroy=True), regions='{ us = "america" }', used='["us"]')
    assert summaries(world) == ["Provider configuration not present"]


def test_an_instance_that_has_another_provider_now_needs_not_the_old_one(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    Region.things["asia", "t-eu"] = ""
    world.write(THINGS.replace("cloud.by_region[each.key]",
                               'cloud.by_region[each.key == "eu" ? "as" : each.key]'))
    Region.calls.clear()
    world.apply(regions='{ us = "america", as = "asia" }')
    assert not world.diags, world.messages()
    assert ("asia", "read", "t-eu") in Region.calls
    assert world.state().instances['cloud_thing.t["eu"]', ""].provider == (
        'provider.cloud.by_region["as"]')


def test_no_such_key(world: Clouded) -> None:
    world.write(THINGS)
    world.plan(used='["eu", "mars"]')
    (found,) = world.diags
    assert found.summary == "Provider configuration not present"
    assert 'no such key. Its keys: "eu", "us"' in found.detail


@pytest.mark.parametrize(("text", "summary"), [
    ('provider "cloud" {\n for_each = toset(["a"])\n}', 'Alias required when using "for_each"'),
    (REGIONS + 'resource "cloud_thing" "t" {\n provider = cloud.by_region\n name = "x"\n}',
     "Provider instance key required"),
    ('provider "cloud" {\n alias = "a"\n}\nresource "cloud_thing" "t" {\n'
     '  provider = cloud.a["x"]\n  name = "x"\n}', "Unexpected provider instance key"),
    ('resource "cloud_thing" "t" {\n provider = cloud["x"]\n name = "x"\n}',
     "Unexpected provider instance key"),
    (REGIONS + 'resource "cloud_thing" "t" {\n provider = cloud.by_region[null]\n name = "x"\n}',
     "Invalid provider instance key"),
    (REGIONS + 'resource "cloud_thing" "t" {\n provider = cloud.by_region[sensitive("eu")]\n'
     '  name = "x"\n}', "Invalid provider instance key"),
    ('provider "cloud" {\n alias = "a"\n for_each = [1]\n}', "Invalid for_each argument"),
    ('resource "cloud_thing" "t" {\n provider = cloud.a.b\n name = "x"\n}',
     "Invalid provider reference"),
])
def test_mistakes(world: Clouded, text: str, summary: str) -> None:
    world.write(text)
    world.plan()
    assert summaries(world) == [summary], world.messages()
    assert all(d.subject is not None for d in world.diags)


def test_keys_may_come_from_a_data_source(world: Clouded) -> None:
    world.write("""
        data "cloud_where" "here" {
        }
        provider "cloud" {
          alias    = "found"
          for_each = toset([data.cloud_where.here.name])
          region   = "x-${each.key}"
        }
        resource "cloud_thing" "t" {
          provider = cloud.found[data.cloud_where.here.name]
          name     = "t"
        }
    """)
    world.apply()
    assert not world.diags, world.messages()
    assert set(Region.things) == {("x-home", "t")}


def test_unknown_keys_defer_what_uses_them(world: Clouded) -> None:
    text = """
        resource "vbrprov_data" "z" {
          input = %s
        }
        provider "cloud" {
          alias    = "late"
          for_each = toset(vbrprov_data.z.output)
          region   = each.key
        }
        resource "cloud_thing" "t" {
          for_each = toset(["a", "b"])
          provider = cloud.late[each.key]
          name     = each.key
        }
    """
    world.write(text % '["a", "b"]')
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "create"}
    assert {d.change.address: (str(d.why), d.because) for d in plan.deferred} == {
        f'cloud_thing.t["{key}"]': (
            "provider_config_unknown", "the for_each of provider.cloud.late depends on "
            "vbrprov_data.z, which this plan creates") for key in "ab"}
    world.apply()
    world.apply()
    assert set(Region.things) == {("a", "a"), ("b", "b")}
    assert not world.plan().has_changes
    # Both stay while the keys are not known, even without their block.
    world.write((text % '["a", "b", "c"]').partition('resource "cloud_')[0])
    plan = world.plan()
    assert world.actions(plan) == {"vbrprov_data.z": "update"}
    assert {d.name for d in plan.deferred} == {'cloud_thing.t["a"]', 'cloud_thing.t["b"]'}
    world.apply()
    assert len(Region.things) == 2
    world.apply()
    assert not world.diags, world.messages()
    assert not Region.things


def test_an_unknown_choice_defers_the_instance(world: Clouded) -> None:
    world.write(REGIONS + """
        resource "vbrprov_data" "z" {
          input = "us"
        }
        resource "cloud_thing" "t" {
          for_each = { fixed = "eu", late = vbrprov_data.z.output }
          provider = cloud.by_region[each.value]
          name     = each.key
        }
        resource "vbrprov_data" "after" {
          input = cloud_thing.t["fixed"].region
        }
    """)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {
        "vbrprov_data.z": "create", 'cloud_thing.t["fixed"]': "create"}
    assert {d.name for d in plan.deferred} == {'cloud_thing.t["late"]', "vbrprov_data.after"}
    world.apply()
    world.apply()
    assert not world.diags, world.messages()
    assert set(Region.things) == {("europe", "fixed"), ("america", "late")}
    assert not world.plan().has_changes


CHILD = """
    resource "cloud_thing" "t" {
      name = "t"
    }
    output "region" {
      value = cloud_thing.t.region
    }
"""


def test_a_module_with_for_each_gets_an_instance_for_each(world: Clouded) -> None:
    world.write(REGIONS + """
        module "m" {
          source    = "./m"
          for_each  = toset(var.used)
          providers = { cloud = cloud.by_region[each.key] }
        }
    """)
    world.write(CHILD + 'module "deep" {\n  source = "./deep"\n  count = 2\n}\n', "m/main.vbr.hcl")
    world.write('resource "cloud_thing" "d" {\n  name = "d"\n}\n', "m/deep/main.vbr.hcl")
    world.apply()
    assert not world.diags, world.messages()
    assert {i.address: i.provider for i in world.state().instances.values()} == {
        f"module.m[\"{key}\"].{rest}": f'provider.cloud.by_region["{key}"]'
        for key in ("eu", "us") for rest in (
            "cloud_thing.t", "module.deep[0].cloud_thing.d", "module.deep[1].cloud_thing.d")}
    world.apply(used='["us"]')
    assert not world.diags, world.messages()
    assert {region for region, _ in Region.things} == {"america"}


ALIASES = """
    terraform {
      required_providers {
        cloud = {
          source                = "example.com/tests/cloud"
          configuration_aliases = [cloud.first, cloud.second]
        }
      }
    }
    resource "cloud_thing" "a" {
      provider = cloud.first
      name     = "a"
    }
    resource "cloud_thing" "b" {
      provider = cloud.second
      name     = "b"
    }
"""


def test_aliases_are_passed(world: Clouded) -> None:
    world.write(REGIONS + """
        provider "cloud" {
          alias  = "own"
          region = "own"
        }
        module "m" {
          source    = "./m"
          count     = 1
          providers = {
            cloud.first  = cloud.by_region["us"]
            cloud.second = cloud.own
          }
        }
    """)
    world.write(ALIASES, "m/main.vbr.hcl")
    world.apply()
    assert not world.diags, world.messages()
    assert set(Region.things) == {("america", "a"), ("own", "b")}


NESTED = """
    terraform {
      required_providers {
        cloud = {
          source                = "example.com/tests/cloud"
          configuration_aliases = [cloud.given]
        }
      }
    }
    module "deep" {
      source    = "./deep"
      for_each  = toset(["x"])
      providers = { cloud = cloud.given%s }
    }
"""


@pytest.mark.parametrize(("key", "summary"), [
    ("", None), ("[each.key]", "Unexpected provider instance key"),
])
def test_passing_through_modules(world: Clouded, key: str, summary: str | None) -> None:
    world.write(REGIONS + """
        module "m" {
          source    = "./m"
          for_each  = toset(var.used)
          providers = { cloud.given = cloud.by_region[each.key] }
        }
    """)
    world.write(NESTED % key, "m/main.vbr.hcl")
    world.write(CHILD, "m/deep/main.vbr.hcl")
    if summary is not None:
        world.plan()
        assert summaries(world) == [summary]
        return
    world.apply()
    assert not world.diags, world.messages()
    assert {i.address: i.provider for i in world.state().instances.values()} == {
        f'module.m["{key}"].module.deep["x"].cloud_thing.t': f'provider.cloud.by_region["{key}"]'
        for key in ("eu", "us")}


@pytest.mark.parametrize(("providers", "summary"), [
    ("", "Missing required provider configuration"),
    ("providers = { cloud.first = cloud }", "Missing required provider configuration"),
    ("providers = { cloud.first = cloud, cloud.second = cloud.nowhere }",
     "Provider configuration not present"),
    ("providers = { cloud.first = cloud, cloud.second = cloud, cloud.first = cloud }",
     "Duplicate provider address"),
    ("providers = { cloud.first = cloud, cloud.second = vbrprov }", "Provider type mismatch"),
    ("providers = { cloud.first = cloud, cloud.second = cloud.by_region }",
     "Provider instance key required"),
])
def test_mistakes_in_what_is_passed(world: Clouded, providers: str, summary: str) -> None:
    world.write(REGIONS + f'module "m" {{\n  source = "./m"\n  {providers}\n}}\n')
    world.write(ALIASES, "m/main.vbr.hcl")
    world.plan()
    assert set(summaries(world)) - {"Provider configuration not present"} <= {summary}
    assert summary in summaries(world), world.messages()


def test_a_module_keeps_its_own_configuration(world: Clouded) -> None:
    world.write('module "m" {\n  source = "./m"\n  providers = { cloud = cloud }\n}\n')
    world.write(CHILD + 'provider "cloud" {\n  region = "inner"\n}\n', "m/main.vbr.hcl")
    world.plan()
    assert summaries(world) == ["Cannot override provider configuration"]


def test_the_root_has_nobody_to_pass_it_anything(world: Clouded) -> None:
    world.write(ALIASES)
    world.plan()
    assert summaries(world) == ["Provider configuration not present"] * 2


def test_a_mistake_in_a_block_is_reported_once(world: Clouded) -> None:
    world.write(THINGS.replace("region   = each.value", "regio = each.value"))
    world.plan()
    assert summaries(world) == ["Unsupported argument"]


@pytest.mark.parametrize(("text", "what"), [
    (REGIONS + """
        resource "cloud_thing" "t" {
          for_each = var.regions
          provider = cloud.by_region[each.key]
          name     = each.key
        }
    """, "resource"),
    (REGIONS + """
        module "m" {
          source    = "./m"
          for_each  = var.regions
          providers = { cloud = cloud.by_region[each.key] }
        }
    """, "module"),
])
def test_the_same_keys_are_warned_of(world: Clouded, text: str, what: str) -> None:
    world.write(text)
    world.write(CHILD, "m/main.vbr.hcl")
    diags = Diagnostics()
    assert prepare(world.request(), diags, Redactor()) is not None
    assert [d.summary for d in diags] == [f"Provider configuration for_each matches {what}"]


@pytest.mark.parametrize("regions", ['{ eu = "e" }', "toset([vbrprov_data.z.output])"])
def test_validating_needs_no_keys(world: Clouded, regions: str) -> None:
    world.write(THINGS.replace("var.regions\n", f"{regions}\n") + '''
        resource "vbrprov_data" "z" {
          input = "eu"
        }
    ''')
    diags = Diagnostics()
    validate(world.request(), world.environment(), diags)
    assert not list(diags), list(diags)


def test_the_plan_json_says_which_instance(world: Clouded) -> None:
    world.write(THINGS)
    plan = world.plan()
    assert {c.address: c.provider for c in plan.changes} == {
        'cloud_thing.t["eu"]': 'provider.cloud.by_region["eu"]',
        'cloud_thing.t["us"]': 'provider.cloud.by_region["us"]'}
    shown = change_json(plan.changes[0], world.environment().registry)
    assert shown["provider_name"] == "example.com/tests/cloud"


def test_no_keys_at_all(world: Clouded) -> None:
    world.write(THINGS + 'output "none" {\n  value = cloud_thing.t\n}\n')
    world.apply(regions="{}", used="[]")
    assert not world.diags, world.messages()
    assert not world.state().instances
    assert Region.calls == []


@pytest.mark.parametrize("regions", ["null", 'sensitive({ eu = "e" })'])
def test_keys_that_cannot_be(world: Clouded, regions: str) -> None:
    world.write(THINGS.replace("= var.regions", f"= {regions}"))
    world.plan(used="[]")
    assert summaries(world) == ["Invalid for_each argument"]


def test_no_instances_of_a_module(world: Clouded) -> None:
    world.write(REGIONS + """
        module "m" {
          source    = "./m"
          count     = 0
          providers = { cloud = cloud.by_region["eu"] }
        }
        output "regions" {
          value = { all = module.m[*].region, one = one(module.m[*].region) }
        }
    """)
    world.write(CHILD, "m/main.vbr.hcl")
    world.apply()
    assert not world.diags, world.messages()
    assert not world.plan().has_changes


def test_passing_what_nobody_expects_is_warned_of(world: Clouded) -> None:
    world.write(REGIONS + """
        module "m" {
          source    = "./m"
          providers = { cloud.first = cloud, cloud.second = cloud, cloud.third = cloud }
        }
    """)
    world.write(ALIASES, "m/main.vbr.hcl")
    world.plan()
    assert [(str(d.severity), d.summary) for d in world.diags] == [
        ("warning", "Reference to undefined provider")]
    (found,) = world.diags
    assert "cloud.third" in found.detail


def test_a_configuration_that_fails_only_when_applying(world: Clouded) -> None:
    world.write("""
        resource "vbrprov_data" "z" {
          input = { good = "here", bad = "nowhere" }
        }
        provider "cloud" {
          alias    = "late"
          for_each = toset(["good", "bad"])
          region   = vbrprov_data.z.output[each.key]
        }
        resource "cloud_thing" "t" {
          provider = cloud.late["good"]
          name     = "t"
        }
    """)
    outcome = world.apply()
    assert summaries(world) == ["No such region"]
    assert outcome.applied is not None
    assert (outcome.applied.added, outcome.applied.skipped) == (1, 1)
    assert not Region.things


def test_what_a_deferred_object_configures_waits_with_it(world: Clouded) -> None:
    text = """
        resource "vbrprov_data" "z" {
          input = ["east"]
        }
        resource "vbrprov_data" "x" {
          for_each = toset(vbrprov_data.z.output)
          input    = each.key
        }
        locals {
          all = { late = [for x in vbrprov_data.x : x.output], fixed = "fixed" }
        }
        provider "cloud" {
          region = local.all.late[0]
        }
        provider "cloud" {
          alias  = "fixed"
          region = local.all.fixed
        }
        %s
        resource "cloud_thing" "b" {
          provider = cloud.fixed
          name     = "b"
        }
    """
    thing = 'resource "cloud_thing" "a" {\n  name = "a"\n}\n'
    world.write(text % thing)
    plan = world.plan()
    assert not world.diags, world.messages()
    assert world.actions(plan) == {"vbrprov_data.z": "create", "cloud_thing.b": "create"}
    assert {d.name: (str(d.why), d.because) for d in plan.deferred}["cloud_thing.a"] == (
        "provider_config_unknown",
        "provider.cloud depends on vbrprov_data.x, which is deferred")
    world.apply()
    world.apply()
    assert set(Region.things) == {("east", "a"), ("fixed", "b")}
    # Without its block it cannot be destroyed either as long as its provider is not known.
    world.write((text % "").replace('["east"]', '["east", "west"]'))
    plan = world.plan()
    assert world.actions(plan) == {"vbrprov_data.z": "update"}
    assert [d.change.address for d in plan.deferred if d.name.startswith("cloud_")] == [
        "cloud_thing.a"]


def test_what_was_cut_off_is_looked_for_where_it_was_begun(world: Clouded) -> None:
    world.write(THINGS)
    prepared = prepare(world.request(), world.diags, Redactor())
    assert prepared is not None
    state = world.state()
    state.intents["op"] = Intent(
        op="op", address='cloud_thing.t["us"]', action="create", step="put", type="cloud_thing",
        provider='provider.cloud.by_region["us"]', identity={"name": "t-us"}, token="token")
    Region.things["america", "t-us"] = ""
    plan = make_plan(prepared, state, Options(), world.environment(), world.diags).plan
    assert [d.summary for d in world.diags] == ["Recovered an object of an interrupted run"]
    assert ("america", "probe", "t-us") in Region.calls
    assert world.actions(plan)['cloud_thing.t["eu"]'] == "create"
    assert world.actions(plan).get('cloud_thing.t["us"]') != "create"


@pytest.mark.parametrize("change", ["", "moved", "replaced", "gone"])
def test_no_object_is_left_behind_with_another_provider(world: Clouded, change: str) -> None:
    world.write(THINGS)
    world.apply(used='["eu"]')
    text = THINGS.replace("cloud.by_region[each.key]", 'cloud.by_region["us"]')
    if change == "moved":
        text = text.replace('"cloud_thing" "t"', '"cloud_thing" "u"')
        text += "\nmoved {\n  from = cloud_thing.t\n  to   = cloud_thing.u\n}\n"
    elif change == "replaced":
        text = text.replace('"t-${each.key}"', '"other-${each.key}"')
    elif change == "gone":
        text = text.replace('"us"]', '"as"]')
    world.write(text)
    regions = {"regions": '{ as = "asia" }'} if change == "gone" else {}
    world.apply(used='["eu"]', **regions)
    assert summaries(world) == ["Object out of reach of its provider configuration"]
    assert set(Region.things) == {("europe", "t-eu")}
    assert [i.provider for i in world.state().instances.values()] == [
        'provider.cloud.by_region["eu"]']


def test_what_is_not_touched_stays_with_its_provider(world: Clouded) -> None:
    world.write(THINGS)
    world.apply(used='["eu"]')
    world.write(THINGS.replace("cloud.by_region[each.key]", 'cloud.by_region["us"]'))
    Region.things["europe", "t-eu"] = "drift"
    world.apply(Options(refresh_only=True), used='["eu"]')
    world.apply(Options(excludes=("cloud_thing.t",)), used='["eu"]')
    (found,) = world.state().instances.values()
    assert found.provider == 'provider.cloud.by_region["eu"]'
    assert world.attribute('cloud_thing.t["eu"]', "note") == "drift"


def test_destroying_asks_who_made_it(world: Clouded) -> None:
    world.write(THINGS)
    world.apply(used='["eu"]')
    world.write(THINGS.replace("cloud.by_region[each.key]", 'cloud.by_region["us"]'))
    world.apply(Options(destroy=True), used='["eu"]')
    assert not world.diags, world.messages()
    assert not Region.things
    assert not world.state().instances


def test_what_is_gone_is_made_anew_with_the_other_provider(world: Clouded) -> None:
    world.write(THINGS)
    world.apply(used='["eu"]')
    Region.things.clear()
    world.write(THINGS.replace("cloud.by_region[each.key]", 'cloud.by_region["us"]'))
    world.apply(used='["eu"]')
    assert not world.diags, world.messages()
    assert set(Region.things) == {("america", "t-eu")}


def test_forgetting_needs_no_provider(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    world.write(REGIONS + "removed {\n  from = cloud_thing.t\n  lifecycle {\n    destroy = false\n"
                "  }\n}\n")
    world.apply(regions='{ us = "america" }')
    assert summaries(world) == ["Some objects will no longer be managed by vbrprov"]
    assert not world.state().instances
    assert set(Region.things) == {("europe", "t-eu"), ("america", "t-us")}


def test_a_key_that_turns_out_to_be_gone_while_destroying(world: Clouded) -> None:
    world.write(THINGS)
    world.apply()
    world.write(THINGS.replace("for_each = var.regions", """for_each = {
      for k, v in var.regions : k => v if k == vbrprov_data.key.output
    }""") + """
      variable "again" {
        default = ""
      }
      resource "vbrprov_data" "key" {
        input            = "us"
        triggers_replace = var.again
      }
    """)
    world.apply(Options(targets=("vbrprov_data.key",)))
    world.apply(Options(destroy=True), again="yes")
    assert "Provider configuration not present" in summaries(world)
    assert not any("Internal fault" in s for s in summaries(world))
    assert 'cloud_thing.t["eu"]' in {a for a, _ in world.state().instances}
    assert set(Region.things) == {("europe", "t-eu")}
