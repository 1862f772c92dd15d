"""VBR070: how many agents a cloud account can have identities for."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import Estate, Finding, JobKind, JobView, Rule, Severity, Truth
from vbrprov_veeam.rules._saying import told
from vbrprov_veeam.rules._targets import family_is, path_is

#: Agents that an account has identities for by default, by family, and what limits them.
QUOTAS = {
    "amazon": (1500, "1500 policies and 5000 users in an AWS account"),
    "google": (100, "100 service accounts in a Google Cloud project"),
}


class IamQuotas(Rule):
    """Each agent of a policy is given an identity of its own."""

    rule_id = "VBR070"
    severity = Severity.WARNING
    summary = "More agents than the cloud account has identities for"
    why = """
        Each agent of a policy that writes directly to Amazon S3 or Google Cloud gets an identity of
        its own in the account. By default AWS allows 1500 policies and 5000 users in an account,
        Google Cloud 100 service accounts in a project.
    """
    hint = ("Have the quota raised, use a gateway, or spread the computers over repositories in "
            "several accounts.")
    source = ("https://helpcenter.veeam.com/docs/vbr/userguide/"
              "agents_object_storage_direct_access.html")
    phases = ("plan", "live")
    bad = """
        resource "veeam_protection_group" "laptops" {
          type            = "pre_installed_agents"
          expected_agents = 2500
        }
    """
    good = """
        resource "veeam_protection_group" "laptops" {
          type            = "pre_installed_agents"
          expected_agents = 800
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each policy by the number of its computers."""
        for job in estate.jobs:
            if job.kind is not JobKind.POLICY:
                continue
            groups = estate.groups_of(job)
            number, complete = _agents(estate, job)
            for family, (limit, quota) in QUOTAS.items():
                over = Truth.of(number > limit) | (Truth.NO if complete else Truth.UNKNOWN)
                violated = over & estate.target_holds(
                    job, lambda repository, job=job, family=family: (  # type: ignore[misc]  # bound at once
                        family_is(repository, family)
                        & path_is(estate, job, repository, "direct")))
                if violated is not Truth.NO:
                    targets = [target.repository for target in estate.targets(job)]
                    yield self.finding(
                        violated, job, told(violated, (
                            f"{job.address} gives {number} or more computers identities, where the "
                            f"quota is {quota}")), at=job.target_at, key=family,
                        related=[("the protection group", group, group.expected.at)
                                 for group in groups], involves=[*groups, *targets])


def _agents(estate: Estate, job: JobView) -> tuple[int, bool]:
    """How many computers a policy has at least, and whether that is all."""
    number, complete = len(job.members or ()), job.members is not None
    single = {member.group.value.value for member in job.members or ()}
    for member in estate.group_members(job):
        group = member.view
        if group.id.known and group.id.value in single - {None}:
            continue
        if group.group_type.equals("cloud_machines") is Truth.YES:
            continue
        if group.expected.known and group.expected.value is not None:
            number += group.expected.value
        elif group.hosts is not None and group.expected.known:
            number += len(group.hosts)
        else:
            complete = False
    return number, complete
