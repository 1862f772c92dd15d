"""Which buckets encrypt with a key: without it their backups can never be read again."""

from __future__ import annotations

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.errors import S3
from vbrprov_aws.kms.calls import id_of, key_subject, kms_pages
from vbrprov_s3.bucket.reading import region_of
from vbrprov_s3.errors import invoke
from vbrprov_s3.facets import FacetReader


def refuse_used(client: AwsClients, key: str, region: str | None, ctx: StepContext) -> None:
    """Refuse when a bucket of the account encrypts with *key* by default.

    Buckets that may not be looked at do not count: what is lost by mistake can be had back as long
    as the key waits for its deletion.

    Raises:
        ProviderError: ``LOCKED``; the buckets are named.
    """
    names = {id_of(key)} | {str(alias["AliasName"]) for alias in kms_pages(
        ctx, client.kms(region).list_aliases, "Aliases", key_subject(key), KeyId=id_of(key))}
    users = [bucket for bucket in _buckets(client) if _key_of(client, bucket) in names]
    if users:
        raise ProviderError(
            ErrorClass.LOCKED, "Key encrypts buckets",
            f"The {key_subject(key)} is the default encryption of {', '.join(users[:10])}"
            f"{' and others' if len(users) > 10 else ''}. Without the key nothing in there can "
            "ever be read again.",
            hint="Delete the buckets first, or keep the key.")


def _buckets(client: AwsClients) -> list[str]:
    try:
        listed = invoke(S3, client.s3().list_buckets, "the account")
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            return []
        raise
    return [str(bucket["Name"]) for bucket in listed.get("Buckets", [])]


def _key_of(client: AwsClients, bucket: str) -> str:
    """Id or alias of the key of a bucket; empty when there is none or it may not be seen."""
    reader = FacetReader(S3, client.s3(), bucket)
    try:
        head = reader.exists()
        if head is None:
            return ""
        found = FacetReader(S3, client.s3(region_of(head, client.region)), bucket).read()
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.EXISTS, ErrorClass.NOT_FOUND):
            return ""
        raise
    key = found.encryption.kms_master_key_id if found.encryption else None
    name = id_of(key or "")
    return f"alias/{name.rpartition(':alias/')[2]}" if ":alias/" in name else name
