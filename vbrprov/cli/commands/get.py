"""``vbrprov get``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, output_options, trust_options


@click.command()
@click.option("--update", is_flag=True,
              help="Choose the newest allowed versions and accept changed content.")
@input_options
@trust_options
@output_options
def command(no_color: bool, update: bool, **given: Any) -> int:
    """Install the modules that are not local: the part of init that concerns modules.

    Exit status: 0 done, 1 errors.
    """
    from vbrprov.cli.installing import run_init
    from vbrprov.cli.options import make_request
    from vbrprov.cli.runtime import Runtime

    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, lock_timeout="60s", **given)
    return run_init(runtime, request, upgrade=update, readonly=False, brief=True)
