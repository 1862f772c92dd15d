"""Numbers of a saved plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_a_saved_plan_shows_every_digit(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("output \"x\" {\n value = [1e30, 1e-7, 1 / 3]\n}\n")
    assert run("plan", "-out=p").status == 0
    shown = json.loads(run("show", "-json", "p").out, parse_int=str, parse_float=str)
    digits = shown["output_changes"]["x"]["after"]
    assert digits[:2] == ["1" + 30 * "0", "0.0000001"]
    assert digits[2].startswith("0." + 150 * "3")
