"""``vbrprov sandbox status``."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
def command(as_json: bool) -> int:
    """Show whether the sandbox runs, and where its services listen.

    Exit status: 0 it runs, 1 it does not.
    """
    import json

    from vbrprov.cli.runtime import Runtime
    from vbrprov.sandbox import running

    runtime = Runtime()
    info = running()
    if as_json:
        shown = {"running": info is not None}
        if info is not None:
            shown |= {"pid": info.pid, "endpoints": info.endpoints}  # type: ignore[dict-item]  # JSON data
        runtime.out(json.dumps(shown, indent=2) + "\n")
    elif info is None:
        runtime.out("The sandbox does not run.\n")
    else:
        runtime.out(f"The sandbox runs (process {info.pid}).\n")
        for name, endpoint in info.endpoints.items():
            runtime.out(f"  {name}: {endpoint.get('endpoint') or endpoint.get('url')}\n")
    return 0 if info is not None else 1
