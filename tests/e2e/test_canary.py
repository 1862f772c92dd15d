"""No secret is lost: twelve are planted at once, every command runs, every byte is searched.

``tests/harness/canary_stack.py`` says what is planted, ``canary_watch.py`` what is kept of a
command, and ``canary.py`` how it is searched.
"""

from __future__ import annotations

import base64
import gzip
import json
import signal
import time
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
import pytest
from canary import find, spellings
from canary_script import NOT_RUN, SCRIPT, Step
from canary_stack import MADE, PLANTED, Canary
from launcher import Launcher
from services import Sandbox

from vbrprov.cli.group import group
from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

PLACES = ("raw", "base64", "URL", "JSON", "hex", "HTML", "XML", "gzip")


@pytest.fixture
def canary(
    tmp_path: Path, launcher: Launcher, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Canary]:
    """The stack with twelve secrets."""
    monkeypatch.setenv("PYTHONPATH", launcher.pythonpath)
    password = f"--password={PLANTED['environment']}"
    with RemoteDouble.spawn(password, "--session-seconds=1") as double:
        yield Canary(tmp_path / "canary", launcher, sandbox, double)
        sandbox.clear_faults()


def commands() -> set[str]:
    """The names of all commands that there are, from the command line itself."""
    def walk(found: click.Command, path: tuple[str, ...]) -> Iterator[str]:
        if not isinstance(found, click.Group):
            yield " ".join(path)
            return
        if path and found.invoke_without_command:
            yield " ".join(path)
        context = click.Context(found)
        for name in found.list_commands(context):
            inner = found.get_command(context, name)
            assert inner is not None
            yield from walk(inner, (*path, name))

    return set(walk(group, ()))


def test_every_command_has_its_part() -> None:
    told = {step.command for step in SCRIPT}
    assert not told & NOT_RUN.keys()
    assert told | NOT_RUN.keys() == commands()


def perform(canary: Canary, step: Step) -> None:
    """One step of the script."""
    if step.before is not None:
        step.before(canary)
    done = canary.run(*step.args, status=step.status, stdin=step.stdin, **step.env)
    assert "Traceback" not in done.text, done
    assert "Internal fault" not in done.text, done
    assert step.says in done.text, done
    if step.kept_as:
        canary.write(step.kept_as, done.out)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", ["plain", pytest.param("encrypted", marks=pytest.mark.slow)])
def test_no_secret_is_written_by_any_command(canary: Canary, mode: str) -> None:
    canary.encrypt(mode == "encrypted")
    for step in SCRIPT:
        if mode in step.modes:
            perform(canary, step)
    log = canary.log.read_text(encoding="utf-8")
    for sdk in ("botocore", "urllib3", "vbrprov_veeam", "hmacKeys"):
        assert sdk in log, "the log shows what the SDKs do"
    secrets = canary.secrets()
    for kind in (*PLANTED, *MADE):
        assert any(name.startswith(kind) for name in secrets), kind
    # Masked, not left out with the lines that they stand in.
    assert "<SecretAccessKey>(sensitive)" in log
    assert "<Value>(sensitive)" in log
    assert canary.leaks(secrets) == []


def test_a_secret_that_was_asked_for_is_on_the_screen_only(canary: Canary) -> None:
    canary.encrypt(True)
    canary.run("apply", "-auto-approve", "-var-file=given.hcl")
    assert canary.run("output", "-raw", "secret").out == PLANTED["output"]
    assert json.loads(canary.run("output", "-json", "all").out)["word"] == PLANTED["variable"]
    found = canary.leaks(PLANTED)
    assert found
    assert all("standard output" in each and " output -" in each for each in found), found
    # What is a fingerprint only cannot be had.
    canary.run("apply", "-auto-approve", "-var-file=given.hcl", "-var=named=false")
    canary.encrypt(False)
    canary.run("apply", "-auto-approve", "-var-file=given.hcl")
    for name in ("secret", "all", "token"):
        for how in ("-raw", "-json"):
            withheld = canary.run("output", how, name, status=1)
            assert find(canary.secrets(), withheld.text.encode()) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_secret_is_written_by_runs_that_end_early(canary: Canary) -> None:
    inputs = ("-auto-approve", "-var-file=given.hcl")
    # Killed after a key was made, and before; then taken up.
    for point in ("call.after_response:3", "journal.after_outcome:4", "call.before_send:2"):
        canary.run("apply", *inputs, status=-9, VBRPROV_FAILPOINT_ENABLE="1",
                   VBRPROV_FAILPOINT=point)
    canary.run("plan", "-var-file=given.hcl")
    canary.sandbox.aws_fault("CreateAccessKey", kind="delay", seconds=3.0)
    canary.run("apply", *inputs)
    # A full disk, in the middle.
    canary.run("apply", *inputs, "-replace=aws_iam_access_key.a", status=(0, 1),
               VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT="journal.after_outcome:2=enospc")
    # Interrupted while a call is open: once, and twice.
    for number in (1, 2):
        canary.sandbox.aws_fault("TagUser", kind="delay", seconds=2.0)
        told = canary.start("apply", *inputs, f"-var=note=interrupted {number}")
        while "Modifying..." not in told.out:
            time.sleep(0.05)
        for _ in range(number):
            told.signal(signal.SIGINT)
            time.sleep(0.2)
        canary.keep(f"interrupted {number} times", told.wait())
    canary.run("apply", *inputs)
    # A state that is damaged, and put in order.
    (canary.work / "vbrprov.vbrstate").write_bytes(b"{}")
    canary.run("plan", "-var-file=given.hcl", status=1)
    canary.run("state", "repair")
    canary.run("state", "repair", "-choice=1", "-auto-approve", status=(0, 1))
    assert canary.leaks(canary.secrets()) == []


def test_no_secret_is_in_what_a_server_answers(canary: Canary) -> None:
    inputs = ("-auto-approve", "-var-file=given.hcl")
    canary.sandbox.aws_fault("CreateUser", code="InvalidInput", status=400, times=0,
                             message=canary.text_of_an_error())
    # In the login, and in what is made afterwards.
    secrets = canary.secrets()
    text = f"Bad: {json.dumps(secrets['write-only argument'])} {secrets['environment']}"
    canary.double.fault("status", method="POST", path="/credentials", times=-1, status=400,
                        message=text)
    done = canary.run("apply", *inputs, status=1)
    assert "Invalid value (sensitive)" in " ".join(done.err.replace("│", " ").split())
    canary.sandbox.clear_faults()
    canary.double.clear_faults()
    canary.double.fault("status", method="POST", path="/oauth2/token", times=-1, status=401,
                        message=f"no such password: {secrets['environment']}")
    done = canary.run("apply", *inputs, status=1)
    assert "no such password" in " ".join(done.err.replace("│", " ").split())
    canary.double.clear_faults()
    assert canary.leaks(canary.secrets()) == []


def test_no_secret_is_in_a_crash_report(canary: Canary, tmp_path: Path) -> None:
    site = crashing_provider(tmp_path / "site")
    canary.write("main.vbr.hcl", 'variable "in_output" {\n  sensitive = true\n}\n'
                 'data "acme_crash" "a" {\n  text = upper(var.in_output)\n}\n')
    for log in ("", "trace"):
        done = canary.fresh("plan", status=1, VBRPROV_LOG=log, VBRPROV_LOG_PATH="",
                            PYTHONPATH=f"{site}:{canary.env['PYTHONPATH']}")
        assert "Internal fault" in done.err
        assert "no such thing: (sensitive)" in done.err
        assert ("Traceback" in done.err) == bool(log)
    assert canary.leaks({"upper": PLANTED["output"].upper(), **PLANTED}) == []


def crashing_provider(site: Path) -> Path:
    """A package with a provider whose data source has a bug."""
    package, info = site / "acme", site / "acme-1.0.dist-info"
    (package / "data_sources").mkdir(parents=True)
    info.mkdir()
    (package / "__init__.py").write_text(
        "from vbrprov.sdk.provider import Provider\n"
        'PROVIDER = Provider(name="acme", package="acme", registry="acme.example.com/acme/acme")\n')
    (package / "provider.py").write_text(
        "from vbrprov.sdk import Model, ProviderConfig\n"
        "class AcmeConfig(Model):\n    pass\n"
        "class AcmeProvider(ProviderConfig):\n    model = AcmeConfig\n"
        "    def configure(self, config, context):\n        return object()\n"
        "CONFIG = AcmeProvider()\n")
    (package / "data_sources" / "__init__.py").touch()
    (package / "data_sources" / "crash.py").write_text(
        "from vbrprov.sdk import DataSource, Model, attribute\n"
        "class CrashModel(Model):\n    text: str = attribute(doc='Text.', required=True)\n"
        "class Crash(DataSource[CrashModel, object]):\n    type_name = 'acme_crash'\n"
        "    model = CrashModel\n    doc = 'Crashes.'\n    source = 'https://acme.example.com'\n"
        "    def read(self, client, config, ctx):\n"
        "        raise KeyError(f'no such thing: {config.text}')\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[vbrprov.providers]\nacme = acme:PROVIDER\n")
    return site


# The controls: what is planted is found.


@pytest.mark.parametrize("name", PLANTED)
def test_the_search_finds_each_spelling(name: str) -> None:
    kinds = {spelling.split(",")[0].split(" ")[0] for spelling in spellings(PLANTED[name])}
    assert {*PLACES} - {"gzip"} <= kinds
    for spelling, needle in spellings(PLANTED[name]).items():
        assert len(needle) > 12, spelling
        for before in (b"", b"x", b"xy"):
            data = b'{"key": "' + before + needle + b'"}'
            assert any(found.startswith(f"{name} as ") for found in find(PLANTED, data)), spelling
    assert find(PLANTED, b"nothing of that kind") == []


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("name", PLANTED)
def test_the_search_finds_what_is_packed(name: str, shift: int) -> None:
    text = f"{'#' * shift}password = {PLANTED[name]} # and so on".encode()
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", text)
    for packed in (gzip.compress(text), zlib.compress(text), archive.getvalue()):
        for data in (packed, b"VBRPLAN1\n" + packed, b"\0" * 99 + packed,
                     base64.b64encode(packed), base64.urlsafe_b64encode(packed),
                     gzip.compress(b'{"a": "' + base64.b64encode(packed) + b'"}')):
            assert any("gzip" in found for found in find({name: PLANTED[name]}, data))
            assert find({"other": "something else altogether"}, data) == []


def test_a_planted_leak_is_found_wherever_commands_write(canary: Canary) -> None:
    value = json.dumps(PLANTED["output"])
    canary.write("main.vbr.hcl", f"""
output "open" {{
  value = {value}
}}

output "packed" {{
  value = base64gzip({value})
}}

resource "vbrprov_data" "open" {{
  input = sensitive("nothing of that kind")
}}
""")
    canary.run("apply", "-auto-approve")
    canary.run("plan", "-out=it.plan")
    canary.run("console", stdin="undeclared.x\n", status=None, VBRPROV_LOG_PATH="")
    (canary.root / "home" / "state" / "crash.log").write_bytes(gzip.compress(value.encode()))
    found = canary.leaks(PLANTED)
    canary.run("version")
    found += canary.leaks(PLANTED)
    for place in ("standard output", "main.vbr.hcl", "vbrprov.vbrstate:", "it.plan: output as gzip",
                  "crash.log: output as gzip"):
        assert any(place in each for each in found), (place, found)
    assert any("standard output: output as base64 gzip" in each for each in found), found
