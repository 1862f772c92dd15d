"""``vbrprov destroy``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import (
    input_options,
    lock_options,
    make_request,
    output_options,
    plan_options,
    state_options,
)


@click.command()
@click.option("--auto-approve", is_flag=True, help="Do not ask for consent.")
@plan_options
@input_options
@state_options
@lock_options
@output_options
def command(no_color: bool, auto_approve: bool, **given: Any) -> int:
    """Destroy everything that this configuration manages.

    Exit status: 0 done, 1 errors, refusals or an interruption, 4 done as far as possible: steps
    wait for you (vbrprov confirm).
    """
    from vbrprov.cli.applying import run_apply
    from vbrprov.cli.runtime import Runtime

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, destroy=True, **given)
    return run_apply(runtime, request, auto_approve=auto_approve, plan_file=None)
