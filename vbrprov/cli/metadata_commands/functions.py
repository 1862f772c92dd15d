"""``vbrprov metadata functions``."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines (required).")
def command(as_json: bool) -> int:
    """Print the signatures of all functions, in Terraform's JSON.

    Exit status: 0 printed, 1 without -json.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.functions import find, names

    runtime = Runtime()
    if not as_json:
        runtime.err('Error: the command "vbrprov metadata functions" requires the -json option.\n')
        return 1
    import msgspec

    from vbrprov.views.json.functions import metadata_json

    shown = metadata_json(found for name in names() if (found := find(name)) is not None)
    runtime.out(msgspec.json.encode(shown).decode() + "\n")
    return 0
