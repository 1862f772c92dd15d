"""s3_endpoint_normalize(endpoint): the address of an S3 service in one form."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import NUMBER, STRING, ObjectT, Value

_ENDPOINT = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(\[[^\]]*\]|[^:/?#@\[\]]+)(?::([0-9]{1,5}))?/*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_PORTS = {"https": 443, "http": 80}


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return f"[{IPv6Address(text[1:-1])}]"
        except AddressValueError:
            raise FunctionError(0, "the host is not a valid IPv6 address") from None
    name = text.lower().removesuffix(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, name.split("."))):
        raise FunctionError(0, "the host is not a valid host name")
    return name


def _s3_endpoint_normalize(endpoint: str) -> Value:
    found = _ENDPOINT.fullmatch(endpoint.strip())
    if found is None:
        raise FunctionError(
            0, "an endpoint is a host name, maybe with https:// before and a port behind it; it "
            "has no user name, path or query")
    scheme = (found[1] or "https").lower()
    if scheme not in _PORTS:
        raise FunctionError(0, "the scheme must be https or http")
    host = _host(found[2])
    port = int(found[3]) if found[3] else _PORTS[scheme]
    if not 1 <= port <= 65_535:
        raise FunctionError(0, "the port must be 1 to 65535")
    shown = "" if port == _PORTS[scheme] else f":{port}"
    return {"scheme": scheme, "host": host, "port": port, "url": f"{scheme}://{host}{shown}"}


FUNCTION = Function(
    name="s3_endpoint_normalize", group="storage",
    doc="Split the address of an S3 service into `scheme`, `host` and `port`, and return it as "
        "`url` in one form: https where no scheme is given, small letters, no usual port, no slash "
        "at the end.",
    params=(Param("endpoint", str, "The address, such as `S3.example.com:9000`."),),
    returns=ObjectT({"scheme": STRING, "host": STRING, "port": NUMBER, "url": STRING}),
    impl=_s3_endpoint_normalize, example='s3_endpoint_normalize("S3.Example.com:9000/")',
)
