"""Write ``generated.json``: random expressions with Terraform's answers.

    generate.py [--seed N] [--size N] [--out FILE]

Cases that vbrprov answers otherwise belong into ``deviations.json`` with the reason, or are faults.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from expressions import sections
from notplain import UNKNOWNS
from reference import Reference, find

HERE = Path(__file__).parent


def main() -> int:
    """Ask and write; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1200, help="how many of each kind, about")
    parser.add_argument("--out", type=Path, default=HERE / "generated.json")
    options = parser.parse_args()
    program = find()
    if program is None:
        sys.stderr.write("There is no terraform to ask.\n")
        return 1
    reference = Reference(program)
    made = sections(options.seed, options.size)
    found = {name: getattr(reference, name)(texts) for name, texts in made.items()}
    lines = ",\n".join(
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(
            f"{json.dumps(text, ensure_ascii=False)}: {json.dumps(reply, ensure_ascii=False)}"
            for text, reply in replies.items()
        )
        + "\n}"
        for name, replies in found.items()
    )
    head = {
        "reference": "Terraform v1.11.4, terraform console",
        "seed": options.seed,
        "config": UNKNOWNS,
    }
    text = json.dumps(head, ensure_ascii=False, indent=0)[:-2] + ",\n" + lines + "\n}\n"
    json.loads(text)
    options.out.write_text(text, encoding="utf-8")
    counts = ", ".join(f"{len(replies)} {name}" for name, replies in found.items())
    sys.stdout.write(f"{counts}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
