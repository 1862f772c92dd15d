"""``vbrprov state``: the group of state commands."""

from __future__ import annotations

import click

from vbrprov.cli import state_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=state_commands)
def command() -> None:
    """Look at the state."""
