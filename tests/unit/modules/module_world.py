"""What the module tests share: a configuration, a git repository, a web server, archives."""

from __future__ import annotations

import http.server
import io
import os
import shutil
import ssl
import subprocess
import tarfile
import textwrap
import threading
import zipfile
from pathlib import Path
from typing import Any

from vbrprov.config import DiskFiles, Module, load
from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.model import StateData
from vbrprov.syntax import parse_config
from vbrprov.workflow.init import Initialized, init
from vbrprov.workflow.packages.lock import NAME, Entry, read_lock
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import installed, prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request

GIT = shutil.which("git")


def module_text(word: str) -> str:
    """A module whose output "word" is *word*."""
    return (f'output "word" {{\n  value = "{word}"\n}}\n'
            'output "path" {\n  value = path.module\n}\n')


class Root:
    """A folder with a configuration; also the surroundings of use cases."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.diags = Diagnostics()
        self.redactor = Redactor()
        self.told: list[str] = []
        self.environ: dict[str, str] = {"PATH": os.environ["PATH"], "HOME": str(path)}
        self.loaded: Module | None = None

    def environment(self, **given: Any) -> Environment:
        return Environment(registry=ProviderRegistry(), redactor=self.redactor)

    def add_sources(self, root: Module) -> None:
        self.loaded = root

    def write(self, text: str, name: str = "main.vbr.hcl") -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")

    def call(self, source: str, more: str = "", name: str = "m") -> None:
        """One module call, whose output "word" is the root's."""
        self.write(f'module "{name}" {{\n  source = "{source}"\n  {more}\n}}\n'
                   f'output "word" {{\n  value = module.{name}.word\n}}\n'
                   f'output "path" {{\n  value = module.{name}.path\n}}\n')

    def request(self, **values: str) -> Request:
        return Request(environ=self.environ,
                       variables=tuple(("var", f"{k}={v}") for k, v in values.items()))

    def init(self, *, upgrade: bool = False, readonly: bool = False, **values: str) -> Initialized:
        """Run init; messages are kept."""
        self.diags, self.told = Diagnostics(), []
        return init(self.request(**values), self, self.told.append, upgrade=upgrade,
                    readonly=readonly)

    def good_init(self, **given: Any) -> Initialized:
        """Run init, which must not complain."""
        done = self.init(**given)
        assert not len(self.diags), self.messages()
        return done

    def outputs(self, **values: str) -> dict[str, Any]:
        """Plan; the planned outputs."""
        self.diags = Diagnostics()
        request = self.request(**values)
        prepared = prepare(request, self.diags, self.redactor)
        if prepared is None:
            return {}
        plan = make_plan(prepared, StateData(), Options(), self.environment(), self.diags).plan
        return {o.name: o.after for o in plan.outputs}

    def load(self) -> Module:
        """Only load; errors are kept."""
        loaded, self.diags = load(".", DiskFiles(), parse_config,
                                  installed(self.request(), self.redactor))
        return loaded

    def messages(self) -> list[str]:
        return [f"{d.summary}: {d.detail}" for d in self.diags]

    def only(self) -> Any:
        """The only diagnostic."""
        assert len(self.diags) == 1, self.messages()
        return next(iter(self.diags))

    @property
    def lock_file(self) -> Path:
        return self.path / NAME

    def lock(self) -> dict[tuple[str, str], Entry]:
        diags = Diagnostics()
        found = read_lock(".", DiskFiles(), diags)
        assert found is not None, list(diags)
        return found

    def packages(self) -> list[str]:
        """What lies in the folder of modules, but for the lock."""
        folder = self.path / ".vbrprov" / "modules"
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".lock")) if (
            folder.is_dir()) else []


def word(root: Root, **values: str) -> object:
    """The planned output "word", which there must be."""
    found = root.outputs(**values).get("word")
    assert found is not None, root.messages()
    return found


class Repository:
    """A git repository."""

    def __init__(self, path: Path, template: Repository | None = None) -> None:
        self.path = path
        if template is not None:
            # Cheaper than to make every commit again.
            shutil.copytree(template.path, path)
            return
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def source(self) -> str:
        return f"git::file://{self.path}"

    def git(self, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.path.parent),
               "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-c", "user.name=Tester", "-c", "user.email=tester@example.com", *words],
            cwd=self.path, env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")

    def commit(self, word: str = "", *, tag: str = "") -> str:
        """Commit what is there, with *word* as the module's; the commit."""
        if word:
            self.write("main.vbr.hcl", module_text(word))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", word or "more")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")


class Server:
    """Serves a folder over http on loopback; remembers what was asked."""

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        folder.mkdir()
        self.folder = folder
        self.requests: list[tuple[str, str]] = []
        self.redirects: dict[str, str] = {}
        self.password = ""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                sent = self.headers.get("Authorization", "")
                outer.requests.append((self.path, sent))
                name = self.path.partition("?")[0]
                if name in outer.redirects:
                    self.send_response(302)
                    self.send_header("Location", outer.redirects[name])
                    self.end_headers()
                    return
                path = outer.folder / name.lstrip("/")
                fine = path.is_file() and (not outer.password or sent)
                self.send_response(200 if fine else 401 if path.is_file() else 404)
                if path.is_file() and not fine:
                    self.send_header("WWW-Authenticate", 'Basic realm="modules"')
                self.end_headers()
                if fine:
                    self.wfile.write(path.read_bytes())

            def log_message(self, *_: Any) -> None:
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            # The handshake belongs into the thread of the connection.
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False)
            self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def zip_of(files: dict[str, str | bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in files.items():
            # Without the time of day: the names of tests hold checksums.
            opened.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tar_of(files: dict[str, str | bytes], mode: str = "w:gz") -> bytes:
    """A tar file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as opened:
        for name, text in files.items():
            raw = text.encode() if isinstance(text, str) else text
            item = tarfile.TarInfo(name)
            item.size = len(raw)
            opened.addfile(item, io.BytesIO(raw))
    return out.getvalue()


def archive(root: Root, word: str = "first", name: str = "m.zip") -> None:
    (root.path / name).write_bytes(zip_of({"main.vbr.hcl": module_text(word)}))


def two(root: Root) -> None:
    """Two archives and a call of each."""
    archive(root, "first", "a.zip")
    archive(root, "second", "b.zip")
    root.write('module "a" {\n  source = "./a.zip"\n}\nmodule "b" {\n  source = "./b.zip"\n}\n')
