"""What the types of the server say to an audit: each object is of one of them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from importlib.resources import files

import pytest

from vbrprov.workflow.auditing.listed import lists
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov_veeam.audit import beneath
from vbrprov_veeam.objects import VbrObject
from vbrprov_veeam.views import is_viewed

REGISTRY = ProviderRegistry()
TYPES = [kind for name in REGISTRY.type_names("veeam", "managed")
         if isinstance(kind := REGISTRY.resource_type("veeam", name), VbrObject)
         and is_viewed(kind.type_name)]


def _words(schema: str) -> list[str]:
    packed = files("vbrprov_veeam.specs").joinpath("vbr_rest_1.3-rev2.subset.json.gz").read_bytes()
    found: list[str] = json.loads(gzip.decompress(packed))["components"]["schemas"][schema]["enum"]
    return found


@pytest.mark.parametrize(("path", "schema"), [
    ("/api/v1/jobs", "EJobType"),
    ("/api/v1/backupInfrastructure/repositories", "ERepositoryType"),
])
def test_one_type_for_each_object(path: str, schema: str) -> None:
    kinds = [kind for kind in TYPES if kind.path == path]
    claimed = Counter(
        word for word in _words(schema) for kind in kinds
        if any(kind.fits({"type": word, "mode": mode}) for mode in ("Immediate", "Periodic")))
    assert claimed
    assert set(claimed.values()) == {1}, claimed


def test_types_that_guardrails_look_at_are_listed() -> None:
    # Whoever adds a view of a type of the server gets its objects audited.
    viewed = {kind.type_name for kind in TYPES}
    assert {"veeam_scale_out_repository", "veeam_protection_group", "veeam_backup_copy_job",
            "veeam_agent_backup_policy", "veeam_wasabi_repository"} <= viewed
    assert all(lists(kind) for kind in TYPES)


@pytest.mark.parametrize(("type_name", "values", "found"), [
    ("veeam_wasabi_repository", {"account": {"region_id": "eu-central-1"}},
     'bucket "b" of https://s3.eu-central-1.wasabisys.com'),
    ("veeam_s3_compatible_repository", {"account": {"service_point": "https://minio:9000"}},
     'bucket "b" of https://minio:9000'),
    ("veeam_amazon_s3_repository", {}, 'bucket "b"'),
    ("veeam_s3_glacier_repository", {}, 'bucket "b"'),
    ("veeam_data_cloud_vault_repository", {}, None),
    ("veeam_scale_out_repository", {}, None),
])
def test_storage_beneath(type_name: str, values: dict[str, object], found: str | None) -> None:
    whole = {"bucket": {"name": "b", "folder": "f"}, **values}
    below = list(beneath(None, type_name, whole))  # type: ignore[arg-type]  # asked for Azure only
    assert [str(each) for each in below] == ([found] if found else [])
