"""Protection groups, agent jobs and policies, backup copy jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import (
    VbrAlreadyExists,
    VbrNotFound,
    VbrRequestError,
)
from vbrprov_veeam.doubles.vbr.samples import (
    GROUPS,
    JOBS,
    MISSING,
    REPOSITORIES,
    Samples,
    vendor_example,
)

if TYPE_CHECKING:
    from vbrprov_veeam.api import VbrClient

Json = dict[str, Any]


class TestProtectionGroups:
    def test_life(self, client: VbrClient, samples: Samples) -> None:
        session = client.post(GROUPS, samples.group(tag="t"), performRescan=True)
        made = client.finish_create(session, GROUPS, name="group")
        assert client.get(f"sessions/{session['id']}")["relatedSessionId"] != session["id"]
        assert "tag" not in made
        path = f"{GROUPS}/{made['id']}"
        client.post(f"{path}/disable")
        assert client.get(path)["isDisabled"]
        client.post(f"{path}/enable")
        (found,) = client.list(f"{path}/discoveredEntities")
        client.post(f"{path}/discoveredEntities/trust", {"entityIds": [found["id"]]})
        (found,) = client.list(f"{path}/discoveredEntities")
        assert found["isTrusted"]
        with pytest.raises(VbrNotFound):
            client.post(f"{path}/discoveredEntities/trust", {"entityIds": [MISSING]})
        client.wait_session(client.post(f"{path}/rescan"))
        client.wait_session(client.put(path, {**made, "computers": []}))
        assert list(client.list(f"{path}/discoveredEntities")) == []
        client.wait_session(client.delete(path, uninstallEverything=False))

    def test_built_in_groups_stay(self, client: VbrClient) -> None:
        built_in = {g["name"]: g for g in client.list(GROUPS)}
        assert set(built_in) == {"Manually Added", "Unmanaged"}
        with pytest.raises(VbrRequestError, match="built in"):
            client.delete(f"{GROUPS}/{built_in['Unmanaged']['id']}")

    def test_inventory(self, client: VbrClient, samples: Samples) -> None:
        made = client.create_async(GROUPS, samples.group(), name="group")
        name_is = {
            "type": "GroupExpression",
            "operation": "And",
            "items": [
                {
                    "type": "PredicateExpression",
                    "property": "Name",
                    "operation": "Equals",
                    "value": "group",
                }
            ],
        }
        asked = {"filter": name_is, "pagination": {"skip": 0, "limit": 10}}
        (shown,) = client.post("inventory/physical", asked, reads=True)["data"]
        assert (shown["type"], shown["id"]) == ("ProtectionGroup", made["id"])
        members = client.post(f"inventory/physical/{made['id']}", {}, reads=True)["data"]
        assert [m["name"] for m in members] == ["pc1.example.test"]

    @pytest.mark.parametrize(
        "name",
        [
            "ADObjectsProtectionGroupSpecExample",
            "CSVFileProtectionGroupSpecExample",
            "PreInstalledAgentsProtectionGroupSpecExample",
            "CloudMachinesProtectionGroupSpecExample",
        ],
    )
    def test_other_types(self, name: str, client2: VbrClient, samples2: Samples) -> None:
        account = client2.post(
            "credentials", {"type": "Standard", "username": "u", "password": "p"}
        )["id"]
        domain = client2.post(
            "adDomains", {"serverName": "dc1.example.test", "credentialsId": account}
        )
        repository = client2.create_async(REPOSITORIES, samples2.s3_compatible(), name="repo")
        azure = client2.post("cloudCredentials", samples2.azure_compute())
        values = {
            "credentialsId": account,
            "masterCredentialsId": account,
            "networkCredentialsId": account,
            "domainId": domain["id"],
            "distributionServerId": samples2.backup_server,
            "distributionRepositoryId": repository["id"],
            "subscriptionId": azure["subscription"]["subscriptions"][0]["id"],
        }
        spec = vendor_example(name, values)
        made = client2.create_async(GROUPS, spec, name=spec["name"])
        assert made["type"] == spec["type"]
        assert client2.get(f"adDomains/{domain['id']}")["name"] == "example.test"

    def test_unknown_references(self, client: VbrClient, samples: Samples) -> None:
        group = samples.group(options={"distributionRepositoryId": MISSING})
        with pytest.raises(VbrRequestError, match="distributionRepositoryId"):
            client.post(GROUPS, group)

    def test_domains_cannot_be_changed(self, client: VbrClient) -> None:
        spec = {"serverName": "dc1.example.test", "credentialsId": MISSING}
        with pytest.raises(VbrRequestError, match="credentialsId"):
            client.post("adDomains", spec)
        account = client.post("credentials", {"type": "Standard", "username": "u", "password": "p"})
        made = client.post("adDomains", {**spec, "credentialsId": account["id"]})
        with pytest.raises(VbrRequestError, match="405"):
            client.put(f"adDomains/{made['id']}", made)
        client.delete(f"adDomains/{made['id']}")


JOB_EXAMPLES = [
    "WindowsAgentManagementBackupJobSpecExample",
    "LinuxAgentManagementBackupJobSpecExample",
    "WindowsAgentBackupFailoverClusterJobSpecExample",
    "WindowsAgentManagementBackupWorkstationPolicySpecExample",
    "WindowsAgentManagementBackupServerPolicySpecExample",
    "LinuxAgentManagementBackupWorkstationPolicySpecExample",
    "LinuxAgentManagementBackupServerPolicySpecExample",
]


class TestJobs:
    @pytest.mark.parametrize("name", JOB_EXAMPLES)
    def test_every_type(self, name: str, client2: VbrClient, samples2: Samples) -> None:
        repository = client2.create_async(REPOSITORIES, samples2.s3_compatible(), name="repo")
        # The double tells the operating system of a computer by its name.
        host = "linux1" if name.startswith("Linux") else "pc1"
        computers = [{"hostName": host, "connectionType": "Certificate"}]
        group = client2.create_async(GROUPS, samples2.group(computers=computers), name="group")
        (member,) = client2.post(f"inventory/physical/{group['id']}", {}, reads=True)["data"]
        account = client2.post(
            "credentials", {"type": "Standard", "username": "u", "password": "p"}
        )["id"]
        password = client2.post("encryptionPasswords", {"password": "p", "hint": "h"})["id"]
        nothing = "00000000-0000-0000-0000-000000000000"
        values = {
            "computers": [member],
            "machineObject": member,
            "backupRepositoryId": repository["id"],
            "credentialsId": account,
            "networkCredentialsId": account,
            "encryptionPasswordId": password,
            "kmsServerId": nothing,
        }
        spec = vendor_example(name, values)
        if "destination" in spec["storage"]:
            spec["storage"]["destination"] = {
                "destinationType": "BackupRepository",
                "backupServerName": "vbr",
                "backupRepositoryId": repository["id"],
            }
        made = client2.post(JOBS, spec)
        for key, value in spec.items():
            assert made[key] == value
        path = f"{JOBS}/{made['id']}"
        client2.post(f"{path}/disable")
        (state,) = client2.list(f"{JOBS}/states", idFilter=made["id"])
        assert (state["status"], state["repositoryName"]) == ("Disabled", "repo")
        client2.post(f"{path}/enable")
        assert client2.put(path, {**made, "description": "d"})["description"] == "d"
        for action, body in (("start", {"performActiveFull": False}), ("stop", None)):
            answer = client2.post(f"{path}/{action}", body or {"gracefulStop": True})
            client2.wait_session(answer)
        for action in ("applyConfiguration", "clearCache"):
            if spec["type"].endswith("Policy"):
                client2.wait_session(client2.post(f"{path}/{action}"))
            else:
                with pytest.raises(VbrRequestError, match="not an agent policy"):
                    client2.post(f"{path}/{action}")
        with pytest.raises(VbrRequestError, match="used by"):
            client2.delete(f"{REPOSITORIES}/{repository['id']}")
        with pytest.raises(VbrRequestError, match="used by"):
            client2.delete(f"{GROUPS}/{group['id']}")
        with pytest.raises(VbrRequestError, match="used by"):
            client2.delete(f"encryptionPasswords/{password}")
        assert client2.delete(path) is None

    def test_backup_copy(self, client: VbrClient, samples: Samples, repository: Json) -> None:
        group = client.create_async(GROUPS, samples.group(), name="group")
        policy = client.post(JOBS, samples.policy(repository["id"], group["id"]))
        target = client.create_async(REPOSITORIES, samples.s3_compatible("two"), name="two")
        spec = {
            "type": "BackupCopy",
            "name": "copy",
            "description": "",
            "mode": "Immediate",
            "sourceObjects": {"includes": {"jobs": [{"id": policy["id"]}]}},
            "target": {"backupRepositoryId": target["id"]},
        }
        made = client.post(JOBS, spec)
        assert made["isDisabled"] is False
        with pytest.raises(VbrRequestError, match="used by 'copy'"):
            client.delete(f"{JOBS}/{policy['id']}")
        spec = {**spec, "name": "bad", "sourceObjects": {"includes": {"jobs": [{"id": MISSING}]}}}
        with pytest.raises(VbrRequestError, match=r"includes\.jobs\[0\]\.id"):
            client.post(JOBS, spec)

    def test_refusals(self, client: VbrClient, samples: Samples, repository: Json) -> None:
        group = client.create_async(GROUPS, samples.group(), name="group")
        good = samples.policy(repository["id"], group["id"])
        client.post(JOBS, good)
        with pytest.raises(VbrAlreadyExists):
            client.post(JOBS, good)
        with pytest.raises(VbrRequestError, match="backupRepositoryId"):
            client.post(JOBS, samples.policy(MISSING, group["id"], "other"))
        body = samples.policy(repository["id"], group["id"], "other")
        body["computers"][0]["id"] = MISSING
        with pytest.raises(VbrRequestError, match="no ProtectionGroup with ID"):
            client.post(JOBS, body)
        with pytest.raises(VbrRequestError, match=r"\$\.type"):
            client.post(JOBS, {"type": "VSphereBackup", "name": "x"})
        body = samples.policy(repository["id"], group["id"], "other")
        body["computers"][0]["protectionGroupId"] = MISSING
        with pytest.raises(VbrRequestError, match="protectionGroupId"):
            client.post(JOBS, body)
