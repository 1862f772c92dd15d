"""``vbrprov version``."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, for machines.")
def command(as_json: bool) -> int:
    """Show the version of vbrprov.

    Exit status: 0.
    """
    import json
    import platform

    from vbrprov import __version__

    if as_json:
        click.echo(json.dumps({
            "vbrprov_version": __version__, "terraform_version": "1.11.4",
            "platform": f"{platform.system().lower()}_{platform.machine().lower()}",
            "provider_selections": {}, "terraform_outdated": False}, indent=2))
    else:
        click.echo(f"vbrprov v{__version__}")
    return 0
