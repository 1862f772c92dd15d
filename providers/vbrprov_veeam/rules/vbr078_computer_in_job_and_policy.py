"""VBR078: a computer belongs to a job or to a policy."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Finding,
    JobKind,
    JobView,
    ProtectionGroupView,
    Rule,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._saying import told


class ComputerInJobAndPolicy(Rule):
    """The server runs the agent, or the agent runs itself."""

    rule_id = "VBR078"
    severity = Severity.REFUSE
    summary = "The same computers in a job and in a policy"
    why = """
        A computer cannot be in a backup job that the server manages and in a backup policy at the
        same time.

        One protection group may serve both when they are for different operating systems, such as a
        job for its Windows and a policy for its Linux computers.
    """
    hint = "Protect these computers by the job or by the policy."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_job_mode.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_agent_backup_job" "servers" {
          os                   = "windows"
          protection_group_ids = [veeam_protection_group.servers.id]
        }
        resource "veeam_agent_backup_policy" "servers" {
          os                   = "windows"
          protection_group_ids = [veeam_protection_group.servers.id]
        }
    """
    good = """
        resource "veeam_agent_backup_policy" "servers" {
          os                   = "linux"
          protection_group_ids = [veeam_protection_group.servers.id]
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job with each policy for the same operating system."""
        policies = [job for job in estate.jobs if job.kind is JobKind.POLICY]
        for job in estate.jobs:
            if job.kind is JobKind.JOB:
                for policy in policies:
                    yield from self._judge(estate, job, policy)

    def _judge(self, estate: Estate, job: JobView, policy: JobView) -> Iterator[Finding]:
        alike = _same_system(job, policy)
        if alike is Truth.NO:
            return
        ours, theirs = _covered(estate, job), _covered(estate, policy)
        violated, group = Truth.NO, None
        for left, left_names, left_sure in ours:
            for right, right_names, right_sure in theirs:
                shared = left_sure & right_sure & _overlap(left, left_names, right, right_names)
                if shared.value > violated.value:
                    violated, group = shared, left
        violated &= alike
        if violated is not Truth.NO and group is not None:
            said = f"{policy.address} has computers of {group.address} that {job.address} has too"
            yield self.finding(
                violated, policy, told(violated, said), at=_groups_at(policy), key=job.address,
                related=[("the job", job, _groups_at(job)), ("the protection group", group, "")],
                involves=[job, group])


#: A group, the names of the computers meant (``None`` for all), and whether it is meant.
Covered = tuple[ProtectionGroupView, frozenset[str] | None, Truth]


def _same_system(job: JobView, policy: JobView) -> Truth:
    if not (job.agents.known and policy.agents.known):
        return Truth.UNKNOWN
    return Truth.of(job.agents.value == policy.agents.value)


def _covered(estate: Estate, job: JobView) -> list[Covered]:
    """The groups of a job, whole or by the computers that are named one by one."""
    members = job.members or ()
    whole = job.groups[:len(job.groups) - len(members)]
    found: list[Covered] = [(m.view, None, m.sure) for m in estate.group_pool.resolve_all(whole)]
    for member in members:
        choice = estate.group_pool.resolve(member.group)
        name = member.name
        names = frozenset({name.value.lower()}) if name.known and name.value else frozenset[str]()
        sure = choice.sure if name.known else Truth.UNKNOWN & choice.sure
        found += [(option, names, sure) for option in choice.options]
    return found


def _overlap(left: ProtectionGroupView, left_names: frozenset[str] | None,
             right: ProtectionGroupView, right_names: frozenset[str] | None) -> Truth:
    """Whether two parts of groups have a computer in common, as far as anything names one."""
    if left is right and (left_names is None or right_names is None):
        return Truth.YES
    ours = _hosts(left) if left_names is None else left_names
    theirs = _hosts(right) if right_names is None else right_names
    return Truth.of(not ours.isdisjoint(theirs))


def _hosts(group: ProtectionGroupView) -> frozenset[str]:
    return frozenset(host.value.lower() for host in group.hosts or ()
                     if host.known and host.value)


def _groups_at(job: JobView) -> str:
    return job.groups[0].value.at.partition("[")[0] if job.groups else ""
