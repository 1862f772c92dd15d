"""``vbrprov lock``: the group of commands on locks."""

from __future__ import annotations

import click

from vbrprov.cli import lock_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=lock_commands)
def command() -> None:
    """See who works on a state, and end a lock that nobody will give up."""
