"""``vbrprov workspace``: the group of workspace commands."""

from __future__ import annotations

import click

from vbrprov.cli import workspace_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=workspace_commands)
def command() -> None:
    """Keep several states of one configuration apart."""
