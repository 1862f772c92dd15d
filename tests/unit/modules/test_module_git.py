"""Modules from git repositories on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from module_world import Repository, Root, module_text

from vbrprov.config.sources import parse_source
from vbrprov.workflow.packages import git
from vbrprov.workflow.packages.tree import PackageError


def word(root: Root, **values: str) -> object:
    found = root.outputs(**values).get("word")
    assert found is not None, root.messages()
    return found


@pytest.fixture
def history(repository: Repository) -> Repository:
    """Versions 1.0.0, 1.1.0, 2.0.0, a pre-release and a branch."""
    repository.commit("one-one", tag="v1.1.0")
    repository.commit("beta", tag="v1.2.0-beta")
    repository.commit("two", tag="2.0.0")
    repository.git("tag", "-a", "v2.1.0", "-m", "annotated")
    repository.git("tag", "nightly")
    repository.git("tag", "v3")
    repository.git("tag", "v9.0.0-", "HEAD")
    repository.git("checkout", "-q", "-b", "feature/x")
    repository.commit("feature")
    repository.git("checkout", "-q", "main")
    repository.commit("head")
    return repository


@pytest.mark.parametrize(("query", "expected"), [
    ("", "head"), ("?ref=v1.0.0", "one"), ("?ref=feature/x", "feature"), ("?ref=nightly", "two"),
    ("?ref=v2.1.0", "two"), ("?ref=refs/tags/v1.1.0", "one-one"), ("?ref=v1.0.0&depth=1", "one"),
    ("?depth=2", "head"), ("?ref=main&depth=100", "head"),
])
def test_refs(query: str, expected: str, history: Repository, root: Root) -> None:
    root.call(f"{history.source}{query}")
    root.good_init()
    assert word(root) == expected


@pytest.mark.parametrize("length", [40, 10])
@pytest.mark.parametrize("depth", ["", "&depth=1"])
def test_a_commit(length: int, depth: str, history: Repository, root: Root) -> None:
    commit = history.git("rev-parse", "v1.1.0")[:length]
    root.call(f"{history.source}?ref={commit}{depth}")
    root.good_init()
    assert word(root) == "one-one"
    (entry,) = root.lock().values()
    assert entry.commit == history.git("rev-parse", "v1.1.0")


def test_a_branch_comes_before_a_tag_of_its_name(history: Repository, root: Root) -> None:
    history.git("tag", "both", "v1.0.0")
    history.git("branch", "both", "v1.1.0")
    root.call(f"{history.source}?ref=both")
    root.good_init()
    assert word(root) == "one-one"


@pytest.mark.parametrize(("constraint", "expected", "version"), [
    ("~> 1.0", "one-one", "1.1.0"), ("1.0.0", "one", "1.0.0"), (">= 1", "two", "2.1.0"),
    ("= 1.2.0-beta", "beta", "1.2.0-beta"), (">= 1.0, != 1.1.0, < 2", "one", "1.0.0"),
])
def test_version_constraints(constraint: str, expected: str, version: str, history: Repository,
                             root: Root) -> None:
    root.call(history.source, f'version = "{constraint}"')
    root.good_init()
    assert word(root) == expected
    ((key, entry),) = root.lock().items()
    assert key == (history.source, constraint)
    assert entry.version == version


@pytest.mark.parametrize(("source", "version", "summary", "text"), [
    ("?ref=nothing", "", "Failed to download module", 'no branch, tag or commit "nothing"'),
    ("?ref=abcdef1234", "", "Failed to download module", 'no commit "abcdef1234"'),
    ("", "~> 9.0", "Failed to download module", "newest version is 2.1.0"),
    ("", "nonsense", "Invalid version constraint", '"nonsense"'),
    ("?ref=v1.0.0", "1.0.0", "Conflicting module versions", "Remove one"),
    ("//nowhere", "", "Module not found", "no such folder"),
])
def test_mistakes(source: str, version: str, summary: str, text: str, history: Repository,
                  root: Root) -> None:
    root.call(f"{history.source}{source}", f'version = "{version}"' if version else "")
    root.init()
    found = root.only()
    assert found.summary == summary
    assert text in found.detail
    assert found.subject is not None


@pytest.mark.parametrize("source", ["./local", "./m.zip", "bundled::x", "/srv/folder"])
def test_only_git_has_versions(source: str, root: Root) -> None:
    root.write(module_text("x"), "local/main.vbr.hcl")
    root.call(source, 'version = "1.0.0"')
    root.init()
    assert root.only().summary == "Module version not allowed"
    root.outputs()
    assert root.only().summary == "Module version not allowed"


def test_a_moved_branch_stays_at_the_locked_commit(history: Repository, root: Root) -> None:
    root.call(history.source)
    root.good_init()
    history.commit("later")
    for folder in (root.path / ".vbrprov" / "modules").glob("repository-*"):
        folder.rename(root.path.parent / "gone")
    root.good_init()
    assert word(root) == "head"
    assert root.good_init(upgrade=True).fetched == 1
    assert word(root) == "later"


def test_a_commit_that_is_gone(history: Repository, root: Root) -> None:
    root.call(f"{history.source}?ref=feature/x")
    root.good_init()
    history.git("checkout", "-q", "main")
    history.git("branch", "-q", "-D", "feature/x")
    history.git("reflog", "expire", "--expire=now", "--all")
    history.git("gc", "-q", "--prune=now")
    for folder in (root.path / ".vbrprov" / "modules").glob("repository-*"):
        folder.rename(root.path.parent / "gone")
    root.init()
    assert "any more, or never had" in root.only().detail


def test_a_new_tag_is_taken_on_upgrade_only(history: Repository, root: Root) -> None:
    root.call(history.source, 'version = "~> 1.0"')
    root.good_init()
    history.commit("one-nine", tag="v1.9.0")
    root.good_init()
    assert word(root) == "one-one"
    root.good_init(upgrade=True)
    assert word(root) == "one-nine"


def test_a_tag_that_was_moved_is_noticed(history: Repository, root: Root) -> None:
    root.call(history.source, 'version = "1.1.0"')
    root.good_init()
    path = root.outputs()["path"]
    commit = history.commit("evil")
    history.git("tag", "--force", "v1.1.0", commit)
    # The locked commit is still there: it is taken, whatever the tag says now.
    (root.path / path).rename(root.path.parent / "gone")
    root.good_init()
    assert word(root) == "one-one"


def test_two_constraints_on_one_repository(history: Repository, root: Root) -> None:
    root.write(f'''
        module "old" {{
          source  = "{history.source}"
          version = "~> 1.0"
        }}
        module "new" {{
          source  = "{history.source}"
          version = "~> 2.0"
        }}
        output "word" {{
          value = "${{module.old.word}} ${{module.new.word}}"
        }}
        ''')
    assert root.good_init().packages == 2
    assert word(root) == "one-one two"


def test_nested_modules_count_and_path(repository: Repository, root: Root) -> None:
    repository.write("net/main.vbr.hcl", '''
        variable "name" {}
        module "inner" {
          source   = "../shared"
          for_each = toset([var.name])
          name     = each.key
        }
        output "word" {
          value = "${module.inner[var.name].text} ${trimspace(file("${path.module}/data.txt"))}"
        }
        output "path" {
          value = path.module
        }
        ''')
    repository.write("net/data.txt", "data\n")
    repository.write("shared/main.vbr.hcl", '''
        variable "name" {}
        output "text" {
          value = "${var.name}@${basename(path.module)}"
        }
        ''')
    repository.commit(tag="v3.0.0")
    root.write(f'''
        module "m" {{
          source = "{repository.source}//net?ref=v3.0.0"
          count  = 2
          name   = "n${{count.index}}"
        }}
        output "word" {{
          value = module.m[*].word
        }}
        ''')
    root.good_init()
    assert word(root) == ("n0@shared data", "n1@shared data")


@pytest.mark.parametrize("path", ["../x", "./../../x", "../../../root/local"])
def test_a_module_must_not_leave_its_package(path: str, repository: Repository, root: Root) -> None:
    root.write(module_text("x"), "local/main.vbr.hcl")
    repository.write("main.vbr.hcl", f'module "up" {{\n  source = "{path}"\n}}\n')
    repository.commit()
    root.call(repository.source)
    root.write(f'module "m" {{\n  source = "{repository.source}"\n}}\n')
    root.init()
    found = root.only()
    assert found.summary == "Local module path escapes module package"
    assert "module.m.module.up" in found.detail


def test_providers_are_passed_in(repository: Repository, root: Root) -> None:
    repository.write("main.vbr.hcl", '''
        resource "aws_s3_bucket" "b" {
          provider = aws.there
          bucket   = "backups-of-the-module"
        }
        ''')
    repository.commit()
    root.write(f'''
        provider "aws" {{
          alias      = "west"
          region     = "us-west-2"
          access_key = "x"
          secret_key = "y"
        }}
        module "m" {{
          source    = "{repository.source}"
          providers = {{ aws.there = aws.west }}
        }}
        ''')
    root.good_init()
    found = root.load()
    assert not root.diags
    assert found.children["m"].resources["aws_s3_bucket.b"].provider.alias == "there"


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


def test_what_git_says_holds_no_credentials(root: Root, tmp_path: Path) -> None:
    source = parse_source("git::http://someone:hunter22@127.0.0.1:1/none.git")
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    work, content = tmp_path / "work", tmp_path / "content"
    work.mkdir()
    content.mkdir()
    with pytest.raises(PackageError) as caught:
        git.fetch(source, "", None, content, work, environ)
    assert "127.0.0.1" in str(caught.value)
    assert "hunter22" not in str(caught.value)


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
