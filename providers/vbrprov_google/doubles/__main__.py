"""The double as a process: ``python -m vbrprov_google.doubles --port 0 --until-eof``."""

from __future__ import annotations

import argparse
import json
import sys
import threading

from vbrprov_google.doubles.server import GoogleDouble


def main() -> None:
    """Listen until standard input ends, or for ever. Prints the endpoints as JSON."""
    parser = argparse.ArgumentParser(prog="vbrprov_google.doubles")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until-eof", action="store_true")
    options = parser.parse_args()
    double = GoogleDouble()
    double.start(options.port)
    sys.stdout.write(json.dumps(dict(double.sandbox_endpoints())) + "\n")
    sys.stdout.flush()
    if options.until_eof:
        sys.stdin.read()
    else:
        threading.Event().wait()
    double.stop()


if __name__ == "__main__":
    main()
