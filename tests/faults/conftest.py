"""The ledger cloud, its provider and the trials."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_servers

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "harness"))

from cloud_process import CloudProcess  # noqa: E402  # as above
from launcher import Launcher  # noqa: E402  # found on the path that is set above
from ledger_trial import Ground  # noqa: E402  # as above
from tally import Tally  # noqa: E402  # as above

MODULES = ["vbrprov_ledger.provider", *(
    f"vbrprov_ledger.resources.{path.stem}"
    for path in sorted((HERE / "plugin" / "vbrprov_ledger" / "resources").glob("[a-z]*.py")))]


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Where trials are made; one cloud serves all of a test process."""
    folder = tmp_path_factory.mktemp("trials")
    launcher = Launcher(folder / "launcher", modules=MODULES, paths=[HERE / "plugin"])
    cloud = CloudProcess()
    made = Ground(folder, cloud, launcher)
    try:
        yield made
    finally:
        made.close()
        cloud.close()


@pytest.fixture(scope="session", params=store_servers.KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[store_servers.Server]:
    if reason := store_servers.why_not(request.param):
        pytest.skip(reason)
    with getattr(store_servers, request.param)() as running:
        yield running


@pytest.fixture(autouse=True)
def counted(ground: Ground, tally: Tally) -> None:
    """What the trials of a test see goes into its tally."""
    ground.tally = tally
