"""What a script prints: one line of JSON that says which step it was and what is there now."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from vbrprov.sdk import ErrorClass, ProviderError

Json = dict[str, Any]

_FORMAT = 1


class Report(msgspec.Struct, frozen=True):
    """What a step found in the end.

    Attributes:
        found: The settings as they were read; ``None`` when there is no such object.
        changed: Whether the script changed anything.
    """

    found: Json | None
    changed: bool


def parse(text: str, *, step: str, address: str) -> Report:
    """The report of the step with the hash *step*.

    Raises:
        ProviderError: It is not readable, was altered, is of another step, or the step failed.
    """
    result = _result(text)
    if result.get("step") != step:
        raise ProviderError(
            ErrorClass.INVALID, "Result of another step",
            f"The result is of the step {_short(result.get('step'))}, but {address} waits for "
            f"{_short(step)}. Every change of the configuration makes another script.",
            hint="Run the script that was written last, and take what that one prints.")
    body, proof = result.get("report"), result.get("proof")
    if not isinstance(body, str) or hashlib.sha256(
            (step + body).encode("utf-8", "surrogatepass")).hexdigest() != proof:
        raise ProviderError(
            ErrorClass.INVALID, "Result was altered",
            f"The result for {address} is not what the script printed: its checksum does not fit.",
            hint="Run the script with -ResultFile and take that file as it is.")
    report = _object(body)
    if report is None or report.get("address") != address:
        raise ProviderError(
            ErrorClass.INVALID, "Result of another step",
            f"The result is about {(report or {}).get('address')!r}, not about {address}.")
    if report.get("ok") is not True:
        raise ProviderError(
            ErrorClass.FAILED, "The PowerShell step failed",
            f"{address}: {report.get('error') or 'the script gave no reason'}",
            hint="Mend the reason and run the script again; it may be run any number of times.")
    found = report.get("found")
    if found is not None and not isinstance(found, dict):
        raise ProviderError(ErrorClass.INVALID, "Result is not readable",
                            f"The result for {address} shows no settings.")
    return Report(found, bool(report.get("changed")))


def _result(text: str) -> Json:
    """The last line that is a result: consoles may have printed other things around it."""
    for line in reversed(text.splitlines()):
        found = _object(line)
        if found is not None and "vbrprov_result" in found:
            if found["vbrprov_result"] == _FORMAT:
                return found
            raise ProviderError(
                ErrorClass.INVALID, "Result is not readable",
                f"The result has the format {found['vbrprov_result']!r}; this version of vbrprov "
                f"reads {_FORMAT}.")
    raise ProviderError(
        ErrorClass.INVALID, "Result is not readable",
        "There is no result of a step in it: that is one line of JSON.",
        hint="Run the script with -ResultFile result.json and take that file.")


def _object(text: str) -> Json | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _short(digest: object) -> str:
    return f"{digest[:12]}..." if isinstance(digest, str) else "(none)"
