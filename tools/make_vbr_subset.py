"""Cut the official VBR REST documents down to what vbrprov uses.

The full OpenAPI documents have more than 400 operations and 1,400 schemas. The double and the
contract tests need about 90 operations of each. This script keeps those, the schemas reachable
from them and the examples, and drops every description, so that the result is small enough to
ship as package data::

    python tools/make_vbr_subset.py vbr_rest_1.3-rev1.json.gz vbr_rest_1.3-rev2.json.gz

Every Veeam Backup & Replication server also serves its own documents, without a login, at
``https://<server>:9419/swagger/v<revision>/swagger.json``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
JsonValue = Any

OUTPUT_FOLDER = Path(__file__).parent.parent / "providers" / "vbrprov_veeam" / "specs"

_INFRA = "/api/v1/backupInfrastructure"
_GROUPS = "/api/v1/agents/protectionGroups"

# Path -> methods. A path that a revision does not know is skipped for that revision.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "/api/oauth2/token": ("post",),
    "/api/oauth2/logout": ("post",),
    "/api/v1/serverInfo": ("get",),
    "/api/v1/serverTime": ("get",),
    "/api/v1/sessions": ("get",),
    "/api/v1/sessions/{id}": ("get",),
    "/api/v1/sessions/{id}/logs": ("get",),
    "/api/v1/sessions/{id}/stop": ("post",),
    "/api/v1/connectionCertificate": ("post",),
    "/api/v1/credentials": ("get", "post"),
    "/api/v1/credentials/{id}": ("get", "put", "delete"),
    "/api/v1/credentials/{id}/changepassword": ("post",),
    "/api/v1/credentials/{id}/changeprivatekey": ("post",),
    "/api/v1/credentials/{id}/changerootpassword": ("post",),
    "/api/v1/cloudCredentials": ("get", "post"),
    "/api/v1/cloudCredentials/{id}": ("get", "put", "delete"),
    "/api/v1/cloudCredentials/{id}/changeSecretKey": ("post",),
    "/api/v1/cloudCredentials/{id}/changeAccount": ("post",),
    "/api/v1/cloudCredentials/{id}/changeCertificate": ("post",),
    "/api/v1/cloudCredentials/{id}/helperAppliances": ("get", "post"),
    "/api/v1/cloudCredentials/{id}/helperAppliances/{applianceId}": ("get", "delete"),
    "/api/v1/encryptionPasswords": ("get", "post"),
    "/api/v1/encryptionPasswords/{id}": ("get", "put", "delete"),
    "/api/v1/encryptionPasswords/{id}/changepassword": ("post",),
    "/api/v1/encryptionPasswords/{id}/verify": ("post",),
    "/api/v1/kmsServers": ("get", "post"),
    "/api/v1/kmsServers/{id}": ("get", "put", "delete"),
    "/api/v1/kmsServers/{id}/changeCertificate": ("post",),
    f"{_INFRA}/managedServers": ("get", "post"),
    f"{_INFRA}/managedServers/{{id}}": ("get", "put", "delete"),
    f"{_INFRA}/managedServers/{{id}}/updateSingleUseCredentials": ("post",),
    f"{_INFRA}/managedServers/{{id}}/rescan": ("post",),
    f"{_INFRA}/mountServers": ("get", "post"),
    f"{_INFRA}/mountServers/{{id}}": ("get", "put"),
    f"{_INFRA}/mountServers/default": ("get",),
    f"{_INFRA}/mountServers/{{id}}/default": ("post",),
    "/api/v1/backups": ("get",),
    "/api/v1/cloudBrowser": ("post",),
    "/api/v1/cloudBrowser/newFolder": ("post",),
    "/api/v1/cloudBrowser/initializeVault": ("post",),
    "/api/v1/cloudBrowser/{vaultId}": ("post",),
    f"{_INFRA}/repositories": ("get", "post"),
    f"{_INFRA}/repositories/{{id}}": ("get", "put", "delete"),
    f"{_INFRA}/repositories/rescan": ("post",),
    f"{_INFRA}/repositories/states": ("get",),
    f"{_INFRA}/repositories/{{id}}/accessPermissions": ("get", "put"),
    f"{_INFRA}/scaleOutRepositories": ("get", "post"),
    f"{_INFRA}/scaleOutRepositories/{{id}}": ("get", "put", "delete"),
    f"{_INFRA}/scaleOutRepositories/{{id}}/enableSealedMode": ("post",),
    f"{_INFRA}/scaleOutRepositories/{{id}}/disableSealedMode": ("post",),
    f"{_INFRA}/scaleOutRepositories/{{id}}/enableMaintenanceMode": ("post",),
    f"{_INFRA}/scaleOutRepositories/{{id}}/disableMaintenanceMode": ("post",),
    _GROUPS: ("get", "post"),
    f"{_GROUPS}/{{id}}": ("get", "put", "delete"),
    f"{_GROUPS}/{{id}}/rescan": ("post",),
    f"{_GROUPS}/{{id}}/enable": ("post",),
    f"{_GROUPS}/{{id}}/disable": ("post",),
    f"{_GROUPS}/{{id}}/discoveredEntities": ("get",),
    f"{_GROUPS}/{{id}}/discoveredEntities/trust": ("post",),
    "/api/v1/inventory/physical": ("post",),
    "/api/v1/inventory/physical/{protectionGroupId}": ("post",),
    "/api/v1/inventory/activeDirectory/domains/{id}": ("get",),
    "/api/v1/inventory/unstructuredDataServers": ("get", "post"),
    "/api/v1/inventory/unstructuredDataServers/{id}": ("get", "put", "delete"),
    "/api/v1/adDomains": ("get", "post"),
    "/api/v1/adDomains/{id}": ("get", "delete"),
    "/api/v1/jobs": ("get", "post"),
    "/api/v1/jobs/{id}": ("get", "put", "delete"),
    "/api/v1/jobs/{id}/enable": ("post",),
    "/api/v1/jobs/{id}/disable": ("post",),
    "/api/v1/jobs/{id}/start": ("post",),
    "/api/v1/jobs/{id}/stop": ("post",),
    "/api/v1/jobs/{id}/applyConfiguration": ("post",),
    "/api/v1/jobs/{id}/clearCache": ("post",),
    "/api/v1/jobs/states": ("get",),
}

_AGENT_JOBS = {
    "WindowsAgentBackup",
    "LinuxAgentBackup",
    "WindowsAgentBackupFailoverCluster",
    "WindowsAgentBackupWorkstationPolicy",
    "WindowsAgentBackupServerPolicy",
    "LinuxAgentBackupWorkstationPolicy",
    "LinuxAgentBackupServerPolicy",
    "BackupCopy",
    "ObjectStorageBackup",
}
_DATA_SERVERS = {"S3Compatible", "AmazonS3", "AzureBlob"}
_REPOSITORIES = {
    "WinLocal",
    "LinuxLocal",
    "LinuxHardened",
    "Smb",
    "Nfs",
    "AmazonS3",
    "AmazonS3Glacier",
    "AmazonSnowballEdge",
    "AzureArchive",
    "AzureBlob",
    "AzureDataBox",
    "GoogleCloud",
    "IBMCloud",
    "S3Compatible",
    "S3Integrated",
    "VeeamDataCloudVault",
    "VeeamDataCloudVaultArchive",
    "WasabiCloud",
}
_SERVERS = {"WindowsHost", "LinuxHost"}

# Discriminator values kept per schema. Without this the VM side of the product (vSphere, Hyper-V,
# Entra ID, ...) would come along through the job and inventory schemas.
KEPT_BRANCHES: dict[str, set[str]] = {
    "JobSpec": _AGENT_JOBS,
    "JobModel": _AGENT_JOBS,
    "RepositorySpec": _REPOSITORIES,
    "RepositoryModel": _REPOSITORIES,
    "ManagedServerSpec": _SERVERS,
    "ManagedServerModel": _SERVERS,
    "UnstructuredDataServerSpec": _DATA_SERVERS,
    "UnstructuredDataServerModel": _DATA_SERVERS,
    "BackupObjectModel": {"WindowsPhysical", "LinuxPhysical"},
    "InventoryObjectModel": {"Agent"},
    "ProtectionGroupSpec": {
        "IndividualComputers",
        "ADObjects",
        "CSVFile",
        "PreInstalledAgents",
        "CloudMachines",
    },
}

_DROPPED_KEYS = frozenset(
    {"description", "summary", "tags", "x-enumDescriptions", "x-veeam-spec", "deprecated"}
)
_DROPPED_OPERATION_KEYS = frozenset({"x-veeam-authorize"})


def load(path: Path) -> tuple[Json, str]:
    """Read a document, gzipped or not; return it and the SHA-256 of its plain text."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    document: Json = json.loads(raw)
    return document, hashlib.sha256(raw).hexdigest()


def without_prose(node: JsonValue, *, names: bool = False) -> JsonValue:
    """Return *node* without its prose.

    Args:
        node: JsonValue part of the document.
        names: True when the keys of *node* are names (of properties, schemas, ...) and not
            keywords, so that a property called ``description`` stays.
    """
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    result: Json = {}
    for key, value in node.items():
        if key in _DROPPED_KEYS and not names:
            continue
        result[key] = without_prose(value, names=not names and key == "properties")
    return result


def prune_branches(schemas: Json) -> None:
    """Cut the discriminators of *schemas* down to `KEPT_BRANCHES`, in place."""
    for name, kept in KEPT_BRANCHES.items():
        discriminator = schemas.get(name, {}).get("discriminator")
        if discriminator is None:
            continue
        mapping = {k: v for k, v in discriminator["mapping"].items() if k in kept}
        discriminator["mapping"] = mapping
        targets = set(mapping.values())
        schemas[name]["oneOf"] = [ref for ref in schemas[name]["oneOf"] if ref["$ref"] in targets]


def references(node: JsonValue) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) of every component that *node* refers to."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and value.startswith("#/components/"):
                kind, name = value.removeprefix("#/components/").split("/", 1)
                yield kind, name
            elif key not in ("mapping", "value"):
                yield from references(value)


def subset(document: Json, *, source_url: str, digest: str) -> Json:
    """Return the part of *document* that `OPERATIONS` reach."""
    schemas = document["components"]["schemas"]
    prune_branches(schemas)
    paths: Json = {}
    for path, methods in OPERATIONS.items():
        known = document["paths"].get(path, {})
        kept = {
            method: operation(known[method], document["components"])
            for method in methods
            if method in known
        }
        if kept:
            paths[path] = kept
    components: Json = {}
    pending = [*references(paths), ("schemas", "Error")]
    while pending:
        kind, name = pending.pop()
        section = components.setdefault(kind, {})
        if name in section:
            continue
        source = document["components"][kind][name]
        # An example is data: nothing in it may be dropped.
        if kind == "examples":
            section[name] = {"value": source["value"]}
        else:
            section[name] = without_prose(source)
            pending.extend(references(section[name]))
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "x-provenance": {
            "what": "Extract of the Veeam Backup & Replication REST API document",
            "publisher": "Veeam Software",
            "reference_url": "https://helpcenter.veeam.com/references/vbr/13/rest/"
            f"{document['info']['version']}/tag/SectionOverview",
            "source_url": source_url,
            "served_by_every_server_at": f"/swagger/v{document['info']['version']}/swagger.json",
            "sha256_of_full_document": digest,
            "made_by": "tools/make_vbr_subset.py",
        },
        "paths": paths,
        "components": {
            kind: dict(sorted(section.items())) for kind, section in sorted(components.items())
        },
    }


def in_scope(example: Json, schema_name: str, components: Json) -> bool:
    """Tell whether an example body is of a type that `KEPT_BRANCHES` kept."""
    discriminator = components["schemas"].get(schema_name, {}).get("discriminator")
    if discriminator is None:
        return True
    if "$ref" in example:
        example = components["examples"][example["$ref"].rsplit("/", 1)[1]]
    return example["value"].get(discriminator["propertyName"]) in discriminator["mapping"]


def operation(source: Json, components: Json) -> Json:
    """Return one operation without prose, and with examples of requests and of success."""
    kept: Json = {k: v for k, v in source.items() if k not in _DROPPED_OPERATION_KEYS}
    kept = without_prose(kept)
    for media in kept.get("requestBody", {}).get("content", {}).values():
        keep_examples(media, components)
    for status, response in kept.get("responses", {}).items():
        for media in response.get("content", {}).values():
            media.pop("example", None)
            if status < "300":
                keep_examples(media, components)
            else:
                media.pop("examples", None)
    return kept


def keep_examples(media: Json, components: Json) -> None:
    """Drop the examples of *media* that are of no type in scope."""
    schema_name = media["schema"].get("$ref", "").rsplit("/", 1)[-1]
    media["examples"] = {
        name: example
        for name, example in media.get("examples", {}).items()
        if in_scope(example, schema_name, components)
    }


def main(arguments: list[str]) -> int:
    """Write one subset per document named in *arguments*."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=OUTPUT_FOLDER)
    parser.add_argument(
        "--source-url",
        default="https://github.com/Cenvora/veeam-br/blob/main/openapi_schemas/"
        "vbr_rest_{revision}.json",
        help="where the documents were taken from; {revision} is filled in",
    )
    options = parser.parse_args(arguments)
    for path in options.documents:
        document, digest = load(path)
        revision = document["info"]["version"]
        result = subset(
            document, source_url=options.source_url.format(revision=revision), digest=digest
        )
        text = json.dumps(result, separators=(",", ":"), sort_keys=False)
        target = options.output / f"vbr_rest_{revision}.subset.json.gz"
        # mtime=0 keeps the file identical from run to run.
        target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        counts = {kind: len(section) for kind, section in result["components"].items()}
        operations = sum(len(methods) for methods in result["paths"].values())
        sys.stdout.write(
            f"{target.name}: {operations} operations, {counts}, "
            f"{len(text)} bytes, {target.stat().st_size} gzipped\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
