"""VBR009: agent access that does not go with the repository."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import AgentAccessView, Estate, Fact, Finding, Rule, Severity, Truth, View
from vbrprov_veeam.rules._targets import is_direct


class AgentAccessContradictsMode(Rule):
    """How agents get their keys, and where they go, have to fit."""

    rule_id = "VBR009"
    severity = Severity.REFUSE
    summary = "Agent access does not go with the repository"
    why = """
        Agent access says how agents get the keys of an S3 compatible storage. It wins over the
        connection mode of the repository, so the two must say the same.

        In direct mode with access through the backup server all data take the detour: that has to
        be attested. In gateway mode no agent needs keys. IAM and STS need the addresses of both.
        Other storages have no such setting. Shared keys work, but every computer can then read and
        delete the backups of all others.
    """
    hint = ('Use mode = "iam_sts" where the storage has it, or "backup_server" with a repository '
            "in gateway mode.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/access_permissions.html"
    phases = ("static",)
    bad = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = "iam_sts"
        }
    """
    good = """
        resource "veeam_s3_agent_access" "main" {
          repository_id = veeam_wasabi_repository.main.id
          mode          = "iam_sts"
          iam_endpoint  = "https://iam.wasabisys.com"
          sts_endpoint  = "https://sts.wasabisys.com"
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each agent access with its repository."""
        for access in estate.agent_accesses:
            choice = estate.repository_pool.resolve(access.repository)
            others = choice.holds(lambda repository: Truth.of(repository.family != "s3c"))
            direct = choice.holds(is_direct)
            gateway = choice.holds(lambda repository: repository.connection_mode.equals("gateway"))
            shared = access.mode.equals("shared_credentials")
            sts = access.mode.equals("iam_sts")
            views = choice.options
            yield from self._found(access, others, "other", access.repository.value, views,
                                   "is for a repository that is not S3 compatible")
            yield from self._found(access, gateway & (shared | sts), "gateway", access.mode, views,
                                   "gives agents keys for a repository in gateway mode")
            for endpoint, name in ((access.iam_endpoint, "IAM"), (access.sts_endpoint, "STS")):
                missing = endpoint.holds(lambda address: not address, absent=True)
                yield from self._found(access, sts & missing, name, access.mode, views,
                                       f"uses IAM and STS without the address of {name}")
            yield from self._detour(access, direct & access.mode.equals("backup_server"), views)
            yield from self._found(access, shared, "shared", access.mode, views,
                                   "gives every computer the keys of the repository",
                                   Severity.WARNING)

    def _found(self, access: AgentAccessView, violated: Truth, key: str, fact: Fact[str],
               views: tuple[View, ...], says: str,
               severity: Severity | None = None) -> Iterator[Finding]:
        if violated is not Truth.NO:
            said = f"{access.address} {says}"
            yield self.finding(
                violated, access, f"{said}." if violated is Truth.YES
                else f"It is not known yet whether {said}.", at=fact.at, key=key,
                severity=severity, involves=views)

    def _detour(self, access: AgentAccessView, violated: Truth,
                views: tuple[View, ...]) -> Iterator[Finding]:
        """All that is asked is whether the detour is meant, so it stays open until that is said."""
        if violated is not Truth.NO:
            yield self.finding(
                Truth.UNKNOWN, access, f"{access.address} sends the data of agents through the "
                "backup server, although the repository is in direct mode.", at=access.mode.at,
                key="detour", involves=views, final=violated is Truth.YES,
                needs="Attest it if that is meant.")
