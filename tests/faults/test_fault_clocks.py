"""Clocks that jump by a day, differ by a day, or change to summer time: never two writers."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import store_servers
from ledger_actions import ACTIONS
from ledger_stack import wanted
from ledger_trial import KILLED, Ground, Trial
from remote_trial import remote
from seeds import seeds

APPLY = ("apply", "-auto-approve", "-no-color", "-lock-timeout=100s")
DAY = 86400
#: How far two machines may differ and the clouds still take their calls.
TOLERATED = 45
#: What a process prints of its clock.
LOOK = "import time; print(time.time())"


@pytest.fixture(scope="session")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that puts the clock of a process wrong."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler for the library that sets clocks (Linux only)")
    library = tmp_path_factory.mktemp("clock") / "skewed.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library,
                    Path(__file__).parent / "harness" / "skewed_clock.c"], check=True)
    return library


@pytest.fixture(scope="session")
def http_server() -> Iterator[store_servers.Server]:
    with store_servers.http() as running:
        yield running


def off(clock: Path, skew: str, zone: str = "UTC") -> dict[str, str]:
    """The environment of a process whose clock is off."""
    return {"LD_PRELOAD": str(clock), "SKEW": skew, "TZ": zone}


def test_the_clock_is_off(clock: Path) -> None:
    # The control of these trials: without it, a library that does nothing would pass them all.
    for skew, least, most in (("86400", 86000, 87000), ("-86400", -87000, -86000),
                              ("5,86400,0", 86000, 87000), ("5,86400,100", 0, 100)):
        shown = subprocess.run([sys.executable, "-c", LOOK], env=off(clock, skew), check=True,
                               capture_output=True, text=True).stdout
        assert least < float(shown) - time.time() < most, skew


def before_the_change(zone: str, year: int = 2026) -> float:
    """Seconds from now to shortly before summer time ends in a zone."""
    here = ZoneInfo(zone)
    moment = datetime(year, 9, 1, tzinfo=UTC)
    while moment.astimezone(here).dst():
        moment += timedelta(hours=1)
    return (moment - datetime.now(UTC)).total_seconds() - 1


@pytest.mark.fault("F13")
@pytest.mark.parametrize("kind", ["local", "http"])
@pytest.mark.parametrize("seed", seeds(1, 10))
def test_runs_at_once_whose_clocks_differ_by_two_days(
        ground: Ground, http_server: store_servers.Server, clock: Path, seed: int, kind: str,
) -> None:
    trial = begin(ground, http_server, kind, seed, lease="60s")
    trial.tally.subject = f"{kind}, skewed hosts"
    skews = [f"{DAY}", f"-{DAY}", f"0,{DAY},0.4", f"0,-{DAY},0.4"]
    chosen = random.Random(seed).sample(skews, 2)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda skew: trial.launcher.fresh(
            APPLY, trial.stack, trial.environment(**off(clock, skew))), chosen))
    trial.tally.add("kills", 2)
    for one in done:
        trial.ended(one)
        trial.tally.must(one.status == 0, f"{one.tail}{trial}", "failed")
    made = sum("40 added" in one.out for one in done)
    trial.tally.must(made == 1, f"{made} made everything{trial}", "forks")
    trial.check_settled(wanted())


@pytest.mark.fault("F13")
@pytest.mark.parametrize("kind", ["local", "http"])
@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_dead_holder_whose_clock_was_off(
        ground: Ground, http_server: store_servers.Server, clock: Path, seed: int, kind: str,
) -> None:
    # A clock that is behind by a day, or ahead by less than a minute: a machine whose clock is
    # further ahead cannot tell its own new objects from old ones, and is refused by the clouds.
    chance = random.Random(f"dead {seed}")
    trial = begin(ground, http_server, kind, seed)
    trial.tally.subject = f"{kind}, a dead holder's clock"
    skew = chance.choice([f"-{DAY}", f"0,-{DAY},0.4", str(TOLERATED), f"-{TOLERATED}"])
    place = f"call.after_response:{chance.randint(1, 59)}"
    done = trial.fresh(*APPLY, VBRPROV_FAILPOINT_ENABLE="1", VBRPROV_FAILPOINT=place,
                       **off(clock, skew))
    assert done.status == KILLED, f"{done.tail}{trial}"
    trial.check_after_fault(had_objects=False)
    after = chance.choice([f"{DAY}", f"-{DAY}", f"0,{DAY},0.4"])
    done = trial.fresh(*APPLY, **off(clock, after))
    trial.tally.must(done.status == 0, f"{done.tail}{trial}", "failed")
    trial.check_settled(wanted())


@pytest.mark.fault("F13")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("seed", seeds(1, 5))
def test_summer_time_ends_during_a_run(ground: Ground, http_server: store_servers.Server,
                                       clock: Path, zone: str, seed: int) -> None:
    trial = begin(ground, http_server, "http", seed)
    trial.tally.subject = "http, summer time ends"
    # The clouds would refuse a clock that is months off; the ledger does not look.
    skew = str(min(0.0, before_the_change(zone)))
    first = trial.fresh(*APPLY, **off(clock, skew, zone))
    trial.tally.add("kills")
    trial.tally.must(first.status == 0, f"{first.tail}{trial}", "failed")
    trial.check_settled(wanted())


def begin(ground: Ground, server: store_servers.Server, kind: str, seed: int,
          lease: str = "1s") -> Trial:
    if kind == "local":
        return ACTIONS["create"].trial(ground, seed=seed, pace=(0.02, 0.02))
    return remote(ground, server, ACTIONS["create"], seed=seed, pace=(0.02, 0.02), lease=lease)
