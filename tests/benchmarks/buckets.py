"""Client CPU of an apply of many buckets, beside a plain boto3 loop with the same calls.

    python buckets.py [--count 1000] [--rounds 2] [--limit 1.3]

Both run against one double of S3 in a process of its own, one after the other, and the best round
of each counts. Exit status: 0 within the limit, 1 beyond it or a command failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]

CONFIGURATION = """
provider "aws" {{
  region            = "us-east-1"
  access_key        = "AKIABENCH"
  secret_key        = "bench"
  s3_use_path_style = true
  endpoints {{
    s3  = "{endpoint}"
    sts = "{endpoint}"
  }}
}}

resource "aws_s3_bucket" "backup" {{
  count               = {count}
  bucket              = "{prefix}-${{count.index}}"
  object_lock_enabled = true
  tags                = {{ team = "backup" }}
}}
"""


def measured(command: list[str], folder: Path) -> float:
    """CPU seconds of a command.

    Raises:
        RuntimeError: It failed.
    """
    output = folder / "output"
    environ = {**os.environ, "HOME": str(folder), "VBRPROV_NO_CACHE": "1"}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE / "measure.py"), str(output), *command], cwd=folder,
        env=environ, capture_output=True, text=True, check=True)
    status, cpu, *_ = done.stdout.split()
    if status != "0":
        raise RuntimeError(f"{command[:4]} failed: {output.read_text(encoding='utf-8')[-800:]}")
    return float(cpu)


def ours(endpoint: str, count: int, name: str) -> float:
    """CPU seconds of an apply of *count* buckets in a new folder."""
    with tempfile.TemporaryDirectory(prefix="vbrprov-bench-") as text:
        folder = Path(text)
        (folder / "main.vbr.hcl").write_text(CONFIGURATION.format(
            endpoint=endpoint, count=count, prefix=name), encoding="utf-8")
        return measured([sys.executable, "-m", "vbrprov", "apply", "-auto-approve", "-no-color"],
                        folder)


def bare(endpoint: str, count: int) -> float:
    """CPU seconds of the plain loop."""
    with tempfile.TemporaryDirectory(prefix="vbrprov-bench-") as text:
        return measured([sys.executable, str(HERE / "bare_buckets.py"), endpoint, str(count)],
                        Path(text))


def _control(endpoint: str, what: str, method: str) -> Counter[str]:
    """The double's ledger as counts; or what a reset answers, which is nothing."""
    request = urllib.request.Request(f"{endpoint}/_double/{what}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return Counter(entry["operation"] for entry in json.load(answer))


def main() -> int:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="number of buckets")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is run")
    parser.add_argument("--limit", type=float, default=1.3, help="the most that ours may take")
    given = parser.parse_args()
    if not hasattr(os, "wait4"):
        sys.stdout.write("skipped: this system has no wait4 to measure other processes with\n")
        return 0
    paths = f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'providers'}"
    with subprocess.Popen(
            [sys.executable, "-m", "vbrprov_aws.doubles.moto_double", "--until-eof"], cwd=CHECKOUT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PYTHONPATH": paths, "PATH": os.defpath}) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        endpoint = json.loads(server.stdout.readline())["endpoint"]
        a: list[float] = []
        b: list[float] = []
        writes: list[Counter[str]] = []
        for number in range(given.rounds):
            for figures, run in ((a, lambda n=number: ours(endpoint, given.count, f"ours{n}")),
                                 (b, lambda: bare(endpoint, given.count))):
                _control(endpoint, "reset", "POST")
                figures.append(run())
                writes.append(_control(endpoint, "ledger", "GET"))
        server.stdin.close()
        server.wait(10)
    if any(each != writes[0] for each in writes):
        sys.stderr.write(f"the calls are not the same: {writes}\n")
        return 1
    mine, theirs = min(a) / given.count * 1000, min(b) / given.count * 1000
    ratio = mine / theirs
    sys.stdout.write(
        f"{given.count} buckets, client CPU per bucket: vbrprov {mine:.2f} ms, boto3 loop "
        f"{theirs:.2f} ms, ratio {ratio:.2f} (at most {given.limit})\n")
    return 0 if ratio <= given.limit else 1


if __name__ == "__main__":
    sys.exit(main())
