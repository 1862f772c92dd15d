"""data s3_capability: what a store can do, for guards and for choosing settings."""

from __future__ import annotations

from vbrprov.sdk import DataSource, ErrorClass, Model, ProviderError, StepContext, attribute
from vbrprov.sdk.model import computed_attribute
from vbrprov_s3.capability import NAMES, Capability, probe_by_writing, probe_store
from vbrprov_s3.session import Clients
from vbrprov_s3.sosapi import SOURCE, Sosapi, read_sosapi


class CapabilityModel(Model):
    """Arguments and attributes of ``data.s3_capability``. Null is "not known"."""

    bucket: str | None = attribute(
        doc="A bucket to ask with; the first of one's own when left out. SOSAPI needs it.",
        default=None)
    allow_write_probe: bool | None = attribute(
        doc="Also try things out in scratch buckets named vbrprov-probe-..., which are deleted "
            "again. Without it nothing is written.", default=False)
    vendor: str | None = computed_attribute(doc="Name of the vendor.")
    notes: list[str] | None = computed_attribute(doc="What is to be known of the vendor.")
    versioning: bool | None = computed_attribute(doc="Versioning.")
    object_lock: bool | None = computed_attribute(doc="Object lock.")
    object_lock_on_existing_bucket: bool | None = computed_attribute(
        doc="Object lock can be turned on for a bucket that exists.")
    bucket_policy: bool | None = computed_attribute(doc="Bucket policies.")
    tagging: bool | None = computed_attribute(doc="Tags of buckets.")
    public_access_block: bool | None = computed_attribute(doc="Public access block.")
    ownership_controls: bool | None = computed_attribute(doc="Object ownership controls.")
    encryption: bool | None = computed_attribute(doc="Default encryption as a setting.")
    lifecycle: bool | None = computed_attribute(doc="Lifecycle rules.")
    conditional_writes: bool | None = computed_attribute(
        doc="Writes \"only if absent\" hold; needs allow_write_probe.")
    checksums: bool | None = computed_attribute(
        doc="CRC32 checksums are taken; needs allow_write_probe.")
    sts: bool | None = computed_attribute(doc="STS GetCallerIdentity.")
    sosapi: bool | None = computed_attribute(doc="SOSAPI is offered.", source=SOURCE)
    sosapi_version: str | None = computed_attribute(doc="Version of SOSAPI.")
    sosapi_model: str | None = computed_attribute(doc="Model that the store calls itself.")
    sosapi_iam_sts: bool | None = computed_attribute(doc="The store offers IAM and STS to Veeam.")
    sosapi_block_size_kb: int | None = computed_attribute(doc="Block size that it recommends.")
    capacity_bytes: int | None = computed_attribute(doc="Size of the store.")
    available_bytes: int | None = computed_attribute(doc="Free space of the store.")
    used_bytes: int | None = computed_attribute(doc="Used space of the store.")


class CapabilityData(DataSource[CapabilityModel, Clients]):
    """Asks the store."""

    type_name = "s3_capability"
    model = CapabilityModel
    doc = "What an S3-compatible store can do."
    source = SOURCE

    def read(self, client: Clients, config: CapabilityModel, ctx: StepContext) -> CapabilityModel:
        """Probe without writing, unless writing is allowed."""
        if config.allow_write_probe:
            found = probe_by_writing(client, ctx)
        elif config.bucket:
            found = probe_store(client, config.bucket)
        else:
            found = client.capability()
        vendor = client.settings.vendor
        return config.copy(
            vendor=vendor.title, notes=list(vendor.notes), **_known(found),
            **_sosapi(client, config.bucket))


def _known(found: Capability) -> dict[str, bool | None]:
    return {name: getattr(found, name) for name in NAMES}


def _sosapi(client: Clients, bucket: str | None) -> dict[str, object]:
    if bucket is None:
        return {"sosapi": None}
    try:
        found = read_sosapi(client.store.service, client.s3(), bucket)
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            return {"sosapi": None}
        raise
    said = found or Sosapi()
    return {
        "sosapi": found is not None, "sosapi_version": said.protocol_version or None,
        "sosapi_model": said.model_name or None,
        "sosapi_iam_sts": None if found is None else said.iam_sts,
        "sosapi_block_size_kb": said.block_size_kb, "capacity_bytes": said.capacity,
        "available_bytes": said.available, "used_bytes": said.used,
    }
