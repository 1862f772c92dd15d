"""What the shared code must know of a store: its errors, its names, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vbrprov_s3.clients import S3Client
from vbrprov_s3.errors import Service
from vbrprov_s3.waiting import VISIBLE_SECONDS


@dataclass(frozen=True, slots=True)
class Store:
    """One store, as far as buckets differ from store to store.

    ``names`` gives everything that follows from name and region of a bucket; ``location`` the
    location constraint of a creation, if any. ``defaults`` are the facets that a bucket gets when
    configuration does not mention them. ``lacks`` says why a facet cannot be set at all.
    ``lock_later`` is whether object lock can be turned on for a bucket that exists; ``None`` means
    that only trying tells. ``world`` is whether names are shared by all accounts of the world.
    ``skip_hint`` tells how to leave a facet out that the store does not have.
    ``settle_seconds`` bound the wait until a bucket shows what was set. ``further`` reads
    attributes of a bucket that only buckets of this store have.
    """

    service: Service
    names: Callable[[str, str], dict[str, str]]
    location: Callable[[str], str | None]
    defaults: frozenset[str] = frozenset()
    lacks: Mapping[str, str] = field(default_factory=dict)
    lock_later: bool | None = None
    world: bool = True
    skip_hint: str = ""
    settle_seconds: float = VISIBLE_SECONDS / 2
    further: Callable[[S3Client, str], Mapping[str, Any]] = lambda client, bucket: {}


class BucketClients(Protocol):
    """The client object of a provider, as far as buckets use it."""

    region: str
    sandbox: bool
    store: Store
    default_tags: Mapping[str, str]

    def s3(self, region: str | None = None, *, once: bool = False) -> S3Client:
        """The S3 client for a region; with *once* it never repeats a call by itself."""
        ...

    def account_id(self) -> str | None:
        """The account, or ``None`` when the store does not tell."""
        ...
