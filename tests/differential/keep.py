"""Ask Terraform once more about what once was answered differently, and write its answers down.

    keep.py

Reads ``kept.toml`` (texts and steps, written by hand) and writes ``kept.json`` (the same with
Terraform's answers), from which ``test_diff_kept.py`` works without Terraform.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Ask and write; the exit status."""
    for place in (HERE, HERE.parent / "conformance"):
        sys.path.insert(0, str(place))
    from configurations import Step
    from expressions_alike import Theirs, furnish
    from programs import Terraform, play
    from reference import find

    program = find()
    if program is None:
        sys.stderr.write("There is no terraform to ask.\n")
        return 1
    kept = tomllib.loads((HERE / "kept.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="differential-") as name:
        theirs = Theirs(program, jobs=1, folder=furnish(Path(name)))
        expressions = theirs.answers(kept["expressions"])
    configurations = {}
    for case in kept["configuration"]:
        steps = [Step.of(step["text"], step.get("options", ()), step.get("modules", {}))
                 for step in case["step"]]
        with tempfile.TemporaryDirectory(prefix="differential-") as name:
            said = play(Terraform(program), steps, Path(name))
        configurations[case["name"]] = {
            "steps": [[step["text"], step.get("options", []), step.get("modules", {})]
                      for step in case["step"]],
            "said": [{**asdict(each), "errors": ""} for each in said]}
    text = json.dumps({"expressions": expressions, "configurations": configurations}, indent=1,
                      ensure_ascii=False)
    (HERE / "kept.json").write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{len(expressions)} expressions, {len(configurations)} configurations\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
