"""The oracle: which rule an estate breaks whose values are all known.

Written from the vendor's page (the seed) and the fact sheet made from it; the words in quotes are
theirs. It shares nothing with the rules. A row yields ``(rule, address, part, severity)``; ``part``
tells apart what one rule finds at one address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from estates import (
    ELSEWHERE,
    LIES_ON,
    ROOT,
    Account,
    Bucket,
    Container,
    Estate,
    Repository,
    ScaleOut,
)
from oracle_facts import FAMILY, WAYS, Facts, declared, immutable, switched
from settled import ended, untouched

Hit = tuple[str, str, str, str]
Row = Callable[["Facts"], Iterator[Hit]]

#: Severity of a violation that the plan repairs: a warning.
REPAIRED = "repaired"
#: Rules about what a plan does, not about what is there.
CHANGES = ("VBR007", "VBR054", "VBR055")
#: "Amazon S3, as well as selected types of S3 compatible storage: MinIO, IBM Cloud and Wasabi".
UNIX_KINDS = ("amazon_s3", "ibm_cloud", "wasabi")
UNIX_VENDORS = ("minio", "ibm", "wasabi")


def r001(f: Facts) -> Iterator[Hit]:
    """"The following Veeam Agents support the object storage": Windows, Linux, Mac, Unix."""
    for job in f.agent_jobs:
        if job.os not in (None, "windows", "linux", "mac", "unix") and f.targets(job):
            yield "VBR001", job.address, "", "refuse"


def r002(f: Facts) -> Iterator[Hit]:
    """Mac and Unix have no jobs that are managed by the backup server."""
    for job in f.agent_jobs:
        if job.kind == "job" and job.os in ("mac", "unix"):
            yield "VBR002", job.address, "", "refuse"


def families_of_targets(f: Facts) -> Iterator[Hit]:
    """Eight types of storage can be a target; "AWS SnowBall, Azure Databox" cannot."""
    for job in f.jobs:
        for target in f.targets(job):
            if FAMILY[target.kind] == "archive":
                yield "VBR003", job.address, "", "refuse"
            if FAMILY[target.kind] == "device":
                severity = "warning" if job.kind == "copy" else "refuse"
                yield "VBR013", job.address, "", severity


def r004(f: Facts) -> Iterator[Hit]:
    """"a gateway server assigned": gateway mode needs one, direct mode has none."""
    for r in f.repositories:
        number = len(r.gateways or ())
        if declared(r) == "gateway" and number == 0:
            yield "VBR004", r.address, "none", "refuse"
        if declared(r) == "direct" and number > 0:
            yield "VBR004", r.address, "direct", "refuse"
        if declared(r) == "gateway" and number == 1:
            yield "VBR004", r.address, "one", "warning"


def r007(f: Facts) -> Iterator[Hit]:
    """"After you switch your repository from one connection mode to another ..."."""
    for r in f.repositories:
        was = "direct" if r.was_mode in (None, "direct") else "gateway"
        if r.exists and was != declared(r) and f.users(r, f.agent_jobs):
            yield "VBR007", r.address, "", "warning"
    for a in f.accesses:
        r = f.at.get(a.repository)
        if isinstance(r, Repository) and a.exists and f.users(r, f.agent_jobs) \
                and FAMILY[r.kind] == "s3c" and declared(r) == "direct" \
                and WAYS[a.mode] != WAYS[a.was_mode]:
            yield "VBR007", a.address, r.address, "warning"


def r008(f: Facts) -> Iterator[Hit]:
    """S3 compatible and direct: "you must perform an extra step: manually set access"."""
    for r in f.repositories:
        if FAMILY[r.kind] == "s3c" and declared(r) == "direct" and not f.access(r) \
                and f.users(r, f.agent_jobs):
            severity = "warning" if r.kind == "eleven_eleven" else "refuse"
            yield "VBR008", r.address, "", severity


def r009(f: Facts) -> Iterator[Hit]:
    """What is chosen there overrides the mode, and is there for S3 compatible storage only."""
    for a in f.accesses:
        r = f.at.get(a.repository)
        if isinstance(r, Repository):
            if FAMILY[r.kind] != "s3c":
                yield "VBR009", a.address, "family", "refuse"
            if declared(r) == "direct" and a.mode == "backup_server":
                # It works, by way of the server: to be attested, so it stays open.
                yield "VBR009", a.address, "detour", "open"
            if declared(r) == "gateway" and a.mode in ("shared_credentials", "iam_sts"):
                yield "VBR009", a.address, "gateway", "refuse"
        if a.mode == "iam_sts" and not a.iam:
            yield "VBR009", a.address, "iam", "refuse"
        if a.mode == "iam_sts" and not a.sts:
            yield "VBR009", a.address, "sts", "refuse"
        if a.mode == "shared_credentials":
            yield "VBR009", a.address, "shared", "warning"


def r010(f: Facts) -> Iterator[Hit]:
    """"always performs backup of cloud machines directly to the cloud regardless of the mode"."""
    for job in f.agent_jobs:
        if "cloud_machines" in f.groups(job):
            for target in f.targets(job):
                if declared(target) == "gateway":
                    yield "VBR010", job.address, "", "warning"


def r012(f: Facts) -> Iterator[Hit]:
    """Choose the scale-out repository, not an extent; a provider's is no repository of ours."""
    for job in f.jobs:
        for s in f.scale_outs:
            if job.target in s.extents and job.target in f.at:
                yield "VBR012", job.address, "extent", "refuse"
        if job.scope == "cloud_connect_repository" and job.target in f.at:
            yield "VBR012", job.address, "kind", "refuse"


def r014(f: Facts) -> Iterator[Hit]:
    """"Lifecycle rules are not supported"; Google's own two do no harm."""
    for b in f.buckets:
        if f.on(b):
            for number, (enabled, prefix) in enumerate(b.rules):
                # All that VBR writes is below Veeam/.
                if enabled and ("Veeam/".startswith(prefix) or prefix.startswith("Veeam/")):
                    severity = "warning" if b.automatic else "refuse"
                    yield "VBR014", b.address, f"{number}", severity
    for r in f.repositories:
        account, container = f.account(r), f.at.get(r.store)
        if account is not None and isinstance(container, Container):
            for number, (enabled, prefix) in enumerate(account.rules):
                # The prefixes of an account begin with the name of a container, and one that is
                # anywhere inside it counts.
                inside = f"{container.name}/"
                if enabled and (inside.startswith(prefix) or prefix.startswith(inside)):
                    yield "VBR014", account.address, f"{number}", "refuse"


def r015(f: Facts) -> Iterator[Hit]:
    """"must be managed solely by Veeam Backup & Replication"."""
    for b in f.buckets:
        if f.on(b):
            if b.autoclass:
                yield "VBR015", b.address, "autoclass", "refuse"
            if b.replicated:
                yield "VBR015", b.address, "replication", "refuse"
            if b.tiering:
                yield "VBR015", b.address, "tiering", "warning"
    for a in f.accounts:
        if f.on_account(a) and a.last_access:
            yield "VBR015", a.address, "last access", "warning"


def fulls(f: Facts) -> Iterator[Hit]:
    """"synthetic full backup is not supported", "compact full ... is not supported"."""
    for job in f.jobs:
        if job.synthetic and job.kind != "copy" and f.targets(job):
            yield "VBR016", job.address, "", "refuse"
        if job.compact and f.targets(job):
            yield "VBR017", job.address, "", "refuse"


def several_extents(f: Facts) -> Iterator[Hit]:
    """Policies: "only scale-out backup repositories that have only one repository"."""
    for job in f.policies:
        if isinstance(f.at.get(job.target), ScaleOut) and len(f.targets(job)) > 1:
            if any(declared(r) == "direct" for r in f.targets(job)):
                yield "VBR019", job.address, "", "refuse"
            else:
                yield "VBR020", job.address, "", "warning"


def policies_by_target(f: Facts) -> Iterator[Hit]:
    """What a job that the agent manages cannot do with each storage."""
    for job in f.policies:
        for r in f.targets(job):
            family, direct = FAMILY[r.kind], f.way(job, r) == "direct"
            if direct:
                yield "VBR006", job.address, "", "note"
                yield "VBR071", job.address, "", "note"
            if family == "vault" and declared(r) == "direct":
                yield "VBR023", job.address, "", "refuse"
            if r.provision:
                yield "VBR024", job.address, "", "warning"
            if family == "azure" and direct and f.cool(r):
                yield "VBR026", job.address, "", "refuse"
            if family == "azure" and direct and immutable(r):
                yield "VBR028", job.address, "", "refuse"
            if family == "google" and direct and not r.helper:
                yield "VBR069", job.address, "", "refuse"


def r025(f: Facts) -> Iterator[Hit]:
    """"Veeam Agents do not support soft delete for blobs"."""
    for a in f.accounts:
        for r in f.on_account(a):
            if a.blob_soft_delete and f.users(r, f.agent_jobs):
                yield "VBR025", a.address, r.address, "refuse"


def unix(f: Facts) -> Iterator[Hit]:
    """"[For Unix-based Veeam Agent computers] Consider the following"."""
    for job in f.agent_jobs:
        if job.os != "unix":
            continue
        if job.scope == "cloud_connect_repository":
            yield "VBR035", job.address, "", "refuse"
        for r in f.targets(job):
            if r.kind not in UNIX_KINDS and not (r.kind == "s3_compatible"
                                                 and r.vendor in UNIX_VENDORS):
                yield "VBR031", job.address, "", "refuse"
            if f.way(job, r) != "direct":
                yield "VBR034", job.address, "", "refuse"
        for number, group in enumerate(f.groups(job)):
            if f.targets(job) and group == "pre_installed_agents":
                yield "VBR032", job.address, f"{number}", "refuse"
            if f.targets(job) and group in ("ad_objects", "cloud_machines"):
                yield "VBR036", job.address, f"{number}", "refuse"


def buckets(f: Facts) -> Iterator[Hit]:
    """Immutability needs Object Lock and versioning, without a default retention."""
    for b in f.buckets:
        if b.retention and f.on(b):
            yield "VBR051", b.address, "", "refuse"
        # An advice to who names it.
        if b.managed and b.cloud != "google" and "." in b.name and f.on(b):
            yield "VBR098", b.address, "", "warning"
        if b.cloud == "google" and b.soft_delete and f.on(b):
            yield "VBR097", b.address, "", "note"
        for r in f.on(b):
            if not immutable(r) and b.versioning == "Enabled":
                yield "VBR099", b.address, r.address, "warning"
            if FAMILY[r.kind] in ("amazon", "s3c", "google") and immutable(r):
                rule = "VBR052" if FAMILY[r.kind] == "google" else "VBR050"
                if not b.lock:
                    yield rule, b.address, "lock", "refuse"
                if b.versioning != "Enabled":
                    yield rule, b.address, "versioning", "refuse"


def containers(f: Facts) -> Iterator[Hit]:
    """The same of Azure, whose account has the versions."""
    for c in f.containers:
        if c.retention and f.on(c):
            yield "VBR051", c.address, "", "refuse"
        if c.in_place and c.immutable and not c.now.immutable:
            yield "VBR054", c.address, "", "refuse"
    for r in f.repositories:
        container, account = f.at.get(r.store), f.account(r)
        if FAMILY[r.kind] == "azure" and immutable(r) and isinstance(container, Container):
            if not container.immutable:
                yield "VBR053", container.address, "container", "refuse"
            if account is not None and not account.versioning:
                yield "VBR053", account.address, "versioning", "refuse"
            if account is not None and account.immutable:
                yield "VBR053", account.address, "account", "refuse"
        named = isinstance(container, Container) and container.name == "$root"
        if named or r.store == ROOT:
            yield "VBR065", r.address, "", "refuse"


def r055(f: Facts) -> Iterator[Hit]:
    """After a bucket is in VBR, versioning and Object Lock must not be switched, by nobody.

    What somebody else switched and the plan switches back is as it was.
    """
    stores: list[Bucket | Account | Container] = [*f.buckets, *f.accounts, *f.containers]
    for s in stores:
        used = f.on_account(s) if isinstance(s, Account) else f.on(s)
        if s.now is None or not s.managed or not any(r.exists for r in used):
            continue
        for name in {Bucket: ("lock", "versioning"), Account: ("versioning",),
                     Container: ("immutable",)}[type(s)]:
            end, there = getattr(s, name), getattr(s.now, name)
            recorded = there if isinstance(s, Container) else getattr(s.recorded, name)
            if end == recorded != there:
                yield "VBR055", s.address, name, REPAIRED
            elif end != there or there != recorded:
                yield "VBR055", s.address, name, "refuse"


def periods(f: Facts) -> Iterator[Hit]:
    """1 to 999 days; longer than a job keeps its backups costs."""
    for r in f.repositories:
        if r.days is not None and switched(r):
            if not 1 <= r.days <= 999:
                yield "VBR056", r.address, "", "refuse"
            for job in f.users(r, f.jobs):
                if job.keep is not None and not job.keep_points and r.days > job.keep:
                    yield "VBR057", r.address, job.address, "warning"


def vaults(f: Facts) -> Iterator[Hit]:
    """Immutability cannot be off, every job is encrypted, and direct is doubtful."""
    for r in f.repositories:
        if FAMILY[r.kind] == "vault":
            if r.enabled is False:
                yield "VBR058", r.address, "", "refuse"
            for job in f.users(r, f.jobs):
                if not job.encrypted:
                    yield "VBR059", job.address, "", "refuse"
                if job.kind == "job" and declared(r) == "direct":
                    yield "VBR100", job.address, "", "warning"


def accounts(f: Facts) -> Iterator[Hit]:
    """Kinds of account that are supported, and what their settings do."""
    for a in f.accounts:
        used = f.on_account(a)
        if not used:
            continue
        if a.kind == "FileStorage":
            yield "VBR060", a.address, "kind", "refuse"
        if a.kind in ("StorageV2", "BlobStorage") and a.performance == "Premium":
            yield "VBR060", a.address, "premium", "refuse"
        if a.kind == "BlockBlobStorage" and a.tier is not None:
            yield "VBR060", a.address, "tier", "refuse"
        if a.namespace:
            yield "VBR061", a.address, "", "refuse"
        if a.retention:
            yield "VBR051", a.address, "", "refuse"
        if a.container_soft_delete:
            yield "VBR097", a.address, "", "warning"
        for r in used:
            if a.kind == "Storage" and f.written_directly(r, f.agent_jobs):
                yield "VBR030", a.address, r.address, "refuse"
            elif a.kind == "Storage":
                yield "VBR060", a.address, f"kind {r.address}", "refuse"
            if a.sas_days is not None and a.sas_days < 30 and f.written_directly(r, f.policies):
                yield "VBR066", a.address, r.address, "refuse"
            if FAMILY[r.kind] == "azure" and a.tier is not None \
                    and a.tier != ("Cool" if r.cool else "Hot"):
                yield "VBR064", a.address, r.address, "warning"


def r068(f: Facts) -> Iterator[Hit]:
    """IA, One Zone-IA, Cool: not for jobs without GFS."""
    for job in f.agent_jobs:
        for r in f.targets(job):
            if (r.infrequent or r.one_zone or f.cool(r)) and not job.gfs:
                yield "VBR068", job.address, "", "warning"


def endpoints(f: Facts) -> Iterator[Hit]:
    """S3 compatible storage must be reachable over HTTPS; MinIO has no IAM API."""
    for job in f.agent_jobs:
        for r in f.targets(job):
            if FAMILY[r.kind] == "s3c" and (r.endpoint or "").lower().startswith("http://"):
                yield "VBR072", job.address, "", "refuse"
    for a in f.accesses:
        r = f.at.get(a.repository)
        if isinstance(r, Repository) and a.mode == "iam_sts" and r.vendor == "minio":
            yield "VBR073", a.address, "", "refuse"


def group_types(f: Facts) -> Iterator[Hit]:
    """Which group can be in which job."""
    for job in f.agent_jobs:
        for number, group in enumerate(f.groups(job)):
            if job.kind == "job" and group == "pre_installed_agents":
                yield "VBR074", job.address, f"{number}", "refuse"
            if job.kind == "policy" and group == "cloud_machines":
                yield "VBR075", job.address, f"{number}", "refuse"
            if job.kind == "policy" and job.os == "mac" and group != "pre_installed_agents":
                yield "VBR077", job.address, f"{number}", "refuse"


def r079(f: Facts) -> Iterator[Hit]:
    """Workstations have policies, failover clusters jobs, and only those of Windows."""
    for job in f.agent_jobs:
        if job.kind == "job" and job.computers == "workstation":
            yield "VBR079", job.address, "workstation", "refuse"
        if job.computers == "failover_cluster" and job.kind == "policy":
            yield "VBR079", job.address, "policy", "refuse"
        if job.computers == "failover_cluster" and job.os not in (None, "windows"):
            yield "VBR079", job.address, "system", "refuse"


def r082(f: Facts) -> Iterator[Hit]:
    """All extents of a tier are immutable, or none is."""
    for s in f.scale_outs:
        if len({immutable(r) for r in f.extents(s)}) > 1:
            yield "VBR082", s.address, "", "refuse"


def place_of(f: Facts, r: Repository) -> str:
    """The bucket or container, declared or not; that of another repository, where it is that."""
    other = f.at.get(r.store.removeprefix(f"{ELSEWHERE} of "))
    if isinstance(other, Repository) and not other.store.startswith(ELSEWHERE):
        return other.store
    return f"{ELSEWHERE} of {r.address}" if r.store == ELSEWHERE else r.store


def r089(f: Facts) -> Iterator[Hit]:
    """A folder belongs to one repository."""
    ordered = sorted(f.repositories, key=lambda r: r.address)
    for number, r in enumerate(ordered):
        for before in ordered[:number]:
            if LIES_ON.get(r.kind) and place_of(f, before) == place_of(f, r):
                if r.folder == before.folder:
                    yield "VBR089", r.address, before.address, "refuse"
                elif FAMILY[r.kind] == FAMILY[before.kind] == "s3c":
                    yield "VBR089", r.address, before.address, "warning"


ROWS: tuple[Row, ...] = (
    r001, r002, families_of_targets, r004, r007, r008, r009, r010, r012, r014, r015, fulls,
    several_extents, policies_by_target, r025, unix, buckets, containers, r055, periods, vaults,
    accounts, r068, endpoints, group_types, r079, r082, r089,
)


def judge(estate: Estate) -> set[Hit]:
    """All that an estate without open values breaks, and what its plan repairs.

    Repaired is what would be refused if all that exists stayed as it is, and is not broken in the
    end. Rules about changes judge no state.
    """
    finished, now = ended(estate), untouched(estate)
    end = _broken(finished)
    there = end if now == finished else _broken(now)
    left = {hit[:3] for hit in end}
    return end | {(rule, address, part, REPAIRED) for rule, address, part, severity in there
                  if severity == "refuse" and rule not in CHANGES
                  and (rule, address, part) not in left}


def mended_by(estate: Estate, address: str) -> set[tuple[str, str]]:
    """What is right in the end only since the plan changes the part at *address*: rule, address."""
    end, there = ended(estate), untouched(estate)
    without = tuple(old if old.address == address else new
                    for new, old in zip(end, there, strict=True))
    return {hit[:2] for hit in _broken(without) - _broken(end) if hit[3] == "refuse"}


def _broken(estate: Estate) -> set[Hit]:
    facts = Facts(estate)
    return {hit for row in ROWS for hit in row(facts)}
