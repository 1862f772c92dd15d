"""Random estates, near to what rules refuse and allow."""

from __future__ import annotations

from dataclasses import Field, fields, replace
from random import Random
from typing import Any

from completing import count, options, put, slots
from estates import (
    ELSEWHERE,
    LIES_ON,
    OPEN,
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
from generate_live import Aging

KINDS = ("amazon_s3", "s3_compatible", "google_cloud", "azure_blob", "wasabi", "ibm_cloud",
         "data_cloud_vault", "eleven_eleven", "snowball_edge", "data_box", "s3_glacier",
         "azure_archive")
KIND_WEIGHTS = (8, 8, 6, 12, 4, 3, 6, 3, 1, 1, 1, 1)
S3C = ("s3_compatible", "wasabi", "ibm_cloud", "eleven_eleven")
GROUPS = ("individual_computers", "ad_objects", "csv_file", "pre_installed_agents",
          "cloud_machines")
SYSTEMS = ("windows", "linux", "mac", "unix", "vms", None)
TYPES = {"policy": "agent_backup_policy", "job": "agent_backup_job", "copy": "backup_copy_job"}
RESOURCES = {"aws": "aws_s3_bucket", "s3": "s3_bucket", "google": "google_storage_bucket"}
#: No more ways than this to close an estate.
MOST = 200


def estate(random: Random) -> Estate:
    """One estate."""
    return _Maker(random).make()


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        #: A third of the estates is known throughout.
        self._open = random.choice((0.0, 0.02, 0.06))
        #: So is what is new throughout.
        self._old = random.choice((0.0, 0.5, 0.8))
        self._aging = Aging(random, self._pick)

    def _pick(self, values: tuple[Any, ...], weights: tuple[int, ...] | None = None,
              may_be_open: bool = True) -> Any:
        if may_be_open and self._random.random() < self._open:
            return OPEN
        return self._random.choices(values, weights)[0]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def make(self) -> Estate:
        kinds = self._random.choices(KINDS, KIND_WEIGHTS, k=self._random.randint(1, 3))
        if self._chance(0.2):
            kinds.append(kinds[0])
        self._kinds = kinds
        clouds = {c for kind in kinds for c in LIES_ON.get(kind, ())}
        if "s3" in clouds and "aws" not in clouds and self._chance(0.2):
            clouds = clouds - {"s3"} | {"aws"}
        parts: list[Part] = []
        for cloud in sorted(clouds):
            if cloud == "azure":
                parts += self._azure()
            else:
                parts += [self._bucket(cloud, n) for n in range(self._random.choice((1, 1, 2)))]
        stores = list(parts)
        repositories = [self._repository(kind, n, stores) for n, kind in enumerate(kinds)]
        parts += repositories
        scale_outs = [self._scale_out(n, repositories) for n in range(
            self._random.choice((0, 0, 1, 1, 2)))]
        parts += scale_outs
        accesses = [self._access(r) for r in repositories
                    if self._chance(0.6 if r.kind in S3C else 0.05)]
        if len(accesses) == 1 and not scale_outs and self._chance(3 * self._open):
            # A repository has one setting of access: one alone may be of any. With several
            # repositories behind one target, one of them would have it whichever it is.
            either = tuple(sorted(r.address for r in repositories)[:2])
            link = Either(either) if len(either) > 1 and self._chance(0.5) else OPEN
            accesses = [replace(accesses[0], repository=link)]
        parts += accesses
        groups = [Group(f"veeam_protection_group.g{n}", self._pick(GROUPS, (8, 1, 1, 2, 3)))
                  for n in range(self._random.choice((0, 1, 1, 2)))]
        parts += groups
        for n in range(self._random.choice((0, 1, 1, 2, 3))):
            parts.append(self._job(n, repositories, scale_outs, groups))
        return self._bounded(tuple(parts))

    def _bounded(self, made: Estate) -> Estate:
        """Close open values until there are few enough ways to close the rest."""
        while count(made) > MOST:
            number, name, _ = self._random.choice(slots(made))
            part = made[number]
            group, _, _ = name.rpartition(".")
            if group and isinstance(part, (Bucket, Account)):
                part = replace(part, denied=tuple(g for g in part.denied if g != group))
            else:
                part = put(part, name, self._close(made, part, name))
            made = (*made[:number], part, *made[number + 1:])
        return made

    def _close(self, made: Estate, part: Part, name: str) -> Any:
        may_be = options(part, name, made)
        if name == "versioning" and isinstance(part, Bucket) and part.exists and part.lock is True:
            # Stores refuse to suspend it under a lock.
            return "Enabled"
        if name == "store":
            plain = any(isinstance(p, Bucket) and p.name == OPEN for p in made)
            may_be = tuple(o for o in may_be if not o.startswith(ELSEWHERE)
                           or (o == ELSEWHERE and not plain)) or (OPEN,)
        return 7 if name == "keep" else self._random.choice(may_be)

    def _bucket(self, cloud: str, n: int) -> Bucket:
        lock = self._pick((None, True, False), (2, 5, 2))
        versioning = self._pick((None, "Enabled", "Suspended"), (2, 5, 2))
        if cloud == "google":
            lock, versioning = self._pick((True, False)), self._pick(("Enabled", "Suspended"))
        rules = tuple((self._pick((True, False)), self._pick(("", "logs/", "Veeam/",
                                                              "Veeam/Backup/f0/")))
                      for _ in range(self._random.choice((0, 0, 0, 1, 2))))
        made = Bucket(
            f"{RESOURCES[cloud]}.b{n}", cloud,
            self._pick((f"{cloud}-bucket-{n}", f"{cloud}.bucket.{n}"), (6, 1)), lock, versioning,
            rules, retention=self._chance(0.1) or None)
        if cloud == "google":
            made = replace(made, name=f"google-bucket-{n}", rules=(), autoclass=self._pick(
                (None, True, False)), soft_delete=self._pick((0, 0, 604800)))
        if self._chance(self._old) and made.name != OPEN:
            return self._aging.bucket(made)
        return made

    def _azure(self) -> list[Part]:
        parts: list[Part] = []
        for n in range(self._random.choice((1, 1, 2))):
            kind = self._pick(("StorageV2", "Storage", "BlobStorage", "BlockBlobStorage",
                               "FileStorage"), (8, 2, 1, 1, 1))
            account = Account(
                f"azurerm_storage_account.a{n}", f"account{n}", kind,
                self._pick(("Standard", "Premium"), (9, 1)),
                None if kind == "BlockBlobStorage" and self._chance(0.7)
                else self._pick(("Hot", "Cool"), (2, 1)),
                *(self._pick((True, False), (1, 4)) for _ in range(3)),
                self._pick((True, False)), self._pick((True, False), (1, 9)),
                self._pick((True, False), (1, 9), may_be_open=False),
                self._pick((None, 1, 29, 30, 45)))
            if self._chance(self._old):
                account = self._aging.account(account)
            parts.append(account)
            for m in range(self._random.choice((1, 1, 2))):
                container = Container(
                    f"azurerm_storage_container.c{n}{m}",
                    "$root" if m == 0 and self._chance(0.1) else f"container{n}{m}",
                    account.address, self._pick((True, False)), self._chance(0.1))
                if account.exists and self._chance(0.7):
                    container = self._aging.container(container, account)
                parts.append(container)
        return parts

    def _repository(self, kind: str, n: int, stores: list[Part]) -> Repository:
        on = LIES_ON.get(kind, ())
        if on == ("s3",) and {"amazon_s3", "s3_glacier"}.isdisjoint(self._kinds):
            # Declared with the provider for Amazon, and linked by reference.
            on = ("s3", "aws")
        fitting = tuple(p.address for p in stores if (isinstance(p, Bucket) and p.cloud in on)
                        or (isinstance(p, Container) and "azure" in on))
        store = self._pick((*fitting, ELSEWHERE), (6,) * len(fitting) + (1,), bool(fitting))
        if len(fitting) > 1 and self._chance(self._open):
            # Of two accounts, where there are accounts.
            either = (fitting[0], fitting[-1])
            accounts = {p.account for p in stores if isinstance(p, Container)
                        and p.address in either}
            if on != ("azure",) or len(accounts) > 1:
                store = Either(either)
        if store == ELSEWHERE and any(isinstance(p, Bucket) and p.name == OPEN for p in stores):
            # Else the known name might be that of the bucket, which then has a known one.
            store = OPEN
        mode = self._pick((None, "direct", "selected_gateway"), (1, 4, 3))
        direct = mode in (None, "direct")
        gateways = self._pick((None, (), ("a",), ("a", "b")),
                              (12, 1, 1, 1) if direct else (1, 1, 2, 8))
        block = self._chance(0.5)
        below = next((p for p in stores if p.address == store), None)
        exists = self._chance(0.5 if getattr(below, "exists", False) else 0.1)
        made = Repository(
            f"veeam_{kind}_repository.r{n}", kind, mode, gateways, block, store=store,
            enabled=self._pick((None, True, False), (3, 2, 1)) if block else None,
            days=self._pick((None, 0, 1, 7, 30, 999, 1000), (3, 1, 3, 3, 3, 1, 1))
            if block else None,
            folder=self._pick(("f0", "f1"), (3, 1)) if on else None, exists=exists)
        if kind == "s3_compatible":
            made = replace(made, vendor=self._pick((None, "minio", "ceph", "ibm", "wasabi")),
                           endpoint=self._pick(("https://s3.example", "http://s3.example",
                                                "HTTP://s3.example"), (6, 1, 1)),
                           provision=self._pick((None, True, False)))
        elif kind == "amazon_s3":
            made = replace(made, infrequent=self._pick((None, True, False), (3, 1, 1)))
            if made.infrequent in (None, False):
                made = replace(made, one_zone=self._pick((None, True), (6, 1)))
        elif kind == "azure_blob":
            made = replace(made, cool=self._pick((None, True, False), (3, 1, 1)))
        elif kind == "google_cloud":
            made = replace(made, helper=self._pick((True, False)))
        if exists:
            made = replace(made, mode=mode or "direct")
            made = replace(made, was_mode=mode if mode == OPEN or self._chance(0.5)
                           else self._pick(("direct", "selected_gateway"), None, False))
            if made.was_mode == OPEN:
                made = replace(made, was_mode="direct")
        return made

    def _scale_out(self, n: int, repositories: list[Repository]) -> ScaleOut:
        fitting = [r for r in repositories if r.kind not in ("s3_glacier", "azure_archive")]
        address = f"veeam_scale_out_repository.s{n}"
        if self._chance(self._open) or not fitting:
            return ScaleOut(address, OPEN)
        number = self._random.randint(1, len(fitting))
        extents = [r.address for r in self._random.sample(fitting, number)]
        return ScaleOut(address, tuple(extents))

    def _access(self, repository: Repository) -> Access:
        mode = self._pick(("backup_server", "shared_credentials", "iam_sts"))
        number = repository.address.rpartition("r")[2]
        made = Access(f"veeam_s3_agent_access.x{number}", repository.address, mode,
                      self._pick((None, "https://i"), (1, 3)),
                      self._pick((None, "https://s"), (1, 3)), attests=self._aging.attests(()))
        if mode == "backup_server" and self._chance(0.3):
            made = replace(made, attests=(("VBR009", self._chance(0.7)),))
        if repository.exists and self._chance(0.5):
            return replace(made, exists=True, was_mode=self._pick(
                ("backup_server", "shared_credentials", "iam_sts"), None, False))
        return made

    def _job(self, n: int, repositories: list[Repository], scale_outs: list[ScaleOut],
             groups: list[Group]) -> Job:
        kind = self._pick(("policy", "job", "copy"), (5, 3, 1), False)
        targets = [*(r.address for r in repositories), *(s.address for s in scale_outs)]
        target = self._pick((*targets, ELSEWHERE), (6,) * len(targets) + (1,))
        if len(repositories) > 1 and self._chance(self._open):
            target = Either(tuple(sorted(r.address for r in self._random.sample(repositories, 2))))
        made = Job(f"veeam_{TYPES[kind]}.j{n}", kind, target,
                   compact=self._pick((None, True, False), (6, 1, 2)),
                   encrypted=self._pick((True, False)), gfs=self._pick((True, False)),
                   keep=self._pick((None, 7, 30, 500)), keep_points=self._chance(0.2))
        if kind == "copy":
            return made
        protects: Any = tuple(g.address for g in groups if self._chance(0.7))
        if self._chance(self._open):
            protects = OPEN
        scope = self._pick((None, "backup_repository", "cloud_connect_repository"), (6, 2, 1))
        return replace(made, os=self._pick(SYSTEMS, (4, 3, 2, 5, 1, 2)), groups=protects,
                       scope=scope if kind == "policy" else None,
                       synthetic=self._pick((None, True, False), (6, 1, 2)),
                       computers=self._pick((None, "server", "workstation", "failover_cluster")))


def parts_of(made: Estate) -> int:
    """How much there is: parts and settings that are not as they are by default."""
    return sum(1 + sum(_weight(f, getattr(p, f.name)) for f in fields(p)) for p in made)


def _weight(field: Field[Any], value: Any) -> int:
    if field.name in ("now", "recorded") and value is not None:
        return parts_of((value,))
    return int(value != field.default)
