"""``vbrprov sandbox stop``."""

from __future__ import annotations

import click


@click.command()
def command() -> int:
    """Stop the sandbox; its objects and the states of its runs are gone then.

    Exit status: 0.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.sandbox import stop

    runtime = Runtime()
    done = stop()
    runtime.out("The sandbox is stopped.\n" if done else "The sandbox does not run.\n")
    return 0
