"""Write docs/reference from the functions, commands, models and rules that run.

Run by `make docs`; a test runs it into another folder (the first argument) and compares. The text
depends on nothing but the sources and the examples.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from reference_text import anchor, constraint, item, page, sentence, wrap
from reference_types import KINDS, find_type, heading, provider_page

from vbrprov.cli.group import group as command_group
from vbrprov.diag import SourceFile
from vbrprov.evaluate import EvalError, NamesOnly, evaluate
from vbrprov.functions import find, names
from vbrprov.rules.registry import discover
from vbrprov.sdk import Function, FunctionContext, Param, Rule
from vbrprov.syntax import parse_expression
from vbrprov.values.types import Type
from vbrprov.views.human.console import render
from vbrprov.views.human.rules import MOMENTS
from vbrprov.workflow.registry import ProviderRegistry

CHECKOUT = Path(__file__).resolve().parent.parent
GROUPS = {
    "number": "Numbers", "text": "Text", "collection": "Collections", "encoding": "Encoding",
    "file": "Files and paths", "time": "Dates and times", "hash": "Hashes, ciphers and identifiers",
    "network": "Network addresses", "type": "Types and marks", "storage": "Object storage",
    "other": "Others",
}
#: Whose result is another one on another machine: that of its compressor.
NOT_SHOWN = {"base64gzip"}


def main(folder: Path) -> None:
    """Write all pages into *folder*, and remove pages of things that are gone."""
    pages = dict(_pages())
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _pages() -> Iterator[tuple[str, str]]:
    registry = ProviderRegistry()
    providers = registry.provider_names()
    yield "README.md", page("Reference", _index(registry, providers))
    yield "functions.md", page("Functions", _functions())
    yield "commands.md", page("Commands", _commands())
    rules = discover(p for name in providers if (p := registry.provider(name)) is not None)
    yield "rules.md", page("Rules", _rules(rules))
    for rule in rules:
        yield f"rules/{rule.rule_id}.md", page(f"{rule.rule_id}: {rule.summary}", _rule(rule))
    for name in providers:
        yield f"resources/{name}.md", page(f"Provider {name}", provider_page(registry, name))


# --- index ----------------------------------------------------------------------------------------

def _index(registry: ProviderRegistry, providers: list[str]) -> Iterator[str]:
    yield wrap("What the program itself says of its functions, commands, resource types and "
               "rules. [language.md](../language.md) has what there is besides.")
    yield "\n".join((
        item("[Functions](functions.md)"), item("[Commands](commands.md)"),
        item("[Rules](rules.md)")))
    for name in providers:
        found = registry.provider(name)
        yield f"## Provider {name}"
        yield wrap(f"{found.doc if found else ''} [All of it](resources/{name}.md).")
        rows = []
        for mode in KINDS:
            for type_name in registry.type_names(name, mode):
                title = heading(mode, type_name)
                link = f"[`{title}`](resources/{name}.md#{anchor(title)})"
                doc = sentence(find_type(registry, name, mode, type_name).doc)
                rows.append(item(f"{link}: {doc}"))
        yield "\n".join(rows)


# --- functions ------------------------------------------------------------------------------------

def _functions() -> Iterator[str]:
    found = [f for name in names() if (f := find(name)) is not None]
    yield wrap("In the order of their subjects. `core::upper` is another way to write `upper`. "
               "Where a result does not depend on the surroundings, it stands below the example, "
               "as `vbrprov console` prints it.")
    for subject, title in GROUPS.items():
        members = [f for f in found if f.group == subject]
        if members:
            yield f"## {title}"
            yield from (part for function in members for part in _function(function))


def _function(function: Function) -> Iterator[str]:
    params = [*function.params, *([function.variadic] if function.variadic else [])]
    shown = ", ".join(f"{p.name}..." if p is function.variadic else p.name for p in params)
    yield f"### {function.name}"
    yield f"`{function.name}({shown})`{_returns(function)}, since {function.since}"
    yield wrap(sentence(function.doc))
    if params:
        yield "\n".join(item(f"`{p.name}`{_param(p)}: {sentence(p.doc)}") for p in params)
    result = _result(function)
    shown = f"> {function.example}\n" + (f"{result}\n" if result is not None else "")
    yield f"```text\n{shown}```"


def _returns(function: Function) -> str:
    if isinstance(function.returns, (Type, type)):
        return f": {constraint(function.result_type(()))}"
    return ""


def _param(param: Param) -> str:
    words = [constraint(param.value_type) if param.type is not int else "whole number"]
    if param.null:
        words.append("may be null")
    return f" ({', '.join(words)})"


def _result(function: Function) -> str | None:
    """What the console prints for the example; ``None`` when that depends on the surroundings."""
    if not function.pure or function.needs_context or function.name in NOT_SHOWN:
        return None
    node, _ = parse_expression(SourceFile("example", function.example))
    context = FunctionContext(base_dir=".", root_dir=".", plan_time="", applying=False)
    try:
        return render(evaluate(node, NamesOnly({}, context)))
    except EvalError:
        return None  # its example reads files


# --- commands -------------------------------------------------------------------------------------

def _commands() -> Iterator[str]:
    yield wrap("`vbrprov [-chdir=FOLDER] COMMAND`. Long options take one dash or two, a value "
               "after `=` or a space. Every command also takes `-help`. Options of the variables "
               "`TF_CLI_ARGS`, `VBRPROV_CLI_ARGS` and `TF_CLI_ARGS_plan` (or another command) go "
               "before those of the command line.")
    yield from _command(command_group, ())


def _command(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    if path:
        yield f"## {' '.join(path)}"
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        words = ["vbrprov", *path, *map(_argument, arguments)]
        if isinstance(command, click.Group):
            words.append("COMMAND" if not command.invoke_without_command else "[COMMAND]")
        yield f"`{' '.join(words)}`"
        for paragraph in (command.help or "").split("\n\n"):
            yield wrap(sentence(paragraph))
        options = sorted((p for p in command.params if isinstance(p, click.Option)),
                         key=lambda option: option.opts[0])
        if options:
            yield "\n".join(item(f"`{_option(o)}`: {sentence(o.help or '')}") for o in options)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _command(found, (*path, name))


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    name = f"{name}..." if argument.nargs == -1 else name
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> str:
    name = option.opts[0].removeprefix("-")
    if option.is_flag:
        return name
    if isinstance(option.type, click.Choice):
        return f"{name}={'|'.join(map(str, option.type.choices))}"
    return f"{name}={option.metavar or 'VALUE'}"


# --- rules ----------------------------------------------------------------------------------------

def _rules(rules: Iterable[Rule]) -> Iterator[str]:
    yield wrap("[guardrails.md](../guardrails.md) says when rules are judged, and how a warning "
               "is silenced. A refusal cannot be.")
    rows = ["| id | severity | judged at | what |", "| --- | --- | --- | --- |"]
    for rule in rules:
        moments = ", ".join(MOMENTS[phase] for phase in rule.phases)
        rows.append(f"| [{rule.rule_id}](rules/{rule.rule_id}.md) | {rule.severity} | {moments} | "
                    f"{rule.summary} |")
    yield "\n".join(rows)


def _rule(rule: Rule) -> Iterator[str]:
    moments = ", ".join(MOMENTS[phase] for phase in rule.phases)
    yield f"Severity {rule.severity}, judged at {moments}. [All rules](../rules.md)."
    for paragraph in textwrap.dedent(rule.why).strip().split("\n\n"):
        yield wrap(paragraph)
    yield wrap(f"What to do: {rule.hint} [The vendor's page]({rule.source}).")
    for words, sample in (("Wrong", rule.bad), ("Right", rule.good)):
        yield f"{words}:\n\n```hcl\n{textwrap.dedent(sample).strip()}\n```"




if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "docs" / "reference")
