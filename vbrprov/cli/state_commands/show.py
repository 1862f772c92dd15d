"""``vbrprov state show``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.argument("address")
@input_options
@state_options
@output_options
def command(no_color: bool, address: str, **given: Any) -> int:
    """Show one recorded resource instance.

    Exit status: 0 shown, 1 there is none at ADDRESS.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.diag import did_you_mean
    from vbrprov.views.human.state import render_instance
    from vbrprov.workflow.states import read_state

    runtime = Runtime(no_color=no_color)
    state = read_state(make_request(runtime, **given), runtime)
    if state is None:
        return runtime.finish()
    found = state.instances.get((address, ""))
    if found is None:
        hint = did_you_mean(address, [i.address for i in state.instances.values()])
        runtime.diags.error("No instance at this address", "The state has no resource instance "
                            f"{address}. {hint} To list all, run:\n\n    vbrprov state list")
        return runtime.finish()
    runtime.out(render_instance(found, runtime.environment().registry, runtime.style))
    return runtime.finish()
