"""botocore sessions and configurations of stores that are not Amazon's."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any, Final

import vbrprov
from vbrprov_s3.loading import load

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60
#: Calls whose body must carry a digest. boto3 sends a CRC32 only, older stores know MD5 only:
#: https://github.com/CERT-Polska/karton/pull/270 and NetApp's "use S3 API for S3 Object Lock".
DIGESTED: Final = (
    "DeleteObjects", "PutBucketEncryption", "PutBucketLifecycleConfiguration",
    "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketTagging", "PutBucketVersioning",
    "PutObjectLockConfiguration", "PutPublicAccessBlock",
)


def bare_session() -> Any:
    """A session that sees none of the user's AWS profiles and environment."""
    load()
    import botocore.session

    # Credentials for Amazon must never be sent to another store.
    return botocore.session.Session(session_vars={
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
        "region": (None, None, None, None),
        "ca_bundle": (None, None, None, None),
    })


def sdk_config(*, max_attempts: int, parallelism: int, path_style: bool, sandbox: bool,
               checksums: str = "when_required") -> Any:
    """How clients sign, repeat and address.

    ``checksums`` is ``when_required`` by default: from boto3 1.36 on, checksums that many stores
    refuse are sent otherwise (https://github.com/boto/boto3/issues/4392).
    """
    from botocore.config import Config

    retries = ({"mode": "standard", "total_max_attempts": 1} if max_attempts <= 1
               else {"mode": "standard", "max_attempts": max_attempts})
    return Config(
        retries=retries, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
        max_pool_connections=max(10, parallelism),
        user_agent_extra=f"vbrprov/{vbrprov.__version__}",
        s3={"addressing_style": "path" if path_style else "virtual"},
        request_checksum_calculation=checksums, response_checksum_validation=checksums,
        # A proxy would be asked for a loopback address.
        proxies={} if sandbox else None,
    )


def with_digests(client: Any) -> Any:
    """An S3 client that sends the MD5 digest of its bodies, too."""
    for operation in DIGESTED:
        client.meta.events.register(f"before-sign.s3.{operation}", _add_md5)
    return client


def _add_md5(request: Any, **others: Any) -> None:
    body = request.data
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes) and "Content-MD5" not in request.headers:
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        request.headers["Content-MD5"] = base64.b64encode(digest).decode()
