"""Makes what two programs answer differently as small as it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from configurations import Step

from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_expression

#: What a part may be replaced with.
SIMPLE = ("1", '"a"', "[]", "{}", "null", "true")


def expression(text: str, differs: Callable[[str], bool], tries: int = 150) -> str:
    """A small expression that still is answered differently."""
    found = True
    while found:
        found = False
        for candidate in _smaller(text):
            if tries <= 0:
                return text
            tries -= 1
            if differs(candidate):
                text, found = candidate, True
                break
    return text


def _smaller(text: str) -> Iterator[str]:
    """Shorter texts: a part alone, a part made simple, a part left out; the shortest first."""
    node, diags = parse_expression(SourceFile("<shrink>", text))
    if diags.has_errors:
        return
    places = sorted({(n.start, n.end) for n in _nodes(node) if n.end - n.start < len(text)},
                    key=lambda place: place[1] - place[0])
    candidates = [text[start:end] for start, end in places]
    for start, end in places:
        candidates += [text[:start] + simple + text[end:] for simple in SIMPLE
                       if len(simple) < end - start]
        after = text[end:].lstrip()
        if after.startswith(","):
            candidates.append(text[:start] + after[1:].lstrip())
        before = text[:start].rstrip()
        if before.endswith(","):
            candidates.append(before[:-1] + text[end:])
    yield from sorted({c for c in candidates if c and len(c) < len(text)}, key=len)


def _nodes(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, ast.Node):
            if not isinstance(item, (ast.AttrStep, ast.IndexStep, ast.SplatStep)):
                yield item
            stack.extend(getattr(item, name) for name in item.__struct_fields__)


def steps(given: list[Step], differ: Callable[[list[Step]], bool], tries: int = 60) -> list[Step]:
    """Few and small steps that still are done differently."""
    best, found = given, True
    while found:
        found = False
        for candidate in _fewer(best):
            if tries <= 0:
                return best
            tries -= 1
            if differ(candidate):
                best, found = candidate, True
                break
    return best


def _fewer(given: list[Step]) -> Iterator[list[Step]]:
    if len(given) > 1:
        yield given[:-1]
        yield given[1:]
    for key in dict.fromkeys(key for step in given for key in step.root):
        yield [Step({k: t for k, t in s.root.items() if k != key}, s.modules, s.options)
               for s in given]
    names = {name for step in given for name in step.modules}
    for name in sorted(names):
        for key in dict.fromkeys(k for s in given for k in s.modules.get(name, {})):
            yield [Step(s.root, {n: {k: t for k, t in blocks.items() if (n, k) != (name, key)}
                                 for n, blocks in s.modules.items()}, s.options) for s in given]
    for key in dict.fromkeys(key for step in given for key in step.root):
        lines = given[0].root.get(key, "").count("\n")
        for number in range(1, lines - 1):
            yield [Step({k: _without(t, number) if k == key else t for k, t in s.root.items()},
                        s.modules, s.options) for s in given]


def _without(text: str, number: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:number] + lines[number + 1:])
