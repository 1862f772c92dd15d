"""``vbrprov output``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
@click.option("--raw", is_flag=True, help="One string, number or bool without quotes.")
@input_options
@state_options
@output_options
def command(no_color: bool, name: str | None, as_json: bool, raw: bool, **given: Any) -> int:
    """Show output values from the state.

    Exit status: 0 shown, 1 there is no such output, or it cannot be shown.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.views.human.outputs import output_lines
    from vbrprov.workflow.outputs import OutputUnavailable, json_of, one, raw_text
    from vbrprov.workflow.states import read_state

    runtime = Runtime(no_color=no_color)
    if raw and (as_json or name is None):
        raise click.UsageError("-raw needs the name of one output, and does not go with -json.")
    state = read_state(make_request(runtime, **given), runtime)
    if state is None:
        return runtime.finish()
    try:
        if name is None:
            if as_json:
                runtime.out(json_of(state) + "\n")
            elif not state.outputs:
                runtime.diags.warning("No outputs found", "The state holds no output values. "
                                      "Outputs are recorded by apply, from the output blocks of "
                                      "the root module.")
            else:
                runtime.out("".join(f"{line}\n" for line in output_lines(state)))
        else:
            text = (raw_text(state, name, runtime.interactive()) if raw
                    else one(state, name, as_json=as_json) + "\n")
            # It was asked for by name; an encrypted state holds sensitive ones too.
            runtime.redactor.reveal(text)
            runtime.out(text)
    except OutputUnavailable as error:
        runtime.diags.error(error.summary, str(error))
    return runtime.finish()
