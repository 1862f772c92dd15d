"""What rebuilding a lost state found, for people and for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from vbrprov.plan.lookups import Lookup, Recovered, Result

_TITLES = {
    Result.MARKED: "Found, marked as this stack's:",
    Result.NAMED: "Found by its name only; nothing on it says whose it is:",
    Result.FOREIGN: "Not this stack's, and left alone:",
    Result.FAILED: "Not recorded, because it cannot be read or told from others:",
    Result.WAITS: "Cannot be looked for yet:",
    Result.ABSENT: "Not there; the next plan creates it:",
    Result.LOCAL: "Exists in the state only; the next apply makes it again:",
}
_NOTHING = "The configuration has no managed objects.\n"


def recovered_as_text(found: Recovered) -> str:
    """The addresses, by what was found of them."""
    parts = []
    for result, title in _TITLES.items():
        rows = found.of(result)
        if rows:
            parts.append("\n".join([title, *(line for row in rows for line in _lines(row))]))
    if found.unaddressed:
        parts.append("\n".join([
            "Marked as this stack's, but at no address of the configuration. To keep one, write "
            "its block and import it:",
            *(f'  {type_name}  "{name}"  {import_id}'
              for type_name, name, import_id in found.unaddressed)]))
    if found.is_new and found.of(Result.MARKED, Result.NAMED):
        parts.append("The lineage marker is gone. The stack gets the lineage "
                     f"{found.lineage}.")
    return "\n" + "\n\n".join(parts or [_NOTHING.rstrip()]) + "\n"


def _lines(row: Lookup) -> list[str]:
    out = [f"  {row.address}" + (f"  {row.id}" if row.id else "")]
    if row.spent:
        out.append(f"      Its {' and '.join(row.spent)} was told once and is lost: a plan that "
                   "needs it makes a new object and deletes this one.")
    if row.sent:
        out.append(f"      {', '.join(row.sent)}: believed to be as in the configuration, since "
                   "nothing shows it.")
    if row.detail:
        out.append(f"      {row.detail}")
    return out


def recovered_as_json(found: Recovered) -> str:
    """A document with all addresses (``objects``) and what has no address (``unaddressed``)."""
    recorded = set(found.recorded)
    objects: list[dict[str, Any]] = [{
        "address": row.address, "type": row.type, "provider": row.provider,
        "result": row.result.value, "id": row.id or None, "detail": row.detail or None,
        "spent": list(row.spent), "believed": list(row.sent),
        "recorded": row.address in recorded} for row in found.rows]
    document = {
        "format_version": "1.0", "lineage": found.lineage, "serial": found.serial,
        "written": found.written, "objects": objects,
        "unaddressed": [{"type": type_name, "name": name, "import_id": import_id}
                        for type_name, name, import_id in found.unaddressed]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
