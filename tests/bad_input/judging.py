"""What must hold of every answer to bad input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from launcher import Result


def words(text: str) -> str:
    """A text however it is wrapped and framed."""
    return " ".join(re.sub("[│╷╵]", " ", text).split())


def contents(folder: Path) -> set[str]:
    """What is in a folder, links not followed."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def refused(result: Result, says: Iterable[str], never: Iterable[str] = ()) -> None:
    """The input was refused: in so many words, without a traceback, nothing raw on the terminal."""
    shown = words(result.text)
    assert result.status == 1, result.tail
    assert "Error: " in shown, result.tail
    assert "Traceback" not in shown, result.tail
    assert "bug in vbrprov" not in shown, result.tail
    missing = [text for text in says if text not in shown]
    assert not missing, f"{missing}\n{result.tail}"
    raw = re.findall("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.text)
    assert not raw, result.tail
    assert not [text for text in never if text in result.text], result.tail


def accepted(result: Result) -> None:
    """The input was taken."""
    assert result.status == 0, result.tail
    assert "Traceback" not in result.text, result.tail
