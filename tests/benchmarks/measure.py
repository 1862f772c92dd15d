"""Runs one command and tells what it took. A process of its own, and a small one, on purpose.

On Linux a process starts with the peak memory of the one it was made from, so whatever starts the
command sets a floor under its peak; this file imports next to nothing and runs with -I -S.

    python -I -S measure.py OUTPUT COMMAND...

Prints: exit status, CPU seconds (user and system, children included), wall seconds, peak KiB.
"""

import os
import sys
import time


def main() -> None:
    """Run it."""
    output, command = sys.argv[1], sys.argv[2:]
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    peak = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss
    code = os.waitstatus_to_exitcode(status)
    sys.stdout.write(f"{code} {used.ru_utime + used.ru_stime:.4f} {wall:.4f} {peak:.0f}\n")


main()
