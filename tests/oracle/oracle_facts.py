"""An estate whose values are all known, with what the sources derive from it."""

from __future__ import annotations

from estates import (
    LIES_ON,
    Access,
    Account,
    Bucket,
    Container,
    Estate,
    Group,
    Job,
    Repository,
    ScaleOut,
)

FAMILY = {"amazon_s3": "amazon", "s3_compatible": "s3c", "ibm_cloud": "s3c", "wasabi": "s3c",
          "eleven_eleven": "s3c", "google_cloud": "google", "azure_blob": "azure",
          "data_cloud_vault": "vault", "snowball_edge": "device", "data_box": "device",
          "s3_glacier": "archive", "azure_archive": "archive"}
#: Access mode of S3 compatible storage -> way of the data, for a repository in direct mode.
WAYS = {None: "gateway", "backup_server": "gateway", "shared_credentials": "direct",
        "iam_sts": "direct"}


class Facts:
    """Links, and what follows from several parts together."""

    def __init__(self, estate: Estate) -> None:
        self.at = {part.address: part for part in estate}
        self.jobs = [p for p in estate if isinstance(p, Job)]
        self.repositories = [p for p in estate if isinstance(p, Repository)]
        self.scale_outs = [p for p in estate if isinstance(p, ScaleOut)]
        self.accesses = [p for p in estate if isinstance(p, Access)]
        self.buckets = [p for p in estate if isinstance(p, Bucket)]
        self.containers = [p for p in estate if isinstance(p, Container)]
        self.accounts = [p for p in estate if isinstance(p, Account)]
        self.agent_jobs = [j for j in self.jobs if j.kind in ("policy", "job")]
        self.policies = [j for j in self.jobs if j.kind == "policy"]

    def extents(self, scale_out: ScaleOut) -> list[Repository]:
        """Its performance extents that are declared."""
        return [self.at[a] for a in dict.fromkeys(scale_out.extents) if a in self.at]

    def targets(self, job: Job) -> list[Repository]:
        """The repository, or the extents of the scale-out repository."""
        target = self.at.get(job.target)
        if isinstance(target, ScaleOut):
            return self.extents(target)
        return [target] if isinstance(target, Repository) else []

    def groups(self, job: Job) -> list[str]:
        """Types of its protection groups."""
        found = [self.at[a] for a in job.groups if a in self.at]
        return [g.type for g in found if isinstance(g, Group)]

    def users(self, repository: Repository, jobs: list[Job]) -> list[Job]:
        """Those of *jobs* that write to it."""
        return [j for j in jobs if repository in self.targets(j)]

    def access(self, repository: Repository) -> list[Access]:
        return [a for a in self.accesses if a.repository == repository.address]

    def way(self, job: Job, repository: Repository) -> str:
        """Direct or gateway, as the data goes."""
        if "cloud_machines" in self.groups(job):
            return "direct"
        mode = declared(repository)
        if FAMILY[repository.kind] != "s3c" or mode != "direct":
            return mode
        found = self.access(repository)
        return WAYS[found[0].mode] if found else "gateway"

    def on(self, store: Bucket | Container) -> list[Repository]:
        """The repositories on a bucket or container."""
        return [r for r in self.repositories if r.store == store.address]

    def account(self, repository: Repository) -> Account | None:
        container = self.at.get(repository.store)
        if not isinstance(container, Container):
            return None
        found = self.at.get(container.account)
        return found if isinstance(found, Account) else None

    def cool(self, repository: Repository) -> bool:
        """Hot repository, cool account: "stores everything cool"."""
        account = self.account(repository)
        return bool(repository.cool) or (FAMILY[repository.kind] == "azure"
                                         and account is not None and account.tier == "Cool")

    def on_account(self, account: Account) -> list[Repository]:
        return [r for r in self.repositories if self.account(r) is account]

    def written_directly(self, repository: Repository, jobs: list[Job]) -> bool:
        """Whether any of *jobs* writes directly to it, Azure Blob storage."""
        return "azure" in LIES_ON.get(repository.kind, ()) and any(
            self.way(j, repository) == "direct" for j in self.users(repository, jobs))


def declared(repository: Repository) -> str:
    """Its own connection mode; VBR's is direct unless it is told otherwise."""
    return "direct" if repository.mode in (None, "direct") else "gateway"


def immutable(repository: Repository) -> bool:
    """Whether the repository has immutability on; that of a vault "cannot be off"."""
    if repository.kind == "data_cloud_vault":
        return True
    return switched(repository)


def switched(repository: Repository) -> bool:
    """Whether the configuration has it on: a block without a switch does."""
    return repository.block if repository.enabled is None else repository.enabled
