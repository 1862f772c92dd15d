"""``vbrprov lock show``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@input_options
@state_options
@output_options
def command(no_color: bool, as_json: bool, **given: Any) -> int:
    """Show who holds the lock on the state of the current workspace.

    Exit status: 0 shown, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.state.errors import StateError
    from vbrprov.views.locks import locks_as_json, locks_as_text
    from vbrprov.workflow.states import find_backend

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    backend = find_backend(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        found = [lock for lock in backend.locks() if lock.workspace == request.workspace]
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return runtime.finish()
    runtime.out(locks_as_json(found) if as_json else locks_as_text(found))
    return runtime.finish()
