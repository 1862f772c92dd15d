"""The example on Azure in the sandbox: its whole life, and what people do to its account."""

from __future__ import annotations

from pathlib import Path

import pytest
from example import Example
from launcher import Launcher
from services import Sandbox

PLAN = ("plan", "-sandbox", "-detailed-exitcode")
APPLY = ("apply", "-sandbox", "-auto-approve")
DESTROY = ("destroy", "-sandbox", "-auto-approve")
ACCOUNT = "/providers/Microsoft.Storage/storageAccounts/acmeagentbackups"


@pytest.fixture
def estate(tmp_path: Path, launcher: Launcher, sandbox: Sandbox) -> Example:
    return Example("azure", tmp_path, launcher, sandbox)


def test_whole_life(estate: Example) -> None:
    estate.run("fmt", "-check")
    assert "Warning" not in estate.run("validate", says="The configuration is valid.").text
    estate.run(*APPLY, says="Resources: 8 added, 0 changed, 0 destroyed.")
    estate.run(*PLAN, says="No changes.")
    estate.run(*APPLY, "-var=key=key2", says="0 added, 2 changed, 0 destroyed")
    estate.run(*PLAN, "-var=key=key2", says="No changes.")
    estate.run(*DESTROY, "-var=key=key2", status=1, says="deletion_policy")
    going = ("-var=key=key2", "-var=destroyable=true")
    estate.run(*APPLY, *going, says="0 added, 3 changed, 0 destroyed")
    estate.run(*DESTROY, *going, says="8 destroyed")


def test_soft_delete_switched_on_by_hand_is_switched_off(estate: Example, sandbox: Sandbox) -> None:
    estate.run(*APPLY)
    sandbox.arm("PUT", f"{ACCOUNT}/blobServices/default", {"properties": {
        "isVersioningEnabled": True, "deleteRetentionPolicy": {"enabled": True, "days": 7}}},
        group="rg-agent-backups")
    estate.run(*PLAN, status=2, says="Plan: 0 to add, 1 to change, 0 to destroy.")
    estate.run(*APPLY, says="0 added, 1 changed, 0 destroyed")
    estate.run(*PLAN, says="No changes.")


def test_lifecycle_rules_made_by_hand_are_refused(estate: Example, sandbox: Sandbox) -> None:
    estate.run(*APPLY)
    sandbox.arm("PUT", f"{ACCOUNT}/managementPolicies/default", {"properties": {"policy": {
        "rules": [{"name": "old", "type": "Lifecycle", "enabled": True, "definition": {
            "filters": {"blobTypes": ["blockBlob"]},
            "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 9}}}}}]}}},
        group="rg-agent-backups")
    estate.run(*PLAN, status=1, says="Refused VBR014")
