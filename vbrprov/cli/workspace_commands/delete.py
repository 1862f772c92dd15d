"""``vbrprov workspace delete``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, lock_options, make_request, output_options


@click.command()
@click.argument("name")
@click.option("--force", is_flag=True,
              help="Delete the state even if it lists objects; they stay, and are forgotten.")
@input_options
@lock_options
@output_options
def command(no_color: bool, name: str, force: bool, **given: Any) -> int:
    """Delete the workspace NAME, which must be empty and not the current one.

    Exit status: 0 deleted, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.state.errors import StateError
    from vbrprov.workflow.states import find_backend
    from vbrprov.workflow.workspaces import delete

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    backend = find_backend(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        delete(request, backend, name, runtime.diags, force=force)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
    if not runtime.diags.has_errors:
        runtime.out(f'Deleted the workspace "{name}".\n')
    return runtime.finish()
