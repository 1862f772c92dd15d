"""``vbrprov workspace select``."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from vbrprov.cli.options import input_options, make_request, output_options
from vbrprov.cli.runtime import Runtime
from vbrprov.workflow.request import Request


@click.command()
@click.argument("name")
@click.option("--or-create", is_flag=True, help="Make it if there is none.")
@input_options
@output_options
def command(no_color: bool, name: str, or_create: bool, **given: Any) -> int:
    """Work in the workspace NAME from now on.

    Exit status: 0 done, 1 errors.
    """
    runtime = Runtime(no_color=no_color)
    return choose(runtime, make_request(runtime, **given), name,
                  create=None if or_create else False)


def choose(runtime: Runtime, request: Request, name: str, *, create: bool | None) -> int:
    """Select, and say so; the exit status."""
    from vbrprov.state.errors import StateError
    from vbrprov.workflow.states import find_backend
    from vbrprov.workflow.workspaces import check_name, select

    # Whatever was chosen before, a name that cannot be one included, is left now.
    if not check_name(name, runtime.diags):
        return runtime.finish()
    backend = find_backend(msgspec.structs.replace(request, workspace="default"), runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        select(request, backend, name, runtime.diags, create=create)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
    if not runtime.diags.has_errors:
        runtime.out(f'The workspace is "{name}" now.\n')
    return runtime.finish()
