"""A second opinion on structure: python-hcl2 finds the same blocks and arguments."""

from __future__ import annotations

import random
from typing import Any

import hcl2
import pytest
from configurations import Maker

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_config

#: What python-hcl2 is known to misread or refuse.
DEFECTS = ("$${", "- -", "--", "-(", "!(", "<<-")


def ours(body: ast.Body) -> list[Any]:
    """Types, labels and names of arguments, in order of their names."""
    return sorted([
        *[(a.name,) for a in body.attributes],
        *[(b.type, tuple(label.text for label in b.labels), tuple(ours(b.body)))
          for b in body.blocks]])


def theirs(body: dict[str, Any]) -> list[Any]:
    """The same from what ``hcl2.loads`` gives."""
    out: list[Any] = []
    for name, value in body.items():
        if name == "__is_block__":
            continue
        if isinstance(value, list) and value and all(_is_block(item) for item in value):
            out += [(name, *_labelled(item)) for item in value]
        else:
            out.append((name,))
    return sorted(out)


def _is_block(item: Any) -> bool:
    return isinstance(item, dict) and ("__is_block__" in item or (
        len(item) == 1 and _is_block(next(iter(item.values())))))


def _labelled(item: dict[str, Any], labels: tuple[str, ...] = ()) -> tuple[Any, ...]:
    if "__is_block__" in item:
        return labels, tuple(theirs(item))
    name, inner = next(iter(item.items()))
    return _labelled(inner, (*labels, name.strip('"')))


def files() -> list[str]:
    """Configurations that python-hcl2 can read."""
    made = [text for seed in range(60) for text in
            Maker(random.Random(seed)).first().files(".tf").values()]
    return [text for text in made if not any(defect in text for defect in DEFECTS)]


@pytest.mark.parametrize("text", files())
def test_the_same_structure(text: str) -> None:
    body, diags = parse_config(SourceFile("main.vbr.hcl", text))
    assert not diags
    assert ours(body) == theirs(hcl2.loads(text))
