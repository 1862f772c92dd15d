"""Pictures of the graph in DOT, JSON and Mermaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from vbrprov.graph.analysis import Picture, Spot

FORMAT = "1.0"
_SHAPES = {**dict.fromkeys(("resource", "data", "ephemeral", "destroy"), "box"),
           "provider": "diamond"}
_LEVEL = "  "


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def overview_dot(picture: Picture) -> str:
    """Resources in boxes of their modules, as Terraform's ``graph`` shows them."""
    lines = ["digraph G {", '  rankdir = "RL";',
             '  node [shape = rect, fontname = "sans-serif"];']
    if not picture.spots:
        lines += ["  /* This configuration does not contain any resources.       */",
                  "  /* For a more detailed graph, try: vbrprov graph -type=plan */"]
    for module, spots in _by_module(picture):
        indent = _LEVEL
        if module:
            lines += [f"  subgraph {_quoted('cluster_' + module)} {{",
                      f"    label = {_quoted(module)}", '    fontname = "sans-serif"']
            indent = _LEVEL * 2
        lines += [f"{indent}{_quoted(s.id)} [label={_quoted(s.label)}];" for s in spots]
        if module:
            lines.append("  }")
    lines += [f"  {_quoted(a)} -> {_quoted(b)}{_red(picture, a, b)};"
              for a, b in picture.sorted_edges()]
    return "\n".join([*lines, "}", ""])


def full_dot(picture: Picture) -> str:
    """Every node by its full address, in the manner of Terraform's ``graph -type``."""
    lines = ["digraph {", '\tcompound = "true"', '\tnewrank = "true"', '\tsubgraph "root" {']
    spots = sorted(picture.spots.values(), key=lambda s: s.id)
    lines += [f"\t\t{_root(s.id)} [label = {_quoted(s.id)}, "
              f'shape = "{_SHAPES.get(s.kind, "note")}"]' for s in spots]
    lines += [f"\t\t{_root(s.id)} -> {_root(to)}{_red(picture, s.id, to)}"
              for s in spots for to in sorted(picture.edges[s.id])]
    return "\n".join([*lines, "\t}", "}", ""])


def _root(name: str) -> str:
    return _quoted(f"[root] {name}")


def _red(picture: Picture, a: str, b: str) -> str:
    return ' [color = "red", penwidth = "2.0"]' if (a, b) in picture.cycles else ""


def graph_json(picture: Picture) -> dict[str, Any]:
    """Nodes and edges as data; an edge leads to what is depended on."""
    return {
        "format_version": FORMAT,
        "nodes": [{"id": s.id, "kind": s.kind, **({"module": s.module} if s.module else {}),
                   "label": s.label} for s in picture.sorted_spots()],
        "edges": [{"from": a, "to": b, **({"cycle": True} if (a, b) in picture.cycles else {})}
                  for a, b in picture.sorted_edges()]}


def mermaid(picture: Picture) -> str:
    """A Mermaid flow chart, which GitHub and GitLab draw in their pages."""
    names = {spot.id: f"n{number}" for number, spot in enumerate(picture.sorted_spots())}
    lines = ["flowchart RL"]
    for number, (module, spots) in enumerate(_by_module(picture)):
        if module:
            lines.append(f"  subgraph m{number}[{_entity(module)}]")
        lines += [f"  {'  ' if module else ''}{names[s.id]}{_box(s)}" for s in spots]
        if module:
            lines.append("  end")
    red: list[int] = []
    for number, (a, b) in enumerate(picture.sorted_edges()):
        lines.append(f"  {names[a]} --> {names[b]}")
        if (a, b) in picture.cycles:
            red.append(number)
    if red:
        lines.append(f"  linkStyle {','.join(map(str, red))} stroke:red,stroke-width:2px")
    return "\n".join([*lines, ""])


def _box(spot: Spot) -> str:
    text = _entity(spot.label)
    if spot.kind == "provider":
        return f"{{{text}}}"
    return f"[{text}]" if spot.kind in _SHAPES else f"({text})"


def _entity(text: str) -> str:
    """A Mermaid label: quotes are entities there."""
    return '"' + text.replace("#", "#35;").replace('"', "#quot;") + '"'


def _by_module(picture: Picture) -> Iterator[tuple[str, list[Spot]]]:
    for module, spots in groupby(picture.sorted_spots(), key=lambda s: s.module):
        yield module, list(spots)
