"""``vbrprov apply``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    mode_options,
    output_options,
    plan_options,
    state_options,
)


@click.command()
@click.argument("plan_file", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--auto-approve", is_flag=True, help="Do not ask for consent.")
@mode_options
@plan_options
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, plan_file: str | None, auto_approve: bool, **given: Any) -> int:
    """Make real what the configuration, or a saved plan, says.

    Exit status: 0 done, 1 errors, refusals or an interruption, 4 done as far as possible: steps
    wait for you (vbrprov confirm).
    """
    from vbrprov.cli.applying import run_apply
    from vbrprov.cli.runtime import Runtime

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, **given)
    return run_apply(runtime, request, auto_approve=auto_approve, plan_file=plan_file)
