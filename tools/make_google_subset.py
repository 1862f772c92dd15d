"""Cut Google's discovery documents down to what vbrprov uses.

The documents (``storage.v1.json``, ``iam.v1.json``, ``cloudresourcemanager.v3.json``,
``cloudkms.v1.json``) describe every method and every field of an API. Google serves them at
``https://<service>.googleapis.com/$discovery/rest?version=<version>``, and its package
``google-api-python-client`` (Apache-2.0) carries a copy in ``googleapiclient/discovery_cache``.
This script keeps the methods below and the schemas that are reachable from them, without the
descriptions, so that the double can check every request and every answer::

    python tools/make_google_subset.py FOLDER-WITH-THE-DOCUMENTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]

OUTPUT = (Path(__file__).parent.parent / "providers" / "vbrprov_google" / "specs"
          / "google-subset.json")
_ACCOUNTS = "projects.serviceAccounts"
_KEY_RINGS = "projects.locations.keyRings"
METHODS = {
    "storage.v1": (
        *(f"buckets.{n}" for n in ("insert", "get", "list", "patch", "delete", "getIamPolicy",
                                   "setIamPolicy", "lockRetentionPolicy")),
        *(f"objects.{n}" for n in ("insert", "get", "list", "delete")),
        *(f"projects.hmacKeys.{n}" for n in ("create", "get", "list", "update", "delete")),
        "projects.serviceAccount.get",
    ),
    "iam.v1": (
        *(f"{_ACCOUNTS}.{n}" for n in ("create", "get", "list", "patch", "delete", "enable",
                                       "disable")),
        *(f"{_ACCOUNTS}.keys.{n}" for n in ("create", "get", "list", "delete", "upload")),
        *(f"projects.roles.{n}" for n in ("create", "get", "list", "patch", "delete", "undelete")),
    ),
    "cloudresourcemanager.v3": ("projects.get", "projects.getIamPolicy", "projects.setIamPolicy"),
    "cloudkms.v1": (
        f"{_KEY_RINGS}.create",
        *(f"{_KEY_RINGS}.cryptoKeys.{n}" for n in ("create", "get", "getIamPolicy",
                                                   "setIamPolicy")),
    ),
}
_KEPT = ("type", "format", "required", "location", "enum", "repeated", "default", "pattern")


def main() -> None:
    """Read the documents named on the command line and write the subset."""
    folder = Path(sys.argv[1])
    out: Json = {"source": "https://github.com/googleapis/google-api-python-client", "apis": {}}
    for name, methods in METHODS.items():
        document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        out["apis"][name] = _api(document, methods)
    OUTPUT.write_text(json.dumps(out, separators=(",", ":"), sort_keys=True) + "\n",
                      encoding="utf-8")
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes")


def _api(document: Json, methods: tuple[str, ...]) -> Json:
    schemas: Json = {}
    kept = {name: _method(_find(document, name)) for name in methods}
    for method in kept.values():
        for key in ("request", "response"):
            if method[key]:
                _collect(document["schemas"], method[key], schemas)
    return {"revision": document["revision"], "base": document["baseUrl"],
            "license": "Apache-2.0", "methods": kept, "schemas": schemas}


def _find(document: Json, name: str) -> Json:
    *path, last = name.split(".")
    where = document
    for part in path:
        where = where["resources"][part]
    found: Json = where["methods"][last]
    return found


def _method(method: Json) -> Json:
    return {
        "verb": method["httpMethod"], "path": method.get("flatPath", method["path"]),
        "template": method["path"],
        "parameters": {name: {k: v for k, v in spec.items() if k in _KEPT}
                       for name, spec in method.get("parameters", {}).items()},
        "request": method.get("request", {}).get("$ref"),
        "response": method.get("response", {}).get("$ref"),
    }


def _collect(all_schemas: Json, name: str, out: Json) -> None:
    if name in out:
        return
    out[name] = {}
    references: list[str] = []
    out[name] = _lean(all_schemas[name], references)
    for reference in references:
        _collect(all_schemas, reference, out)


def _lean(schema: Json, references: list[str]) -> Json:
    if "$ref" in schema:
        references.append(schema["$ref"])
        return {"$ref": schema["$ref"]}
    out = {k: schema[k] for k in ("type", "format", "enum") if k in schema}
    if schema.get("readOnly"):
        out["readOnly"] = True
    if "properties" in schema:
        out["properties"] = {k: _lean(v, references) for k, v in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            out[key] = _lean(schema[key], references)
    return out


if __name__ == "__main__":
    main()
