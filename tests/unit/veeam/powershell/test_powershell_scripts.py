"""Every script against the vendor's list of cmdlets, and data that must never become code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tree_sitter import Language, Node, Parser
from tree_sitter_powershell import language

import vbrprov_veeam.powershell.scripts
from vbrprov_veeam.doubles.powershell.table import cmdlets
from vbrprov_veeam.powershell import access_permissions, agent_policy
from vbrprov_veeam.powershell.script import is_genuine, render, template
from vbrprov_veeam.resources import s3_agent_access
from vbrprov_veeam.resources.agent_backup_policy import AgentBackupPolicyModel

FOLDER = Path(vbrprov_veeam.powershell.scripts.__path__[0])
NAMES = sorted(p.stem for p in FOLDER.glob("*.ps1") if p.stem not in ("head", "tail"))
#: What comes with every PowerShell; with the parameters that scripts use.
CORE = {
    "ConvertFrom-Json": {"InputObject"}, "ConvertTo-Json": {"InputObject", "Depth", "Compress"},
    "ForEach-Object": set(), "Where-Object": set(), "Write-Output": {"InputObject"},
    "Import-Module": {"Name", "DisableNameChecking"},
}
#: Operators that Windows PowerShell 5.1 does not have.
ONLY_IN_7 = re.compile(r"\?\?|\?\.|\?\[|&&|\|\||\s\?\s.*\s:\s|-Parallel|\bclean\s*\{")
NASTY = (
    "'", '"', "''", '"; Remove-Item x; "', "$(Remove-Item x)", "${env:PATH}", "`n", "a\nb",
    "a\r\nb", "'@", "\n'@\nRemove-Item x\n@'\n", '\n"@\n', "@'", "\u2018\u2019\u201a\u201b",
    "\u201c\u201d", "\u2028\u2029\x85\x0b\x0c", "\x00", "#>", "<#", "@HASH@", "@DATA@",
    "\\u0027", "\ufeff", "\ud83d", "{0}", "%PATH%", "| Out-File x", "\u0430\U0001f600",
)


def tree(text: str) -> Node:
    """A script as it is parsed; wrong ones are an error."""
    root = Parser(Language(language())).parse(text.encode()).root_node
    assert not root.has_error
    return root


def find(node: Node, kind: str) -> Iterator[Node]:
    """All nodes of a kind below *node*."""
    if node.type == kind:
        yield node
    for child in node.children:
        yield from find(child, kind)


def text(node: Node) -> str:
    return (node.text or b"").decode()


def functions(root: Node) -> set[str]:
    return {text(f.named_children[0]) for f in find(root, "function_statement")}


def shape(node: Node) -> Any:
    """What a script is made of, whatever its strings say."""
    return node.type, [shape(c) for c in node.children]


@pytest.fixture(params=NAMES)
def script(request: pytest.FixtureRequest) -> str:
    return template(request.param).replace("@DATA@", "{}")


def inside(node: Node, kind: str) -> bool:
    """Whether a node is part of one of a kind."""
    parent = node.parent
    while parent is not None and parent.type != kind:
        parent = parent.parent
    return parent is not None


def tables_of(holder: Node) -> dict[str, dict[str, str]]:
    """The hash tables of a function by variable, with the texts of their values."""
    tables: dict[str, dict[str, str]] = {}
    for assignment in find(holder, "assignment_expression"):
        name = text(assignment.named_children[0])
        for literal in list(find(assignment.named_children[2], "hash_literal_expression"))[:1]:
            tables[name] = {text(e.named_children[0]): text(e.named_children[1])
                            for e in find(literal, "hash_entry")}
        if "['" in name:
            variable, _, key = name.partition("['")
            tables.setdefault(variable, {})[key.rstrip("']")] = ""
    return tables


def calls(root: Node) -> Iterator[tuple[str, dict[str, str]]]:
    """Every command with its parameters and their texts; those of a splatted table too."""
    for holder in [*find(root, "function_statement"), root]:
        tables = tables_of(holder)
        for command in find(holder, "command"):
            if holder is root and inside(command, "function_statement"):
                continue
            given: dict[str, str] = {}
            last = ""
            for part in next(find(command, "command_elements"), command).named_children:
                if part.type == "command_parameter":
                    last = text(part)[1:]
                    given[last] = ""
                elif text(part).startswith("@") and text(part)[1:2].isalpha():
                    given |= tables["$" + text(part)[1:]]
                elif part.type not in ("command_argument_sep", "command_name") and last:
                    given[last] = text(part)
            yield text(command.named_children[0]), given


def test_only_known_commands_with_known_parameters(script: str) -> None:
    root = tree(script)
    own = functions(root) | {"Remove-StepObject"}
    seen = 0
    for name, given in calls(root):
        if name in own:
            continue
        seen += 1
        if name in CORE:
            assert given.keys() <= CORE[name], name
            continue
        spec = cmdlets()[name]
        listed = {p.lstrip("?") for each in spec["parameter_sets"] for p in each}
        listed |= spec["parameters"].keys()
        assert given.keys() <= listed, f"{name}: {given.keys() - listed}"
        for key, value in given.items():
            values = spec["parameters"].get(key, {}).get("values")
            if values and value and not value.startswith(("$", "(", "@")):
                assert value.strip("'") in values, f"{name} -{key} {value}"
    assert seen > 5


def test_each_direct_call_fits_a_parameter_set(script: str) -> None:
    root = tree(script)
    own = functions(root) | {"Remove-StepObject"}
    for name, given in calls(root):
        if name in own or name in CORE:
            continue
        sets = cmdlets()[name]["parameter_sets"]
        required = [{p for p in each if not p.startswith("?")} for each in sets]
        assert any(need <= given.keys() for need in required), (name, given.keys(), required)


def test_scripts_are_for_windows_powershell_too(script: str) -> None:
    code = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("#"))
    assert not ONLY_IN_7.search(code)
    assert script.isascii()


def test_words_of_configuration_are_listed_values() -> None:
    def values(name: str, parameter: str) -> set[str]:
        return set(cmdlets()[name]["parameters"][parameter]["values"])

    assert set(s3_agent_access.MODES.values()) == values(
        "Set-VBRS3CompatibleRepositorySecurityOptions", "AccessControlPolicy")
    assert set(access_permissions.POLICIES.values()) == values("Set-VBREPPermission", "Type")
    add = "Add-VBRComputerBackupJob"
    assert set(agent_policy.PLATFORMS.values()) <= values(add, "OSPlatform")
    assert set(agent_policy._KINDS.values()) <= values(add, "Type")
    assert {t for s in agent_policy._SCOPES.values() for t in s.values()} <= values(
        add, "BackupType")
    schema = AgentBackupPolicyModel.schema()
    modes = schema.attributes["backup_mode"].choices
    assert {m for s in agent_policy._SCOPES.values() for m in s} <= set(modes)


def test_the_extract_holds_what_scripts_use_and_no_more() -> None:
    used = {name for stem in NAMES for name, _ in calls(tree(
        template(stem).replace("@DATA@", "{}"))) if "-VBR" in name}
    assert used == set(cmdlets())


@pytest.mark.parametrize("nasty", NASTY, ids=[ascii(n)[:20] for n in NASTY])
@pytest.mark.parametrize("stem", NAMES)
def test_data_never_becomes_code(stem: str, nasty: str) -> None:
    def data(word: str) -> dict[str, Any]:
        return {"address": word, "mode": "read", "wanted": {"name": word, "list": [word, word]}}

    script = render(stem, data(nasty))
    assert script.text.isascii()
    assert shape(tree(script.text)) == shape(tree(render(stem, data("plain")).text))
    [here] = find(tree(script.text), "verbatim_here_string_characters")
    assert json.loads(text(here)[3:-3]) == data(nasty)
    assert is_genuine(script.text, script.hash)
    assert not is_genuine(script.text.replace("ensure", "absent", 1), script.hash)


def test_another_word_makes_another_hash() -> None:
    hashes = {render("s3_agent_access", {"address": word}).hash for word in ("a", "b", "a ")}
    assert len(hashes) == 3
    assert render("s3_agent_access", {"a": 1}) == render("s3_agent_access", {"a": 1})
