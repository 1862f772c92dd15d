"""Where IBM's buckets can lie, and the addresses that follow.

Source: https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-endpoints
"""

from __future__ import annotations

import re
from typing import Final

HOST: Final = "cloud-object-storage.appdomain.cloud"
CLASSES: Final = ("standard", "smart", "vault", "cold", "onerate_active")
#: Kind of endpoint: what stands before the location.
PREFIXES: Final = {"public": "", "private": "private.", "direct": "direct."}

_ENDPOINT: Final = re.compile(
    rf"s3\.(?:private\.|direct\.)?([a-z0-9-]+)\.{re.escape(HOST)}(?:[:/]|$)")


def endpoint(location: str, kind: str = "public") -> str:
    """The URL of S3 at a location."""
    return f"https://s3.{PREFIXES[kind]}{location}.{HOST}"


def place_of_endpoint(address: str) -> tuple[str, str] | None:
    """Kind (as import ids have it) and location of an endpoint; ``None`` for another's."""
    host = address.partition("://")[2] or address
    found = _ENDPOINT.match(host)
    if found is None:
        return None
    location = found[1]
    # Cross regions are named after continents; the names of single sites have a number.
    kind = "crl" if location in ("us", "eu", "ap") else "ssl" if location[-1].isdigit() else "rl"
    return kind, location


def guid_of(instance: str) -> str:
    """The GUID of an instance that is named by its CRN, or already by it.

    ``crn:v1:bluemix:public:cloud-object-storage:global:a/<account>:<guid>::``
    """
    parts = instance.split(":")
    return parts[7] if len(parts) > 7 else instance


def bucket_crn(instance: str, bucket: str) -> str:
    """The CRN of a bucket."""
    return f"{instance.removesuffix('::').rstrip(':')}:bucket:{bucket}"
