"""``vbrprov policy``: the group of commands about permission policies."""

from __future__ import annotations

import click

from vbrprov.cli import policy_commands
from vbrprov.cli.group import LazyGroup


@click.group(cls=LazyGroup, package=policy_commands)
def command() -> None:
    """Make, check and compare the permission policies that Veeam needs."""
