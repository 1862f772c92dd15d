"""Whether a request is signed with a key (AWS signature version 4)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit


def signed_by(method: str, url: str, headers: Mapping[str, str], body: bytes, access_key: str,
              secret_key: str) -> str:
    """The error code of a signature that is wrong; empty when it is right.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    kind, _, rest = str(headers.get("Authorization", "")).partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    scope = fields.get("Credential", "").split("/")
    if kind != "AWS4-HMAC-SHA256" or len(scope) != 5:
        return "AccessDenied"
    if scope[0] != access_key:
        return "InvalidAccessKeyId"
    digest = hashlib.sha256(body).hexdigest()
    if headers.get("X-Amz-Content-SHA256", digest) != digest:
        return "XAmzContentSHA256Mismatch"
    names = fields.get("SignedHeaders", "").split(";")
    parts = urlsplit(url)
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}"
                     for k, v in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    listed = "".join(f"{name}:{' '.join(str(headers.get(name, '')).split())}\n" for name in names)
    canonical = "\n".join((method, parts.path, query, listed, ";".join(names), digest))
    text = "\n".join((kind, str(headers.get("X-Amz-Date", "")), "/".join(scope[1:]),
                      hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret_key}".encode()
    for part in scope[1:]:
        key = hmac.digest(key, part.encode(), "sha256")
    wanted = hmac.new(key, text.encode(), "sha256").hexdigest()
    right = hmac.compare_digest(wanted, fields.get("Signature", ""))
    return "" if right else "SignatureDoesNotMatch"
