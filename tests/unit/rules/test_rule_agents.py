"""What guardrails see of jobs, groups, hosts and the backup server."""

from __future__ import annotations

from typing import Any

import pytest
from rule_world import UNKNOWN, project, world

from vbrprov.sdk import BackupServerView, Fact, HostView, JobView, ProtectionGroupView, View


def only(specs: dict[str, Any]) -> Any:
    """The view of a world of one instance."""
    views: list[View] = [view for facts in world(specs, "plan") for view in project(facts)]
    (view,) = views
    return view


def test_members_of_a_job_count_as_members_of_their_group() -> None:
    job = only({"veeam_agent_backup_job.j": {"config": {
        "os": "windows", "protection_group_ids": ["g1"],
        "computer": [{"protection_group_id": "g2", "name": "pc1"}]}}})
    assert isinstance(job, JobView)
    assert [group.value.value for group in job.groups] == ["g1", "g2"]
    (member,) = job.members or ()
    assert (member.group.value.value, member.name.value, member.at) == ("g2", "pc1", "computer[0]")


@pytest.mark.parametrize(("name", "encrypted"), [
    ("encryption_password_id", True), ("encryption_kms_server_id", True), ("description", False),
])
def test_a_password_or_a_kms_server_encrypts(name: str, encrypted: bool) -> None:
    job = only({"veeam_agent_backup_policy.p": {"config": {name: "x"}}})
    assert job.encrypted.value is encrypted


@pytest.mark.parametrize(("application", "logs"), [
    ({"sql": {"logs": "backup"}}, True), ({"sql": {"logs": "truncate"}}, False),
    ({"oracle": {"backup_logs": True}}, True), ({"postgresql": {"backup_logs": False}}, False),
])
def test_backups_of_logs(application: dict[str, Any], logs: bool) -> None:
    job = only({"veeam_agent_backup_job.j": {"config": {
        "application_processing": {"application": [application]}}}})
    assert job.transaction_logs == Fact(logs,
                                        at=job.transaction_logs.at)
    assert job.scheduled.value is False


def test_what_a_copy_job_copies() -> None:
    job = only({"veeam_backup_copy_job.c": {"config": {
        "source": {"job_ids": ["j1"], "repository_ids": ["r1"]}, "is_disabled": True,
        "schedule": {}}}})
    assert [link.value.value for link in job.source_jobs or ()] == ["j1"]
    assert [link.value.value for link in job.source_repositories or ()] == ["r1"]
    assert (job.disabled.value, job.scheduled.value) == (True, True)


@pytest.mark.parametrize(("config", "hosts", "cloud"), [
    ({"computer": [{"host_name": "a"}, {"host_name": UNKNOWN}]}, ["a", None], None),
    ({"type": "cloud_machines", "cloud_account": {"type": "aws"}}, None, "aws"),
    ({"type": "ad_objects"}, None, None),
    ({"type": UNKNOWN}, None, None),
])
def test_computers_of_a_group(config: dict[str, Any], hosts: Any, cloud: str | None) -> None:
    group = only({"veeam_protection_group.g": {"config": config}})
    assert isinstance(group, ProtectionGroupView)
    seen = None if group.hosts is None else [host.value for host in group.hosts]
    assert (seen, group.cloud.value) == (hosts, cloud)


def test_hosts_and_the_backup_server() -> None:
    host = only({"veeam_managed_server.m": {"config": {"name": "gw", "type": "linux"}}})
    assert isinstance(host, HostView)
    assert (host.name.value, host.os.value) == ("gw", "linux")
    server = only({"data.veeam_backup_server.s": {"config": {"uses_http_proxy": True}}})
    assert isinstance(server, BackupServerView)
    assert server.http_proxy.value is True


@pytest.mark.parametrize(("systems", "says"), [
    (["aix", "solaris_10"], None), (["solaris_9"], "solaris_9 is not one of"), (None, None),
])
def test_systems_of_a_group_are_those_that_agents_know(systems: Any, says: str | None) -> None:
    from vbrprov_veeam.resources.protection_group import ProtectionGroupModel

    (check,) = ProtectionGroupModel.schema().attributes["unix_systems"].validators
    found = check(systems)
    assert found is None if says is None else says in found
