"""The files and annotations of ``-report``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.views.reports import LOGGED, formats, render
from vbrprov.workflow.registry import ProviderRegistry

if TYPE_CHECKING:
    from vbrprov.cli.runtime import Runtime


def parse_reports(given: Iterable[str]) -> list[tuple[str, str]]:
    """Formats and files of ``FORMAT[=FILE]``; an empty file is the log.

    Raises:
        click.BadParameter: There is no such format, or it needs a file.
    """
    known = formats()
    found = []
    for text in given:
        name, _, file = text.partition("=")
        if name not in known:
            hint = did_you_mean(name, known) or f"There are {', '.join(known)}."
            raise click.BadParameter(f'There is no report format "{name}". {hint}')
        if not file and name not in LOGGED:
            raise click.BadParameter(f"Say where to write it: -report={name}=FILE.")
        found.append((name, file))
    return found


def write_reports(runtime: Runtime, reports: Sequence[tuple[str, str]]) -> None:
    """Write them; a file that cannot be written is an error of its own."""
    rules = ProviderRegistry().rules()
    context = click.get_current_context(silent=True)
    command = context.info_name or "" if context is not None else ""
    chdir = context.find_root().params.get("chdir") if context is not None else None
    failed = Diagnostics()
    for name, file in reports:
        text = render(name, command, runtime.diags, runtime.sources, rules, chdir or "")
        if not file or file == "-":
            runtime.out(text)
            continue
        try:
            Path(file).write_text(runtime.redactor.redact(text), encoding="utf-8", newline="\n")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "this is no name of a file"
            failed.error("Failed to write a report",
                         f'The {name} report cannot be written to "{file}": {reason}.')
    if failed:
        runtime.diags.extend(failed)
        runtime.report(failed)
