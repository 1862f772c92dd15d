"""``vbrprov state repair``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.option("--choice", type=click.IntRange(1), metavar="N",
              help="Restore this one of the listed states.")
@click.option("--drop", metavar="OPERATION",
              help="Take an open operation out of the journal, after looking by hand.")
@click.option("--auto-approve", is_flag=True, help="Do not ask for consent.")
@input_options
@state_options
@output_options
def command(no_color: bool, choice: int | None, drop: str | None, auto_approve: bool,
            **given: Any) -> int:
    """Put a damaged state in order: list what can be restored, or restore it.

    Nothing is lost: files that are replaced are kept beside the new ones.

    Exit status: 0 listed or done, 1 errors, or nothing that can be restored.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.repair import drop_operation, open_local, restore
    from vbrprov.workflow.states import find_backend

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    if drop is not None:
        place = find_backend(request, runtime)
        if place is not None and not runtime.diags.has_errors:
            drop_operation(place, drop, runtime.diags)
        if not runtime.diags.has_errors:
            runtime.out(f"The operation {drop} is closed.\n")
        return runtime.finish()
    backend = open_local(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    found = restore(backend, None, runtime.diags)
    if runtime.diags.has_errors or not found:
        if not runtime.diags.has_errors:
            runtime.diags.error("Nothing to restore", f"There is no readable state beside "
                                f"{backend.description}.")
        return runtime.finish()
    for number, item in enumerate(found, 1):
        note = "" if item.complete else " (something newer cannot be read)"
        runtime.out(f"{number}. {item.description}{note}\n")
    if choice is None:
        runtime.out("\nTo restore one of these, run:\n\n    vbrprov state repair -choice=N\n")
        return 0
    if choice > len(found):
        runtime.diags.error("No such choice", f"There are {len(found)} states to choose from.")
        return runtime.finish()
    if not auto_approve and not (runtime.interactive() and runtime.confirm(
            f"\nDo you want to restore number {choice}?")):
        runtime.out("\nNothing was changed. Without a terminal, add -auto-approve.\n")
        return 1
    restore(backend, found[choice - 1], runtime.diags)
    if not runtime.diags.has_errors:
        runtime.out(f"\nRestored: {found[choice - 1].description}\n")
    return runtime.finish()
