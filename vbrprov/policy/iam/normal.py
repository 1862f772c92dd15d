"""The normal form of policy documents: equal meaning is equal data, as far as form goes.

Order, a single value instead of a list, and the case of actions do not matter.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_ACCOUNT = re.compile(r"^\d{12}$")
_ROOT = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):root$")
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _scalar(value: Any) -> str:
    # Services give booleans and numbers of a condition back as strings.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sorted(values: Any, change: Callable[[str], str] = str) -> list[str]:
    return sorted({change(_scalar(v)) for v in _listed(values)})


def _principal(value: Any) -> Any:
    if value == "*":
        return {"AWS": ["*"]}
    if not isinstance(value, dict):
        return value

    def short(name: str) -> str:
        found = _ROOT.match(name)
        return found.group(1) if found else name

    return {kind: _sorted(names, short if kind == "AWS" else str)
            for kind, names in value.items()}


def _statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    out: dict[str, Any] = {}
    for key, value in statement.items():
        if key in _LISTS:
            # Action names are the same in any case, resources are not.
            out[key] = _sorted(value, str.lower if "Action" in key else str)
        elif key in ("Principal", "NotPrincipal"):
            out[key] = _principal(value)
        elif key == "Condition" and isinstance(value, dict):
            out[key] = {
                test: {name.lower(): _sorted(values) for name, values in entries.items()}
                if isinstance(entries, dict) else entries
                for test, entries in value.items()}
        elif key == "Sid" and not value:
            continue
        else:
            out[key] = value
    return out


def normal_form(document: str) -> Any:
    """The document as data in which equal meaning is equal data.

    Raises:
        ValueError: Not a JSON object.
    """
    data = json.loads(document)
    if not isinstance(data, dict):
        raise ValueError("a policy document is a JSON object")  # noqa: TRY004  # one error type
    out = {k: v for k, v in data.items() if k not in ("Statement", "Id") or v}
    # Without a version a policy is read by the rules of 2008.
    out.setdefault("Version", "2008-10-17")
    if "Statement" in out:
        statements = [_statement(s) for s in _listed(out["Statement"])]
        out["Statement"] = sorted(statements, key=lambda s: json.dumps(s, sort_keys=True))
    return out
