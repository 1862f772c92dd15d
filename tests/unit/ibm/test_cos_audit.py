"""Finding a bucket of IBM Cloud by the address that the backup server knows."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import StorageBelow
from vbrprov_ibm.locations import place_of_endpoint
from vbrprov_ibm.resources.cos_bucket import CosBucket
from vbrprov_ibm.resources.resource_instance import ResourceInstance

BUCKET = CosBucket()


@pytest.mark.parametrize(("address", "place"), [
    ("https://s3.us-south.cloud-object-storage.appdomain.cloud", ("rl", "us-south")),
    ("s3.private.eu-de.cloud-object-storage.appdomain.cloud", ("rl", "eu-de")),
    ("https://s3.direct.eu.cloud-object-storage.appdomain.cloud/", ("crl", "eu")),
    ("https://s3.ams03.cloud-object-storage.appdomain.cloud:443", ("ssl", "ams03")),
    ("https://minio.example.com", None),
    ("https://s3.eu.cloud-object-storage.appdomain.cloud.example.com", None),
    ("", None),
])
def test_place(address: str, place: tuple[str, str] | None) -> None:
    assert place_of_endpoint(address) == place


def test_found(ibm: Any) -> None:
    instance = ibm.apply(ResourceInstance(), name="backups", deletion_policy="DELETE").state
    state = ibm.apply(BUCKET, bucket_name="backups-1", resource_instance_id=instance.id,
                      region_location="us-south", storage_class="smart").state
    storage = StorageBelow("s3c", "backups-1", endpoint=(
        "https://s3.us-south.cloud-object-storage.appdomain.cloud"))
    [import_id] = BUCKET.storage_ids(ibm.client, storage)
    found = BUCKET.import_state(ibm.client, import_id, ibm.ctx)
    assert found is not None
    assert (found.bucket_name, found.crn, found.id) == (state.bucket_name, state.crn, state.id)
    assert BUCKET.storage_known(storage) == {"bucket_name": "backups-1"}


def test_not_of_ibm(ibm: Any) -> None:
    storage = StorageBelow("s3c", "backups-1", endpoint="https://minio.example.com")
    assert not list(BUCKET.storage_ids(ibm.client, storage))
    assert not BUCKET.storage_known(storage)
