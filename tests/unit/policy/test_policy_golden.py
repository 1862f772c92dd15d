"""Every set as every vendor writes it, compared with files that were reviewed by hand."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from vbrprov.policy import finding, purposes
from vbrprov.policy.asking import PolicyArguments
from vbrprov.policy.check import check
from vbrprov.policy.given import of_document
from vbrprov.policy.rendering import Rendered, render
from vbrprov.sdk import PolicyError

CASES = Path(__file__).parents[2] / "cases" / "policies"
SETS: dict[str, dict[str, Any]] = tomllib.loads((CASES / "sets.toml").read_text(encoding="utf-8"))
UPDATE = bool(os.environ.get("VBRPROV_UPDATE_EXPECTED"))


def rendered(vendor: str, name: str) -> Rendered:
    given = {"buckets": ["agents-backup"], **SETS[name]}
    return render(PolicyArguments(vendor=vendor, **given))


def outcome(vendor: str, name: str) -> tuple[bool, Any]:
    """Whether there is a policy, and it or the refusal."""
    try:
        found = rendered(vendor, name)
    except PolicyError as error:
        return False, {"argument": error.argument, "summary": error.summary,
                       "detail": error.detail, "hint": error.hint}
    return True, {"kind": found.document.kind, "attach": found.document.attach,
                  "notes": list(found.notes), "formats": found.formats(),
                  "policy": found.document.body}


@pytest.mark.parametrize("vendor", finding.vendors())
def test_as_reviewed(vendor: str) -> None:
    folder = CASES / vendor
    refused = {}
    for name in SETS:
        there, found = outcome(vendor, name)
        file = folder / f"{name}.json"
        if not there:
            refused[name] = found
            if UPDATE:
                file.unlink(missing_ok=True)
            assert not file.exists(), f"{vendor} refuses {name} now: {found['detail']}"
        elif UPDATE:
            folder.mkdir(exist_ok=True)
            file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n",
                            encoding="utf-8")
        else:
            assert found == json.loads(file.read_text(encoding="utf-8")), name
    file = folder / "refused.json"
    if UPDATE:
        file.write_text(json.dumps(refused, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert refused == json.loads(file.read_text(encoding="utf-8"))


def test_every_vendor_of_the_design_is_there() -> None:
    assert set(finding.vendors()) == {
        "aws", "azure", "ceph", "cloudian", "ecs", "eleven_eleven", "flashblade", "generic",
        "google", "ibm", "minio", "scality", "storagegrid", "wasabi"}


def test_every_purpose_has_a_set() -> None:
    assert {given["purpose"] for given in SETS.values()} == set(purposes.names())


@pytest.mark.parametrize("vendor", finding.vendors())
def test_what_is_rendered_passes_its_own_check(vendor: str) -> None:
    for name in SETS:
        try:
            found = rendered(vendor, name)
        except PolicyError:
            continue
        if found.document.kind != "azure_assignments":
            assert [f.detail for f in check(of_document(found.document), found)] == [], name
