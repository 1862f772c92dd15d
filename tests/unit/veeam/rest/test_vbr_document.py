"""The extract of the official document and the validator made from it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from vbrprov_veeam.doubles.vbr import document
from vbrprov_veeam.doubles.vbr.handlers import all_routes
from vbrprov_veeam.doubles.vbr.validation import Validator

REVISIONS = document.DOCUMENTED_REVISIONS
OPERATIONS = [(rev, op) for rev in REVISIONS for op in document.operations(rev)]
EXAMPLES = [(rev, op, name) for rev, op in OPERATIONS for name in op.examples]

# Examples in which the vendor breaks the vendor's own schema, with what is wrong. A new document
# that repairs one must show up here.
BROKEN_EXAMPLES = {
    ("1.3-rev1", "WindowsManagedServerSpecExample"): "componentName",
    ("1.3-rev1", "WindowsManagedServerModelExample"): "componentName",
    ("1.3-rev1", "MountServerSpecExample"): "$.type: unknown property",
    ("1.3-rev1", "WinLocalRepositorySpecExample"): "mountServerSettingsType",
    ("1.3-rev1", "LinuxLocalRepositorySpecExample"): "mountServerSettingsType",
    ("1.3-rev1", "WinLocalRepositoryModelExample"): "mountServerSettingsType",
    ("1.3-rev1", "LinuxLocalRepositoryModelExample"): "mountServerSettingsType",
    ("1.3-rev1", "AzureBlobRepositoryModelExample"): "mountServerSettingsType",
    ("1.3-rev1", "GoogleCloudRepositoryModelExample"): "mountServerSettingsType",
    ("1.3-rev1", "IBMCloudRepositoryModelExample"): "mountServerSettingsType",
    ("1.3-rev1", "ProtectionGroupModelExample"): "days[0]",
    ("1.3-rev1", "ServersInventoryBrowserFiltersExample"): "operation",
    ("1.3-rev1", "PhysicalInventoryBrowserItemsFiltersExample"): "operation",
    ("1.3-rev1", "PhysicalInventoryBrowserItemsFiltersExample-Clusters"): "operation",
    ("1.3-rev2", "WindowsManagedServerModelExample"): "componentName",
    ("1.3-rev2", "AzureBlobRepositoryModelExample"): "credentialsId",
    ("1.3-rev2", "ProtectionGroupModelExample"): "days[0]",
    ("1.3-rev2", "ServersInventoryBrowserFiltersExample"): "operation",
    ("1.3-rev2", "PhysicalInventoryBrowserItemsFiltersExample"): "operation",
    ("1.3-rev2", "PhysicalInventoryBrowserItemsFiltersExample-Clusters"): "operation",
    # These two exclude a vSphere machine, which the extract leaves out.
    ("1.3-rev2", "BackupCopyJobSpecExample"): "platform",
    ("1.3-rev2", "BackupCopyJobModelExample"): "platform",
}


@pytest.fixture(scope="module")
def validators() -> dict[str, Validator]:
    return {revision: Validator(revision) for revision in REVISIONS}


@pytest.mark.parametrize("revision", REVISIONS)
def test_extract_says_where_it_comes_from(revision: str) -> None:
    loaded = document.load(revision)
    assert loaded["info"]["version"] == revision
    assert loaded["x-provenance"]["publisher"] == "Veeam Software"
    assert len(loaded["x-provenance"]["sha256_of_full_document"]) == 64


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_schema_compiles_and_ends(revision: str, validators: dict[str, Validator]) -> None:
    # The untransformed document sends validators into endless recursion here.
    for name in document.load(revision)["components"]["schemas"]:
        validators[revision].errors({}, name)


@pytest.mark.parametrize(
    ("revision", "operation", "name"), EXAMPLES, ids=[f"{r}-{n}" for r, _, n in EXAMPLES]
)
def test_vendor_examples_pass(
    revision: str, operation: document.Operation, name: str, validators: dict[str, Validator]
) -> None:
    assert operation.request is not None
    errors = validators[revision].errors(operation.examples[name], operation.request)
    expected = BROKEN_EXAMPLES.get((revision, name))
    if expected is None:
        assert errors == []
    else:
        assert any(expected in error for error in errors), errors


def test_there_are_many_examples() -> None:
    assert len(EXAMPLES) > 150
    used = {(revision, name) for revision, _, name in EXAMPLES}
    assert set(BROKEN_EXAMPLES) <= used


def _places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = []
    if isinstance(node, dict):
        found.append(path)
        for key, value in node.items():
            found += _places(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            found += _places(item, (*path, index))
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_misspelt_property_is_found_at_any_depth(revision: str) -> None:
    validator = Validator(revision)
    for _, operation, name in (e for e in EXAMPLES if e[0] == revision):
        if (revision, name) in BROKEN_EXAMPLES or operation.request is None:
            continue
        for place in _places(operation.examples[name])[:40]:
            body = copy.deepcopy(operation.examples[name])
            node: Any = body
            for key in place:
                node = node[key]
            node["misspelt"] = True
            errors = validator.errors(body, operation.request)
            assert any("misspelt: unknown property" in e for e in errors), (name, place)


def test_errors_name_the_place_and_hide_the_value() -> None:
    validator = Validator("1.3-rev1")
    body = {"type": "Standard", "username": "u", "password": ["hunter2"], "userName": "u"}
    errors = validator.errors(body, "CredentialsSpec")
    assert any(error.startswith("$.password: ") for error in errors)
    assert "$.userName: unknown property" in errors
    assert "hunter2" not in "".join(errors)


def test_discriminator_picks_the_schema() -> None:
    validator = Validator("1.3-rev1")
    base = {"name": "x", "description": ""}
    assert any("$.type" in e for e in validator.errors({**base, "type": "Nope"}, "RepositorySpec"))
    missing = validator.errors({**base, "type": "S3Compatible"}, "RepositorySpec")
    assert any('"bucket" is a required property' in error for error in missing)
    # 11:11 is in the enum, and no schema says how to create one; reading it is possible.
    foreign = {**base, "type": "ElevenElevenS3"}
    assert validator.errors(foreign, "RepositorySpec")
    shown = {**foreign, "id": "88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec"}
    assert validator.errors(shown, "RepositoryModel") == []


def test_every_operation_has_a_handler_and_none_is_left_over() -> None:
    documented = {(operation.method, operation.path) for _, operation in OPERATIONS}
    assert set(all_routes()) == documented
