"""``vbrprov metadata``: the group of commands about the language itself."""

from __future__ import annotations

import click

from vbrprov.cli import metadata_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=metadata_commands)
def command() -> None:
    """Describe the language to other programs."""
