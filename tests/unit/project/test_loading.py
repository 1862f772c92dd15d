"""Libraries that several threads need first."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from vbrprov.sdk.loading import load


def test_no_two_threads_import_at_a_time(tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loading_now.py").write_text("active = []\nmost = []\n")
    names = [f"loading_{number}" for number in range(4)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(
            "import time\nfrom loading_now import active, most\nactive.append(1)\n"
            "time.sleep(0.03)\nmost.append(len(active))\nactive.pop()\n")
    monkeypatch.syspath_prepend(tmp_path)
    together = Barrier(len(names))

    def one(name: str) -> None:
        together.wait()
        load(name)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(one, names))
    assert sys.modules["loading_now"].most == [1] * len(names)
