"""Storage that exists already: live settings beside those of the configuration, drift, denials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from completing import GROUPS
from estates import OPEN, Account, Bucket, Container

#: One of some values by weight, or an open one.
Pick = Callable[..., Any]
#: The rules that look at each group of settings, for attestations.
ABOUT = {"lifecycle": ("VBR014",), "versioning": ("VBR050", "VBR055"), "replication": ("VBR015",),
         "object_lock": ("VBR050", "VBR051", "VBR055"), "intelligent_tiering": ("VBR015",),
         "blob_service": ("VBR025", "VBR053", "VBR055")}
OTHERS = ("VBR014", "VBR025", "VBR050", "VBR051", "VBR052", "VBR053", "VBR055", "VBR061")
NO_VERSIONS = ("Storage", "FileStorage")


class Aging:
    """Makes storage of the generator older than the plan."""

    def __init__(self, random: Random, pick: Pick) -> None:
        self._random = random
        self._pick = pick

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, values: tuple[Any, ...], weights: tuple[int, ...] | None = None) -> Any:
        return self._random.choices(values, weights)[0]

    def _denied(self, kind: type, share: float = 0.3) -> tuple[str, ...]:
        if not self._chance(share):
            return ()
        groups = list(GROUPS[kind])
        return tuple(sorted(self._random.sample(groups, self._one((1, 2), (4, 1)))))

    def attests(self, denied: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
        """Attestations: mostly of what may not be read, some expired, some of something else."""
        if not self._chance(0.5 if denied else 0.05):
            return ()
        rules = tuple(rule for group in denied for rule in ABOUT[group]) or OTHERS
        rule = self._one(rules) if self._chance(0.85) else self._one(OTHERS)
        return ((rule, self._chance(0.75)),)

    def _some_rules(self, prefixes: tuple[str, ...], most: int = 2) -> tuple[tuple[Any, Any], ...]:
        return tuple((self._one((True, False), (3, 1)), self._one(prefixes))
                     for _ in range(self._random.randint(1, most)))

    def bucket(self, b: Bucket) -> Bucket:
        """A bucket that is there, as *b* is named."""
        return self._google(b) if b.cloud == "google" else self._s3(b)

    def _unmanaged(self, part: Any, kind: type, denied: tuple[str, ...], **settings: Any) -> Any:
        return kind(f"data.{part.address}", now=part.now, managed=False, denied=denied,
                    attests=self.attests(denied), **settings)

    def _s3(self, b: Bucket) -> Bucket:
        prefixes = ("", "logs/", "Veeam/", "Veeam/Backup/f0/")
        lock = self._chance(0.6)
        status = self._one(("Enabled", "Suspended"), (9, 1)) if lock else self._one(
            ("Enabled", "Suspended", "Disabled"), (2, 1, 1))
        rules = self._some_rules(prefixes) if self._chance(0.25) else ()
        there = Bucket(b.address, b.cloud, b.name, lock, status, rules,
                       retention=lock and self._chance(0.15), replicated=self._chance(0.08),
                       tiering=self._chance(0.08))
        denied = self._denied(Bucket)
        if self._chance(0.25):
            return self._unmanaged(  # type: ignore[no-any-return]  # it is a Bucket
                replace(b, now=there), Bucket, denied, cloud=b.cloud, name=b.name)
        before = self._before(there, prefixes)
        if before.rules and self._chance(0.6):
            there = replace(there, rules=before.rules)
        made = self._stated(Bucket(b.address, b.cloud, b.name, now=there, recorded=before,
                                   denied=denied), prefixes)
        return replace(made, attests=self.attests(denied))

    def _before(self, there: Bucket, prefixes: tuple[str, ...]) -> Bucket:
        """The record: as it is there, but for drift and for what configuration states."""
        before = replace(there, rules=(), retention=None, replicated=False, tiering=False)
        if self._chance(0.2):
            before = replace(before, versioning="Suspended" if there.versioning == "Enabled"
                             else "Enabled")
        if there.lock and before.versioning == "Enabled" and self._chance(0.1):
            before = replace(before, lock=False)
        if self._chance(0.2):
            before = replace(before, rules=self._some_rules(prefixes))
        if before.lock:
            before = replace(before, retention=self._chance(0.1) or None)
        if not before.retention:
            before = replace(before, emptied=self._chance(0.1))
        return replace(before, purge=not before.rules and self._chance(0.1))

    def _stated(self, b: Bucket, prefixes: tuple[str, ...]) -> Bucket:
        """What configuration says of it, within what the store takes."""
        before, denied = b.recorded, b.denied
        locked = (before if "object_lock" in denied else b.now).lock
        lock = True if locked else self._one((None, False, True), (3, 1, 2))
        status = self._pick((None, "Enabled") if lock else (None, "Enabled", "Suspended"), None,
                            "versioning" not in denied and b.now.versioning != "Disabled")
        rules: tuple[tuple[Any, Any], ...] = self._some_rules(prefixes) if self._chance(
            0.1) else ()
        if before.rules and self._chance(0.6):
            rules = before.rules
        if rules and self._chance(0.1) and "lifecycle" not in denied:
            rules = ((OPEN, rules[0][1]), *rules[1:])
        retention = (lock and self._chance(0.6 if before.retention else 0.05)) or None
        return replace(
            b, lock=lock, versioning=status, rules=rules, retention=retention,
            emptied=not retention and self._chance(0.7 if before.emptied else 0.1),
            purge=not rules and self._chance(0.7 if before.purge else 0.15))

    def _google(self, b: Bucket) -> Bucket:
        rules = ((True, ""),) if self._chance(0.4) else ()
        there = Bucket(
            b.address, b.cloud, b.name, self._chance(0.6), self._one(("Enabled", "Suspended"),
                                                                     (2, 1)),
            rules, bool(rules) and self._chance(0.5), self._chance(0.12) or None,
            self._chance(0.15), self._one((0, 604800), (2, 1)))
        if self._chance(0.25):
            return self._unmanaged(  # type: ignore[no-any-return]  # it is a Bucket
                replace(b, now=there), Bucket, (), cloud=b.cloud, name=b.name)
        before = replace(there, purge=self._chance(0.1))
        if self._chance(0.2):
            before = replace(before, versioning="Suspended" if there.versioning == "Enabled"
                             else "Enabled")
        return Bucket(
            b.address, b.cloud, b.name, there.lock or self._one((None, False)),
            self._pick((None, "Enabled", "Suspended")), retention=self._chance(0.05) or None,
            autoclass=self._pick((None, True, False), (4, 1, 1)),
            soft_delete=self._pick((None, 0, 604800)),
            purge=self._chance(0.7 if before.purge else 0.15), now=there, recorded=before,
            attests=self.attests(()))

    def account(self, a: Account) -> Account:
        """An account that is there, as *a* is named."""
        number = a.name[-1]
        prefixes = ("", f"container{number}0/", f"container{number}1/logs", "other/",
                    f"container{number}", f"container{number}0/Veeam/Backup/f0/")
        kind = self._one(("StorageV2", "Storage", "BlobStorage", "BlockBlobStorage"),
                         (8, 2, 1, 1))
        premium = kind == "BlockBlobStorage" or (kind == "StorageV2" and self._chance(0.05))
        namespace = self._chance(0.08)
        versions = kind not in NO_VERSIONS and not namespace
        immutable = self._chance(0.12)
        there = Account(
            a.address, a.name, kind, "Premium" if premium else "Standard",
            None if premium or kind == "Storage" else self._one(("Hot", "Cool"), (2, 1)),
            namespace, self._chance(0.3), self._chance(0.2), versions and self._chance(0.7),
            kind not in NO_VERSIONS and self._chance(0.1), immutable,
            self._one((None, 1, 29, 30, 45), (4, 1, 1, 1, 1)),
            retention=immutable and self._chance(0.4),
            rules=self._some_rules(prefixes) if self._chance(0.25) else ())
        denied = self._denied(Account)
        if self._chance(0.25):
            return self._unmanaged(  # type: ignore[no-any-return]  # it is an Account
                replace(a, now=there), Account, denied, name=a.name)
        before = replace(there, rules=self._some_rules(prefixes) if self._chance(0.15) else ())
        if self._chance(0.25):
            before = replace(before, blob_soft_delete=not there.blob_soft_delete)
        if versions and self._chance(0.2):
            before = replace(before, versioning=not there.versioning)
        before = replace(before, purge=not before.rules and self._chance(0.1))
        if before.rules and self._chance(0.6):
            there = replace(there, rules=before.rules)
        return self._stated_account(there, before, denied, prefixes)

    def _stated_account(self, there: Account, before: Account, denied: tuple[str, ...],
                        prefixes: tuple[str, ...]) -> Account:
        upgrade = there.kind == "Storage" and self._chance(0.5)
        kind = "StorageV2" if upgrade else there.kind
        tier: Any = None
        if upgrade or (there.tier is not None and self._chance(0.5)):
            tier = self._pick(("Hot", "Cool"))
        opens = "blob_service" not in denied
        versions = kind not in NO_VERSIONS and not there.namespace

        def switch(may_be: bool = True) -> Any:
            return self._pick((None, False, True) if may_be else (None, False), None,
                              opens and may_be)

        rules = before.rules if self._chance(0.6) else (
            self._some_rules(prefixes) if self._chance(0.1) else ())
        service = self._chance(0.65)
        # The record of a block that is written is what was written: a denied read keeps it.
        kept = service and not opens and self._chance(0.5)
        switches = tuple(getattr(before, name) for name in (
            "blob_soft_delete", "container_soft_delete", "versioning", "last_access")) if kept \
            else (switch(), switch(), switch(versions), switch(kind not in NO_VERSIONS))
        if not service:
            switches = (None, None, None, None)
        return Account(
            there.address, there.name, kind, there.performance, tier, there.namespace,
            *switches, False, None if self._chance(0.7) else self._pick((1, 30, 45)),
            service=service, rules=rules, now=there, recorded=before, denied=denied,
            purge=not rules and self._chance(0.7 if before.purge else 0.15),
            attests=self.attests(denied))

    def container(self, c: Container, account: Account) -> Container:
        """A container that is there, in an account that is."""
        there = Container(c.address, c.name, account.address, self._chance(0.6),
                          self._chance(0.15))
        if self._chance(0.25):
            return self._unmanaged(  # type: ignore[no-any-return]  # it is a Container
                replace(c, now=there), _container, (), name=c.name, account=account.address)
        same = self._chance(0.7)
        return Container(c.address, c.name, account.address,
                         there.immutable if same else not there.immutable, now=there,
                         in_place=not same and self._chance(0.5), attests=self.attests(()))


def _container(address: str, *, denied: tuple[str, ...], **settings: Any) -> Container:
    assert not denied
    return Container(address, **settings)
