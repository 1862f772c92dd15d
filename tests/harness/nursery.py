"""The process that command lines are forked from: everything is imported once, here.

Reads one request a line from standard input, forks, and says on standard output when the child
began (its process id) and how it ended. Each child is the leader of a session of its own, has its
own environment, folder and streams, and runs ``vbrprov.cli.main.main`` as ``python -m vbrprov``
does. No thread runs here and nothing is configured, so a child is as good as a new process.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
import warnings
from typing import Any

MODULES = [
    "vbrprov.apply.executor", "vbrprov.apply.recovery", "vbrprov.builtin.resources.data",
    "vbrprov.cli.applying", "vbrprov.cli.commands.apply", "vbrprov.cli.commands.destroy",
    "vbrprov.cli.commands.output", "vbrprov.cli.commands.plan", "vbrprov.cli.commands.show",
    "vbrprov.cli.commands.validate", "vbrprov.cli.main", "vbrprov.plan.planner",
    "vbrprov.platform_.failpoint", "vbrprov.sandbox", "vbrprov.views.human.outputs",
    "vbrprov.views.human.plan", "vbrprov.workflow.apply", "vbrprov.workflow.planning",
    "vbrprov.workflow.saved", "vbrprov.workflow.states", "vbrprov.workflow.validate",
]


def main(extra: list[str]) -> None:
    """Import, then serve until standard input ends."""
    for name in [*MODULES, *extra]:
        importlib.import_module(name)
    _say({"ready": os.getpid()})
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(request)
        _say({"pid": child})
        _, status = os.waitpid(child, 0)
        _say({"status": os.waitstatus_to_exitcode(status)})


def _say(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


def _become(request: dict[str, Any]) -> None:
    """Run one command line in this process, and end it."""
    status = 99
    try:
        os.setsid()
        # A shell's background job ignores the interrupt, and children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        _open(request["stdin"], os.O_RDONLY, 0)
        _open(request["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 1)
        _open(request["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 2)
        sys.argv = ["vbrprov", *request["args"]]
        warnings.simplefilter("error")
        from vbrprov.platform_ import failpoint

        failpoint.arm(os.environ)
        status = _run()
    except BaseException:  # noqa: BLE001  # whatever happens, this copy of the nursery must end
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _run() -> int:
    import atexit
    import threading

    from vbrprov.cli.main import main as command_line

    try:
        command_line()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    # What the interpreter does at its end.
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    return status


def _open(path: str, flags: int, target: int) -> None:
    descriptor = os.open(path, flags, 0o600)
    os.dup2(descriptor, target)
    os.close(descriptor)


if __name__ == "__main__":
    main(sys.argv[1:])
