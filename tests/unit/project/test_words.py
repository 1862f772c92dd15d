"""No file tells where or with what it was written: the project must work anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

FORBIDDEN = {
    "a folder of one machine": re.compile(r"(?<![\w.~-])/work/|/opt/pypi|/bash_jobs|\.pyenv/"),
    "a setting for one index": re.compile(r"--(extra-)?index-url|--find-links|PIP_INDEX"),
    "the address of an index": re.compile(r"https?://[^\s/]+/simple\b|files\.pythonhosted"),
}
NOT_OURS = {"__pycache__", "build", "dist"}


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each text file below *folder* that may be published, with its text."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name != ".ci"
        if path.is_dir():
            if not hidden and path.name not in NOT_OURS and not path.is_symlink():
                yield from texts(path)
            continue
        data = path.read_bytes()
        if b"\0" not in data and path != Path(__file__).resolve():
            yield path, data.decode("utf-8", "replace")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str, checkout: Path) -> None:
    found = [
        f"{path.relative_to(checkout)}:{number}: {line.strip()[:80]}"
        for path, text in texts(checkout)
        if FORBIDDEN[what].search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert not found


@pytest.mark.parametrize(("what", "sample"), [
    ("a folder of one machine", "see /work/x/y"),
    ("a setting for one index", "pip install --index-url x"),
    ("the address of an index", "https://index.example/simple/"),
])
def test_the_search_finds(what: str, sample: str) -> None:
    assert FORBIDDEN[what].search(sample)
