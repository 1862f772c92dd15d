"""What is set on a bucket beside S3: quota, firewall; and whether Immutable Object Storage is on.

Source: https://cloud.ibm.com/apidocs/cos/cos-configuration
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_ibm.bucket.model import CosBucketModel, place_of
from vbrprov_ibm.rest import CONFIGURATION
from vbrprov_ibm.session import Clients

MERGE: Final = {"Content-Type": "application/merge-patch+json"}
CONFIGURED: Final = ("hard_quota", "allowed_ip")


def read_configuration(client: Clients, model: CosBucketModel) -> CosBucketModel:
    """*model* with quota and firewall as they are; as it was where they may not be read."""
    if not client.settings.api_key:
        # HMAC keys reach S3 only.
        return model
    subject = f'bucket "{model.bucket_name}"'
    try:
        found = client.rest.call(CONFIGURATION, "GET", _path(model), subject).data
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            return model
        raise
    quota = found.get("hard_quota") or None
    allowed = (found.get("firewall") or {}).get("allowed_ip") or None
    return model.copy(
        hard_quota=model.hard_quota if not quota and not model.hard_quota else quota,
        allowed_ip=model.allowed_ip if sorted(allowed or []) == sorted(model.allowed_ip or [])
        else allowed)


def differs(now: CosBucketModel | None, planned: CosBucketModel) -> bool:
    """Whether quota or firewall are to be set."""
    quota, allowed = (0, []) if now is None else (now.hard_quota or 0, now.allowed_ip or [])
    return ((planned.hard_quota or 0) != quota
            or sorted(planned.allowed_ip or []) != sorted(allowed))


def write_configuration(client: Clients, planned: CosBucketModel) -> None:
    """Set quota and firewall; what is left out has no limit."""
    body = {"hard_quota": planned.hard_quota or 0,
            "firewall": {"allowed_ip": sorted(planned.allowed_ip or [])}}
    client.rest.call(CONFIGURATION, "PATCH", _path(planned),
                     f'bucket "{planned.bucket_name}"', body, headers=MERGE)


def _path(model: CosBucketModel) -> str:
    return f"/v1/b/{quote(model.bucket_name, safe='')}"


def immutable_object_storage(client: Clients, model: CosBucketModel) -> bool | None:
    """Whether the bucket has Immutable Object Storage; ``None`` when it may not be read.

    Source: https://cloud.ibm.com/apidocs/cos/cos-compatibility#getbucketprotectionconfiguration
    """
    status, body = client.s3_get(place_of(client, model), f"/{model.bucket_name}", "protection")
    if status == 404:
        return False
    if status != 200 or b"<!" in body:
        return None
    try:
        found = ElementTree.fromstring(body)  # noqa: S314  # no entities, checked above
    except ElementTree.ParseError:
        return None
    for element in found.iter():
        if element.tag.rpartition("}")[2] == "Status":
            return (element.text or "").strip() in ("Retention", "COMPLIANCE")
    return False
