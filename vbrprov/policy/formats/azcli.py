"""Commands for the Azure command line."""

from __future__ import annotations

import json
import shlex

from vbrprov.sdk import PolicyDocument, PolicyFormat, PolicyRequest


def _write(request: PolicyRequest, document: PolicyDocument) -> str:
    if document.kind == "azure_assignments":
        return "".join(
            f'az role assignment create --assignee "$PRINCIPAL_ID" --role '
            f"{shlex.quote(each['roleName'])} --scope {shlex.quote(each['scope'])}\n"
            for each in document.body)
    given = document.body["properties"]
    # The command takes the fields of the portal's file without their wrapping.
    permissions = given["permissions"][0]
    flat = {"Name": given["roleName"], "IsCustom": True, "Description": given["description"],
            "Actions": permissions["actions"], "NotActions": [],
            "DataActions": permissions["dataActions"], "NotDataActions": [],
            "AssignableScopes": given["assignableScopes"]}
    text = json.dumps(flat, separators=(",", ":"), ensure_ascii=False)
    return f"az role definition create --role-definition {shlex.quote(text)}\n"


FORMAT = PolicyFormat(
    name="azcli", doc="Commands for az.", kinds=("azure_role", "azure_assignments"), write=_write,
)
