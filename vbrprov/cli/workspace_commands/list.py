"""``vbrprov workspace list``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options


@click.command()
@input_options
@output_options
def command(no_color: bool, **given: Any) -> int:
    """List the workspaces; a star marks the current one.

    Exit status: 0 listed, 1 errors.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.state.errors import StateError
    from vbrprov.workflow.states import find_backend
    from vbrprov.workflow.workspaces import listed

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    backend = find_backend(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        names = listed(request, backend)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return runtime.finish()
    runtime.out("".join(f"{'*' if name == request.workspace else ' '} {name}\n"
                        for name in names))
    return runtime.finish()
