"""``vbrprov import``."""

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


@click.command(name="import")
@click.argument("address")
@click.argument("import_id", metavar="ID")
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, address: str, import_id: str, **given: Any) -> int:
    """Take the existing object ID under management as ADDRESS. Changes nothing but the state.

    Exit status: 0 imported, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.importing import import_object
    from vbrprov.workflow.planning import start

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    started = start(request, runtime)
    if started is not None and import_object(address, import_id, request, started, runtime):
        runtime.out(f"\n{runtime.style('Import successful!', 'green', 'bold')} {address} is in the "
                    "state now. Run plan to see how it differs from the configuration.\n")
    return runtime.finish()
