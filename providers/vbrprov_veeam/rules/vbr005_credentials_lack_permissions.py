"""VBR005: what the key of a repository has to be allowed for direct connections."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, JobView, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._grants import (
    VENDORS,
    Grants,
    Lack,
    granted,
    grants_of,
    lacks,
    lacks_of_roles,
)
from vbrprov_veeam.rules._saying import told

#: Families where agents get identities of their own.
IDENTITIES = ("amazon", "s3c", "google")
#: Who needs what on Google Cloud: the HMAC key of the repository, the account of its appliance.
_GOOGLE_AGENTS = "AGENT-GCS"
_GOOGLE_BACKUPS = ("GCS-BASE", "GCS-IMM")


class CredentialsLackPermissions(Rule):
    """Agents that connect directly get identities, and somebody must be allowed to make them."""

    rule_id = "VBR005"
    severity = Severity.REFUSE
    summary = "Credentials that lack permissions for direct connections"
    why = """
        Agents of a policy that write directly to object storage get identities of their own, which
        the backup server makes with the credentials of the repository. Those need permissions for
        that, beside those for the backups.

        When the user of the key and its policies are declared here, they are checked; otherwise it
        is a note. On Google Cloud it is the account of the helper appliance that makes identities,
        and custom roles that are checked. data.veeam_permission_policy renders what is needed.
    """
    hint = 'Use the policy of data.veeam_permission_policy with purpose = "agents".'
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_permissions.html"
    bad = """
        resource "aws_iam_user_policy" "veeam" {
          user   = aws_iam_user.veeam.name
          policy = data.veeam_permission_policy.repository.json    # purpose = "repository"
        }
        resource "veeam_agent_backup_policy" "laptops" {
          destination { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """
    good = """
        data "veeam_permission_policy" "agents" {
          vendor  = "aws"
          purpose = "agents"
          buckets = ["agents-backup"]
        }
        resource "aws_iam_user_policy" "veeam" {
          user   = aws_iam_user.veeam.name
          policy = data.veeam_permission_policy.agents.json
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each repository that agents of policies write to directly."""
        for repository in estate.repositories:
            if repository.family not in IDENTITIES:
                continue
            policies = [(job, sure) for job, sure in estate.jobs_of(repository)
                        if job.kind is JobKind.POLICY]
            direct = Truth.any(sure & estate.path(job, repository).equals("direct")
                               for job, sure in policies)
            if direct is Truth.NO:
                continue
            jobs = [job for job, _ in policies]
            noted = True
            for who, grants, lack, makes in _accounts(estate, repository):
                noted = noted and not makes
                yield from self._judge(repository, jobs, direct & lack.truth, grants,
                                       f"{who} lack {lack.named}", who)
            if noted and direct is Truth.YES:
                yield self._note(repository, jobs)

    def _note(self, repository: RepositoryView, jobs: list[JobView]) -> Finding:
        whose = ("the account of its helper appliance" if repository.family == "google"
                 else "its credentials")
        return self.finding(
            Truth.YES, repository, f"{repository.address} is written to directly: {whose} must be "
            "allowed to make identities for agents, which is not declared here.",
            at=repository.credentials.value.at, key="note", severity=Severity.NOTE, involves=jobs)

    def _judge(self, repository: RepositoryView, jobs: list[JobView], violated: Truth,
               grants: Grants, said: str, who: str) -> Iterator[Finding]:
        if violated is not Truth.NO:
            yield self.finding(
                violated, repository,
                f"{said[0].upper()}{said[1:]}." if violated is Truth.YES
                else told(violated, said),
                at=repository.credentials.value.at, key=f"grants:{who}",
                related=[("what they are allowed", grants.said_in, "policy"),
                         *(("who writes directly", job, job.target_at) for job in jobs)],
                involves=[*grants.views, *jobs])


def _accounts(estate: Estate,
              repository: RepositoryView) -> Iterator[tuple[str, Grants, Lack, bool]]:
    """Whose permissions are declared: in words, the grants, what is lacking.

    The last says whether it is the one that makes identities.
    """
    own = grants_of(estate, repository)
    who = f"the credentials of {repository.address}"
    if repository.family in VENDORS:
        if own is not None:
            yield who, own, lacks(repository, own, "agents"), True
        return
    if own is not None:
        immutable = repository.immutability_enabled.is_true is Truth.YES
        yield who, own, lacks_of_roles(own, *_GOOGLE_BACKUPS[:2 if immutable else 1]), False
    for setting, sure in estate.settings_of(repository):
        helper = granted(estate, setting.credentials, repository) if sure is Truth.YES else None
        if helper is not None:
            yield (f"the credentials of the helper appliance of {repository.address}", helper,
                   lacks_of_roles(helper, _GOOGLE_AGENTS), True)
