"""Two programs on many generated texts: differences, made small, and what share was accepted."""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import shrink
from calls import Calls
from configurations import Maker, Step
from expressions_alike import (
    Theirs,
    alike,
    answer,
    fault,
    furnish,
    meant_so,
    open_session,
)
from grammar import Grammar
from launcher import Launcher
from programs import Terraform, Vbrprov, play
from typed import Names, Typed
from verdict import Said, judge


def texts(seed: int, count: int) -> list[str]:
    """About *count* expressions: calls of functions, and nested ones with more and less sense."""
    dice = random.Random(seed)
    made = Calls(dice).many(count // 2)
    typed = Typed(dice, Names(), loose=0.01)
    wanted = len(made) + count * 2 // 5
    while len(made) < wanted:
        text = typed.any(4)
        # What has only a constant in it says little; the console reads one line.
        if 12 < len(text) < 300 and "\n" not in text:
            made.append(text)
    made += Grammar(dice).many(count // 10)
    # Terraform prints negative zero as such, and whatever is made of its text differs.
    return [text for text in dict.fromkeys(made) if not re.search(r"-0(?![\w.])", text)]


def expressions(program: str, seed: int, count: int) -> tuple[list[object], str]:
    """Differences, and a summary."""
    with tempfile.TemporaryDirectory(prefix="differential-") as name:
        folder = furnish(Path(name))
        theirs = Theirs(program, jobs=1, folder=folder)
        made = texts(seed, count)
        begun = time.monotonic()
        replies = theirs.answers(made)
        session = open_session(folder)
        kept: list[object] = []
        allowed: Counter[str] = Counter()
        for text in made:
            got = answer(text, session)
            if alike(got, replies[text]):
                continue
            if reason := meant_so(text, replies[text], got, fault(text, session)):
                sys.stdout.write(f"meant, {reason}: {text}\n")
                allowed[reason] += 1
                continue
            small = shrink.expression(
                text, lambda t: not alike(answer(t, session), theirs.answers([t])[t]))
            kept.append({"text": small, "of": text, "want": theirs.answers([small])[small],
                         "got": answer(small, session)})
        accepted = sum(1 for reply in replies.values() if reply)
        return kept, (f"{len(made)} expressions of seed {seed}: Terraform accepted {accepted} "
                      f"({100 * accepted / len(made):.1f} %), {len(kept)} differences, "
                      f"{dict(allowed)} meant, {time.monotonic() - begun:.0f} s")


class Pair:
    """Both programs, in folders of their own."""

    def __init__(self, program: str, launcher: Launcher, home: Path) -> None:
        environment = launcher.environment(home)

        def run(args: object, folder: Path) -> tuple[int, str, str]:
            result = launcher.run(list(args), folder, environment)  # type: ignore[call-overload]
            return result.status, result.out, result.err
        self.theirs = Terraform(program)
        self.ours = Vbrprov(run)

    def ask(self, steps: list[Step]) -> tuple[list[Said], list[Said]]:
        """What both say about the same steps."""
        with tempfile.TemporaryDirectory(prefix="differential-") as name:
            for inner in ("theirs", "ours"):
                (Path(name) / inner).mkdir()
            return (play(self.theirs, steps, Path(name) / "theirs"),
                    play(self.ours, steps, Path(name) / "ours"))

    def differ(self, steps: list[Step]) -> bool:
        """Whether they say different things that are not meant."""
        return bool(judge(*self.ask(steps)).difference)


def configurations(program: str, seed: int, count: int) -> tuple[list[object], str]:
    """Differences, and a summary."""
    kept: list[object] = []
    allowed: Counter[str] = Counter()
    accepted = commands = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="differential-") as name:
        launcher = Launcher(Path(name) / "launcher")
        pair = Pair(program, launcher, Path(name) / "home")
        for number in range(seed, seed + count):
            if number % 50 == 0:
                sys.stdout.write(f"seed {number}, {time.monotonic() - begun:.0f} s\n")
            steps = Maker(random.Random(number)).steps()
            theirs, ours = pair.ask(steps)
            accepted += not theirs[0].status
            commands += len(theirs)
            difference, reasons = judge(theirs, ours)
            allowed.update(reasons)
            for reason in reasons:
                sys.stdout.write(f"seed {number}, meant: {reason}\n")
            if difference:
                small = shrink.steps(steps, pair.differ)
                kept.append({"seed": number, "difference": difference,
                             "steps": [[s.files(".tf"), s.options] for s in small]})
                sys.stdout.write(f"seed {number}: {difference}\n")
        launcher.close()
    return kept, (f"{count} configurations from seed {seed}, {commands} plans, applies and states: "
                  f"Terraform accepted {accepted} ({100 * accepted / count:.1f} %), {len(kept)} "
                  f"differences, {dict(allowed)} meant, {time.monotonic() - begun:.0f} s")
