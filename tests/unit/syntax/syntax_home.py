"""A user's folders, with a cache of parsed files in them."""

from __future__ import annotations

from pathlib import Path

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_config
from vbrprov.syntax.cache import ParseCache

TEXT = 'resource "a" "b" {\n  x = [1, "${v.w} z", f(2.5)]\n}\n' * 800


class Home:
    """A user's folders, and how often a file was parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = folder / "cache" / "vbrprov" / "syntax"
        self.key = folder / "state" / "vbrprov" / "cache.key"
        self.parsed = 0

    def parse(self, text: str = TEXT, name: str = "main.vbr.hcl") -> ast.Body:
        """What a run of its own makes of a text."""
        body, diags = ParseCache().parse(SourceFile(name, text))
        wanted, wanted_diags = parse_config(SourceFile(name, text))
        assert body == wanted
        assert list(diags) == list(wanted_diags)
        return body

    def names(self) -> list[str]:
        """The entries."""
        return sorted(path.name for path in self.entries.iterdir()) if self.entries.exists() else []

    def entry(self) -> Path:
        """The only entry."""
        (name,) = self.names()
        return self.entries / name
