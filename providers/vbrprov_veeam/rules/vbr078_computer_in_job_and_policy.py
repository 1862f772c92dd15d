"""VBR078: a computer belongs to a job or to a policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        """Judge each job with the policies that share a group or a computer with it."""
        by_group: dict[str, list[Covered]] = {}
        by_host: dict[str, list[Covered]] = {}
        for policy in estate.jobs:
            if policy.kind is JobKind.POLICY:
                for part in _covered(estate, policy):
                    by_group.setdefault(part.group.address, []).append(part)
                    for host in part.hosts:
                        by_host.setdefault(host, []).append(part)
        for job in estate.jobs:
            if job.kind is JobKind.JOB:
                yield from self._judge(_covered(estate, job), by_group, by_host)

    def _judge(self, parts: list[Covered], by_group: dict[str, list[Covered]],
               by_host: dict[str, list[Covered]]) -> Iterator[Finding]:
        found: dict[str, tuple[Truth, Covered, Covered]] = {}
        for ours in parts:
            near = [*by_group.get(ours.group.address, ()),
                    *(part for host in ours.hosts for part in by_host.get(host, ()))]
            for theirs in near:
                shared = (_same_system(ours.job, theirs.job) & ours.sure & theirs.sure
                          & _overlap(ours, theirs))
                before = found.get(theirs.job.address)
                if before is None or shared.value > before[0].value:
                    found[theirs.job.address] = (shared, ours, theirs)
        for violated, ours, theirs in found.values():
            if violated is not Truth.NO:
                job, policy, group = ours.job, theirs.job, ours.group
                said = (f"{policy.address} has computers of {group.address} that {job.address} "
                        "has too")
                yield self.finding(
                    violated, policy, told(violated, said), at=_groups_at(policy), key=job.address,
                    related=[("the job", job, _groups_at(job)),
                             ("the protection group", group, "")], involves=[job, group])


@dataclass(frozen=True, slots=True)
class Covered:
    """A group of a job, whole or by the computers that are named; ``hosts`` as far as known."""

    job: JobView
    group: ProtectionGroupView
    whole: bool
    hosts: frozenset[str]
    sure: Truth


def _same_system(job: JobView, policy: JobView) -> Truth:
    if not (job.agents.known and policy.agents.known):
        return Truth.UNKNOWN
    return Truth.of(job.agents.value == policy.agents.value)


def _covered(estate: Estate, job: JobView) -> list[Covered]:
    members = job.members or ()
    whole = job.groups[:len(job.groups) - len(members)]
    found = [Covered(job, m.view, True, _hosts(m.view), m.sure)
             for m in estate.group_pool.resolve_all(whole)]
    for member in members:
        choice = estate.group_pool.resolve(member.group)
        name = member.name
        hosts = frozenset({name.value.lower()}) if name.known and name.value else frozenset[str]()
        sure = choice.sure if name.known else choice.sure & Truth.UNKNOWN
        found += [Covered(job, option, False, hosts, sure) for option in choice.options]
    return found


def _overlap(left: Covered, right: Covered) -> Truth:
    """Whether two parts of groups have a computer in common, as far as anything names one."""
    if left.group is right.group and (left.whole or right.whole):
        return Truth.YES
    return Truth.of(not left.hosts.isdisjoint(right.hosts))


def _hosts(group: ProtectionGroupView) -> frozenset[str]:
    return frozenset(host.value.lower() for host in group.hosts or ()
                     if host.known and host.value)


def _groups_at(job: JobView) -> str:
    return job.groups[0].value.at.partition("[")[0] if job.groups else ""
