"""``vbrprov force-unlock``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.lock_commands.break_ import break_lock
from vbrprov.cli.options import output_options, state_options


@click.command()
@click.argument("lock_id")
@click.option("--force", is_flag=True, help="Do not ask for consent.")
@state_options
@output_options
def command(no_color: bool, lock_id: str, force: bool, **given: Any) -> int:
    """End the lock LOCK_ID, as vbrprov lock break does; for those who know Terraform's name.

    Exit status: 0 broken, or there was none, 1 errors.
    """
    return break_lock(lock_id, no_color=no_color, approved=force, **given)
