"""How pages of the reference are laid out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from vbrprov.values.types import Type

WIDTH = 120
NOTICE = "<!-- Written by tools/make_reference.py (make docs): change the sources, not this. -->"


def page(title: str, parts: Iterable[str]) -> str:
    """A page: its title, where it comes from, its paragraphs."""
    return "\n\n".join([f"# {title}", NOTICE, *parts]) + "\n"


def wrap(text: str, first: str = "", later: str = "") -> str:
    """*text* in lines of the page's width."""
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=first,
                         subsequent_indent=later, break_long_words=False, break_on_hyphens=False)


def item(text: str, depth: int = 0) -> str:
    """An item of a list."""
    pad = "  " * depth
    return wrap(text, f"{pad}- ", f"{pad}  ")


def sentence(text: str) -> str:
    """*text* with a full stop, and without what Markdown would take for something else."""
    parts = " ".join(text.split()).split("`")
    parts[::2] = [part.replace("<", "&lt;").replace("*", "\\*") for part in parts[::2]]
    text = "`".join(parts)
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in "_- ")
    return kept.replace(" ", "-")


def constraint(type_: Type) -> str:
    """A type as configuration writes it."""
    return type_.constraint()
