"""s3_bucket: a bucket of any S3-compatible store, with all its facets as one resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from vbrprov.sdk import (
    PlanDraft,
    ProviderError,
    StorageBelow,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import is_known, known
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.bucket.resource import BucketType
from vbrprov_s3.capability import Capability
from vbrprov_s3.session import Clients
from vbrprov_s3.sosapi import SOURCE

#: Arguments and the capability that each needs.
_NEEDS: Final = {
    "object_lock_enabled": "object_lock", "versioning": "versioning", "tags": "tagging",
    "public_access_block": "public_access_block", "ownership_controls": "ownership_controls",
    "server_side_encryption_configuration": "encryption", "lifecycle_rule": "lifecycle",
}


class S3CompatibleBucketModel(BucketModel):
    """Arguments and attributes of ``s3_bucket``."""

    recorded = ("location_constraint",)

    location_constraint: str | None = attribute(
        doc="Location that the creation names, such as a zone group and placement of Ceph; follows "
            "from the vendor and region when left out.", default=None)
    endpoint: str | None = computed_attribute(doc="URL of the store, as Veeam takes it.")
    smart_entities: bool | None = computed_attribute(
        doc="Whether the store balances Veeam's load itself (SOSAPI, upload sessions); null when "
            "that may not be read.", source=SOURCE)

    def location(self) -> str | None:
        """The location that is stated."""
        return self.location_constraint


class S3CompatibleBucket(BucketType[S3CompatibleBucketModel, Clients]):
    """A bucket of a store that speaks S3.

    Public access block, ownership and default encryption are left alone unless they are stated,
    since many stores have none of them.
    """

    type_name = "s3_bucket"
    model = S3CompatibleBucketModel
    doc = "A bucket of an S3-compatible store with all its settings."
    holds = "s3c"

    def storage_ids(self, client: Clients, storage: StorageBelow) -> Iterator[str]:
        """The name, if it is one in this store: other stores have buckets of the same names."""
        if client.sandbox or (storage.endpoint and _host(storage.endpoint) == _host(
                client.settings.endpoints["s3"])):
            yield storage.name

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse what the store is seen not to do."""
        super().plan_modify(plan)
        before = known(plan.prior, "location_constraint") if plan.prior is not None else None
        if before is not None and known(plan.planned, "location_constraint") != before:
            # An imported bucket has none recorded, and is not made anew for that.
            plan.require_replace("location_constraint")
        stated = [name for name in _NEEDS if known(plan.config, name)]
        client = plan.client
        if client is None or not stated or plan.prior is not None:
            # A bucket that exists has said itself, when it was read, what it is set to.
            return
        try:
            capability: Capability = client.capability()
        except ProviderError as error:
            plan.warn("Store not probed", f"{error.detail} Whether it can do what the bucket asks "
                      "for shows when it is made.", None)
            return
        for name in stated:
            if _asks(known(plan.config, name)) and not _can(capability, name):
                plan.error(
                    "Not supported by this store",
                    f"{client.store.service.title} answers that it has no "
                    f"{_NEEDS[name].replace('_', ' ')}, which {name} needs.", name)


def _asks(value: object) -> bool:
    """Whether an argument asks for something rather than for nothing."""
    return is_known(value) and value != {"status": "Disabled"}


def _can(capability: Capability, name: str) -> bool:
    return getattr(capability, _NEEDS[name]) is not False


def _host(endpoint: str) -> str:
    """Host and port of an address, which may be a URL."""
    return urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").netloc.lower()
