"""VBR005: what the key of a repository has to be allowed for direct connections."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from vbrprov.sdk import Estate, Finding, JobKind, JobView, RepositoryView, Rule, Severity, Truth
from vbrprov_veeam.rules._grants import Grants, grants_of
from vbrprov_veeam.rules._saying import told

#: Whose policy it is, by family.
VENDORS = {"amazon": "aws", "s3c": "generic"}
#: Families where agents get identities of their own.
IDENTITIES = ("amazon", "s3c", "google")
_NAMED = 3


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
        is a note. data.veeam_permission_policy renders the policy that is needed.
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
            grants = grants_of(estate, repository) if direct is not Truth.NO else None
            if grants is not None and repository.family in VENDORS:
                yield from self._judge(repository, [job for job, _ in policies], direct, grants)
            elif direct is Truth.YES:
                yield self._note(repository, [job for job, _ in policies])

    def _note(self, repository: RepositoryView, jobs: list[JobView]) -> Finding:
        whose = ("the account of its helper appliance" if repository.family == "google"
                 else "its credentials")
        return self.finding(
            Truth.YES, repository, f"{repository.address} is written to directly: {whose} must be "
            "allowed to make identities for agents, which is not declared here.",
            at=repository.credentials.value.at, key="note", severity=Severity.NOTE, involves=jobs)

    def _judge(self, repository: RepositoryView, jobs: list[JobView], direct: Truth,
               grants: Grants) -> Iterator[Finding]:
        lacks, lacking = _lacks(repository, grants)
        violated = direct & lacks
        if violated is not Truth.NO:
            named = ", ".join(lacking[:_NAMED]) + (
                f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else "")
            said = f"the credentials of {repository.address} lack {named or 'permissions'}"
            yield self.finding(
                violated, repository,
                f"{said[0].upper()}{said[1:]}." if violated is Truth.YES
                else told(violated, said),
                at=repository.credentials.value.at, key="grants",
                related=[("what they are allowed", grants.views[-1], "policy"),
                         *(("who writes directly", job, job.target_at) for job in jobs)],
                involves=[*grants.views, *jobs])


def _lacks(repository: RepositoryView, grants: Grants) -> tuple[Truth, list[str]]:
    """Whether the policies leave out what is needed, and which actions."""
    name = repository.storage.value
    if not name.known:
        return Truth.UNKNOWN, []
    found = _missing(
        VENDORS[repository.family], name.value or "", repository.immutability_enabled.is_true
        is Truth.YES, repository.auto_provision.is_true is Truth.YES, grants.documents)
    if found is None:
        return Truth.UNKNOWN, []
    denied, missing, conditional = found
    if denied or (missing and not grants.open):
        return Truth.YES, [*denied, *missing]
    return Truth.of(bool(missing or conditional)) & Truth.UNKNOWN, [*missing, *conditional]


@lru_cache(maxsize=256)
def _missing(vendor: str, bucket: str, immutable: bool, multi_bucket: bool,
             documents: tuple[str, ...]) -> tuple[list[str], list[str], list[str]] | None:
    """Actions that are denied, missing, and allowed on conditions; ``None`` for no policy."""
    from vbrprov.policy.asking import PolicyArguments
    from vbrprov.policy.check import Kind, check
    from vbrprov.policy.rendering import render
    from vbrprov.sdk import PolicyError

    policy = Grants(documents, (), open=False).policy()
    if policy is None:
        return None
    # The name of the bucket is given, so nobody has to browse for it.
    arguments = PolicyArguments(
        vendor=vendor, purpose="agents", buckets=(bucket,) if bucket else (), browse=False,
        immutability=immutable, multi_bucket=multi_bucket and vendor != "aws",
        agent_access=None if vendor == "aws" else "iam_sts")
    try:
        wanted = render(arguments)
    except PolicyError:
        # Only the name of the bucket can be wrong, which is the store's to say.
        return None
    found: dict[Kind, list[str]] = {}
    for fault in check(policy, wanted):
        found.setdefault(fault.kind, []).extend(fault.actions)
    return (found.get(Kind.DENIED, []), found.get(Kind.MISSING, []),
            found.get(Kind.CONDITIONAL, []))
