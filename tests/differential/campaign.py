"""Compare vbrprov with Terraform on many generated texts.

    campaign.py expressions [--seed N] [--count N] [--keep FILE]
    campaign.py configurations [--seed N] [--count N] [--keep FILE]

Prints how many there were, what share Terraform accepted, and every difference, made small. Needs
``terraform``. The exit status is 1 when there was a difference that is not meant.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=["expressions", "configurations"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="write the differences to this file")
    options = parser.parse_args()
    for place in (HERE, HERE.parent / "conformance", HERE.parent / "harness"):
        sys.path.insert(0, str(place))
    import comparing
    from reference import find

    program = find()
    if program is None:
        sys.stderr.write("There is no terraform to compare with.\n")
        return 1
    run = getattr(comparing, options.what)
    kept, summary = run(program, options.seed, options.count)
    shown = json.dumps(kept, indent=1, ensure_ascii=False)
    if options.keep:
        options.keep.write_text(shown, encoding="utf-8")
    sys.stdout.write(f"{shown}\n{summary}\n")
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())
