"""``vbrprov state history``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
@input_options
@state_options
@output_options
def command(no_color: bool, as_json: bool, **given: Any) -> int:
    """List the state and the older ones that are kept, newest first.

    Exit status: 0 listed, 1 errors.
    """
    from dataclasses import asdict

    import msgspec

    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.states import find_backend

    runtime = Runtime(no_color=no_color)
    backend = find_backend(make_request(runtime, **given), runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    found = backend.history()
    if as_json:
        data = {"format_version": "1.0", "states": [asdict(item) for item in found]}
        runtime.out(msgspec.json.encode(data).decode() + "\n")
    elif not found:
        runtime.out("No state is kept here.\n")
    for item in found if not as_json else ():
        runtime.out(f"serial {item.serial}  {item.written}  {item.instances} instances, "
                    f"{item.outputs} outputs  {item.where}\n")
    return runtime.finish()
