"""``vbrprov state pull``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@input_options
@state_options
@output_options
def command(no_color: bool, **given: Any) -> int:
    """Print the whole state as one document, for push or for keeping.

    It is encrypted where the state is. For programs that want to read it, there is: show -json

    Exit status: 0 printed, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.copies import pull

    runtime = Runtime(no_color=no_color)
    # The document stands alone on the standard output: anything else would damage it.
    runtime.machine_output = True
    raw = pull(make_request(runtime, **given), runtime)
    if raw is not None:
        runtime.out(raw.decode())
    return runtime.finish()
