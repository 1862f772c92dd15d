"""Policies as blocks of HCL, which two formats write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from vbrprov.sdk import PolicyDocument, PolicyRequest
from vbrprov.syntax.hclwrite import Body, expression, quoted, write_block

_LABEL = re.compile(r"[^A-Za-z0-9_]")


def label(name: str) -> str:
    """A block label from the name of a policy."""
    made = _LABEL.sub("_", name)
    return made if not made[0].isdigit() else f"_{made}"


def _words(value: Any) -> Any:
    """A word, or several, as a list."""
    return expression(tuple(value) if isinstance(value, list) else (str(value),))


def _statement(statement: dict[str, Any]) -> Body:
    body = Body({}, [])
    if "Sid" in statement:
        body.attributes["sid"] = quoted(statement["Sid"])
    body.attributes["effect"] = quoted(statement["Effect"])
    body.attributes["actions"] = _words(statement["Action"])
    body.attributes["resources"] = _words(statement["Resource"])
    principal = statement.get("Principal")
    if principal is not None:
        kinds = {"*": "*"} if principal == "*" else principal
        for kind, names in kinds.items():
            body.blocks.append(("principals", Body(
                {"type": quoted(kind), "identifiers": _words(names)}, [])))
    for test, entries in statement.get("Condition", {}).items():
        for variable, values in entries.items():
            body.blocks.append(("condition", Body(
                {"test": quoted(test), "variable": quoted(variable), "values": _words(values)},
                [])))
    return body


def policy_document(request: PolicyRequest, document: PolicyDocument) -> str:
    """``data "aws_iam_policy_document"``."""
    body = Body({}, [("statement", _statement(s)) for s in document.body["Statement"]])
    return write_block("data", ["aws_iam_policy_document", label(request.name)], body)


def _azure_role(request: PolicyRequest, document: PolicyDocument) -> Iterable[str]:
    given = document.body["properties"]
    permissions = {name: _words(values) for name, values in (
        ("actions", given["permissions"][0]["actions"]),
        ("data_actions", given["permissions"][0]["dataActions"])) if values}
    yield write_block("resource", ["azurerm_role_definition", label(request.name)], Body({
        "name": quoted(given["roleName"]), "scope": quoted(given["assignableScopes"][0]),
        "description": quoted(given["description"]),
        "assignable_scopes": _words(given["assignableScopes"]),
    }, [("permissions", Body(permissions, []))]))


def _azure_assignments(request: PolicyRequest, document: PolicyDocument) -> Iterable[str]:
    for each in document.body:
        yield write_block(
            "resource", ["azurerm_role_assignment", label(each["roleName"].lower())], Body({
                "scope": quoted(each["scope"]), "role_definition_name": quoted(each["roleName"]),
                "principal_id": "var.principal_id"}, []))


def _google_role(request: PolicyRequest, document: PolicyDocument) -> Iterable[str]:
    given = document.body
    attributes = {"role_id": quoted(label(request.name)), "title": quoted(given["title"]),
                  "description": quoted(given["description"]),
                  "permissions": _words(given["includedPermissions"])}
    if request.scope.project:
        attributes = {"project": quoted(request.scope.project), **attributes}
    yield write_block("resource", ["google_project_iam_custom_role", label(request.name)],
                      Body(attributes, []))


def _ibm(request: PolicyRequest, document: PolicyDocument) -> Iterable[str]:
    for role in document.body["roles"]:
        yield write_block("resource", ["ibm_iam_custom_role", label(role["display_name"])], Body({
            "name": quoted(role["name"]), "display_name": quoted(role["display_name"]),
            "service": quoted(role["service_name"]), "actions": _words(role["actions"])}, []))
    for number, policy in enumerate(document.body["policies"]):
        name = policy["control"]["grant"]["roles"][0]["role_id"].rpartition(":")[2]
        (role,) = (r for r in document.body["roles"] if r["name"] == name)
        body = Body({
            "iam_id": "var.iam_id",
            "roles": [f"ibm_iam_custom_role.{label(role['display_name'])}.display_name"],
        }, [("resource_attributes", Body({
            "name": quoted(a["key"]), "operator": quoted(a["operator"]),
            "value": quoted(a["value"])}, []))
            for a in policy["resource"]["attributes"] if a["key"] != "accountId"])
        if "rule" in policy:
            body.attributes["pattern"] = quoted(policy["pattern"])
            body.attributes["rule_operator"] = quoted(policy["rule"]["operator"])
            body.blocks += [("rule_conditions", Body({
                "key": quoted(c["key"]), "operator": quoted(c["operator"]),
                "value": _words(c["value"])}, [])) for c in policy["rule"]["conditions"]]
        yield write_block("resource",
                          ["ibm_iam_service_policy", f"{label(request.name)}_{number}"], body)


def blocks(request: PolicyRequest, document: PolicyDocument) -> str:
    """The blocks that declare a policy."""
    if document.kind == "iam":
        return policy_document(request, document)
    writer = {"azure_role": _azure_role, "azure_assignments": _azure_assignments,
              "google_role": _google_role, "ibm": _ibm}[document.kind]
    return "\n".join(writer(request, document))
