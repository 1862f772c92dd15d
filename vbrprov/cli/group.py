"""The click group: commands found by file name, one imported on use."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shlex
import sys
from collections.abc import Iterable
from typing import Any

import click

from vbrprov.cli import commands
from vbrprov.platform_.streams import tell

#: Marks a ``-var`` value that was given as ``-var-file``.
FILE_MARK = "\x00file:"


def _modules(package: Any) -> dict[str, str]:
    """Module names by command name: ``force_unlock`` by ``force-unlock``, ``import_`` too."""
    return {m.name.rstrip("_").replace("_", "-"): m.name
            for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")}


def command_names() -> list[str]:
    """Names of all commands, from the file names in the folder."""
    return sorted(_modules(commands))


class LazyGroup(click.Group):
    """A group whose commands are modules of a package."""

    def __init__(self, package: Any, **options: Any) -> None:
        super().__init__(**options)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The file names of the package."""
        return sorted(_modules(self.package))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; a broken module fails loudly."""
        found = _modules(self.package).get(cmd_name)
        if found is None:
            return None
        module = importlib.import_module(f"{self.package.__name__}.{found}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click, with values of flags, and a suggestion when there is no such command."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
            return name, command, without_values(command, rest) if command is not None else rest
        except click.UsageError:
            from vbrprov.diag import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f'There is no command "{args[0]}". {hint}'.strip(),
                                   ctx) from None


@click.group(cls=LazyGroup, package=commands, context_settings={
    "help_option_names": ["--help", "--h"]}, invoke_without_command=False)
@click.option("--chdir", type=click.Path(exists=True, file_okay=False), help="Work in this folder.")
def group(chdir: str | None) -> None:
    """Infrastructure as code for Veeam object-storage backup."""
    if chdir:
        os.chdir(chdir)


def double_dashes(arguments: Iterable[str]) -> list[str]:
    """Long options with one dash, as Terraform's, turned into two; values are left alone."""
    out = []
    rest = False
    for item in arguments:
        if rest or item == "--":
            rest = True
            out.append(item)
        elif len(item) > 2 and item[0] == "-" and item[1] != "-" and not item[1].isdigit():
            out.append("-" + item)
        else:
            out.append(item)
    return out


#: How Terraform's flags may be switched on and off.
_BOOLEANS = {**dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
             **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False)}


def without_values(command: click.Command, arguments: list[str]) -> list[str]:
    """The arguments with ``--flag`` for ``--flag=true``, and nothing for ``--flag=false``."""
    flags = {name for param in command.params if isinstance(param, click.Option) and param.is_flag
             for name in param.opts}
    out: list[str] = []
    items = iter(arguments)
    for item in items:
        name, equals, value = item.partition("=")
        if item == "--":
            out += [item, *items]
        elif equals and name in flags and value in _BOOLEANS:
            out += [name] if _BOOLEANS[value] else []
        else:
            out.append(item)
    return out


def one_order(arguments: list[str]) -> list[str]:
    """The arguments with ``-var-file`` turned into marked ``-var`` values.

    Of both together the last one given wins, and click keeps the order only within one option.
    """
    out: list[str] = []
    items = iter(arguments)
    for item in items:
        name, equals, value = item.partition("=")
        if name == "--var-file":
            out += ["--var", FILE_MARK + (value if equals else next(items, ""))]
        elif item == "--":
            out += [item, *items]
        else:
            out.append(item)
    return out


def _from_environment(arguments: list[str]) -> list[str]:
    """The arguments with those of ``TF_CLI_ARGS`` and ``TF_CLI_ARGS_<command>`` after the command.

    The same variables with VBRPROV in place of TF are read too.
    """
    command = next((a for a in arguments if not a.startswith("-")), "")
    extra: list[str] = []
    for name in ("CLI_ARGS", f"CLI_ARGS_{command}"):
        for prefix in ("TF_", "VBRPROV_"):
            extra += shlex.split(os.environ.get(prefix + name, ""))
    if not extra or not command:
        return arguments
    at = arguments.index(command) + 1
    return [*arguments[:at], *extra, *arguments[at:]]


def run(arguments: list[str]) -> int:
    """Run one command; its exit status."""
    try:
        arguments = one_order(double_dashes(_from_environment(arguments)))
    except ValueError as error:
        tell(sys.stderr, f"Error: TF_CLI_ARGS or VBRPROV_CLI_ARGS cannot be read: {error}.\n")
        return 1
    try:
        result = group.main(args=arguments, prog_name="vbrprov", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        message = error.format_message()
        tell(sys.stderr, f"Error: {message}\n")
        if error.ctx is not None:
            tell(sys.stderr, f"\nFor help, run:\n    {error.ctx.command_path} -help\n")
        return 1
    except click.ClickException as error:
        tell(sys.stderr, f"Error: {error.format_message()}\n")
        return 1
    except click.Abort:
        tell(sys.stderr, "\nInterrupted.\n")
        return 1
    except BrokenPipeError:
        # Of what click itself printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001  # the last place before a traceback
        return _internal_fault(error)


def _internal_fault(error: Exception) -> int:
    tell(sys.stderr, f"Error: Internal fault\n\n{type(error).__name__}: {error}\n\nThis is a bug "
                     "in vbrprov. Nothing was lost: what was begun is in the state or its journal. "
                     "Set VBRPROV_LOG=debug to see where it happened.\n")
    if os.environ.get("VBRPROV_LOG", "").lower() in ("debug", "trace"):
        import traceback

        traceback.print_exception(error)
    return 1
