"""Runs the double as a process: ``python -m vbrprov_azure.doubles.arm --port 0``.

One line of JSON on standard output tells where it listens. ``/_double/ledger``, ``faults``,
``settings``, ``taken``, ``blobs`` and ``reset`` on the same port steer it.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from vbrprov_azure.doubles.arm.server import ArmDouble


def main(arguments: list[str] | None = None) -> int:
    """Serve until standard input ends or the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m vbrprov_azure.doubles.arm")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--until-eof", action="store_true",
                        help="end when standard input ends, so as not to outlive a test")
    options = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    double = ArmDouble(options.port).start()
    sys.stdout.write(json.dumps(double.sandbox_endpoints()) + "\n")
    sys.stdout.flush()
    if options.until_eof:
        threading.Thread(target=_watch, args=(ended,), daemon=True).start()
    ended.wait()
    double.stop()
    return 0


def _watch(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
