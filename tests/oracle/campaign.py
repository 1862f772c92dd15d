"""Judge many generated estates by the oracle and by the rules.

    campaign.py [--seed N] [--count N]

Prints how often the oracle found what, and the first difference of each sort, made small. The exit
status is 1 when there was one.
"""

from __future__ import annotations

import argparse
import pprint
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    import oracle_comparing as comparing
    from translate import specs

    kept, seen = comparing.campaign(options.seed, options.count)
    for key, times in sorted(seen.items()):
        sys.stdout.write(f"{times:>8}  {key}\n")
    for seed, rule, word, made in kept:
        sys.stdout.write(f"\nseed {seed}: {rule} {word} (oracle/rules)\n{pprint.pformat(made)}\n"
                         f"{pprint.pformat(specs(made))}\n")
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())
