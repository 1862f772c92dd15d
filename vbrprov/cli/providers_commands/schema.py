"""``vbrprov providers schema``."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines (required).")
def command(as_json: bool) -> int:
    """Print the schemas of the configuration's providers, in Terraform's JSON.

    Exit status: 0 printed, 1 errors, or without -json.
    """
    from vbrprov.cli.options import make_request
    from vbrprov.cli.runtime import Runtime
    from vbrprov.workflow.providers import of_configuration

    runtime = Runtime()
    if not as_json:
        runtime.err('Error: the command "vbrprov providers schema" requires the -json option.\n')
        return 1
    found = of_configuration(make_request(runtime), runtime)
    if found is None:
        return runtime.finish()
    import msgspec

    from vbrprov.views.json.schemas import schemas_json

    shown = schemas_json(sorted(found.names()), runtime.environment().registry)
    runtime.out(msgspec.json.encode(shown).decode() + "\n")
    return 0
