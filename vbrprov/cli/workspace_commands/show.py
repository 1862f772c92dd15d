"""``vbrprov workspace show``."""

from __future__ import annotations

import click

from vbrprov.cli.options import make_request, output_options


@click.command()
@output_options
def command(no_color: bool) -> int:
    """Show the name of the current workspace.

    Exit status: 0.
    """
    from vbrprov.cli.runtime import Runtime

    runtime = Runtime(no_color=no_color)
    runtime.out(f"{make_request(runtime).workspace}\n")
    return 0
