"""Commands on states that are kept in stores: moves, workspaces, locks, settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import store_servers

from vbrprov.state.model import Intent
from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.workflow.stores import backend_type

TEXT = """
variable "word" {
  default = "plain"
}
resource "vbrprov_data" "a" {
  input = "${terraform.workspace} ${var.word}"
}
output "where" {
  value = vbrprov_data.a.output
}
"""


@pytest.fixture(scope="module")
def http() -> Iterator[store_servers.Server]:
    with store_servers.http() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TF_WORKSPACE", "VBRPROV_WORKSPACE", "TF_DATA_DIR", "VBRPROV_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "main.vbr.hcl").write_text(TEXT)
    return tmp_path


def settle(folder: Path, kind: str, settings: dict[str, str]) -> None:
    lines = "\n".join(f"    {name} = {json.dumps(text)}" for name, text in settings.items())
    (folder / "backend.vbr.hcl").write_text(
        f'terraform {{\n  backend "{kind}" {{\n{lines}\n  }}\n}}\n')


def ok(run: Any, *args: str) -> str:
    done = run(*args)
    assert done.status == 0, done
    return str(done.out)


def refused(run: Any, *args: str) -> str:
    done = run(*args)
    assert done.status == 1, done
    return " ".join(done.err.replace("│", " ").split())


def backend(kind: str, settings: dict[str, str], **options: Any) -> RemoteBackend:
    type_ = backend_type(kind)
    assert type_ is not None
    return RemoteBackend(type_.open({**{s.name: s.default for s in type_.settings}, **settings}),
                         spill_directories=[], **options)


def test_a_state_goes_from_each_to_the_next(run: Any, folder: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """The old place's secrets are recorded nowhere, so they come from the environment."""
    ok(run, "apply", "-auto-approve")
    ok(run, "workspace", "new", "test")
    ok(run, "apply", "-auto-approve", "-var=word=other")
    kinds = [kind for kind in store_servers.KINDS if not store_servers.why_not(kind)]
    with ExitStack() as stack:
        for kind in kinds:
            server = stack.enter_context(getattr(store_servers, kind)())
            for name, text in server.environ.items():
                monkeypatch.setenv(name, text)
            settle(folder, kind, server.place("moved"))
            assert "Backend changed" in refused(run, "plan")
            said = ok(run, "init", "-migrate-state")
            assert 'workspace "test" (1 objects)' in said
            record = (folder / ".vbrprov" / "backend.json").read_text()
            assert json.loads(record)["kind"] == kind
            assert "made-up-secret" not in record
            assert run("plan", "-detailed-exitcode", "-var=word=other").status == 0
            assert ok(run, "output", "-raw", "where") == "test other"
        (folder / "backend.vbr.hcl").unlink()
        ok(run, "init", "-migrate-state")
    ok(run, "workspace", "select", "default")
    assert ok(run, "output", "-raw", "where") == "default plain"
    assert run("plan", "-detailed-exitcode").status == 0


def test_workspaces(run: Any, folder: Path, http: store_servers.Server) -> None:
    settle(folder, "http", http.place("workspaces"))
    ok(run, "apply", "-auto-approve")
    ok(run, "workspace", "new", "test")
    ok(run, "apply", "-auto-approve")
    assert ok(run, "workspace", "list") == "  default\n* test\n"
    ok(run, "workspace", "select", "default")
    assert ok(run, "output", "-raw", "where") == "default plain"
    ok(run, "workspace", "delete", "-force", "test")
    assert ok(run, "workspace", "list") == "* default\n"


def test_locks(run: Any, folder: Path, http: store_servers.Server) -> None:
    settings = http.place("locks")
    settle(folder, "http", {**settings, "lock_lease": "2s"})
    ok(run, "apply", "-auto-approve")
    assert ok(run, "lock", "show") == "There is no lock.\n"
    session = backend("http", settings, lease=2.0).session("apply")
    session.__enter__()
    try:
        [lock] = json.loads(ok(run, "lock", "list", "-json"))["locks"]
        assert (lock["holder"]["operation"], lock["lease_seconds"]) == ("apply", 2.0)
        assert lock["holder"]["id"] in ok(run, "lock", "show")
        assert 'running "apply"' in refused(run, "apply", "-auto-approve", "-var=word=x")
        done = run("apply", "-auto-approve", "-var=word=x", "-lock=false")
        assert done.status == 0, done
        assert "The state is not locked" in done.out
        assert "another id" in refused(run, "force-unlock", "-force", "wrong")
        assert "Ended the lock" in ok(run, "force-unlock", "-force", lock["holder"]["id"])
        assert ok(run, "lock", "list") == "There is no lock.\n"
    finally:
        session.__exit__(None, None, None)
    ok(run, "apply", "-auto-approve")


def test_a_saved_plan_is_stale_after_another_run(run: Any, folder: Path,
                                                 http: store_servers.Server) -> None:
    settle(folder, "http", http.place("stale"))
    ok(run, "apply", "-auto-approve")
    ok(run, "plan", "-out=p", "-var=word=one")
    ok(run, "apply", "-auto-approve", "-var=word=two")
    assert "stale" in refused(run, "apply", "p")


def test_an_open_operation_is_dropped_after_looking(run: Any, folder: Path,
                                                    http: store_servers.Server) -> None:
    settings = http.place("drop")
    settle(folder, "http", settings)
    ok(run, "apply", "-auto-approve")
    with backend("http", settings).session("apply") as session:
        session.intent(Intent("7", "vbrprov_data.a", "update", "update", "vbrprov_data",
                              "vbrprov"))
    assert "No such operation" in refused(run, "state", "repair", "-drop=8")
    ok(run, "state", "repair", "-drop=7")
    assert not backend("http", settings).read()[0].intents
    assert "Not a local state" in refused(run, "state", "repair")


def test_settings_may_use_variables_and_the_environment(
        run: Any, folder: Path, http: store_servers.Server,
        monkeypatch: pytest.MonkeyPatch) -> None:
    settings = http.place("given")
    (folder / "backend.vbr.hcl").write_text("""
variable "place" {}
locals {
  where = "http://${var.place}"
}
terraform {
  backend "http" {
    address   = local.where
    retry_max = 3
  }
}
""")
    monkeypatch.setenv("TF_HTTP_LOCK_ADDRESS", settings["lock_address"])
    assert "must be known before" in refused(run, "state", "list")
    monkeypatch.setenv("TF_VAR_place", settings["address"].removeprefix("http://"))
    done = run("apply", "-auto-approve")
    assert done.status == 0, done
    assert "has no effect" not in done.err
    assert "Backend setting without effect" in done.out
    data, _ = backend("http", settings).read()
    assert len(data.instances) == 1


def test_strangers_name_no_place_that_gets_credentials(run: Any, folder: Path,
                                                       http: store_servers.Server) -> None:
    settle(folder, "http", http.place("strangers"))
    assert "sends no credentials" in refused(run, "plan", "-untrusted")


def test_a_state_of_terraform_is_not_touched(run: Any, folder: Path,
                                             http: store_servers.Server) -> None:
    import base64
    import hashlib
    import urllib.request

    settings = http.place("terraform")
    body = b'{"version": 4, "terraform_version": "1.11.4", "serial": 3, "resources": []}'
    lock = b'{"ID": "x"}'
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()
    for method, url, data in (("LOCK", settings["address"], lock),
                              ("POST", settings["address"] + "?ID=x", body),
                              ("UNLOCK", settings["address"], lock)):
        urllib.request.urlopen(urllib.request.Request(
            url, data=data, method=method, headers={"Content-MD5": digest}), timeout=30).close()
    settle(folder, "http", settings)
    assert "there is a state of Terraform" in refused(run, "plan")
    assert "there is a state of Terraform" in refused(run, "apply", "-auto-approve")


@pytest.mark.parametrize(("kind", "settings", "says"), [
    ("http", {"address": "http://127.0.0.1:1/x"}, '"lock_address"'),
    ("http", {"address": "ftp://h/x", "lock_address": "http://h/x"}, "must be a URL"),
    ("http", {"address": "http://127.0.0.1:1/x", "lock_address": "http://127.0.0.1:1/x",
              "lock_lease": "soon"}, "no length"),
    ("s3", {"bucket": "b"}, '"key"'),
    ("s3", {"bucket": "b", "key": "k", "encrypt": "maybe"}, "neither true nor false"),
    ("pg", {"schema_name": 'x"; drop'}, "letters, digits"),
    ("s3", {"bucket": "b", "key": "k", "regoin": "x"}, 'Did you mean "region"'),
])
def test_settings_that_make_no_sense(run: Any, folder: Path, kind: str, settings: dict[str, str],
                                     says: str) -> None:
    settle(folder, kind, settings)
    assert says in refused(run, "plan")
