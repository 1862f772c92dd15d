"""Permission policies for people: explanations, findings, differences."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from vbrprov.policy.check import LACKS, Finding
from vbrprov.policy.iam.compare import Difference, Grant
from vbrprov.policy.overview import Standing
from vbrprov.policy.rendering import Rendered
from vbrprov.views.human.text import Style

_WIDTH = 100
#: How many actions of a purpose an overview names.
_SHOWN = 4


def notes(rendered: Rendered) -> str:
    """What has to be known with a policy."""
    return "".join(_wrapped(f"Note: {note}", "") for note in rendered.notes)


def explanation(rendered: Rendered) -> str:
    """Each permission: what it is for, and who asks for it."""
    out = []
    for each in rendered.explain():
        spelled = "" if each.spelling == (each.action,) else (
            f", here {', '.join(each.spelling)}" if each.spelling else ", not known to the vendor")
        out.append(f"{each.action}{spelled}\n")
        out.append(_wrapped(f"{each.why}.", "    "))
        out.append(f"    {each.permission_set}: {each.sources[0]}\n")
        out += [f"    {source}\n" for source in each.sources[1:]]
    return "".join(out)


def findings(found: Sequence[Finding], style: Style) -> str:
    """The faults of a policy, first those that Veeam stumbles over."""
    lacks = [f for f in found if f.kind in LACKS]
    rest = [f for f in found if f.kind not in LACKS]
    if not found:
        return "The policy has all that is needed, and nothing more.\n"
    out = []
    if lacks:
        out.append(f"{style('The policy lacks:', 'bold')}\n")
        out += map(_finding, lacks)
    else:
        out.append("The policy has all that is needed.\n")
    if rest:
        out.append(f"\n{style('The policy has too much:', 'bold')}\n")
        out += map(_finding, rest)
    return "".join(out)


def overview(found: Sequence[Standing], style: Style) -> str:
    """For which purposes a policy is enough, and what it lacks for the others."""
    enough = [_purpose(s) for s in found if not s.lacks]
    out = []
    if enough:
        out.append(_wrapped(f"Enough for: {', '.join(enough)}.", ""))
    lacking = [s for s in found if s.lacks]
    if lacking:
        out.append(f"{style('It lacks, for other purposes:', 'bold')}\n" if enough else
                   f"{style('Enough for no purpose. It lacks:', 'bold')}\n")
        for each in lacking:
            actions = list(dict.fromkeys(a for fault in each.lacks for a in fault.actions))
            more = f" and {len(actions) - _SHOWN} more" if len(actions) > _SHOWN else ""
            out.append(_wrapped(f"{_purpose(each)}: {', '.join(actions[:_SHOWN])}{more}", "    ",
                                "  - "))
    return "".join(out)


def _purpose(standing: Standing) -> str:
    return standing.purpose + (" with immutability" if standing.immutability else "")


def _finding(finding: Finding) -> str:
    places = sorted({str(s.place) for s in finding.statements if s.place is not None})
    return _wrapped(finding.detail, "    ", "  - ") + "".join(f"    {p}\n" for p in places)


def difference(found: Difference, style: Style) -> str:
    """What one policy says and the other does not."""
    if found.same:
        return "The policies mean the same.\n"
    lines = [("-", grant, "red") for grant in found.removed]
    lines += [("+", grant, "green") for grant in found.added]
    return "".join(style(f"{sign} {_grant(grant)}", colour) + "\n" for sign, grant, colour in lines)


def _grant(grant: Grant) -> str:
    who = f" to {grant.principal}" if grant.principal is not None else ""
    conditions = " and ".join(
        f"{operator} {key} {', '.join(sorted(values))}"
        for operator, key, values in sorted(grant.conditions, key=lambda c: (c[0], c[1])))
    when = f" when {conditions}" if conditions else ""
    return f"{'allow' if grant.allow else 'deny'}{who} {grant.action} on {grant.resource}{when}"


def _wrapped(text: str, indent: str, first: str | None = None) -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False) + "\n"
