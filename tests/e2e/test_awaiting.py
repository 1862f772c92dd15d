"""Steps that wait: killed at every point of their way, nothing is lost and nothing claimed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from launcher import Launcher, Result

USUAL = ("journal.after_intent", "call.after_response")
POINTS = (*USUAL, *(pytest.param(point, marks=pytest.mark.slow) for point in (
    "journal.before_intent", "call.before_send", "journal.before_outcome", "journal.after_outcome",
    "snapshot.before_rename", "snapshot.after_rename")))
CONFIG = """
resource "vbrprov_manual_step" "a" {
  instruction         = "%s"
  destroy_instruction = "Undo it."
}

resource "vbrprov_data" "after" {
  input = vbrprov_manual_step.a.id
}
"""


class Ground:
    """A folder with a step that somebody has to do."""

    def __init__(self, launcher: Launcher, work: Path, home: Path) -> None:
        self._launcher = launcher
        self._work = work
        self._env = launcher.environment(home)

    def write(self, instruction: str = "Do it.") -> None:
        (self._work / "main.vbr.hcl").write_text(CONFIG % instruction, encoding="utf-8")

    def remove(self) -> None:
        (self._work / "main.vbr.hcl").write_text("", encoding="utf-8")

    def run(self, *args: str, status: int = 0, point: str = "") -> Result:
        fault = {"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": point} if point else {}
        done = self._launcher.run(args, self._work, {**self._env, **fault})
        assert done.status == status, done
        assert "Traceback" not in done.text
        return done

    def state(self) -> dict[str, Any]:
        shown = json.loads(self.run("show", "-json").out)
        found = shown.get("values", {}).get("root_module", {}).get("resources", [])
        return {r["address"]: r for r in found}

    def confirm(self) -> Result:
        step = self.state()["vbrprov_manual_step.a"]["awaiting"]["hash"]
        (self._work / "r.json").write_text(json.dumps({"step": step, "done": True}))
        return self.run("confirm", "vbrprov_manual_step.a", "-result", "r.json")


@pytest.fixture
def ground(launcher: Launcher, work: Path, tmp_path: Path) -> Ground:
    made = Ground(launcher, work, tmp_path / "home")
    made.write()
    return made


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_is_created(point: str, ground: Ground) -> None:
    ground.run("apply", "-auto-approve", status=-9, point=point)
    assert ground.state().get("vbrprov_manual_step.a", {"awaiting": 1})["awaiting"]
    ground.run("apply", "-auto-approve", status=4)
    assert ground.state().keys() == {"vbrprov_manual_step.a"}
    assert "created" in ground.confirm().out
    ground.run("apply", "-auto-approve")
    ground.run("plan", "-detailed-exitcode")
    assert "awaiting" not in ground.state()["vbrprov_manual_step.a"]


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_is_changed_and_destroyed(point: str, ground: Ground) -> None:
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    ground.run("apply", "-auto-approve")
    before = ground.state()["vbrprov_manual_step.a"]["values"]["id"]
    ground.write("Do it otherwise.")
    ground.run("apply", "-auto-approve", status=-9, point=point)
    # What was confirmed last stays recorded until the other is.
    assert ground.state()["vbrprov_manual_step.a"]["values"]["id"] == before
    ground.run("apply", "-auto-approve", status=4)
    assert "updated" in ground.confirm().out
    ground.run("apply", "-auto-approve")
    assert ground.state()["vbrprov_manual_step.a"]["values"]["id"] != before
    ground.remove()
    # The other object is destroyed first, so that the point is passed twice.
    late = point if point.startswith("snapshot") else f"{point}:1"
    ground.run("apply", "-auto-approve", status=-9, point=late)
    ground.run("apply", "-auto-approve", status=4)
    assert "destroyed" in ground.confirm().out
    ground.run("plan", "-detailed-exitcode")
    assert ground.state() == {}


@pytest.mark.parametrize("point", ["call.before_send", "snapshot.before_rename"])
def test_killed_while_another_step_waits(point: str, ground: Ground) -> None:
    """A step that was never confirmed and then changed is still none that was done."""
    ground.run("apply", "-auto-approve", status=4)
    ground.write("Do it otherwise.")
    ground.run("apply", "-auto-approve", status=-9, point=point)
    waiting = ground.state()["vbrprov_manual_step.a"]
    assert waiting["awaiting"]
    assert "id" not in {k: v for k, v in waiting["values"].items() if v is not None}
    ground.run("apply", "-auto-approve", status=4)
    assert "created" in ground.confirm().out


def test_back_to_what_was_confirmed_has_to_be_done_again(ground: Ground) -> None:
    """Somebody may have done the other step meanwhile."""
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    ground.write("Do it otherwise.")
    ground.run("apply", "-auto-approve", status=4)
    ground.write()
    plan = ground.run("plan", "-detailed-exitcode", status=2)
    assert "1 to change" in plan.out
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    ground.run("apply", "-auto-approve")
    ground.run("plan", "-detailed-exitcode")


def test_a_replacement_destroys_first(ground: Ground) -> None:
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    ground.run("apply", "-auto-approve")
    replace = ("-replace=vbrprov_manual_step.a", "-auto-approve")
    done = ground.run("apply", *replace, status=4)
    assert "Undo it." in done.out
    assert ground.state()["vbrprov_manual_step.a"]["awaiting"]["action"] == "delete"
    assert "destroyed" in ground.confirm().out
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    ground.run("apply", "-auto-approve")
    ground.run("plan", "-detailed-exitcode")


def test_errors_count_more_than_waiting(ground: Ground, work: Path) -> None:
    config = (work / "main.vbr.hcl").read_text(encoding="utf-8")
    (work / "main.vbr.hcl").write_text(config + """
resource "vbrprov_data" "bad" {
  input = "x"

  lifecycle {
    postcondition {
      condition     = self.id == "never"
      error_message = "It is not."
    }
  }
}
""", encoding="utf-8")
    done = ground.run("apply", "-auto-approve", status=1)
    assert "It is not." in done.text
    assert "1 step waits for you" in done.text


def test_the_json_of_a_plan_shows_the_work(ground: Ground) -> None:
    ground.run("apply", "-auto-approve", status=4)
    ground.run("plan", "-out", "p")
    shown = json.loads(ground.run("show", "-json", "p").out)
    [change] = [c for c in shown["resource_changes"] if c["type"] == "vbrprov_manual_step"]
    [work] = change["change"]["handwork"]
    assert change["change"]["awaiting"] is True
    assert (work["kind"], work["text"]) == ("manual", "Do it.")
    ground.run("apply", "p", status=4)


def test_a_result_that_is_no_text(ground: Ground, work: Path) -> None:
    ground.run("apply", "-auto-approve", status=4)
    (work / "r").write_bytes(b"\xff\xfe\xff")
    assert "cannot be read" in ground.run(
        "confirm", "vbrprov_manual_step.a", "-result", "r", status=1).err
    (work / "r").write_bytes(b" " * 1_000_001)
    assert "too large" in ground.run(
        "confirm", "vbrprov_manual_step.a", "-result", "r", status=1).err


def test_a_test_never_takes_it_for_done(ground: Ground, work: Path) -> None:
    (work / "a.vbrtest.hcl").write_text('run "all" {\n}\n', encoding="utf-8")
    done = ground.run("test", status=1)
    assert "A step waits for somebody" in done.text
    assert "left" not in done.text


def test_replacing_the_other_way_round_is_refused(ground: Ground, work: Path) -> None:
    ground.run("apply", "-auto-approve", status=4)
    ground.confirm()
    config = (work / "main.vbr.hcl").read_text(encoding="utf-8")
    (work / "main.vbr.hcl").write_text(config.replace(
        "destroy_instruction", "lifecycle {\n    create_before_destroy = true\n  }\n"
        "  destroy_instruction"), encoding="utf-8")
    done = ground.run("plan", "-replace=vbrprov_manual_step.a", status=1)
    assert "one order only" in done.text


def test_a_mocked_provider_needs_nobody(ground: Ground, work: Path) -> None:
    (work / "main.vbr.hcl").write_text("""
resource "veeam_s3_agent_access" "a" {
  repository_id = "r"
  mode          = "backup_server"
}
""", encoding="utf-8")
    (work / "a.vbrtest.hcl").write_text(
        'mock_provider "veeam" {\n}\n\nrun "all" {\n}\n', encoding="utf-8")
    assert "1 passed" in ground.run("test").out


def test_a_secret_is_written_into_no_step(ground: Ground, work: Path) -> None:
    (work / "main.vbr.hcl").write_text("""
variable "word" {
  default   = "c4nary-S3cret"
  sensitive = true
}

resource "vbrprov_manual_step" "a" {
  instruction = "Log in with ${var.word}."
}
""", encoding="utf-8")
    done = ground.run("apply", "-auto-approve", status=1)
    assert "A secret would be written down" in done.text
    assert "c4nary" not in done.text
