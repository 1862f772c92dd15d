"""``vbrprov sandbox``: the group of sandbox commands."""

from __future__ import annotations

import click

from vbrprov.cli import sandbox_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=sandbox_commands)
def command() -> None:
    """Embedded services to try things out: no account is needed."""
