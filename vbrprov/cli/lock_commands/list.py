"""``vbrprov lock list``."""

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
    """List the locks that are held, of all workspaces.

    Exit status: 0 listed, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.state.errors import StateError
    from vbrprov.views.locks import locks_as_json, locks_as_text
    from vbrprov.workflow.states import find_backend

    runtime = Runtime(no_color=no_color)
    backend = find_backend(make_request(runtime, **given), runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        found = backend.locks()
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return runtime.finish()
    runtime.out(locks_as_json(found) if as_json else locks_as_text(found))
    return runtime.finish()
