"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vbrprov_ibm.session import Clients


def pages(client: Clients, service: str, path: str, key: str, subject: str,
          query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All entries: a page names the next by its address."""
    while True:
        data = client.rest.call(service, "GET", path, subject, query=query).data
        yield from data.get(key) or []
        following = data.get("next_url") or data.get("next")
        if not following:
            return
        parts = urlsplit(str(following))
        path, query = parts.path, dict(parse_qsl(parts.query))
