"""What ``init`` and ``get`` share."""

from __future__ import annotations

from vbrprov.cli.runtime import Runtime
from vbrprov.views.human.text import safe
from vbrprov.workflow.request import Request


def run_init(runtime: Runtime, request: Request, *, upgrade: bool, readonly: bool,
             brief: bool) -> int:
    """Install modules with what the person at the terminal sees of it; the exit status."""
    from vbrprov.workflow.init import init

    result = init(request, runtime, lambda line: runtime.out(f"{safe(line)}\n"), upgrade=upgrade,
                  readonly=readonly)
    status = runtime.finish()
    if status or brief:
        return status
    if result.empty:
        runtime.out("There is no configuration in this folder yet, so there is nothing to "
                    "install.\n")
        return 0
    if not result.packages:
        text = "Nothing to install: all modules of this configuration are local."
    elif result.fetched:
        text = f"Modules installed: {result.fetched} of {result.packages}."
    else:
        text = f"Modules are installed as locked: {result.packages}."
    runtime.out(f"\n{runtime.style('Success!', 'green', 'bold')} {text}\n")
    return 0
