"""What keeping a state costs: one change in states of several sizes, the journal's replay, reading.

    python states.py [--rounds 5] [--json FILE]

CPU seconds of this process, the best round of each; wall clock of a change, since that is what the
disk takes. An exponent of 0 says that a change costs the same in a state of any size.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from vbrprov.state.backends.local import LocalBackend
from vbrprov.state.fold import fold
from vbrprov.state.framing import START_HASH, frame, scan
from vbrprov.state.model import Instance, Intent, StateData
from vbrprov.state.records import (
    IntentRecord,
    OutcomeRecord,
    Record,
    decode_record,
    encode_record,
)
from vbrprov.state.snapshot import paused_collection

SIZES = (100, 1_000, 10_000)
#: Changes that are measured together: one alone is too short for the clock.
CHANGES = 200
RECORDS = 50_000
#: Bytes of attributes, about what a bucket has.
FILLER = 620


def instance(name: str) -> Instance:
    """An object as it is recorded."""
    raw = msgspec.json.encode({"name": name, "filler": "x" * FILLER})
    return Instance(f"aws_s3_bucket.{name}", "provider.aws", msgspec.Raw(raw),
                    dependencies=["aws_s3_bucket.other"])


def intent(op: str, name: str) -> Intent:
    """What is written before a call."""
    return Intent(op, f"aws_s3_bucket.{name}", "create", "create", "aws_s3_bucket", "provider.aws",
                  {"bucket": name}, token=f"token-{op}", created="2026-01-01T00:00:00Z")


def change(size: int, folder: Path) -> tuple[float, float]:
    """CPU and wall seconds of one change (its intent and its outcome) in a state of *size*."""
    backend = LocalBackend(folder / f"s{size}", spill_directories=[])
    with backend.session("apply") as session:
        for number in range(size):
            session.put(instance(f"r{number}"), sync=False)
    with backend.session("apply") as session:
        session.begin(CHANGES)
        cpu, wall = time.process_time(), time.perf_counter()
        for number in range(CHANGES):
            session.intent(intent(f"op{number}", f"n{number}"))
            session.outcome(f"op{number}", "ok", put=[instance(f"n{number}")])
        return ((time.process_time() - cpu) / CHANGES, (time.perf_counter() - wall) / CHANGES)


def whole(folder: Path) -> tuple[float, float]:
    """CPU seconds of writing and of reading a state of the largest size."""
    backend = LocalBackend(folder / "whole", spill_directories=[])
    with backend.session("apply") as session:
        for number in range(SIZES[-1]):
            session.put(instance(f"r{number}"), sync=False)
        session.flush()
        began = time.process_time()
        session.close()
        written = time.process_time() - began
    began = time.process_time()
    data, _ = backend.read()
    used = time.process_time() - began
    if len(data.instances) != SIZES[-1]:
        raise SystemExit("the state does not hold what was put into it")
    return written, used


def replay() -> float:
    """Records of a journal that are read, checked and folded in one second of CPU."""
    prev, lines = START_HASH.encode(), []
    for number in range(RECORDS):
        record: Record
        if number % 2:
            record = OutcomeRecord(f"op{number - 1}", "ok", [instance(f"i{number}")])
        else:
            record = IntentRecord(intent(f"op{number}", f"i{number}"))
        line, prev = frame(number, number, prev, encode_record(record))
        lines.append(line)
    raw = b"".join(lines)
    data = StateData()
    with paused_collection():
        began = time.process_time()
        fold(data, [decode_record(payload) for payload in scan(raw).payloads])
        used = time.process_time() - began
    if len(data.instances) != RECORDS // 2 or data.intents:
        raise SystemExit("the journal does not fold to what was written")
    return RECORDS / used


def exponent(first: float, last: float) -> float:
    """How a cost grows from the smallest to the largest size."""
    return round(math.log(last / first) / math.log(SIZES[-1] / SIZES[0]), 2)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    given = parser.parse_args()
    figures: dict[str, object] = {}

    def best(measure: Callable[[Path], tuple[float, float]]) -> tuple[float, float]:
        found = []
        for _ in range(given.rounds):
            with tempfile.TemporaryDirectory(prefix="states-") as folder:
                found.append(measure(Path(folder)))
        return min(cpu for cpu, _ in found), min(other for _, other in found)

    costs = {size: best(partial(change, size)) for size in SIZES}
    for size, (cpu, wall) in costs.items():
        sys.stdout.write(f"one change in a state of {size:,}: {cpu * 1e6:,.0f} us of CPU, "
                         f"{wall * 1e3:.2f} ms\n")
    grows = exponent(costs[SIZES[0]][0], costs[SIZES[-1]][0])
    sys.stdout.write(f"exponent of that from {SIZES[0]} to {SIZES[-1]:,}: {grows}\n")
    written, used = best(whole)
    sys.stdout.write(f"snapshot of {SIZES[-1]:,}: written in {written:.3f} s of CPU, read in "
                     f"{used:.3f} s\n")
    records = max(replay() for _ in range(given.rounds))
    sys.stdout.write(f"journal: {records:,.0f} records replayed in a second of CPU\n")
    figures |= {"change_cpu_seconds": {size: cpu for size, (cpu, _) in costs.items()},
                "exponent": grows, "write_seconds": written, "read_seconds": used,
                "replayed_per_second": records}
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
