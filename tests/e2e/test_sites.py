"""The example of several sites: its tests, a life against the sandbox, a site that goes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from launcher import CHECKOUT, Launcher, Result
from services import Sandbox

FRANKFURT = ("-var", 'sites={ frankfurt = "eu-central-1" }')


class Sites:
    """The example in a folder of its own."""

    def __init__(self, folder: Path, launcher: Launcher, sandbox: Sandbox) -> None:
        self._launcher = launcher
        self._folder = folder / "sites"
        shutil.copytree(CHECKOUT / "examples" / "sites", self._folder)
        self._env = launcher.environment(folder / "home", **sandbox.env)

    def run(self, *args: str, status: int = 0, says: str = "") -> Result:
        done = self._launcher.run(args, self._folder, self._env)
        assert done.status == status, done.tail
        assert says in done.text, done.tail
        return done


def test_whole_life_of_sites(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> None:
    sites = Sites(tmp_path, launcher, sandbox)
    sites.run("fmt", "-check", "-recursive")
    assert "Warning" not in sites.run("validate", says="The configuration is valid.").text
    sites.run("test", says="Success! 3 passed, 0 failed.")
    assert not sandbox.writes()

    planned = sites.run("plan", "-sandbox", says="Plan: 5 to add, 0 to change, 0 to destroy.")
    assert "Warning" not in planned.text
    sites.run("apply", "-sandbox", "-auto-approve", says="Resources: 5 added")
    sites.run("plan", "-sandbox", "-detailed-exitcode", says="No changes.")
    ids = json.loads(sites.run("output", "-sandbox", "-json", "repositories").out)
    assert sorted(ids) == ["dublin", "frankfurt"]
    s3 = sandbox.client("s3")
    regions = {name: s3.get_bucket_location(Bucket=f"example-agents-{name}")["LocationConstraint"]
               for name in ids}
    assert regions == {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}

    # The bucket and the repository of a site protect themselves; the check tells of the region.
    gone = sites.run("plan", "-sandbox", *FRANKFURT, status=1, says="deletion_policy")
    assert "No site is in eu-west-1." in gone.text
