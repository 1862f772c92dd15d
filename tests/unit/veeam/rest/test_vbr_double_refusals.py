"""What the double refuses of hosts, groups and jobs, as the product does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import VbrRequestError
from vbrprov_veeam.doubles.vbr.samples import GROUPS, JOBS, REPOSITORIES, SERVERS, Samples

if TYPE_CHECKING:
    from vbrprov_veeam.api import VbrClient

Json = dict[str, Any]


@pytest.fixture
def repository(client: VbrClient, samples: Samples) -> str:
    made = client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
    return str(made["id"])


def _group(client: VbrClient, body: Json) -> str:
    return str(client.create_async(GROUPS, body, name=body["name"])["id"])


def _job(repository: str, group: str, **changes: Any) -> Json:
    computer = {"platform": "Agent", "id": group, "name": "group", "type": "ProtectionGroup",
                "protectionGroupId": group}
    return {"type": "LinuxAgentBackup", "name": "job", "description": "", "computers": [computer],
            "backupMode": "EntireComputer", "storage": {"backupRepositoryId": repository},
            **changes}


def test_groups_that_a_job_or_a_policy_cannot_have(
    client: VbrClient, samples: Samples, repository: str,
) -> None:
    installed = _group(client, {"type": "PreInstalledAgents", "name": "p", "description": ""})
    with pytest.raises(VbrRequestError, match="installed by hand"):
        client.post(JOBS, _job(repository, installed))
    key = samples.new_credentials(samples.amazon())
    cloud = _group(client, {
        "type": "CloudMachines", "name": "c", "description": "", "cloudMachines": [],
        "cloudAccount": {"accountType": "AWS", "credentialsId": key, "regionType": "Global",
                         "regionId": "eu-central-1"}})
    with pytest.raises(VbrRequestError, match="cannot protect cloud machines"):
        client.post(JOBS, samples.policy(repository, cloud))


@pytest.mark.parametrize(("changes", "says"), [
    ({"agentType": "FailoverCluster"}, "run Windows"),
    ({"schedule": {"runAutomatically": True, "afterThisJob": {
        "isEnabled": True, "jobName": "nobody"}}}, "no such job"),
])
def test_jobs_that_cannot_be(
    changes: Json, says: str, client: VbrClient, samples: Samples, repository: str,
) -> None:
    group = _group(client, samples.group())
    with pytest.raises(VbrRequestError, match=says):
        client.post(JOBS, _job(repository, group, **changes))


def test_a_repository_that_a_policy_uses_stays(
    client: VbrClient, samples: Samples, repository: str,
) -> None:
    client.post(JOBS, samples.policy(repository, _group(client, samples.group())))
    with pytest.raises(VbrRequestError, match="used by 'policy'"):
        client.delete(f"{REPOSITORIES}/{repository}")


@pytest.mark.parametrize(("changes", "says"), [
    ({"sshFingerprint": "ssh-ed25519 256 00"}, "the host shows"),
    ({"credentialsStorageType": "Permanent"}, "credentialsId: required"),
    ({"credentialsStorageType": "SingleUse"}, "singleUseCredentials: required"),
])
def test_hosts_that_cannot_be_added(changes: Json, says: str, client: VbrClient) -> None:
    shown = client.post("connectionCertificate", {"serverName": "h", "type": "LinuxHost"},
                        reads=True)["fingerprint"]
    body = {"type": "LinuxHost", "name": "h", "description": "", "sshFingerprint": shown,
            "credentialsStorageType": "Certificate", **changes}
    with pytest.raises(VbrRequestError, match=says):
        client.post(SERVERS, body)


@pytest.mark.parametrize(("computer", "says"), [
    ({"connectionType": "PermanentCredentials"}, "credentialsId: required"),
    ({"connectionType": "SingleUseCredentials"}, "singleUseCredentials: required"),
])
def test_computers_without_a_login(
    computer: Json, says: str, client: VbrClient, samples: Samples,
) -> None:
    with pytest.raises(VbrRequestError, match=says):
        client.post(GROUPS, samples.group(computers=[{"hostName": "a", **computer}]))


def test_a_domain_is_known_once_and_can_be_looked_into(client: VbrClient) -> None:
    key = client.post("credentials", {"type": "Standard", "username": "u", "password": "p"})["id"]
    body = {"serverName": "dc1.example.com", "credentialsId": key}
    made = client.post("adDomains", body)
    with pytest.raises(VbrRequestError, match="already exists"):
        client.post("adDomains", {**body, "serverName": "DC1.example.com"})
    path = f"inventory/activeDirectory/domains/{made['id']}"
    found = {o["distinguishedName"] for o in client.list(path)}
    assert "OU=Servers,DC=example,DC=com" in found
    (unit,) = client.list(path, fullNameFilter="*/Clients")
    assert unit["type"] == "OrganizationUnit"
