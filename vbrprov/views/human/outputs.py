"""Output values as text."""

from __future__ import annotations

from typing import Any

from vbrprov.plan.outputs import stored_output
from vbrprov.values import SENSITIVE
from vbrprov.values.value import mark
from vbrprov.views.human.console import render
from vbrprov.views.human.text import Style


def render_outputs(data: Any, style: Style) -> str:
    """The block of all outputs after an apply; empty when there are none."""
    if not data.outputs:
        return ""
    lines = [f"\n{style('Outputs:', 'green', 'bold')}\n\n"]
    lines += [f"{line}\n" for line in output_lines(data)]
    return "".join(lines)


def output_lines(data: Any) -> list[str]:
    """``name = value`` for every output."""
    out = []
    for name, output in sorted(data.outputs.items()):
        value = stored_output(output)
        if output.sensitive:
            value = mark(value, (SENSITIVE,))
        text = render(value)
        out.append(f"{name} = {'<sensitive>' if output.sensitive else text}")
    return out
