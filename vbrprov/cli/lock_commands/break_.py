"""``vbrprov lock break``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, make_request, output_options, state_options


@click.command()
@click.argument("lock_id", required=False, default="")
@click.option("--auto-approve", is_flag=True, help="Do not ask for consent.")
@input_options
@state_options
@output_options
def command(no_color: bool, lock_id: str, auto_approve: bool, **given: Any) -> int:
    """End the lock on the state of the current workspace: with LOCK_ID only if it has that id.

    Its holder, should it be alive, can record nothing and start nothing from then on. A lock whose
    holder has died needs no breaking: the next run takes it over.

    Exit status: 0 broken, or there was none, 1 errors.
    """
    return break_lock(lock_id, no_color=no_color, approved=auto_approve, **given)


def break_lock(lock_id: str, *, no_color: bool, approved: bool, **given: Any) -> int:
    """Ask and break; the exit status."""
    from vbrprov.cli.runtime import Runtime
    from vbrprov.state.errors import StateError
    from vbrprov.workflow.states import find_backend

    runtime = Runtime(no_color=no_color)
    backend = find_backend(make_request(runtime, **given), runtime)
    if backend is None or runtime.diags.has_errors:
        return runtime.finish()
    try:
        holder = backend.lock_holder()
        if holder is not None and not approved and not (runtime.interactive() and runtime.confirm(
                f"\nDo you want to end the lock of {holder}?")):
            runtime.diags.error("Lock not broken", f"The lock of {holder} is left as it is. "
                                "Without a terminal, add -auto-approve.")
            return runtime.finish()
        broken = backend.break_lock(lock_id)
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return runtime.finish()
    runtime.out("There is no lock.\n" if broken is None else f"Ended the lock of {broken}.\n")
    return runtime.finish()
