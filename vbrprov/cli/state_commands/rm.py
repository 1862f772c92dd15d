"""``vbrprov state rm``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    output_options,
    state_options,
)


@click.command()
@click.argument("addresses", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, addresses: tuple[str, ...], dry_run: bool, **given: Any) -> int:
    """Take what is at ADDRESSES out of the state; the objects themselves stay as they are.

    Exit status: 0 removed, 1 errors; then nothing is removed.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.forgetting import forget

    runtime = Runtime(no_color=no_color)
    removed = forget(make_request(runtime, **given), runtime, addresses, dry_run=dry_run)
    if not runtime.diags.has_errors:
        word = "Would remove" if dry_run else "Removed"
        runtime.out("".join(f"{word} {address}\n" for address in removed))
        if not dry_run:
            runtime.out(f"Successfully removed {len(removed)} resource instance(s).\n")
    return runtime.finish()
