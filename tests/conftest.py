"""Makes the helpers that several test folders share importable, whatever the import mode.

Each test has the suggestions of a command of its own.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "harness"))

from tally import Tally  # found on the path that is set above

# Whoever runs the tests keeps a cache of his own; tests of the cache make one where they run.
os.environ["VBRPROV_NO_CACHE"] = "1"

# How long an example takes depends on the machine, and no test may.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_runtest_setup() -> None:
    from vbrprov.diag.suggest import allowance

    allowance.renew()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts of a trial, for the table of the crash test."""
    counts = Tally()
    yield counts
    if counts.counts:
        request.node.user_properties.append(("tally", counts.data()))
