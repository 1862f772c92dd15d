"""Modules from git repositories on this machine."""

from __future__ import annotations

import pytest
from module_world import Repository, Root, module_text, word


@pytest.mark.parametrize(("query", "expected"), [
    ("", "head"), ("?ref=v1.0.0", "one"), ("?ref=feature/x", "feature"), ("?ref=nightly", "two"),
    ("?ref=v2.1.0", "two"), ("?ref=refs/tags/v1.1.0", "one-one"), ("?ref=v1.0.0&depth=1", "one"),
    ("?depth=2", "head"), ("?ref=HEAD", "head"), ("?ref=origin/feature/x", "feature"),
    ("?ref=main&depth=100", "head"),
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
    assert key == (history.source, constraint.removeprefix("= "))
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
