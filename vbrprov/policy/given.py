"""Policies that somebody gives, of any kind, as statements."""

from __future__ import annotations

import json
import re
from typing import Any

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.functions import find as find_function
from vbrprov.policy.iam.document import Policy, Statement, read_policy
from vbrprov.sdk import FunctionError, PolicyDocument
from vbrprov.sdk.model import to_python
from vbrprov.syntax.json_read import read_json

_ARN = "arn:aws:s3:::"
#: Control and data actions of Azure are different things with names of one form.
_CONTROL, _DATA = "control", "data"
_PLACE = re.compile(r"on line (\d+), column (\d+): ")


def read_given(source: SourceFile, kind: str | None) -> tuple[Policy | None, Diagnostics]:
    """The statements of a text; *kind* is that of a document, ``None`` to tell it by its looks."""
    if kind == "iam":
        return read_policy(source)
    data, diags = _data(source)
    if diags.has_errors:
        return None, diags
    if kind is None and looks_like(data) == "iam":
        return read_policy(source)
    try:
        statements = _statements(data)
    except (KeyError, TypeError, AttributeError):
        statements = []
    if not statements:
        start = source.range(0, 1)
        diags.error("Not a policy", "The file holds neither a policy of IAM, nor a role of Azure, "
                    "Google Cloud or IBM Cloud, nor rules of FlashBlade.", start)
        return None, diags
    return Policy(tuple(statements), "2012-10-17"), diags


def of_document(document: PolicyDocument) -> Policy:
    """The statements of a policy of ours."""
    policy, diags = read_given(SourceFile("<policy>", json.dumps(document.body)), document.kind)
    assert policy is not None, [d.detail for d in diags]
    return policy


def looks_like(data: Any) -> str:
    """The kind that a document seems to be; empty when none."""
    if not isinstance(data, dict):
        return ""
    for name, kind in (("Statement", "iam"), ("includedPermissions", "google_role"),
                       ("rules", "flashblade"), ("properties", "azure_role"),
                       ("permissions", "azure_role"), ("Actions", "azure_role"),
                       ("roles", "ibm"), ("actions", "ibm")):
        if name in data:
            return kind
    return "iam" if "Version" in data else ""


def _data(source: SourceFile) -> tuple[Any, Diagnostics]:
    diags = Diagnostics()
    if source.text.lstrip().startswith(("{", "[")):
        value, diags = read_json(source)
        return (None if value is None else json.loads(source.text)), diags
    # The language's own reader bounds what a text may unfold to.
    reader = find_function("yamldecode")
    assert reader is not None
    try:
        return to_python(reader.impl(source.text)), diags
    except FunctionError as error:
        place = _PLACE.match(error.message)
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        starts = source.line_starts
        at = starts[min(line, len(starts)) - 1] + column - 1
        message = error.message[place.end():] if place else error.message
        diags.error("Neither JSON nor YAML", f"It cannot be read: {message}.",
                    source.range(at, at + 1))
        return None, diags


def _statements(data: Any) -> list[Statement]:
    kind = looks_like(data)
    if kind == "google_role":
        return [_allow(data["includedPermissions"], ("*",), 1)]
    if kind == "flashblade":
        return [Statement(rule.get("effect", "allow") == "allow", tuple(rule["actions"]),
                          tuple(r if r == "*" else _ARN + r for r in rule["object_resources"]),
                          sid=rule.get("name", ""), number=number)
                for number, rule in enumerate(data["rules"], 1)]
    if kind == "ibm":
        roles = data.get("roles", [data])
        return [_allow(role["actions"], ("*",), number) for number, role in enumerate(roles, 1)]
    if kind == "azure_role":
        return _azure(data)
    return []


def _azure(data: Any) -> list[Statement]:
    data = data.get("properties", data)
    blocks = data.get("permissions") or [data]
    out = []
    for number, block in enumerate(blocks, 1):
        lower = {name.lower(): value for name, value in block.items()}
        for name, resource in (("actions", _CONTROL), ("dataactions", _DATA)):
            if lower.get(name):
                out.append(_allow(lower[name], (resource,), number))
            if lower.get(f"not{name}"):
                # Within one role, what is taken away is as good as denied.
                out.append(Statement(False, tuple(lower[f"not{name}"]), (resource,),
                                     number=number))
    return out


def _allow(actions: Any, resources: tuple[str, ...], number: int) -> Statement:
    if not all(isinstance(action, str) for action in actions):
        raise TypeError("actions are texts")
    return Statement(True, tuple(actions), resources, number=number)
