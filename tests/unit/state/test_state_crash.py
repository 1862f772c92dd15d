"""Kill the process at every failpoint, then look at what the next run finds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vbrprov.builtin.key_providers.passphrase import Passphrase, PassphraseModel
from vbrprov.sdk.keys import KeyContext
from vbrprov.state.codec import ConfiguredKey, StateCodec
from vbrprov.state.model import Instance, StateData
from vbrprov.state.snapshot import decode_snapshot

MakeInstance = Callable[..., Instance]
RunChild = Callable[..., "subprocess.CompletedProcess[str]"]
Stack = Any

# Makes three objects in a "cloud", whose ledger is a file written between intent and outcome, then
# updates one, deletes an old one, and records a local result.
APPLY = """
import os, sys
from pathlib import Path
import msgspec
from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.model import Instance, Intent

state, spills, ledger = map(Path, sys.argv[1:4])

def make(name, version=0):
    raw = msgspec.json.encode({"name": name, "version": version})
    return Instance(f"vbrprov_data.{name}", "builtin", msgspec.Raw(raw))

def call(text):
    with ledger.open("a") as stream:
        stream.write(text + "\\n")
        stream.flush()
        os.fsync(stream.fileno())

from vbrprov.builtin.key_providers.passphrase import Passphrase, PassphraseModel
from vbrprov.sdk.keys import KeyContext
from vbrprov.state.codec import PLAIN, ConfiguredKey, StateCodec
codec = PLAIN if len(sys.argv) < 5 else StateCodec((ConfiguredKey(
    "key_provider.passphrase.x", Passphrase(), PassphraseModel(passphrase=sys.argv[4], cost=14),
    KeyContext()),))
backend = LocalBackend(state, spill_directories=[spills], codec=codec)
with backend.session("apply") as session:
    session.begin(5)
    for op, action, name, version in (
        ("op1", "create", "one", 0), ("op2", "create", "two", 0), ("op3", "create", "three", 0),
        ("op4", "update", "one", 1), ("op5", "delete", "old", 0),
    ):
        address = f"vbrprov_data.{name}"
        session.intent(Intent(op, address, action, action, "vbrprov_data", "builtin",
                              {"name": name, "version": version}))
        call(f"{action} {name} {version}")
        if action == "delete":
            session.outcome(op, "ok", remove=[(address, "")])
        else:
            session.outcome(op, "ok", put=[make(name, version)])
    session.put(make("local"), sync=False)
"""

KILLS = [
    *(f"journal.{side}_{kind}:{number}"
      for kind in ("intent", "outcome") for side in ("before", "after") for number in (1, 5)),
    "snapshot.before_write", "snapshot.partial_write", "snapshot.before_rename",
    "snapshot.after_rename", "journal.before_truncate", "lock.before_release",
    "marker.before_write", "marker.after_write",
]
KILLED = -9 if os.name == "posix" else 137


def cloud(ledger: Path) -> dict[str, int]:
    """The objects that exist, by name, with their version."""
    objects: dict[str, int] = {}
    for line in ledger.read_text().splitlines() if ledger.exists() else []:
        action, name, version = line.split()
        if action == "delete":
            objects.pop(name, None)
        else:
            objects[name] = int(version)
    return objects


def recorded(data: StateData) -> dict[str, object]:
    """The objects in a state, by name, as :func:`cloud` gives them."""
    found: dict[str, object] = {}
    for (address, _), instance in data.instances.items():
        name = address.removeprefix("vbrprov_data.")
        if name != "local":
            found[name] = b'"version":1' in bytes(instance.attributes)
    return found


def check_nothing_lost(data: StateData, ledger: Path) -> None:
    """Each object in the cloud is in the state as it is, or in an open intent (and vice versa)."""
    in_doubt = {str(intent.identity["name"]) for intent in data.intents.values()}
    assert len(data.intents) <= 1
    for name, version in cloud(ledger).items():
        assert name in in_doubt or recorded(data).get(name) == bool(version), name
    for name in recorded(data):
        assert name in in_doubt or name in cloud(ledger), name


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("place", KILLS)
def test_kill(
    stack: Stack, tmp_path: Path, run_child: RunChild, make_instance: MakeInstance,
    place: str, existing: bool,
) -> None:
    if existing and place.startswith("marker."):
        pytest.skip("an existing stack has its marker")
    ledger = tmp_path / "ledger"
    old: set[tuple[str, str]] = set()
    if existing:
        with stack.backend.session("apply") as session:
            for number in range(20):
                session.put(make_instance(f"old{number}"), sync=False)
            session.put(make_instance("old"), sync=False)
        ledger.write_text("create old 0\n" + "".join(f"create old{n} 0\n" for n in range(20)))
        old = set(session.data.instances) - {("vbrprov_data.old", "")}

    arguments = (stack.path, stack.spills, ledger)
    done = run_child(APPLY, *arguments, failpoint=place)
    assert done.returncode == KILLED, done.stderr

    before = stack.files()
    data, diagnostics = stack.backend.read()
    assert list(diagnostics) == []
    assert stack.files() == before
    assert old <= set(data.instances)
    check_nothing_lost(data, ledger)

    # The next run gets the lock at once, settles what is in doubt, and ends in order.
    with stack.backend.session("apply") as session:
        for op, intent in list(session.data.intents.items()):
            name = str(intent.identity["name"])
            key = (f"vbrprov_data.{name}", "")
            if name in cloud(ledger):
                found = make_instance(name, cloud(ledger)[name])
                session.outcome(op, "ok", put=[found])
            else:
                session.outcome(op, "not_done", remove=[key])
    data = stack.read()
    assert data.intents == {}
    assert old <= set(data.instances)
    check_nothing_lost(data, ledger)
    leftovers = [name for name in stack.files() if name.endswith(".tmp")]
    if data.serial:
        assert leftovers == []
    for path in stack.folder.glob("vbrprov.vbrstate.[12]"):
        decode_snapshot(path, path.read_bytes())


@pytest.mark.parametrize("place", [p for p in KILLS if not p.startswith("marker.")])
def test_kill_with_an_encrypted_state(
    stack: Stack, tmp_path: Path, run_child: RunChild, make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch, place: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    passphrase, ledger = "correct horse battery", tmp_path / "ledger"
    stack.backend.codec = StateCodec((ConfiguredKey(
        "key_provider.passphrase.x", Passphrase(),
        PassphraseModel(passphrase=passphrase, cost=14), KeyContext()),))
    with stack.backend.session("apply") as session:
        session.put(make_instance("old"))
    ledger.write_text("create old 0\n")
    done = run_child(APPLY, stack.path, stack.spills, ledger, passphrase, failpoint=place)
    assert done.returncode == KILLED, done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or path == ledger or b"vbrprov_data" not in path.read_bytes()
    check_nothing_lost(stack.read(), ledger)
    with stack.backend.session("apply") as session:
        for op, intent in list(session.data.intents.items()):
            name = str(intent.identity["name"])
            if name in cloud(ledger):
                session.outcome(op, "ok", put=[make_instance(name, cloud(ledger)[name])])
            else:
                session.outcome(op, "not_done", remove=[(f"vbrprov_data.{name}", "")])
    assert stack.read().intents == {}
    check_nothing_lost(stack.read(), ledger)


def test_kill_again_while_the_next_run_cleans_up(
    stack: Stack, tmp_path: Path, run_child: RunChild, make_instance: MakeInstance
) -> None:
    with stack.backend.session("apply") as session:
        session.put(make_instance("old"))
    ledger = tmp_path / "ledger"
    ledger.write_text("create old 0\n")
    arguments = (stack.path, stack.spills, ledger)
    assert run_child(APPLY, *arguments, failpoint="snapshot.before_rename").returncode == KILLED
    expected = stack.read().instances
    clean_up = (
        "import sys; from pathlib import Path\n"
        "from vbrprov.state.backends.local import LocalBackend\n"
        "with LocalBackend(Path(sys.argv[1]), spill_directories=[Path(sys.argv[2])])"
        ".session('apply'): pass\n"
    )
    for place in ("snapshot.before_write", "snapshot.partial_write", "snapshot.before_rename",
                  "snapshot.after_rename", "journal.before_truncate", "lock.before_release"):
        done = run_child(clean_up, *arguments, failpoint=place)
        assert done.returncode in {KILLED, 0}, done.stderr
        assert stack.read().instances == expected
    with stack.backend.session("apply"):
        pass
    data = stack.read()
    assert data.instances == expected
    assert data.serial >= 2
    assert not list(stack.folder.glob("*.tmp"))


def test_a_finished_child_leaves_the_full_state(
    stack: Stack, tmp_path: Path, run_child: RunChild
) -> None:
    done = run_child(APPLY, stack.path, stack.spills, tmp_path / "ledger")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(stack.read().instances) == {
        (f"vbrprov_data.{name}", "") for name in ("one", "two", "three", "local")
    }
    check_nothing_lost(stack.read(), tmp_path / "ledger")
