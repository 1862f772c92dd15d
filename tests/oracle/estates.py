"""Abstract estates: plain data, no more than the sources speak of.

A value is known, ``OPEN`` (known after apply) or None (not written). A link is the address of what
is meant, ``ELSEWHERE`` (a known name or id of something that is declared nowhere), ``OPEN``, or an
``Either``: a reference to one of several.

Storage that exists has a ``now``: a part of the same kind with the settings that it has in the
cloud. ``recorded`` is what the state said of it before it was read. ``denied`` are the groups of
settings that may not be read, ``attests`` pairs of a rule and whether the attestation is of force.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OPEN = "(known after apply)"
ELSEWHERE = "elsewhere"
#: A root container that is declared nowhere.
ROOT = "elsewhere: $root"


@dataclass(frozen=True)
class Either:
    """One of several addresses."""

    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Bucket:
    """``cloud`` is aws, s3 or google; ``emptied`` states that there is no default retention."""

    address: str
    cloud: str
    name: str
    lock: Any = None
    versioning: Any = None
    rules: tuple[tuple[Any, Any], ...] = ()
    automatic: bool = False
    retention: Any = None
    autoclass: Any = None
    soft_delete: Any = 0
    replicated: bool = False
    tiering: bool = False
    emptied: bool = False
    purge: bool = False
    now: Any = None
    recorded: Any = None
    denied: tuple[str, ...] = ()
    managed: bool = True
    attests: tuple[tuple[str, bool], ...] = ()

    @property
    def exists(self) -> bool:
        """Whether it is there already."""
        return self.now is not None


@dataclass(frozen=True)
class Account:
    address: str
    name: str
    kind: Any = "StorageV2"
    performance: Any = "Standard"
    tier: Any = "Hot"
    namespace: Any = False
    blob_soft_delete: Any = False
    container_soft_delete: Any = False
    versioning: Any = False
    last_access: Any = False
    immutable: Any = False
    sas_days: Any = None
    #: Whether the block about the blob service is written.
    service: bool = True
    retention: bool = False
    rules: tuple[tuple[Any, Any], ...] = ()
    purge: bool = False
    now: Any = None
    recorded: Any = None
    denied: tuple[str, ...] = ()
    managed: bool = True
    attests: tuple[tuple[str, bool], ...] = ()

    @property
    def exists(self) -> bool:
        """Whether it is there already."""
        return self.now is not None


@dataclass(frozen=True)
class Container:
    address: str
    name: str
    account: Any
    immutable: Any = False
    retention: Any = False
    #: A change of what cannot be changed is planned as one, and not as a new container.
    in_place: bool = False
    now: Any = None
    managed: bool = True
    attests: tuple[tuple[str, bool], ...] = ()

    @property
    def exists(self) -> bool:
        """Whether it is there already."""
        return self.now is not None


@dataclass(frozen=True)
class Repository:
    """``kind`` is the middle of the type's name; ``store`` links a bucket or a container."""

    address: str
    kind: str
    mode: Any = None
    gateways: Any = None
    block: bool = False
    enabled: Any = None
    days: Any = None
    vendor: Any = None
    endpoint: Any = None
    provision: Any = None
    helper: Any = False
    infrequent: Any = None
    one_zone: Any = None
    cool: Any = None
    store: Any = ELSEWHERE
    folder: Any = None
    exists: bool = False
    was_mode: Any = None


@dataclass(frozen=True)
class ScaleOut:
    address: str
    extents: Any = ()


@dataclass(frozen=True)
class Group:
    address: str
    type: Any


@dataclass(frozen=True)
class Access:
    address: str
    repository: Any
    mode: Any
    iam: Any = None
    sts: Any = None
    exists: bool = False
    was_mode: Any = None
    attests: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Job:
    """``kind`` is policy, job or copy."""

    address: str
    kind: str
    target: Any
    os: Any = None
    groups: Any = ()
    scope: Any = None
    synthetic: Any = None
    compact: Any = None
    encrypted: Any = False
    gfs: Any = False
    keep: Any = None
    keep_points: bool = False
    computers: Any = None


Part = Bucket | Account | Container | Repository | ScaleOut | Group | Access | Job
Estate = tuple[Part, ...]
#: Which storage a kind of repository lies on.
LIES_ON = {"amazon_s3": ("aws",), "s3_glacier": ("aws",), "s3_compatible": ("s3",),
           "wasabi": ("s3",), "ibm_cloud": ("s3",), "eleven_eleven": ("s3",),
           "google_cloud": ("google",), "azure_blob": ("azure",), "azure_archive": ("azure",)}
