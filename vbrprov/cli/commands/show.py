"""``vbrprov show``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.argument("plan_file", required=False,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Terraform's JSON, for machines.")
@input_options
@state_options
@output_options
def command(no_color: bool, plan_file: Path | None, as_json: bool, **given: Any) -> int:
    """Show a saved plan, or the state.

    Exit status: 0 shown, 1 errors.
    """
    import msgspec

    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.plan_file import read_plan
    from vbrprov.workflow.states import read_state

    runtime = Runtime(no_color=no_color)
    if plan_file is not None:
        saved = read_plan(plan_file, make_request(runtime, **given), runtime)
        if saved is None:
            return runtime.finish()
        runtime.out(msgspec.json.encode(saved.json).decode() + "\n" if as_json else saved.text)
        return 0
    state = read_state(make_request(runtime, **given), runtime)
    if state is None:
        return runtime.finish()
    registry = runtime.environment().registry
    if as_json:
        from vbrprov.views.json.plan import TERRAFORM_VERSION
        from vbrprov.views.json.state import STATE_FORMAT, state_json

        shown = ({"format_version": STATE_FORMAT, "terraform_version": TERRAFORM_VERSION}
                 if state.is_empty else state_json(state, registry))
        runtime.out(msgspec.json.encode(shown).decode() + "\n")
    else:
        from vbrprov.views.human.state import render_state

        runtime.out(render_state(state, registry, runtime.style))
    return runtime.finish()
