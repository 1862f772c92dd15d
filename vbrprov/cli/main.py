"""The entry point: the fastest way to ``version``, else click with one command imported."""

from __future__ import annotations

import gc
import os
import sys

from vbrprov.platform_.streams import finish, tell


def main() -> None:
    """Run the command line and leave with its exit status."""
    # One short run allocates far more than it drops; the cycle collector only costs here.
    gc.disable()
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Started with a closed stream (``<&-``): read nothing, write nowhere.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # for the whole run; pathlib costs start-up
    arguments = sys.argv[1:]
    if arguments in (["version"], ["-version"], ["--version"], ["-v"]):
        from vbrprov import __version__

        tell(sys.stdout, f"vbrprov v{__version__}\n")
        sys.exit(finish(0))
    from vbrprov.cli.group import run

    status = finish(run(arguments))
    # Nothing is freed one by one that the end of the process frees at once.
    gc.freeze()
    sys.exit(status)
