"""Ephemeral resources: there while a run needs them, and nowhere after."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from lease import LeaseWorld  # found through the path that conftest adds

from vbrprov.cli.runtime import Runtime
from vbrprov.plan.model import Options
from vbrprov.workflow.apply import apply
from vbrprov.workflow.importing import import_object
from vbrprov.workflow.planning import plan_command, start
from vbrprov.workflow.prepare import prepare

TOKEN = """
    ephemeral "lease_token" "t" {
      name = "anna"
    }
"""
BOX = TOKEN + """
    resource "lease_box" "b" {
      name           = "one"
      secret         = ephemeral.lease_token.t.token
      secret_version = 1
    }
"""


@pytest.fixture
def lease(tmp_path: Path) -> LeaseWorld:
    return LeaseWorld(tmp_path)


def everything_written(world: LeaseWorld) -> str:
    return "".join(p.read_text(encoding="utf-8", errors="replace")
                   for p in world.path.rglob("vbrprov.vbrstate*") if p.is_file())


def test_opened_and_closed_in_the_plan_and_again_in_the_apply(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.apply()
    assert not lease.diags, lease.messages()
    assert lease.log.calls == [
        "open anna", "close secret-token-1", "open anna", "box secret-token-2 as nobody",
        "close secret-token-2"]


def test_nothing_of_it_is_recorded(lease: LeaseWorld) -> None:
    lease.write(BOX)
    plan = lease.plan()
    assert [c.address for c in plan.changes] == ["lease_box.b"]
    lease.apply()
    assert [key for key, _ in lease.state().instances] == ["lease_box.b"]
    assert "secret-token" not in everything_written(lease)
    assert "ephemeral" not in everything_written(lease)


def test_a_new_token_changes_nothing_while_the_version_stays(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.apply()
    assert not lease.plan().has_changes
    lease.write(BOX.replace("secret_version = 1", "secret_version = 2"))
    assert lease.actions(lease.plan()) == {"lease_box.b": "update"}


def test_not_opened_while_its_arguments_are_not_known(lease: LeaseWorld) -> None:
    lease.write("""
        resource "vbrprov_data" "x" {}
        ephemeral "lease_token" "t" {
          name = vbrprov_data.x.id
        }
    """)
    lease.plan()
    assert not lease.diags
    assert lease.log.calls == []
    lease.apply()
    assert [c.split()[0] for c in lease.log.calls] == ["open", "close"]


def test_not_opened_before_what_it_depends_on_is_there(lease: LeaseWorld) -> None:
    lease.write("""
        resource "vbrprov_data" "x" {}
        ephemeral "lease_token" "t" {
          name       = "anna"
          depends_on = [vbrprov_data.x]
        }
    """)
    lease.plan()
    assert lease.log.calls == []
    lease.apply()
    assert lease.log.calls == ["open anna", "close secret-token-1"]
    lease.plan()
    assert lease.log.calls[2:] == ["open anna", "close secret-token-2"]


def test_closed_after_errors(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.log.fail = {"box"}
    lease.apply()
    assert lease.messages() == ["No box: It does not work."]
    assert lease.log.calls[-1] == "close secret-token-2"


def test_an_error_while_opening_stops_what_needs_it(lease: LeaseWorld) -> None:
    lease.write(BOX)
    lease.log.fail = {"open"}
    lease.apply()
    assert lease.messages() == ["No open: It does not work."]
    assert lease.state().instances == {}


def test_an_error_while_closing_is_reported(lease: LeaseWorld) -> None:
    lease.write(TOKEN)
    lease.log.fail = {"close"}
    lease.plan()
    assert lease.messages() == ["No close: It does not work."]


def test_closed_after_an_interruption(lease: LeaseWorld) -> None:
    lease.write(BOX)
    request = lease.request()
    prepared = prepare(request, lease.diags, lease.environment().redactor)
    assert prepared is not None
    environment = lease.environment()
    told = environment.event

    def interrupt(event: str, **data: object) -> None:
        told(event, **data)
        if event == "apply_complete" and data["action"] == "open" and lease.log.count == 2:
            environment.stop.set()

    environment.event = interrupt
    apply(request, prepared, lease.backend(), environment, lease.diags, lambda plan: True)
    assert [m.split(":")[0] for m in lease.messages()] == ["Interrupted"]
    assert lease.log.calls[-2:] == ["open anna", "close secret-token-2"]


def test_renewed_while_it_is_open(lease: LeaseWorld) -> None:
    renewed = threading.Event()
    plainly = lease.log.call

    def call(what: str) -> None:
        plainly(what)
        if what == "renew secret-token-2":
            renewed.set()
        elif what.startswith("box"):
            # Closing waits for nobody, so the run is held open until the renewal is through.
            assert renewed.wait(20)

    lease.log.call = call  # type: ignore[method-assign]  # holds the run for this test
    lease.log.renew_after = 0.0
    lease.write(BOX)
    lease.apply()
    assert not lease.diags, lease.messages()
    assert lease.log.calls[-1] == "close secret-token-2"


def test_a_lost_renewal_is_an_error(lease: LeaseWorld) -> None:
    lost = threading.Event()
    plainly = lease.log.call

    def call(what: str) -> None:
        try:
            plainly(what)
        finally:
            if what == "close secret-token-1":
                # Only the token of the apply is to be lost.
                lease.log.renew_after = 0.0
            elif what == "renew secret-token-2":
                lost.set()
            elif what.startswith("box"):
                assert lost.wait(20)

    lease.log.call = call  # type: ignore[method-assign]  # holds the run for this test
    lease.log.fail = {"renew"}
    lease.write(BOX)
    lease.apply()
    assert lease.log.calls[-1] == "close secret-token-2"
    assert "No renew: It does not work." in lease.messages()


def test_a_provider_is_configured_anew_in_the_apply(lease: LeaseWorld) -> None:
    lease.write("""
        provider "lease" {
          alias    = "inner"
          password = ephemeral.lease_token.t.token
        }
        ephemeral "lease_token" "t" {
          name     = "anna"
        }
        resource "lease_box" "b" {
          provider = lease.inner
          name     = "one"
        }
    """)
    lease.apply()
    assert not lease.diags, lease.messages()
    assert lease.log.calls == [
        "open anna", "bye secret-token-1", "close secret-token-1", "open anna",
        "box None as secret-token-2", "bye secret-token-2", "close secret-token-2"]
    lease.log.calls = []
    lease.apply(Options(destroy=True))
    assert not lease.diags, lease.messages()
    assert lease.log.calls == [
        "open anna", "read as secret-token-3", "bye secret-token-3", "close secret-token-3",
        "open anna", "delete secret-token-4", "bye secret-token-4", "close secret-token-4"]


def test_repeated_with_conditions(lease: LeaseWorld) -> None:
    lease.write("""
        ephemeral "lease_token" "t" {
          for_each = toset(["a", "b"])
          name     = each.key
          lifecycle {
            precondition {
              condition     = each.key != "b"
              error_message = "Not ${each.key}."
            }
            postcondition {
              condition     = self.token == "never"
              error_message = "The token is ${self.token}."
            }
          }
        }
    """)
    lease.plan()
    found = [f"{d.address}: {d.summary}: {d.detail}" for d in lease.diags]
    assert 'ephemeral.lease_token.t["b"]: Resource precondition failed: Not b.' in found
    assert any("Error message refers to" in f for f in found)
    assert lease.log.calls == ["open a", "close secret-token-1"]
    assert not [f for f in found if "secret-token" in f]


@pytest.mark.parametrize(("text", "summary"), [
    ('resource "vbrprov_data" "x" {\n  input = ephemeral.lease_token.t.token\n}',
     "Invalid use of ephemeral value"),
    ('data "lease_look" "x" {\n  name = ephemeral.lease_token.t.token\n}',
     "Invalid use of ephemeral value"),
    ('output "x" {\n  value     = ephemeral.lease_token.t.token\n  sensitive = true\n}',
     "Ephemeral value not allowed"),
    ('output "x" {\n  value     = ephemeral.lease_token.t.token\n  ephemeral = true\n}',
     "Ephemeral output not allowed"),
    ('resource "vbrprov_data" "x" {\n  count = length(ephemeral.lease_token.t.name)\n}',
     "Invalid count argument"),
    ('resource "vbrprov_data" "x" {\n  for_each = toset([ephemeral.lease_token.t.name])\n}',
     "Invalid for_each argument"),
    ('resource "vbrprov_data" "x" {\n  lifecycle {\n'
     '    enabled = ephemeral.lease_token.t.name == "x"\n  }\n}', "Invalid enabled argument"),
    ('resource "lease_box" "x" {\n  name = "x"\n  attest {\n    rule    = "VBR014"\n'
     '    expires = "2099-01-01"\n    reason  = ephemeral.lease_token.t.token\n  }\n}',
     "Invalid attestation"),
    ("output \"x\" {\n  value = terraform.applying\n}", "Ephemeral value not allowed"),
    ('ephemeral "lease_nothing" "x" {}', "Invalid ephemeral resource"),
    ('locals {\n  x = ephemeral.lease_token.u\n}', "Reference to undeclared resource"),
    ('locals {\n  x = ephemeral.lease_token\n}', "Invalid reference"),
    ('ephemeral "lease_token" "t" {\n  name = "twice"\n}',
     'Duplicate ephemeral "lease_token" configuration'),
    ('ephemeral "lease_token" "u" {\n  name = "a"\n  lifecycle {\n    prevent_destroy = true\n'
     "  }\n}",
     "Invalid ephemeral resource lifecycle argument"),
])
def test_where_it_must_not_go(lease: LeaseWorld, text: str, summary: str) -> None:
    lease.write(TOKEN)
    lease.write(text, "more.vbr.hcl")
    lease.plan()
    assert [d.summary for d in lease.diags] == [summary]


def test_where_it_may_go(lease: LeaseWorld) -> None:
    lease.write(TOKEN + """
        locals {
          token = ephemeral.lease_token.t.token
        }
        module "m" {
          source = "./m"
          token  = local.token
        }
        ephemeral "lease_token" "second" {
          name = module.m.upper
        }
    """)
    lease.write("""
        variable "token" {
          type      = string
          ephemeral = true
        }
        output "upper" {
          value     = upper(var.token)
          ephemeral = true
        }
    """, "m/main.vbr.hcl")
    lease.plan()
    assert not lease.diags, lease.messages()
    assert lease.log.calls[:2] == ["open anna", "open SECRET-TOKEN-1"]


def test_an_ephemeral_output_takes_ephemeral_values_only(lease: LeaseWorld) -> None:
    lease.write('module "m" {\n  source = "./m"\n}\n')
    lease.write('output "x" {\n  value     = 1\n  ephemeral = true\n}\n', "m/main.vbr.hcl")
    lease.plan()
    assert [d.summary for d in lease.diags] == ["Value not allowed in ephemeral output"]


@pytest.mark.parametrize("when", ["close", "renew"])
def test_a_fault_in_a_provider_leaves_nothing_open(lease: LeaseWorld, when: str) -> None:
    plainly, renewed = lease.log.call, threading.Event()

    def call(what: str) -> None:
        plainly(what)
        if what == f"{when} secret-token-4":
            renewed.set()
            raise ValueError("not thought of")
        if what.startswith("box") and when == "renew":
            assert renewed.wait(20)
        if what == "close secret-token-1":
            lease.log.renew_after = 0.0 if when == "renew" else None

    lease.log.call = call  # type: ignore[method-assign]  # goes wrong for this test
    lease.write(BOX + TOKEN.replace('"t"', '"u"'))
    lease.apply()
    assert [m for m in lease.messages() if m.startswith("Internal fault: ValueError: not th")], (
        lease.messages())
    assert sorted(lease.log.calls[-2:]) == ["close secret-token-3", "close secret-token-4"]


def test_generating_configuration_closes_what_it_opens(
        lease: LeaseWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lease.path)
    runtime = Runtime(no_color=True)
    monkeypatch.setattr(runtime, "environment", lambda **_: lease.environment())
    lease.write(TOKEN + 'import {\n  to = vbrprov_data.a\n  id = "x"\n}\n')
    assert plan_command(lease.request(), runtime, generate_to=lease.path / "g.vbr.hcl") is not None
    assert not runtime.diags, list(runtime.diags)
    assert lease.log.calls == ["open anna", "close secret-token-1",
                               "open anna", "close secret-token-2"]


def test_importing_gives_back_what_was_lent_before_its_lender_goes(
        lease: LeaseWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime(no_color=True)
    monkeypatch.setattr(runtime, "environment", lambda **_: lease.environment())
    lease.write(TOKEN.replace("anna\"", "anna\"\n provider = lease.lender") + """
        provider "lease" {
          alias    = "lender"
          password = "lender"
        }
        provider "lease" {
          password = ephemeral.lease_token.t.token
        }
        resource "lease_box" "b" {
          name = "one"
        }
        resource "vbrprov_data" "a" {
        }
    """)
    started = start(lease.request(), runtime)
    assert started is not None
    assert import_object("vbrprov_data.a", "x", lease.request(), started, runtime)
    assert lease.log.calls[-3:] == ["bye secret-token-1", "close secret-token-1", "bye lender"]
