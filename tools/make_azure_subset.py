"""Extract what the double of Azure Resource Manager needs from tables of the Azure libraries.

    python tools/make_azure_subset.py STORAGE.json AUTHORIZATION.json

The tables are read off installed packages: routes, models and enums by their names on the wire.
Standard output names the file that was written.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = (Path(__file__).parents[1] / "providers" / "vbrprov_azure" / "doubles" / "specs"
          / "arm.subset.json.gz")
#: Operations that the double answers, and the model of their body.
STORAGE = {
    "StorageAccounts.check_name_availability": "StorageAccountCheckNameAvailabilityParameters",
    "StorageAccounts.get_properties": "",
    "StorageAccounts.create": "StorageAccountCreateParameters",
    "StorageAccounts.update": "StorageAccountUpdateParameters",
    "StorageAccounts.delete": "",
    "StorageAccounts.list_by_resource_group": "",
    "StorageAccounts.list_keys": "",
    "StorageAccounts.regenerate_key": "StorageAccountRegenerateKeyParameters",
    "DeletedAccounts.list": "",
    "BlobServices.get_service_properties": "",
    "BlobServices.set_service_properties": "BlobServiceProperties",
    "BlobContainers.get": "",
    "BlobContainers.list": "",
    "BlobContainers.create": "BlobContainer",
    "BlobContainers.update": "BlobContainer",
    "BlobContainers.delete": "",
    "BlobContainers.set_legal_hold": "LegalHold",
    "BlobContainers.clear_legal_hold": "LegalHold",
    "BlobContainers.get_immutability_policy": "",
    "BlobContainers.create_or_update_immutability_policy": "ImmutabilityPolicy",
    "BlobContainers.delete_immutability_policy": "",
    "BlobContainers.lock_immutability_policy": "",
    "BlobContainers.extend_immutability_policy": "ImmutabilityPolicy",
    "ManagementPolicies.get": "",
    "ManagementPolicies.create_or_update": "ManagementPolicy",
    "ManagementPolicies.delete": "",
}
#: Models of answers, by operation.
ANSWERS = {
    "StorageAccounts.check_name_availability": "CheckNameAvailabilityResult",
    "StorageAccounts.get_properties": "StorageAccount",
    "StorageAccounts.create": "StorageAccount",
    "StorageAccounts.update": "StorageAccount",
    "StorageAccounts.list_keys": "StorageAccountListKeysResult",
    "StorageAccounts.regenerate_key": "StorageAccountListKeysResult",
    "BlobServices.get_service_properties": "BlobServiceProperties",
    "BlobServices.set_service_properties": "BlobServiceProperties",
    "BlobContainers.get": "BlobContainer",
    "BlobContainers.create": "BlobContainer",
    "BlobContainers.update": "BlobContainer",
    "BlobContainers.set_legal_hold": "LegalHold",
    "BlobContainers.clear_legal_hold": "LegalHold",
    "BlobContainers.get_immutability_policy": "ImmutabilityPolicy",
    "BlobContainers.create_or_update_immutability_policy": "ImmutabilityPolicy",
    "BlobContainers.delete_immutability_policy": "ImmutabilityPolicy",
    "BlobContainers.lock_immutability_policy": "ImmutabilityPolicy",
    "BlobContainers.extend_immutability_policy": "ImmutabilityPolicy",
    "ManagementPolicies.get": "ManagementPolicy",
    "ManagementPolicies.create_or_update": "ManagementPolicy",
}
OTHERS = {
    ("azure.mgmt.authorization", "2022-04-01"): (
        "RoleDefinitions.get", "RoleDefinitions.list", "RoleDefinitions.create_or_update",
        "RoleDefinitions.delete", "RoleAssignments.get", "RoleAssignments.list_for_scope",
        "RoleAssignments.create", "RoleAssignments.delete"),
    ("azure.mgmt.resource.resources", "2025-04-01"): (
        "ResourceGroups.get", "ResourceGroups.create_or_update", "ResourceGroups.update",
        "ResourceGroups.delete", "ResourceGroups.list"),
}


def reachable(tables: dict[str, Any], names: set[str]) -> set[str]:
    """The models that *names* lead to."""
    seen: set[str] = set()
    todo = sorted(names)
    while todo:
        name = todo.pop()
        if name in seen or name not in tables["models"]:
            continue
        seen.add(name)
        model = tables["models"][name]
        texts = [field["type"] for field in model["fields"].values()]
        todo += re.findall(r"\w+", " ".join([*texts, model.get("extends", "")]))
    return seen


def main(arguments: list[str]) -> None:
    """Write the extract."""
    storage, others = (json.loads(Path(path).read_text(encoding="utf-8")) for path in arguments)
    routes = []
    for route in storage["routes"]:
        name = route["operation"]
        if name in STORAGE:
            routes.append({**route, "body": STORAGE[name], "answer": ANSWERS.get(name, "")})
    for (package, version), names in OTHERS.items():
        routes += [{**route, "body": "", "answer": ""} for route in others["routes"][package]
                   if route["operation"] in names and route["api_version"] == version]
    models = reachable(storage, {*STORAGE.values(), *ANSWERS.values()} - {""})
    text = json.dumps(storage["models"])
    enums = {name: values for name, values in storage["enums"].items() if name in text}
    out = {
        "provenance": [storage["_about"], others["_about"], f"package {storage['package']}",
                       "extracted by tools/make_azure_subset.py"],
        "routes": routes, "models": {name: storage["models"][name] for name in sorted(models)},
        "enums": {name: enums[name] for name in sorted(enums)},
    }
    data = json.dumps(out, sort_keys=True, separators=(",", ":")).encode()
    TARGET.write_bytes(gzip.compress(data, mtime=0))
    print(f"{TARGET}: {len(routes)} routes, {len(models)} models, {len(enums)} enums")


if __name__ == "__main__":
    main(sys.argv[1:])
