"""The rename tables, checked against the documents and against a newer server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import KNOWN_REVISIONS, Feature, Wire, supports
from vbrprov_veeam.doubles.vbr import document
from vbrprov_veeam.doubles.vbr.samples import GROUPS, JOBS, REPOSITORIES, Samples
from vbrprov_veeam.doubles.vbr.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from vbrprov_veeam.api import VbrClient
    from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

Json = dict[str, Any]


def _properties(revision: str) -> dict[str, set[str]]:
    shapes = document.Shapes(revision)
    schemas = document.load(revision)["components"]["schemas"]
    return {name: set(shapes.properties(schema)) for name, schema in schemas.items()}


def test_every_renamed_property_is_in_the_table() -> None:
    # A property that leaves a schema while another comes, and that is not the same object moved
    # to the base schema, was renamed.
    old, new = _properties("1.3-rev1"), _properties("1.3-rev2")
    gone: dict[str, set[str]] = {}
    for name in old.keys() & new.keys():
        for prop in old[name] - new[name]:
            gone.setdefault(prop, set()).add(name)
    # Not renamed: replaced by another shape, or dropped. None is written by vbrprov.
    other = {
        "credentialsId",
        "credentialsType",
        "guestProcessing",
        "path",
        "expirationDate",
        "supportExpirationDate",
    }
    assert set(gone) - other == {"synthenticFulls", "RemoveData"}
    body: Json = {"synthenticFulls": {}, "fullBackupMaintenance": {"RemoveData": {}}}
    wire = Wire("1.3-rev1")
    canonical: Json = {"syntheticFulls": {}, "fullBackupMaintenance": {"removeData": {}}}
    assert wire.decode(body) == canonical
    assert wire.encode(canonical) == body
    assert Wire("1.3-rev2").encode(canonical) == canonical


def test_every_renamed_repository_type_is_in_the_table() -> None:
    kinds = {
        revision: set(document.load(revision)["components"]["schemas"]["ERepositoryType"]["enum"])
        for revision in document.DOCUMENTED_REVISIONS
    }
    wire = Wire("1.3-rev1")
    for kind in kinds["1.3-rev1"] - kinds["1.3-rev2"]:
        assert wire.decode({"type": kind})["type"] in kinds["1.3-rev2"]
    for kind in kinds["1.3-rev2"] & kinds["1.3-rev1"]:
        assert wire.encode({"type": kind}) == {"type": kind}


@pytest.mark.parametrize("revision", KNOWN_REVISIONS)
def test_there_and_back(revision: str) -> None:
    body = {
        "type": "S3Integrated",
        "name": "type",
        "mountServer": {
            "mountServerSettingsType": "Windows",
            "windows": {"mountServerId": "x", "writeCacheFolder": "c", "vPowerNFSEnabled": False},
        },
        "list": [{"type": "QuantumDXi"}, {"unknown": {"removeData": 1}}],
    }
    wire = Wire(revision)
    assert wire.decode(wire.encode(body)) == body


def test_mount_servers_of_older_revisions() -> None:
    windows = {"mountServerId": "x", "writeCacheFolder": "c", "vPowerNFSEnabled": False}
    body = {"mountServer": {"mountServerSettingsType": "Windows", "windows": windows}}
    assert Wire("1.2-rev1").encode(body) == {"mountServer": windows}
    lower = Wire("1.3-rev0").encode(body)["mountServer"]
    assert lower["mountServerSettingsType"] == "windows"
    # The flat form is read everywhere.
    assert Wire("1.3-rev2").decode({"mountServer": windows}) == body
    assert Wire("1.3-rev2").decode({"mountServer": None}) == {"mountServer": None}


def test_features() -> None:
    assert not supports("1.3-rev1", Feature.ACCESS_PERMISSIONS)
    assert supports("1.3-rev2", Feature.ACCESS_PERMISSIONS)
    assert supports("1.3-rev1", Feature.AGENT_POLICIES)
    assert not supports("1.3-rev0", Feature.AGENT_POLICIES)
    assert not any(supports("1.2-rev1", feature) for feature in Feature)
    for feature in Feature:
        assert supports("1.3-rev2", feature)


def _advanced_policy(samples: Samples, repository: str, group: str) -> Json:
    policy = samples.policy(repository, group)
    policy["storage"]["advancedSettings"] = {
        "syntheticFulls": {"isEnabled": False},
        "fullBackupMaintenance": {"removeData": {"isEnabled": False, "afterDays": 14}},
    }
    return policy


@pytest.mark.parametrize("pinned", ["1.3-rev1", "1.3-rev2"])
def test_one_body_for_both_revisions(
    pinned: str, double2: RemoteDouble, connect: Callable[..., VbrClient]
) -> None:
    client = connect(double2, revision=pinned)
    samples = Samples(client)
    repository = client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
    group = client.create_async(GROUPS, samples.group(), name="group")
    body = _advanced_policy(samples, repository["id"], group["id"])
    encoded = client.wire.encode(body)
    assert Validator(pinned).errors(encoded, "JobSpec") == []
    made = client.post(JOBS, encoded)
    assert ("synthenticFulls" in json.dumps(made)) == (pinned == "1.3-rev1")
    shown = client.wire.decode(client.get(f"{JOBS}/{made['id']}"))
    assert shown["storage"]["advancedSettings"] == body["storage"]["advancedSettings"]


def test_a_newer_server_shows_old_words_to_an_old_client(
    double2: RemoteDouble, connect: Callable[..., VbrClient]
) -> None:
    old = connect(double2, revision="1.3-rev1")
    stored = Samples(old).s3_compatible()
    double2.seed("repositories", {**stored, "type": "S3Integrated", "name": "integrated"})
    (shown,) = old.find_by_name(REPOSITORIES, "integrated")
    assert shown["type"] == "SmartObjectS3"
    assert old.wire.decode(shown)["type"] == "S3Integrated"
    (shown,) = connect(double2).find_by_name(REPOSITORIES, "integrated")
    assert shown["type"] == "S3Integrated"


def test_directory_groups_in_both_revisions(
    double2: RemoteDouble, connect: Callable[..., VbrClient]
) -> None:
    old, new = connect(double2, revision="1.3-rev1"), connect(double2)
    account = old.post("credentials", {"type": "Standard", "username": "u", "password": "p"})
    domain = old.post("adDomains", {"serverName": "dc.x.test", "credentialsId": account["id"]})
    spec = {
        "type": "ADObjects",
        "name": "directory",
        "description": "",
        "activeDirectory": {"domainControllerSettings": domain, "objects": []},
        "credentials": {"masterCredentialsId": account["id"], "useCustomCredentials": False},
    }
    made = old.create_async(GROUPS, spec, name="directory")
    assert "masterConnectionType" not in made["credentials"]
    shown = new.get(f"{GROUPS}/{made['id']}")
    assert shown["credentials"]["masterConnectionType"] == "PermanentCredentials"
    del shown["credentials"]["masterCredentialsId"]
    new.wait_session(new.put(f"{GROUPS}/{made['id']}", shown))
    (again,) = old.find_by_name(GROUPS, "directory")
    assert again["credentials"]["masterCredentialsId"] == "00000000-0000-0000-0000-000000000000"
