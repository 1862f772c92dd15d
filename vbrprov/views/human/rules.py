"""Guardrails in words: a table of all, and the long text of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from vbrprov.diag import Severity
from vbrprov.sdk.rule import Rule
from vbrprov.views.human.text import Style, wrapped

#: What a moment is called in a table: rules are judged at all of them or not at validate.
MOMENTS = {"static": "validate", "plan": "plan", "live": "live"}
_COLOURS = {Severity.REFUSE: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def rule_table(rules: Iterable[Rule], style: Style) -> str:
    """One line a rule: id, severity, moments, summary."""
    rows = [(rule.rule_id, str(rule.severity), ", ".join(MOMENTS[p] for p in rule.phases),
             rule.summary, _COLOURS[rule.severity]) for rule in rules]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return "".join(
        f"{style(row[0].ljust(widths[0]), 'bold')}  {style(row[1].ljust(widths[1]), row[4])}  "
        f"{row[2].ljust(widths[2])}  {row[3]}\n" for row in rows)


def rule_page(rule: Rule, style: Style) -> str:
    """All that there is to say of one rule."""
    moments = ", ".join(MOMENTS[phase] for phase in rule.phases)
    parts = [
        f"{style(f'{rule.rule_id}: {rule.summary}', 'bold')}\n"
        f"{style(str(rule.severity), _COLOURS[rule.severity])}, judged at: {moments}\n",
        *(wrapped(paragraph) for paragraph in paragraphs(rule)),
        style("What to do", "bold") + "\n" + wrapped(rule.hint),
        style("Wrong", "bold") + "\n" + _code(rule.bad),
        style("Right", "bold") + "\n" + _code(rule.good),
        style("Source", "bold") + f"\n{rule.source}\n",
    ]
    return "\n".join(parts)


def paragraphs(rule: Rule) -> list[str]:
    """The long text, one string a paragraph."""
    return [" ".join(part.split()) for part in textwrap.dedent(rule.why).strip().split("\n\n")]


def _code(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n") + "\n", "    ")


