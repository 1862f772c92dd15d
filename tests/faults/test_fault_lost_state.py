"""A state that is lost after an apply and made again by ``state recover``, with kills meanwhile."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_servers
from ledger_stack import CONFIGURATION, existing, wanted
from ledger_trial import KILLED, Ground, Trial

from vbrprov.sdk.store import ObjectStore
from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.workflow.stores import backend_type

RECOVER = ("state", "recover", "-auto-approve", "-by-name", "-no-color")
PLACES = ("rebuild.before_write", "rebuild.after_journal", "rebuild.after_snapshot")
PLUGIN = Path(__file__).with_name("plugin")
_count = itertools.count()


def lose(trial: Trial, *, marker: bool) -> None:
    """Delete the files of the state; *marker* says whether that one stays."""
    for path in trial.stack.glob("vbrprov.vbrstate*"):
        if not (marker and path.suffix == ".lineage"):
            path.unlink()
    if not marker:
        trial.forget_history()


@pytest.mark.parametrize("place", ["", *PLACES])
@pytest.mark.parametrize("marker", [True, False], ids=["marker", "nothing"])
def test_nothing_is_lost_and_nothing_doubled(ground: Ground, place: str, *, marker: bool) -> None:
    trial = ground.trial(made=True)
    lineage = trial.state().lineage
    lose(trial, marker=marker)
    if place:
        done = trial.run(*RECOVER, VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
        assert done.status == KILLED, f"{done.tail}{trial}"
    if place == "rebuild.after_snapshot":
        # It is whole by then, and another attempt leaves it as it is.
        done = trial.run(*RECOVER)
        assert done.status == 1, f"{done.tail}{trial}"
        assert "State not lost" in done.text, f"{done.tail}{trial}"
    else:
        done = trial.run(*RECOVER)
        assert done.status == 0, f"{done.tail}{trial}"
        assert "Recorded 40 objects" in done.text, f"{done.tail}{trial}"
    found = trial.state().lineage
    assert found == lineage if marker else found != lineage
    assert found[:8] == lineage[:8]
    trial.check_after_fault(had_objects=True)
    trial.check_end(wanted())
    trial.variables["share"] = "0"
    trial.check_end(wanted(share=0))


def test_a_kill_does_not_turn_a_lost_state_into_a_new_stack(ground: Ground) -> None:
    trial = ground.trial(made=True)
    lose(trial, marker=True)
    for place in PLACES[:2]:
        done = trial.run(*RECOVER, VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
        assert done.status == KILLED, f"{done.tail}{trial}"
        planned = trial.run("plan", "-no-color")
        assert planned.status == 1, f"{planned.tail}{trial}"
        assert "State missing" in planned.text, f"{planned.tail}{trial}"


def test_marks_of_another_stack_are_left_alone(ground: Ground) -> None:
    trial = ground.trial(made=True)
    lose(trial, marker=False)
    done = trial.run(*RECOVER, "-stack=00000000")
    assert done.status == 0, f"{done.tail}{trial}"
    # Buckets and keys, which take no mark, are all that may be this stack's.
    assert "Recorded 12 objects" in done.text, f"{done.tail}{trial}"
    assert "Not this stack's, and left alone:" in done.text, f"{done.tail}{trial}"
    recorded = {address for address, _ in trial.state().instances}
    assert {address.partition("[")[0] for address in recorded} == {
        "ledger_bucket.b", "ledger_key.k"}


def test_two_stacks_in_one_configuration(ground: Ground) -> None:
    trial = ground.trial(made=True)
    lose(trial, marker=False)
    world = trial.world()
    volume = next(iter(world["objects"]["volumes"].values()))
    volume["tags"]["vbrprov"] = "0" * 8 + volume["tags"]["vbrprov"][8:]
    trial.seed(objects=world["objects"], number=world["number"])
    ours = next(iter(world["objects"]["records"].values()))["unique"][:8]
    done = trial.run(*RECOVER)
    assert done.status == 1, f"{done.tail}{trial}"
    assert "Marks of several stacks" in done.text, f"{done.tail}{trial}"
    assert not list(trial.stack.glob("*.vbrstate"))
    done = trial.run(*RECOVER, f"-stack={ours}")
    assert done.status == 0, f"{done.tail}{trial}"
    assert "Recorded 39 objects" in done.text, f"{done.tail}{trial}"


def test_what_no_address_names_is_told(ground: Ground) -> None:
    trial = ground.trial(made=True)
    lose(trial, marker=True)
    main = trial.stack / "main.vbr.hcl"
    text = main.read_text(encoding="utf-8")
    main.write_text(text.replace("count  = 12 * var.share", "count  = 11 * var.share"),
                    encoding="utf-8")
    done = trial.run(*RECOVER[:2], "-dry-run", "-json")
    assert done.status == 0, f"{done.tail}{trial}"
    found = json.loads(done.out)
    assert [(o["type"], o["name"]) for o in found["unaddressed"]] == [("ledger_record", "r-11")]
    assert not found["written"]
    assert not list(trial.stack.glob("*.vbrstate"))


ENCRYPTION = """
variable "passphrase" {}

terraform {
  encryption {
    key_provider "passphrase" "main" {
      passphrase = var.passphrase
    }
    method "aes_gcm" "main" {
      keys = key_provider.passphrase.main
    }
    state {
      method   = method.aes_gcm.main
      enforced = true
    }
  }
}
"""


def test_an_encrypted_state_of_a_workspace(ground: Ground) -> None:
    trial = ground.trial(configuration=CONFIGURATION + ENCRYPTION, environ={
        "TF_VAR_passphrase": "correct horse battery staple", "TF_WORKSPACE": "other"})
    done = trial.apply()
    assert done.status == 0, f"{done.tail}{trial}"
    folder = trial.stack / "vbrprov.vbrstate.d" / "other"
    for path in folder.glob("vbrprov.vbrstate*"):
        if path.suffix != ".lineage":
            path.unlink()
    done = trial.run(*RECOVER)
    assert done.status == 0, f"{done.tail}{trial}"
    # Its number is above the one that this machine has seen of the stack.
    assert "Recorded 40 objects in a state of serial 2." in done.text, f"{done.tail}{trial}"
    assert b"b-plain-0" not in (folder / "vbrprov.vbrstate").read_bytes()
    done = trial.apply()
    assert done.status == 0, f"{done.tail}{trial}"
    found = existing(trial.world())
    assert found == wanted(), f"{found}{trial}"
    again = trial.run("plan", "-detailed-exitcode", "-no-color")
    assert again.status == 0, f"{again.tail}{trial}"


@pytest.mark.parametrize(("answer", "status"), [("yes", 0), ("no", 1)])
def test_somebody_is_asked(ground: Ground, answer: str, status: int) -> None:
    pty = pytest.importorskip("pty")
    trial = ground.trial(made=True)
    lose(trial, marker=True)
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "vbrprov", "state", "recover", "-no-color"], cwd=trial.stack,
        stdin=other, stdout=other, stderr=other, start_new_session=True,
        env={**os.environ, **trial.environment(),
             "PYTHONPATH": os.pathsep.join([str(PLUGIN), *(p for p in sys.path if p)])})
    os.close(other)
    os.write(main, f"{answer}\n".encode())
    said = b""
    with contextlib.suppress(OSError):
        while more := os.read(main, 65536):
            said += more
    os.close(main)
    assert process.wait(60) == status, said
    assert b"record 40 objects, 12 of them known by their name alone?" in said, said
    assert (trial.stack / "vbrprov.vbrstate").exists() is (answer == "yes")


@pytest.fixture(params=["http", pytest.param("s3", marks=pytest.mark.slow)])
def server(request: pytest.FixtureRequest) -> Iterator[store_servers.Server]:
    if reason := store_servers.why_not(request.param):
        pytest.skip(reason)
    with getattr(store_servers, request.param)() as running:
        yield running


def remote(ground: Ground, server: store_servers.Server) -> tuple[Trial, ObjectStore]:
    """A complete stack whose state is in a store, and that store."""
    settings = {**server.place(f"lost{os.getpid()}_{next(_count)}"), "lock_lease": "1s"}
    lines = "\n".join(f"    {name} = {json.dumps(text)}" for name, text in settings.items())
    trial = ground.trial(configuration=f'{CONFIGURATION}\nterraform {{\n  backend "{server.kind}" '
                                       f"{{\n{lines}\n  }}\n}}\n")
    type_ = backend_type(server.kind)
    assert type_ is not None
    del settings["lock_lease"]
    store = type_.open({**{s.name: s.default for s in type_.settings}, **settings})
    trial.backend = RemoteBackend(store, spill_directories=[])
    done = trial.apply()
    assert done.status == 0, f"{done.tail}{trial}"
    return trial, store


@pytest.mark.parametrize("marker", [True, False], ids=["marker", "nothing"])
def test_in_a_store(ground: Ground, server: store_servers.Server, *, marker: bool) -> None:
    trial, store = remote(ground, server)
    refused = trial.run(*RECOVER)
    assert refused.status == 1, f"{refused.tail}{trial}"
    assert "State not lost" in refused.text, f"{refused.tail}{trial}"
    lineage = trial.state().lineage
    kept = ("/lineage",) if marker else ()
    store.delete([name for name in store.names("") if not name.endswith(kept)])
    trial.forget_history()
    planned = trial.run("plan", "-no-color")
    assert ("vbrprov state recover" in planned.text) is marker, f"{planned.tail}{trial}"
    for place in ("rebuild.before_write", "rebuild.after_snapshot"):
        done = trial.run(*RECOVER, VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
        assert done.status == KILLED, f"{done.tail}{trial}"
    assert trial.state().lineage[:8] == lineage[:8]
    assert len(trial.state().instances) == 40
    trial.check_end(wanted())
