"""Makes the helpers of this folder importable, whatever the import mode; a home for the cache."""

import sys
from pathlib import Path

import pytest

from vbrprov.diag import SourceFile
from vbrprov.syntax import cache, parse_config

sys.path.insert(0, str(Path(__file__).parent))

from syntax_home import Home  # needs the path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("VBRPROV_NO_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = Home(tmp_path)

    def counted(source: SourceFile) -> object:
        found.parsed += 1
        return parse_config(source)

    monkeypatch.setattr(cache, "parse_config", counted)
    return found
