"""SIGKILL in the middle of applying an example, at each call; the next apply finishes it.

Google's example has tests of its own, which look at what is left over there.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from example import Example
from launcher import Launcher
from services import Sandbox

DELETE = "-var=deletion_policy=DELETE"
#: Variables that let the example be destroyed, calls that change something, and objects.
EXAMPLES = {
    "azure": (("-var=destroyable=true",), 8, 8), "ibm": ((DELETE,), 7, 7),
    "minio": ((DELETE,), 7, 7),
}


def _places() -> Iterator[object]:
    for name, (_, calls, _) in EXAMPLES.items():
        for point in ("call.before_send", "call.after_response"):
            for number in range(1, calls + 1):
                usual = point == "call.after_response" and number in (2, calls)
                yield pytest.param(name, f"{point}:{number}",
                                   marks=[] if usual else [pytest.mark.slow])


@pytest.mark.parametrize(("name", "place"), list(_places()))
def test_run_that_is_killed_is_finished_by_the_next(
    tmp_path: Path, launcher: Launcher, sandbox: Sandbox, name: str, place: str,
) -> None:
    going, _, count = EXAMPLES[name]
    example = Example(name, tmp_path, launcher, sandbox)
    killed = example.run("apply", "-sandbox", "-auto-approve", *going, status=-signal.SIGKILL,
                         VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place)
    assert "Apply complete" not in killed.text
    example.run("apply", "-sandbox", "-auto-approve", *going, says="Apply complete")
    example.run("plan", "-sandbox", "-detailed-exitcode", *going, says="No changes.")
    example.run("destroy", "-sandbox", "-auto-approve", *going, says=f"{count} destroyed")
