"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from vbrprov.cli.group import FILE_MARK
from vbrprov.cli.runtime import Runtime
from vbrprov.plan.model import Options
from vbrprov.workflow.request import Request
from vbrprov.workflow.workspaces import current

Command = Callable[..., Any]


def output_options(command: Command) -> Command:
    """``-no-color``."""
    return click.option("--no-color", is_flag=True, help="Plain text, without colours.")(command)


def strict_options(command: Command) -> Command:
    """``-strict``: how guardrails judge."""
    return click.option(
        "--strict", is_flag=True,
        help="Refuse what guardrails only warn of, unless it is suppressed with a reason.")(command)


def report_options(command: Command) -> Command:
    """``-report``: what is found, for other programs."""
    return click.option(
        "--report", "reports", multiple=True, metavar="FORMAT[=FILE]",
        help="Also write what is found as sarif, junit or gitlab to a file, or as github or azure "
        "annotations to the log. May be repeated.")(command)


def input_options(command: Command) -> Command:
    """Variables, and whether to ask for them."""
    for option in (
        click.option("--var", "variables", multiple=True, metavar="NAME=VALUE",
                     help="Set a variable. May be repeated."),
        click.option("--var-file", "variable_files", multiple=True, metavar="FILE",
                     help="Read variables from a file. May be repeated."),
        click.option("--input", "ask", type=bool, default=True, metavar="BOOL",
                     help="Ask for missing values (default true, on a terminal only)."),
    ):
        command = option(command)
    return command


def trust_options(command: Command) -> Command:
    """Whether the configuration may be believed."""
    return click.option(
        "--untrusted", is_flag=True,
        help="For the configuration of a stranger: start no program, read no file outside the "
        "folder, write nothing outside it.")(command)


def state_options(command: Command) -> Command:
    """Where the state is, and the sandbox."""
    for option in (
        click.option("--state", "state_path", type=click.Path(path_type=Path), metavar="FILE",
                     help="The local state file (default vbrprov.vbrstate)."),
        click.option("--sandbox", is_flag=True,
                     help="Use the embedded sandbox instead of real services."),
    ):
        command = option(command)
    return command


def lock_options(command: Command) -> Command:
    """How long to wait for another run."""
    for option in (
        click.option("--lock-timeout", default="0s", metavar="DURATION",
                     help="How long to wait for a lock, such as 30s or 5m."),
        click.option("--lock", type=bool, is_flag=False, flag_value="true", default=True,
                     metavar="BOOL",
                     help="With false, change a remote state without its lock (default true). The "
                     "first of two runs that writes then shuts the other out. A local state is "
                     "always locked, and a plan never locks."),
    ):
        command = option(command)
    return command


def plan_options(command: Command) -> Command:
    """What to plan."""
    for option in (
        click.option("--target", "targets", multiple=True, metavar="ADDRESS",
                     help="Only this, and what it depends on. An address or a pattern, such as "
                     "'aws_s3_bucket.*', 'module.x[*].aws_*.b' or '*[\"eu-*\"]'; quote it for the "
                     "shell. May be repeated."),
        click.option("--target-file", "target_files", multiple=True, metavar="FILE",
                     help="As -target, for each line of a file; # begins a comment."),
        click.option("--exclude", "excludes", multiple=True, metavar="ADDRESS",
                     help="Everything but this, and what depends on it; an address or a pattern, "
                     "as for -target. May be repeated."),
        click.option("--exclude-file", "exclude_files", multiple=True, metavar="FILE",
                     help="As -exclude, for each line of a file; # begins a comment."),
        click.option("--replace", "replace", multiple=True, metavar="ADDRESS",
                     help="Replace this resource instance even if nothing changed. May be "
                     "repeated."),
        click.option("--refresh", type=bool, default=True, metavar="BOOL",
                     help="Read every object before planning (default true)."),
        click.option("--parallelism", type=click.IntRange(1, 256), default=10, metavar="N",
                     help="How many operations run at once (default 10)."),
    ):
        command = option(command)
    return command


def mode_options(command: Command) -> Command:
    """What kind of plan."""
    command = strict_options(command)
    for option in (
        click.option("--destroy", is_flag=True, help="Destroy everything that is managed."),
        click.option("--refresh-only", is_flag=True,
                     help="Only record what changed outside; change nothing."),
    ):
        command = option(command)
    return command


def _tagged(text: str) -> tuple[str, str]:
    """A ``-var`` value, or a ``-var-file`` that kept its place among them."""
    if text.startswith(FILE_MARK):
        return "file", text.removeprefix(FILE_MARK)
    return "var", text


def seconds(text: str) -> float:
    """``30s``, ``5m`` or ``1h`` as seconds."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    try:
        return float(number) * units[unit]
    except ValueError:
        raise click.BadParameter(f'"{text}" is not a duration, such as 30s or 5m.') from None


def make_request(runtime: Runtime, *, variables: tuple[str, ...] = (),
                 variable_files: tuple[str, ...] = (), ask: bool = True, state_path: Path
                 | None = None, sandbox: bool = False, targets: tuple[str, ...] = (),
                 excludes: tuple[str, ...] = (), replace: tuple[str, ...] = (),
                 target_files: tuple[str, ...] = (), exclude_files: tuple[str, ...] = (),
                 refresh: bool = True, parallelism: int = 10, destroy: bool = False,
                 refresh_only: bool = False, strict: bool = False, lock_timeout: str = "0s",
                 lock: bool = True, allow_missing: bool = False,
                 untrusted: bool = False) -> Request:
    """The request that a command's options make."""
    if target_files or exclude_files:
        from vbrprov.workflow.address_files import read_addresses

        targets += read_addresses(target_files, "target", runtime)
        excludes += read_addresses(exclude_files, "exclude", runtime)
    options = Options(destroy=destroy, refresh=refresh, refresh_only=refresh_only,
                      targets=targets, excludes=excludes, replace=replace,
                      parallelism=parallelism, strict=strict)
    request = Request(
        directory=".", environ=runtime.environ,
        variables=(*(("file", f) for f in variable_files), *map(_tagged, variables)),
        options=options, state_path=state_path, sandbox=sandbox,
        lock_timeout=seconds(lock_timeout), lock=lock, ask=runtime.asker(ask),
        allow_missing_variables=allow_missing, untrusted=untrusted)
    return msgspec.structs.replace(request, workspace=current(request))
