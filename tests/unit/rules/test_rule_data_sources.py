"""Repositories that only a data source shows are judged by what it says of them."""

from __future__ import annotations

from typing import Any

import pytest
from rule_world import UNKNOWN, run, shown

SHOWN = "data.veeam_repository.d"
POLICY = "veeam_agent_backup_policy.p"
TARGET = f"{POLICY} destination.repository_id"


def _estate(kind: str, *, os: str = "windows", **live: Any) -> dict[str, Any]:
    return {
        SHOWN: {"config": {"name": "d"},
                "live": {"id": "r1", "name": "d", "type": kind,
                         "connection_mode": "direct"} | live},
        POLICY: {"config": {"os": os, "destination": {"repository_id": "r1"}}},
    }


@pytest.mark.parametrize(("kind", "more", "rule", "found"), [
    ("VeeamDataCloudVault", {}, "VBR023", [f"violated refuse {TARGET}"]),
    ("VeeamDataCloudVault", {"connection_mode": "selected_gateway"}, "VBR023", []),
    ("AmazonSnowballEdge", {}, "VBR013", [f"violated refuse {TARGET}"]),
    ("AzureBlob", {"immutability_enabled": True}, "VBR028", [f"violated refuse {TARGET}"]),
    ("AzureBlob", {}, "VBR026", [f"unknown refuse {TARGET}"]),
    ("GoogleCloud", {}, "VBR069", [f"unknown refuse {TARGET}"]),
    ("AmazonS3", {}, "VBR069", []),
    ("WinLocal", {}, "VBR023", []),
])
def test_a_policy_to_what_a_data_source_shows(kind: str, more: dict[str, Any], rule: str,
                                              found: list[str]) -> None:
    assert shown(run(_estate(kind, **more), rule)[0]) == found


def test_the_vendor_of_s3_compatible_storage_is_not_shown() -> None:
    assert shown(run(_estate("S3Compatible", os="unix"), "VBR031")[0]) == [
        f"unknown refuse {TARGET}"]


def test_a_data_source_that_shows_a_repository_of_ours_is_not_a_second_one() -> None:
    bucket = {"name": "bk", "folder": "f"}
    ours = {"name": "d", "bucket": bucket}
    specs = _estate("AmazonS3", storage="bk", folder="f") | {
        "veeam_amazon_s3_repository.a": {"config": ours, "live": ours | {"id": "r1"},
                                         "planned": ours | {"id": "r1"}, "action": "no-op"}}
    assert run(specs, "VBR089")[0] == []
    specs["veeam_amazon_s3_repository.a"] = {"config": ours, "planned": ours | {"id": UNKNOWN}}
    assert [f.verdict.value for f in run(specs, "VBR089")[0]] == ["violated"]
