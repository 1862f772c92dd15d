"""What a repository, a name or an environment must not do to a run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from module_world import GIT, Repository, Root, Server, word

from vbrprov.config.sources import parse_source
from vbrprov.workflow.packages import git
from vbrprov.workflow.packages.tree import PackageError


def test_nothing_of_a_repository_runs(repository: Repository, root: Root, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script = f"#!/bin/sh\ntouch '{ran}'\n"
    for folder in (repository.path / ".git" / "hooks", tmp_path / "template" / "hooks"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("post-checkout", "post-merge", "reference-transaction", "pre-auto-gc",
                     "fsmonitor-watchman"):
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
    repository.write(".gitattributes", "*.hcl filter=evil export-ignore\n")
    repository.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c x\n')
    repository.commit("quiet")
    ran.unlink(missing_ok=True)
    (root.path / ".gitconfig").write_text(
        f'[filter "evil"]\n\tsmudge = touch {ran}\n[init]\n\ttemplateDir = {tmp_path}/template\n'
        f'[core]\n\thooksPath = {tmp_path}/template/hooks\n')
    root.call(repository.source)
    root.good_init()
    assert word(root) == "quiet"
    assert not ran.exists()


def test_git_variables_of_a_hook_do_not_lead_astray(repository: Repository, root: Root,
                                                     tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit("other")
    root.environ |= {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path),
                     "GIT_INDEX_FILE": "x", "GIT_OBJECT_DIRECTORY": "/nowhere",
                     "GIT_ALLOW_PROTOCOL": "none", "GIT_TRACE": str(tmp_path / "trace")}
    before = other.git("for-each-ref")
    root.call(repository.source)
    root.good_init()
    assert word(root) == "one"
    assert other.git("for-each-ref") == before
    assert not (tmp_path / "trace").exists()


def test_line_ends_are_those_of_the_repository(repository: Repository, root: Root) -> None:
    repository.write(".gitattributes", "*.txt text eol=crlf\n*.id ident\n")
    repository.write("a.txt", "a\nb\n")
    repository.write("a.id", "$Id$\n")
    repository.commit("same")
    (root.path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n")
    root.call(repository.source)
    root.good_init()
    folder = root.path / str(root.outputs()["path"])
    assert (folder / "a.txt").read_bytes() == b"a\nb\n"
    assert (folder / "a.id").read_bytes() == b"$Id$\n"
    assert not (folder / ".git").exists()


def test_no_git(repository: Repository, root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    root.environ["PATH"] = "/nowhere"
    root.call(repository.source)
    root.init()
    assert "Install git" in root.only().detail
    assert root.packages() == []


def test_git_is_not_taken_from_the_working_folder(repository: Repository, root: Root) -> None:
    (root.path / "git").write_text("#!/bin/sh\ntouch ran\n")
    (root.path / "git").chmod(0o755)
    root.environ["PATH"] = "."
    root.call(repository.source)
    root.init()
    assert "Install git" in root.only().detail
    assert not list(root.path.rglob("ran"))


def test_what_git_says_holds_no_credentials(tmp_path: Path) -> None:
    source = parse_source("git::http://someone:hunter22@127.0.0.1:1/none.git")
    # It leaves passwords out by itself, in most places; not the helpers that it starts.
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text("#!/bin/sh\nenv | grep GIT_CONFIG_KEY >&2\nexit 128\n")
    spy.chmod(0o755)
    environ = {"PATH": f"{spy.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    work, content = tmp_path / "work", tmp_path / "content"
    work.mkdir()
    content.mkdir()
    with pytest.raises(PackageError) as caught:
        git.fetch(source, "", None, content, work, environ)
    assert "127.0.0.1" in str(caught.value)
    assert "hunter22" not in str(caught.value)


def test_a_repository_over_http_with_a_login(history: Repository, root: Root, server: Server,
                                             tmp_path: Path) -> None:
    # Served as plain files: that also shows the way without shallow fetches.
    history.git("clone", "--quiet", "--bare", ".", str(server.folder / "m.git"))
    subprocess.run(["git", "update-server-info"], cwd=server.folder / "m.git", check=True)
    server.password = "any"
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\nexec {GIT} "$@"\n')
    spy.chmod(0o755)
    root.environ |= {"PATH": f"{spy.parent}:{root.environ['PATH']}", "GIT_CONFIG_COUNT": "1",
                     "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "x"}
    source = server.url.replace("//", "//someone:pass%2099@")
    root.call(f"git::{source}/m.git?ref=v1.1.0")
    root.init()
    assert [d.summary for d in root.diags] == ["Credentials in a module source"]
    assert word(root) == "one-one"
    assert "Basic c29tZW9uZTpwYXNzIDk5" in {sent for _, sent in server.requests}
    arguments = (tmp_path / "arguments").read_text()
    assert f"{server.url}/m.git" in arguments
    assert "pass" not in arguments
    assert "pass" not in root.lock_file.read_text()


def test_credentials_are_neither_shown_nor_locked(repository: Repository, root: Root) -> None:
    # A file URL with a login is no address that git accepts; the lock file of a package that is
    # there shows that only the address without it counts.
    root.call(repository.source)
    root.good_init()
    text = root.lock_file.read_text()
    root.call(repository.source.replace("file://", "file://someone:pass99@"))
    root.outputs()
    assert [d.summary for d in root.diags] == ["Credentials in a module source"]
    assert root.redactor.redact("a pass99 b") == "a (sensitive) b"
    assert all("pass99" not in message for message in root.messages())
    root.lock_file.unlink()
    root.init()
    assert all("pass99" not in message for message in root.messages())
    assert not root.lock_file.exists() or "pass99" not in root.lock_file.read_text()
    assert "someone" not in text


def test_a_link_in_a_repository_that_leads_outside(repository: Repository, root: Root) -> None:
    (repository.path / "out").symlink_to("/etc/passwd")
    repository.commit("linked")
    root.call(repository.source)
    root.init()
    assert "outside" in root.only().detail
    assert root.packages() == []


def test_an_empty_repository(root: Root, repository: Repository, tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty")
    root.call(empty.source)
    root.init()
    assert "no commit at all" in root.only().detail
