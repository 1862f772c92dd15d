"""Libraries that several threads need first."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from vbrprov.sdk.loading import load


def test_threads_do_not_see_half_imported_modules(tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    for name, other in (("loading_one", "loading_two"), ("loading_two", "loading_one")):
        (tmp_path / f"{name}.py").write_text(
            f"import time\ntime.sleep(0.05)\nimport {other}\nDONE = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    together = Barrier(4)

    def one(name: str) -> bool:
        together.wait()
        load(name)
        return bool(sys.modules[name].DONE)

    with ThreadPoolExecutor(4) as pool:
        names = ["loading_one", "loading_two"] * 2
        assert list(pool.map(one, names)) == [True] * 4
