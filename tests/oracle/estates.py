"""Abstract estates: plain data, no more than the sources speak of, and what open values may become.

A value is known, ``OPEN`` (known after apply) or None (not written). A link is the address of what
is meant, ``ELSEWHERE`` (a known name or id of something that is declared nowhere), ``OPEN``, or an
``Either``: a reference to one of several.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
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
    """``cloud`` is aws, s3 or google. ``was_*`` is what is there now, where it is there."""

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
    exists: bool = False
    was_lock: Any = None
    was_versioning: Any = None


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


@dataclass(frozen=True)
class Container:
    address: str
    name: str
    account: Any
    immutable: Any = False
    retention: Any = False
    exists: bool = False
    was_immutable: Any = None


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

BOOLS = (True, False)
#: What an open value may become. Each class of values that a source tells apart is in it.
MAY_BE: dict[type, dict[str, tuple[Any, ...]]] = {
    Bucket: {"lock": BOOLS, "versioning": ("Enabled", "Suspended"), "autoclass": BOOLS,
             "soft_delete": (0, 604800), "name": ("plain-open", "dots.open")},
    Account: {"kind": ("StorageV2", "Storage", "BlobStorage", "BlockBlobStorage", "FileStorage"),
              "performance": ("Standard", "Premium"), "tier": ("Hot", "Cool", None),
              "namespace": BOOLS, "blob_soft_delete": BOOLS, "container_soft_delete": BOOLS,
              "versioning": BOOLS, "last_access": BOOLS, "sas_days": (1, 45)},
    Container: {"immutable": BOOLS},
    Repository: {"mode": ("direct", "selected_gateway"), "gateways": ((), ("a",), ("a", "b")),
                 "enabled": BOOLS, "days": (0, 1, 400, 1000), "vendor": ("minio", "ceph"),
                 "endpoint": ("http://s3.example", "https://s3.example"), "provision": BOOLS,
                 "helper": BOOLS, "infrequent": BOOLS, "one_zone": BOOLS, "cool": BOOLS,
                 "folder": ("f0", "f1", "f-other")},
    Group: {"type": ("individual_computers", "ad_objects", "csv_file", "pre_installed_agents",
                     "cloud_machines")},
    Access: {"mode": ("backup_server", "shared_credentials", "iam_sts"), "iam": ("", "https://i"),
             "sts": ("", "https://s")},
    Job: {"os": ("windows", "linux", "mac", "unix", "vms"), "synthetic": BOOLS, "compact": BOOLS,
          "scope": ("backup_repository", "cloud_connect_repository"), "keep": (-1, 5000),
          "computers": ("server", "workstation", "failover_cluster"), "encrypted": BOOLS,
          "gfs": BOOLS},
    ScaleOut: {},
}
#: Which storage a kind of repository lies on.
LIES_ON = {"amazon_s3": ("aws",), "s3_glacier": ("aws",), "s3_compatible": ("s3",),
           "wasabi": ("s3",), "ibm_cloud": ("s3",), "eleven_eleven": ("s3",),
           "google_cloud": ("google",), "azure_blob": ("azure",), "azure_archive": ("azure",)}


def options(part: Part, name: str, estate: Estate) -> tuple[Any, ...]:
    """What the open value *name* of *part* may become; one where it is not open."""
    value = getattr(part, name)
    if isinstance(value, Either):
        return value.addresses
    if name == "rules":
        each = [tuple(itertools.product(BOOLS if e == OPEN else (e,),
                                        ("", "logs/") if p == OPEN else (p,)))
                for e, p in value]
        return tuple(itertools.product(*each))
    if value != OPEN:
        return (value,)
    known = MAY_BE[type(part)].get(name)
    return known if known is not None else _links(part, name, estate)


def _links(part: Part, name: str, estate: Estate) -> tuple[Any, ...]:
    repositories = tuple(p.address for p in estate if isinstance(p, Repository))
    if name == "extents":
        pairs = itertools.combinations(repositories, 2)
        return ((), *((r,) for r in repositories), *pairs)
    if name == "groups":
        return ((), *((p.address,) for p in estate if isinstance(p, Group)))
    if name == "target":
        return (ELSEWHERE, *repositories, *(p.address for p in estate if isinstance(p, ScaleOut)))
    if name == "repository":
        return (ELSEWHERE, *repositories)
    if name == "store" and isinstance(part, Repository):
        on = LIES_ON.get(part.kind, ())
        others = [f"{ELSEWHERE} of {p.address}" for p in estate if isinstance(p, Repository)
                  and p is not part and LIES_ON.get(p.kind) == on]
        roots = [ROOT] if "azure" in on else []
        return (ELSEWHERE, *others, *roots, *(p.address for p in estate if (
            isinstance(p, Bucket) and p.cloud in on) or (isinstance(p, Container)
                                                         and "azure" in on)))
    raise AssertionError(f"{type(part).__name__}.{name} is open")


def slots(estate: Estate) -> list[tuple[int, str, tuple[Any, ...]]]:
    """All that is open: number of the part, name of the value, what it may become."""
    found = []
    for number, part in enumerate(estate):
        for field in fields(part):
            may_be = options(part, field.name, estate)
            if len(may_be) > 1:
                found.append((number, field.name, may_be))
    return found


def completions(estate: Estate) -> Iterator[Estate]:
    """Every estate without open values that *estate* may turn out to be."""
    for number, part in enumerate(estate):
        alone = {f.name: options(part, f.name, estate) for f in fields(part)}
        fixed = {n: o[0] for n, o in alone.items() if len(o) == 1 and o[0] != getattr(part, n)}
        if fixed:
            estate = (*estate[:number], replace(part, **fixed), *estate[number + 1:])
    found = slots(estate)
    for chosen in itertools.product(*(may_be for _, _, may_be in found)):
        parts = list(estate)
        for (number, name, _), value in zip(found, chosen, strict=True):
            parts[number] = replace(parts[number], **{name: value})
        yield tuple(parts)


def count(estate: Estate) -> int:
    """How many completions there are."""
    number = 1
    for _, _, may_be in slots(estate):
        number *= len(may_be)
    return number
