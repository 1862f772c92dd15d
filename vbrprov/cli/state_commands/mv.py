"""``vbrprov state mv``."""

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
@click.argument("source")
@click.argument("destination")
@click.option("--dry-run", is_flag=True, help="Only say what would be moved.")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, source: str, destination: str, dry_run: bool, **given: Any) -> int:
    """Record what is at SOURCE at DESTINATION: a module, a resource, or one instance.

    Nothing is changed but the state. A moved block does the same, for everybody who applies.

    Exit status: 0 moved, 1 errors; then nothing is moved.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.relocating import move

    runtime = Runtime(no_color=no_color)
    moved = move(make_request(runtime, **given), runtime, source, destination, dry_run=dry_run)
    if not runtime.diags.has_errors:
        word = "Would move" if dry_run else "Move"
        runtime.out("".join(f'{word} "{a}" to "{b}"\n' for a, b in moved))
        if not dry_run:
            runtime.out(f"Successfully moved {len(moved)} object(s).\n")
    return runtime.finish()
