"""The anchor: what Terraform loses, beside what vbrprov loses, under the same kills.

    python tests/faults/anchor.py --subject terraform [--kills N] [--seed S] [--json FILE]

60 objects, parallelism 10, each creation takes up to 0.3 s before and up to 0.3 s after the object
appears; SIGKILL at a random moment up to 1.8 s after the first creation, to the whole process group
("host") or its first process ("core"). Then one more apply, after an unlock where that is needed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(HERE / "anchor"), str(HERE / "harness"), str(HERE.parent / "harness"),
                str(CHECKOUT), str(CHECKOUT / "providers")]

import store_servers  # noqa: E402  # found on the path that is set above
from cloud_process import CloudProcess  # noqa: E402  # as above
from launcher import Launcher  # noqa: E402  # as above
from ledger_trial import Ground  # noqa: E402  # as above
from subjects import Subject, Terraform, Vbrprov, install  # noqa: E402  # as above

OBJECTS = 60
#: What stands before a stack grows.
OLD = 30
PACE = (0.3, 0.3)
#: How long an apply takes: ten at a time, 0.3 s each.
SECONDS = 1.8
COLUMNS = ("kills", "made", "unrecorded", "old forgotten", "0-byte state", "lock stuck",
           "next apply fails", "left for good", "doubled", "thrown away")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    what: str
    store: str
    kind: str = "record"
    alone: bool = False
    old: int = 0


ROWS = (
    Row("F2", "local, host", ""),
    Row("F2", "local, core", "", alone=True),
    Row("F4", "local, host, 30 grow by 60", "", old=OLD),
    Row("F4", "local, core, 30 grow by 60", "", old=OLD, alone=True),
    Row("F3", "S3 with lock file, host", "s3"),
    Row("F3", "HTTP with lock, host", "http"),
    Row("F3", "PostgreSQL, host", "pg"),
    Row("F5", "S3, client-named, host", "s3", "bucket"),
    Row("F5", "local, client-named, host", "", "bucket"),
)


def trial(subject: Subject, row: Row, chance: random.Random, seed: int) -> Counter[str]:
    """One kill and the apply after it, in numbers."""
    if row.old:
        subject.apply(row.old, patient=True)
        status, told = subject.wait()
        if status:
            raise RuntimeError(f"nothing to grow from: {told}")
    before = subject.look().exist
    subject.trial.seed(objects=subject.trial.world()["objects"], number=len(before), seed=seed,
                       pace=list(PACE), plan=[])
    subject.apply(row.old + OBJECTS, patient=True)
    moment = chance.uniform(0, SECONDS)
    subject.wait_for_the_first()
    time.sleep(moment)
    subject.kill(alone=row.alone)
    after = subject.look()
    subject.trial.plan_faults(pace=(0, 0))
    subject.apply(row.old + OBJECTS)
    status, told = subject.wait()
    stuck = status != 0 and "lock" in told.lower()
    if stuck:
        subject.unlock(told)
        subject.apply(row.old + OBJECTS)
        status, told = subject.wait()
    end = subject.look()
    return Counter({
        "kills": 1, "made": after.made, "unrecorded": len(after.unknown - before),
        "old forgotten": len(after.unknown & before), "0-byte state": int(after.empty),
        "lock stuck": int(stuck), "next apply fails": int(status != 0),
        "left for good": len(end.unknown),
        "doubled": max(0, len(end.exist) - row.old - OBJECTS)})


@contextmanager
def grounds(folder: Path, jobs: int) -> Iterator[list[Ground]]:
    """Places for trials that run at the same time."""
    modules = ["vbrprov_ledger.provider", "vbrprov_ledger.resources.record",
               "vbrprov_ledger.resources.bucket"]
    with ExitStack() as stack:
        made = []
        for number in range(jobs):
            launcher = Launcher(folder / f"launcher{number}", modules=modules,
                                paths=[HERE / "plugin"])
            cloud = CloudProcess()
            stack.callback(cloud.close)
            made.append(Ground(folder / f"trials{number}", cloud, launcher))
            stack.callback(made[-1].close)
        yield made


def main() -> int:
    """Print the table; 0 when all trials ran."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subject", choices=["vbrprov", "terraform"], default="terraform",
                        help="terraform: that and vbrprov side by side")
    parser.add_argument("--kills", type=int, default=10, help="a row (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first trial")
    parser.add_argument("--rows", default="", help="only these, separated by commas")
    parser.add_argument("--match", default="", help="only rows whose text this pattern finds")
    parser.add_argument("--jobs", type=int, default=2, help="at a time (default %(default)s)")
    parser.add_argument("--json", default="build/anchor.json", help="default %(default)s")
    given = parser.parse_args()
    binary = shutil.which("terraform")
    if given.subject == "terraform" and binary is None:
        sys.stderr.write("not run: there is no terraform on this machine\n")
        return 0
    started, lines = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="anchor-") as name, ExitStack() as stack:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        if given.subject == "terraform":
            install(CHECKOUT / "build" / "anchor-venv", home)
        places = stack.enter_context(grounds(folder, given.jobs))
        servers = {kind: None if store_servers.why_not(kind) else
                   stack.enter_context(getattr(store_servers, kind)())
                   for kind in ("s3", "http", "pg")}

        def run(row: Row, subject: str, number: int, ground: Ground) -> Counter[str]:
            seed = given.seed + number
            server = servers[row.store] if row.store else None
            made: Subject
            if subject == "terraform":
                assert binary is not None
                made = Terraform(ground, row.kind, server, binary, home)
            else:
                made = Vbrprov(ground, row.kind, server)
            return trial(made, row, random.Random(f"{row.what} {seed}"), seed)

        for row in ROWS:
            if (given.rows and row.id not in given.rows.split(",")) or not re.search(
                    given.match, row.what):
                continue
            if row.store and servers[row.store] is None:
                sys.stderr.write(f"{row.what}: {store_servers.why_not(row.store)}\n")
                continue
            for subject in ("terraform", "vbrprov") if given.subject == "terraform" else (
                    "vbrprov",):
                total: Counter[str] = Counter()

                def share(lane: int, row: Row = row, subject: str = subject) -> Counter[str]:
                    counts: Counter[str] = Counter()
                    for number in range(lane, given.kills, given.jobs):
                        try:
                            counts.update(run(row, subject, number, places[lane]))
                        except (RuntimeError, TimeoutError, subprocess.SubprocessError) as error:
                            # A trial that did not come off says nothing of the subject.
                            sys.stderr.write(f"{row.what}, {subject}, {number}: {error}\n")
                            counts["thrown away"] += 1
                    return counts

                with ThreadPoolExecutor(given.jobs) as pool:
                    for counts in pool.map(share, range(given.jobs)):
                        total.update(counts)
                lines.append({"id": row.id, "what": row.what, "subject": subject,
                              **{column: total[column] for column in COLUMNS}})
                sys.stderr.write(f"{json.dumps(lines[-1])}\n")
    _print(lines)
    seconds = time.monotonic() - started
    sys.stdout.write(f"\nseeds {given.seed} to {given.seed + given.kills - 1} of each row; "
                     f"run time {seconds / 60:.1f} minutes\n")
    target = CHECKOUT / given.json
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"seconds": round(seconds, 1), "rows": lines}, indent=1) + "\n",
                      encoding="utf-8")
    return 0


def _print(lines: list[dict[str, object]]) -> None:
    heads = ("id", "what", "subject", *COLUMNS)
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n")
    for line in lines:
        sys.stdout.write(f"| {' | '.join(str(line[head]) for head in heads)} |\n")


if __name__ == "__main__":
    sys.exit(main())
