"""``vbrprov workspace new``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options
from vbrprov.cli.workspace_commands.select import choose


@click.command()
@click.argument("name")
@input_options
@output_options
def command(no_color: bool, name: str, **given: Any) -> int:
    """Make the workspace NAME and work in it from now on.

    Exit status: 0 done, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime

    runtime = Runtime(no_color=no_color)
    return choose(runtime, make_request(runtime, **given), name, create=True)
