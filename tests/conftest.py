"""Makes the helpers that several test folders share importable, whatever the import mode.

Each test has the suggestions of a command of its own.
"""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "harness"))

# Whoever runs the tests keeps a cache of his own; tests of the cache make one where they run.
os.environ["VBRPROV_NO_CACHE"] = "1"

# How long an example takes depends on the machine, and no test may.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_runtest_setup() -> None:
    from vbrprov.diag.suggest import allowance

    allowance.renew()
