"""The vendor's list of cmdlets: what each one takes."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from vbrprov_veeam.doubles.powershell.values import ScriptError, Table, as_list

Json = dict[str, Any]

_PLAIN: dict[str, tuple[type, ...]] = {
    "Int32": (int,), "Int": (int,), "Int64": (int,), "String": (str,), "SwitchParameter": (bool,),
    "String[]": (str, list)}

#: Objects whose types are called like those of words.
_OBJECTS = frozenset({"VBRGoogleCloudComputeInstanceType"})


@functools.cache
def cmdlets() -> Json:
    """The cmdlets that scripts use: parameter sets and parameters, by name."""
    text = resources.files("vbrprov_veeam").joinpath("specs", "powershell_cmdlets.json").read_text()
    found: Json = json.loads(text)["cmdlets"]
    return found


def check(name: str, given: Table) -> None:
    """Refuse a call that the reference does not allow.

    Raises:
        ScriptError: A parameter does not exist, is missing, or has a value that is not listed.
    """
    spec = cmdlets()[name]
    known: Json = spec["parameters"]
    names = {key.lower() for key, _ in given.items()}
    listed = {p.lstrip("?").lower() for each in spec["parameter_sets"] for p in each}
    listed |= {p.lower() for p in known}
    for key, value in given.items():
        if key.lower() not in listed:
            raise ScriptError(
                f"{name}: A parameter cannot be found that matches parameter name '{key}'.")
        facts: Json = next((f for p, f in known.items() if p.lower() == key.lower()), {})
        _check_value(name, key, value, facts)
    for each in spec["parameter_sets"]:
        required = {p.lower() for p in each if not p.startswith("?")}
        own = {p.lstrip("?").lower() for p in each} | {p.lower() for p in known}
        if required <= names and names <= own:
            return
    raise ScriptError(f"{name}: Parameter set cannot be resolved: {', '.join(sorted(names))}.")


def _check_value(name: str, key: str, value: Any, facts: Json) -> None:
    allowed = facts.get("values")
    if allowed:
        for item in as_list(value):
            if str(item) not in allowed:
                raise ScriptError(f"{name}: Cannot bind parameter '{key}': {item!r} is none of "
                                  f"{', '.join(allowed)}.")
        return
    kind = facts.get("type", "")
    plain = _PLAIN.get(kind)
    if plain is not None and (not isinstance(value, plain)
                              or (int in plain and isinstance(value, bool))):
        raise ScriptError(f"{name}: Cannot bind parameter '{key}': {value!r} is no {kind}.")
    if kind.startswith("VBR") and kind.endswith(("Type", "Mode", "Unit")) and kind not in _OBJECTS:
        if not isinstance(value, str):
            raise ScriptError(f"{name}: Cannot bind parameter '{key}': {value!r} is no word.")
    elif kind.startswith(("VBR", "IVBR")) and " " not in kind:
        for item in as_list(value):
            if not isinstance(item, Table) or not _fits(item.kind, kind.removesuffix("[]")):
                raise ScriptError(f"{name}: Cannot bind parameter '{key}': it is no {kind}.")


def _fits(own: str, wanted: str) -> bool:
    # The page of the cmdlet that changes 11:11 repositories names the type of Amazon's.
    return own == wanted or own == wanted.removeprefix("I") or (
        (own, wanted) == ("VBR1111SystemsS3Repository", "VBRAmazonS3Repository")) or (
        own.startswith("VBR") and wanted == "VBRObjectStorageRepository"
        and own.endswith("Repository"))
