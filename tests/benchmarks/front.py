"""The front end alone: `validate` and `fmt -check` of large configurations, cold and warm.

Cold is without the cache of parsed files, warm with all of it, edited after one file of twenty was
changed since. Terraform has no such cache: its one figure stands beside each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Bench, Program

SIZES = (1000, 10_000)
COMMANDS = {"validate": ("validate",), "fmt -check": ("fmt", "-check")}
STATES = ("cold", "warm", "edited")
NO_CACHE = {"VBRPROV_NO_CACHE": "1"}


def measure(bench: Bench, programs: list[Program], runs: int) -> None:
    """Fill the figures of *bench*."""
    for size in SIZES:
        folders = {p.name: p.prepare(size, remote=False, kind="front")[0] for p in programs}
        for _ in range(runs):
            for name, command in COMMANDS.items():
                for program in programs:
                    folder = folders[program.name]
                    words = [*program.command, *command, "-no-color"]
                    if program.name != "vbrprov":
                        bench.time(program.name, size, name, words, folder)
                        continue
                    bench.time(program.name, size, f"{name}, cold", words, folder, NO_CACHE)
                    bench.run(words, folder)
                    bench.time(program.name, size, f"{name}, warm", words, folder)
                    part = next(folder.glob("part00*"))
                    part.write_text(part.read_text(encoding="utf-8") + "\n# edited\n",
                                    encoding="utf-8")
                    bench.time(program.name, size, f"{name}, edited", words, folder)


def rows() -> Iterator[tuple[str, str, int]]:
    """Our operation, Terraform's, and the size of each row of the table."""
    for size in SIZES:
        for name in COMMANDS:
            for state in STATES:
                yield f"{name}, {state}", name, size


def exponents(bench: Bench) -> dict[str, float]:
    """How CPU time grows with size: 1 is linear."""
    out = {}
    small, large = SIZES
    for program, name in [("vbrprov", f"{n}, cold") for n in COMMANDS] + [
            ("terraform", n) for n in COMMANDS]:
        before = bench.figures.get((program, small, name))
        after = bench.figures.get((program, large, name))
        if before and after:
            ratio = _cpu(after) / _cpu(before)
            out[f"{program} {name}"] = round(math.log(ratio) / math.log(large / small), 2)
    return out


def _cpu(figures: Any) -> float:
    return float(figures.summary()["cpu_seconds"])


def report(bench: Bench, line: Callable[[str, str, int], None],
           write: Callable[[str], Any]) -> None:
    """The rows, and the exponents."""
    for ours, theirs, size in rows():
        line(ours, theirs, size)
    for what, exponent in exponents(bench).items():
        write(f"exponent from N={SIZES[0]} to N={SIZES[1]}, {what}: {exponent}\n")
