"""``vbrprov sandbox reset``."""

from __future__ import annotations

import click


@click.command()
def command() -> int:
    """Forget all objects of the sandbox and the states of its runs.

    Exit status: 0.
    """
    from vbrprov.cli.runtime import Runtime
    from vbrprov.sandbox import reset

    runtime = Runtime()
    done = reset()
    runtime.out("The sandbox is empty.\n" if done else "The sandbox does not run.\n")
    return 0
