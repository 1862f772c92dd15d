"""Every example body of the vendor's document goes through the models of its resource type."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from vbrprov.sdk import ResourceType
from vbrprov_veeam import PROVIDER
from vbrprov_veeam.api import Wire, without_nulls
from vbrprov_veeam.doubles.vbr import document
from vbrprov_veeam.doubles.vbr.validation import validator_of
from vbrprov_veeam.objects import VbrObject

Json = dict[str, Any]
NO_ID = "00000000-0000-0000-0000-000000000001"

#: What a specification has and no model shows again: secrets, and what counts at creation only.
_SPEC_ONLY = {
    "password", "privateKey", "passphrase", "rootPassword", "secretKey", "sharedKey",
    "existingAccount", "creationMode", "newAccount", "importBackup", "importIndex", "uniqueId",
    "serverCertificate", "clientCertificate", "tag",
}


def _kinds() -> list[VbrObject[Any]]:
    found = []
    for name in PROVIDER.names("resources"):
        module = PROVIDER.load("resources", name)
        for value in vars(module).values():
            if (isinstance(value, type) and issubclass(value, ResourceType)
                    and value.__module__ == module.__name__ and issubclass(value, VbrObject)):
                found.append(value())
    return found


KINDS = _kinds()


def _examples(*, specs: bool) -> Iterator[tuple[str, str, str, Json, str]]:
    for revision in document.DOCUMENTED_REVISIONS:
        for operation in document.operations(revision):
            bodies = operation.examples if specs else operation.answers
            for name, body in bodies.items():
                for item in body.get("data", [body]):
                    if isinstance(item, dict):
                        yield revision, operation.path, name, item, operation.method


def _kind_of(path: str, raw: Json) -> VbrObject[Any] | None:
    for kind in KINDS:
        collection = getattr(kind, "example_path", kind.path)
        if path.removesuffix("/{id}") == collection and kind.fits(raw):
            return kind
    return None


def _cases(*, specs: bool) -> list[Any]:
    seen, found = set(), []
    for revision, path, name, body, method in _examples(specs=specs):
        raw = without_nulls(Wire(revision).decode(body))
        kind = _kind_of(path, raw)
        wanted = method == "POST" if specs else "id" in raw and "sessionType" not in raw
        key = (revision, name, str(raw))
        if kind is not None and wanted and key not in seen and kind.type_name in _OURS:
            seen.add(key)
            found.append(pytest.param(revision, kind, raw, id=f"{revision}-{name}"))
    return found


_OURS = {kind.type_name for kind in KINDS if kind.type_name.endswith("_repository")
         or kind.type_name in ("veeam_cloud_credentials", "veeam_credentials",
                               "veeam_encryption_password", "veeam_kms_server")}


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _SPEC_ONLY:
                yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, node


@pytest.fixture
def of_revision(server: Any, server2: Any) -> Any:
    return {"1.3-rev1": server, "1.3-rev2": server2}


@pytest.mark.parametrize(("revision", "kind", "raw"), _cases(specs=False))
def test_an_answer_is_read_and_written_back_unchanged(
    revision: str, kind: Any, raw: Json, of_revision: Any,
) -> None:
    server = of_revision[revision]
    model = kind._known(server, raw, None)
    again = copy.deepcopy(raw)
    kind.change(server, again, model)
    # What was there stays as it is; only what the document lets one leave out may come.
    after = dict(_leaves(again))
    lost = {path: (value, after.get(path)) for path, value in _leaves(raw)
            if after.get(path) != value and not path.startswith("account.connectionSettings.gat")}
    assert lost == {}
    # Some examples break the document that they stand in; what is sent breaks nothing more.
    schema, validator = _schema_of(revision, kind.path), validator_of(revision)
    wrong = validator.errors(Wire(revision).encode(raw), schema)
    assert set(validator.errors(Wire(revision).encode(again), schema)) <= set(wrong)


def _schema_of(revision: str, path: str) -> str:
    return next(o.request or "" for o in document.operations(revision)
                if o.method == "PUT" and o.path == f"{path}/{{id}}")


@pytest.mark.parametrize(("revision", "kind", "raw"), _cases(specs=True))
def test_a_specification_can_be_said_in_configuration(
    revision: str, kind: Any, raw: Json, of_revision: Any, request: pytest.FixtureRequest,
) -> None:
    server = of_revision[revision]
    _put_mount_servers(request, revision, raw)
    shown = {k: v for k, v in raw.items() if k not in _SPEC_ONLY}
    for extent in shown.get("performanceTier", {}).get("performanceExtents", ()):
        extent.setdefault("name", "extent")
    model = kind._known(server, {**shown, "id": NO_ID}, None)
    body: Json = {"type": raw["type"]} if "type" in raw else {}
    body |= {part: {} for part in ("account", "bucket", "container") if part in raw}
    kind.change(server, body, model)
    said = dict(_leaves(body))
    # What is off may be left out, with the settings that it would have; an appliance's region and
    # a vault's facts are looked up.
    missing = {path: value for path, value in _leaves(raw)
               if said.get(path) != value and value is not False and not path.endswith(".name")
               and not any(part in path for part in (
                   "gatewayServerIds", "account.vault.", "deployment")) and not _is_off(path, raw)}
    assert missing == {}


def _is_off(path: str, raw: Json) -> bool:
    if path == "maxTaskCount":
        return not raw.get("taskLimitEnabled")
    if path.startswith("mountServer.linux."):
        return bool(raw["mountServer"]["mountServerSettingsType"] == "Windows")
    parent: Any = raw
    for name in path.split(".")[:-1]:
        parent = parent.get(name) if isinstance(parent, dict) else None
    return isinstance(parent, dict) and parent.get("isEnabled") is False


def _put_mount_servers(request: pytest.FixtureRequest, revision: str, raw: Json) -> None:
    double = request.getfixturevalue("double2" if revision == "1.3-rev2" else "double")
    for system in ("windows", "linux"):
        found = raw.get("mountServer", {}).get(system)
        if found:
            double.seed("mountServers", {
                "id": found["mountServerId"], "type": system.capitalize(), "isDefault": False,
                "settings": {"writeCacheFolder": "/w", "vPowerNFSEnabled": False}})
