"""What open values and settings that may not be read can be, and estates with all closed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from estates import (
    ELSEWHERE,
    LIES_ON,
    OPEN,
    ROOT,
    Access,
    Account,
    Bucket,
    Container,
    Either,
    Estate,
    Group,
    Job,
    Part,
    Repository,
    ScaleOut,
)

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
#: Settings by the group that is read at once. A denied read says nothing of all of them.
GROUPS: dict[type, dict[str, tuple[str, ...]]] = {
    Bucket: {"lifecycle": ("rules",), "versioning": ("versioning",),
             "object_lock": ("lock", "retention"), "replication": ("replicated",),
             "intelligent_tiering": ("tiering",)},
    Account: {"lifecycle": ("rules",), "blob_service": (
        "blob_soft_delete", "container_soft_delete", "versioning", "last_access")},
}
#: What a setting that may not be read can be, where it is not simply on or off.
UNREAD = {(Bucket, "versioning"): ("Enabled", "Suspended", "Disabled"),
          (Bucket, "rules"): ((), ((True, ""),)), (Account, "rules"): ((), ((True, ""),))}
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
    """All that is open: number of the part, name of the value, what it may become.

    What may not be read has the name of its group before it: ``lifecycle.rules``.
    """
    found = []
    for number, part in enumerate(estate):
        for field in fields(part):
            may_be = options(part, field.name, estate)
            if len(may_be) > 1:
                found.append((number, field.name, may_be))
        for group in getattr(part, "denied", ()):
            found += [(number, f"{group}.{name}", UNREAD.get((type(part), name), BOOLS))
                      for name in GROUPS[type(part)][group]]
    return found


def put(part: Part, name: str, value: Any) -> Part:
    """*part* with one of its slots closed."""
    group, _, inner = name.rpartition(".")
    if group:
        assert isinstance(part, (Bucket, Account))
        return replace(part, now=replace(part.now, **{inner: value}))
    return replace(part, **{name: value})


def completions(estate: Estate) -> Iterator[Estate]:
    """Every estate without open values that *estate* may turn out to be."""
    return (closed for _, closed in chosen(estate))


def chosen(estate: Estate) -> Iterator[tuple[tuple[Any, ...], Estate]]:
    """The same, each with its choice for every slot."""
    for number, part in enumerate(estate):
        alone = {f.name: options(part, f.name, estate) for f in fields(part)}
        fixed = {n: o[0] for n, o in alone.items() if len(o) == 1 and o[0] != getattr(part, n)}
        if fixed:
            estate = (*estate[:number], replace(part, **fixed), *estate[number + 1:])
    found = slots(estate)
    for choice in itertools.product(*(may_be for _, _, may_be in found)):
        parts = list(estate)
        for (number, name, _), value in zip(found, choice, strict=True):
            parts[number] = put(parts[number], name, value)
        yield choice, tuple(parts)


def count(estate: Estate) -> int:
    """How many completions there are."""
    number = 1
    for _, _, may_be in slots(estate):
        number *= len(may_be)
    return number
