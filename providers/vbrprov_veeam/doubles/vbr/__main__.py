"""Runs the double as a process: ``python -m vbrprov_veeam.doubles.vbr --port 0``.

One line of JSON on standard output tells where it listens. It ends on a signal, or when its
standard input closes (``--until-stdin-closes``), so that it does not outlive a test that crashed.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from vbrprov_veeam.doubles.vbr.server import VbrDouble


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m vbrprov_veeam.doubles.vbr")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--revision", default="1.3-rev1")
    parser.add_argument("--older-revision", action="append", default=[])
    parser.add_argument("--build")
    parser.add_argument("--username", default="sandbox")
    parser.add_argument("--password", default="sandbox")
    parser.add_argument("--session-polls", type=int, default=2)
    parser.add_argument("--session-seconds", type=float, default=2.0, help="negative for never")
    parser.add_argument("--token-seconds", type=float, default=900)
    parser.add_argument("--resource-id", choices=("object", "session", "none"), default="object")
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args(arguments)
    double = VbrDouble(
        options.host,
        options.port,
        revision=options.revision,
        build=options.build,
        username=options.username,
        password=options.password,
        session_polls=options.session_polls,
        session_seconds=options.session_seconds if options.session_seconds >= 0 else None,
        token_seconds=options.token_seconds,
        resource_id=options.resource_id,
        older_revisions=options.older_revision,
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with double:
        facts = {
            "url": double.url,
            "fingerprint": double.fingerprint,
            "username": double.username,
            "password": double.password,
            "certificate": double.certificate,
        }
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
        ended.wait()
    return 0


def _watch_stdin(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
