"""``vbrprov sandbox start``."""

from __future__ import annotations

import click


@click.command()
def command() -> int:
    """Start the sandbox in the background, unless it runs.

    Exit status: 0 it runs, 1 it does not come up.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.sandbox import SandboxError, ensure_running

    runtime = Runtime()
    try:
        info = ensure_running()
    except SandboxError as error:
        runtime.diags.error("The sandbox does not start", str(error))
        return runtime.finish()
    runtime.out(f"The sandbox runs (process {info.pid}).\n")
    return 0
