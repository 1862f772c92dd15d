"""Servers, repositories of every type, scale-out repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import (
    VbrAlreadyExists,
    VbrNotFound,
    VbrRequestError,
    VbrSessionError,
)
from vbrprov_veeam.doubles.vbr import VbrDouble
from vbrprov_veeam.doubles.vbr.samples import (
    MISSING,
    MOUNT_SERVERS,
    REPOSITORIES,
    SCALE_OUT,
    SERVERS,
    Samples,
    vendor_example,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from vbrprov_veeam.api import VbrClient
    from vbrprov_veeam.doubles.vbr.context import StorageTarget
    from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

Json = dict[str, Any]


class TestServers:
    def test_the_backup_server_is_there_and_stays(self, client: VbrClient) -> None:
        (server,) = client.list(SERVERS)
        assert server["isBackupServer"]
        with pytest.raises(VbrRequestError, match="cannot be deleted"):
            client.delete(f"{SERVERS}/{server['id']}")
        (default,) = client.get(f"{MOUNT_SERVERS}/default")["data"]
        assert default["id"] == server["id"]
        info = client.get("serverInfo")
        assert (info["buildVersion"], info["platform"]) == ("13.0.1.180", "Linux")
        assert client.get("serverTime")["serverTime"]

    def test_life(self, client: VbrClient, double: RemoteDouble) -> None:
        account = client.post("credentials", {"type": "Standard", "username": "u", "password": "p"})
        asked = {"serverName": "gw1", "type": "LinuxHost"}
        print_ = client.post("connectionCertificate", asked, reads=True)["fingerprint"]
        spec = {
            "type": "LinuxHost",
            "name": "gw1",
            "description": "",
            "credentialsStorageType": "Permanent",
            "sshFingerprint": print_,
        }
        with pytest.raises(VbrRequestError, match="credentialsId"):
            client.post(SERVERS, spec)
        made = client.create_async(SERVERS, {**spec, "credentialsId": account["id"]}, name="gw1")
        assert "sshFingerprint" not in made
        path = f"{SERVERS}/{made['id']}"
        client.wait_session(client.put(path, {**made, "description": "d"}))
        assert client.get(path)["description"] == "d"
        client.wait_session(client.post(f"{path}/rescan"))
        with pytest.raises(VbrRequestError, match="used by"):
            client.delete(f"credentials/{account['id']}")
        role = {"hostId": made["id"], "setAsDefault": True}
        client.wait_session(client.post(MOUNT_SERVERS, role))
        (default,) = client.get(f"{MOUNT_SERVERS}/default")["data"]
        assert default["id"] == made["id"]
        other = next(m for m in client.list(MOUNT_SERVERS) if m["id"] != made["id"])
        client.post(f"{MOUNT_SERVERS}/{other['id']}/default")
        mount = client.get(f"{MOUNT_SERVERS}/{made['id']}")
        mount["settings"]["writeCacheFolder"] = "/cache"
        client.wait_session(client.put(f"{MOUNT_SERVERS}/{made['id']}", mount))
        client.wait_session(client.delete(path))
        assert len(list(client.list(MOUNT_SERVERS))) == 1
        windows = client.post(
            "connectionCertificate", {"serverName": "w", "type": "WindowsHost"}, reads=True
        )
        assert len(windows["certificate"]["thumbprint"]) == 40
        assert double.writes()


# Vendor's example -> what its credentials must be.
REPOSITORY_EXAMPLES = {
    "AmazonS3StorageSpecExample": "amazon",
    "AmazonS3GlacierStorageSpecExample": "amazon",
    "AmazonSnowballEdgeStorageSpecExample": "amazon",
    "S3CompatibleStorageSpecExample": "amazon",
    "IBMCloudStorageSpecExample": "amazon",
    "WasabiCloudStorageSpecExample": "amazon",
    "GoogleCloudStorageSpecExample": "google",
    "AzureBlobStorageSpecExample": "azure_storage",
    "AzureArchiveStorageSpecExample": "azure_storage",
    "AzureDataBoxStorageSpecExample": "azure_storage",
    "VeeamDataCloudVaultStorageSpecExample": "",
    "WinLocalRepositorySpecExample": "",
    "LinuxLocalRepositorySpecExample": "",
}


class TestRepositories:
    @pytest.mark.parametrize("name", REPOSITORY_EXAMPLES)
    def test_every_type(self, name: str, client2: VbrClient, samples2: Samples) -> None:
        values: Json = {
            "mountServerId": samples2.backup_server,
            "managedServerId": samples2.backup_server,
            "hostId": samples2.backup_server,
            "gatewayServerIds": [samples2.backup_server],
            "vaultId": "sandbox-vault",
        }
        if kind := REPOSITORY_EXAMPLES[name]:
            values["credentialsId"] = samples2.new_credentials(getattr(samples2, kind)())
        azure = client2.post("cloudCredentials", samples2.azure_compute())
        values["subscriptionId"] = azure["subscription"]["subscriptions"][0]["id"]
        client2.post("cloudBrowser/initializeVault", {"vaultId": "sandbox-vault"})
        spec = vendor_example(name, values)
        made = client2.create_async(REPOSITORIES, spec, name=spec["name"], type=spec["type"])
        for key in ("account", "bucket", "container"):
            for inner, value in spec.get(key, {}).items():
                if inner != "connectionSettings":
                    assert made[key][inner] == value
        path = f"{REPOSITORIES}/{made['id']}"
        client2.wait_session(client2.put(path, {**made, "name": "renamed"}))
        assert client2.get(path)["name"] == "renamed"
        (state,) = client2.list(f"{REPOSITORIES}/states", idFilter=made["id"])
        assert state["isOnline"]
        assert client2.delete(path, deleteBackups=False) is None
        with pytest.raises(VbrNotFound):
            client2.get(path)

    def test_rev1_wants_a_mount_server(self, client: VbrClient, samples: Samples) -> None:
        body = samples.s3_compatible()
        del body["mountServer"]
        with pytest.raises(VbrRequestError, match='"mountServer" is a required property'):
            client.post(REPOSITORIES, body)

    def test_rev2_gives_a_default_mount_server(self, client2: VbrClient, samples2: Samples) -> None:
        body = samples2.s3_compatible()
        del body["mountServer"]
        made = client2.create_async(REPOSITORIES, body, name="repo")
        assert made["mountServer"]["linux"]["mountServerId"] == samples2.backup_server

    def test_gateways_show_with_direct(self, repository: Json) -> None:
        connection = repository["account"]["connectionSettings"]
        assert connection["connectionType"] == "Direct"
        assert len(connection["gatewayServerIds"]) == 1

    def test_put_replaces_everything(self, client: VbrClient, samples: Samples) -> None:
        body = samples.s3_compatible(taskLimitEnabled=True, maxTaskCount=4)
        body["bucket"]["immutability"] = {"isEnabled": True, "daysCount": 14}
        made = client.create_async(REPOSITORIES, body, name="repo")
        assert made["bucket"]["immutability"]["isEnabled"]
        del made["bucket"]["immutability"], made["maxTaskCount"], made["taskLimitEnabled"]
        path = f"{REPOSITORIES}/{made['id']}"
        client.wait_session(client.put(path, made))
        after = client.get(path)
        assert not after["bucket"]["immutability"]["isEnabled"]
        assert "maxTaskCount" not in after
        assert after["taskLimitEnabled"] is False

    @pytest.mark.parametrize(
        ("part", "key", "value"),
        [
            ("bucket", "bucketName", "other"),
            ("bucket", "folderName", "other"),
            ("account", "servicePoint", "https://other.example.test"),
            ("account", "regionId", "eu-west-1"),
        ],
    )
    def test_the_place_is_frozen(
        self, part: str, key: str, value: str, client: VbrClient, repository: Json
    ) -> None:
        repository[part][key] = value
        with pytest.raises(VbrRequestError, match=rf"\$\.{part}\.{key}: cannot be changed"):
            client.put(f"{REPOSITORIES}/{repository['id']}", repository)

    def test_duplicate_names(self, client: VbrClient, samples: Samples, repository: Json) -> None:
        with pytest.raises(VbrAlreadyExists, match="already exists"):
            client.post(REPOSITORIES, samples.s3_compatible(repository["name"].upper()))
        first = client.post(REPOSITORIES, samples.s3_compatible("twin"))
        second = client.post(REPOSITORIES, samples.s3_compatible("twin"))
        client.wait_session(first)
        with pytest.raises(VbrSessionError, match="already exists"):
            client.wait_session(second)

    def test_unknown_references(self, client: VbrClient, samples: Samples) -> None:
        with pytest.raises(VbrRequestError, match=r"\$\.account\.credentialsId"):
            client.post(REPOSITORIES, samples.s3_compatible(credentials_id=MISSING))
        body = samples.s3_compatible()
        body["mountServer"]["linux"]["mountServerId"] = MISSING
        with pytest.raises(VbrRequestError, match=r"\$\.mountServer\.linux\.mountServerId"):
            client.post(REPOSITORIES, body)
        body = samples.s3_compatible()
        body["account"]["connectionSettings"] = {
            "connectionType": "SelectedGateway",
            "gatewayServerIds": [MISSING],
        }
        with pytest.raises(VbrRequestError, match=r"gatewayServerIds\[0\]"):
            client.post(REPOSITORIES, body)
        body["account"]["connectionSettings"]["gatewayServerIds"] = []
        with pytest.raises(VbrRequestError, match="no gateway server"):
            client.post(REPOSITORIES, body)

    def test_credentials_of_the_wrong_kind(self, client: VbrClient, samples: Samples) -> None:
        wrong = samples.new_credentials(samples.google())
        with pytest.raises(VbrRequestError, match="needs credentials of type Amazon"):
            client.post(REPOSITORIES, samples.s3_compatible(credentials_id=wrong))

    def test_eleven_eleven_reads_and_cannot_be_made(
        self, client: VbrClient, samples: Samples, double: RemoteDouble
    ) -> None:
        with pytest.raises(VbrRequestError, match=r"\$\.type"):
            client.post(REPOSITORIES, {**samples.s3_compatible(), "type": "ElevenElevenS3"})
        made = double.seed(
            "repositories", {"name": "1111", "description": "", "type": "ElevenElevenS3"}
        )
        assert client.get(f"{REPOSITORIES}/{made['id']}")["type"] == "ElevenElevenS3"

    def test_rescan(self, client: VbrClient, repository: Json) -> None:
        session = client.post(f"{REPOSITORIES}/rescan", {"repositoryIds": [repository["id"]]})
        assert client.wait_session(session)["sessionType"] == "RepositoryMaintenance"

    def test_access_permissions_are_for_rev2_only(
        self, client: VbrClient, repository: Json, client2: VbrClient, samples2: Samples
    ) -> None:
        with pytest.raises(VbrNotFound):
            client.get(f"{REPOSITORIES}/{repository['id']}/accessPermissions")
        made = client2.create_async(REPOSITORIES, samples2.s3_compatible(), name="repo")
        path = f"{REPOSITORIES}/{made['id']}/accessPermissions"
        assert client2.get(path)["accessPolicy"] == "DenyAll"
        wanted = {
            "accessPolicy": "AllowExplicit",
            "accounts": [{"name": "DOM\\backup", "type": "ExternalUser"}],
            "encryptionSettings": {"isEnabled": False},
        }
        assert client2.put(path, wanted) == wanted
        assert client2.get(path) == wanted
        bad = {"isEnabled": True, "encryptionPasswordId": MISSING}
        with pytest.raises(VbrRequestError, match="encryptionPasswordId"):
            client2.put(path, {**wanted, "encryptionSettings": bad})


class TestStorageCheck:
    def test_the_save_session_asks_the_storage(self, connect: Callable[..., VbrClient]) -> None:
        asked: list[StorageTarget] = []

        def storage(target: StorageTarget) -> str | None:
            asked.append(target)
            if target.secret_key != "amazon-secret-value":
                return "The request signature does not match (403)"
            return None if target.bucket == "bucket" else f"NoSuchBucket: {target.bucket}"

        with VbrDouble(storage=storage, session_polls=0) as double:
            client = connect(double)
            samples = Samples(client)
            made = client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
            assert asked[0].endpoint == "https://s3.example.test"
            assert (asked[0].region, asked[0].folder) == ("us-east-1", "folder")
            assert "amazon-secret-value" not in repr(asked[0])
            body = samples.s3_compatible("other")
            body["bucket"]["bucketName"] = "absent"
            with pytest.raises(VbrSessionError, match="NoSuchBucket: absent") as caught:
                client.create_async(REPOSITORIES, body, name="other")
            assert "NoSuchBucket: absent" in caught.value.records[0]
            assert client.find_by_name(REPOSITORIES, "other") == []
            rotated = f"cloudCredentials/{made['account']['credentialsId']}/changeSecretKey"
            client.post(rotated, {"newSecretKey": "wrong"})
            session = client.put(f"{REPOSITORIES}/{made['id']}", made)
            with pytest.raises(VbrSessionError, match="signature does not match"):
                client.wait_session(session)
            client.logout()

    def test_a_broken_hook_is_a_failed_session(self, connect: Callable[..., VbrClient]) -> None:
        def storage(_: StorageTarget) -> str | None:
            raise OSError("hook")

        with VbrDouble(storage=storage) as double:
            client = connect(double)
            body = Samples(client).s3_compatible()
            with pytest.raises(VbrSessionError, match="OSError: hook"):
                client.create_async(REPOSITORIES, body, name="repo")
            client.logout()


class TestScaleOut:
    def test_life(self, client: VbrClient, samples: Samples, repository: Json) -> None:
        second = client.create_async(REPOSITORIES, samples.s3_compatible("two"), name="two")
        spec = {
            "name": "sobr",
            "description": "",
            "performanceTier": {"performanceExtents": [{"id": repository["id"]}]},
            "capacityTier": {"isEnabled": True, "extents": [{"id": second["id"]}]},
        }
        made = client.create_async(SCALE_OUT, spec, name="sobr")
        (extent,) = made["performanceTier"]["performanceExtents"]
        assert (extent["name"], extent["status"]) == ("repo", ["Normal"])
        path = f"{SCALE_OUT}/{made['id']}"
        modes = {"repositoryIds": [repository["id"]]}
        client.wait_session(client.post(f"{path}/enableSealedMode", modes))
        client.wait_session(client.post(f"{path}/enableMaintenanceMode", modes))
        (extent,) = client.get(path)["performanceTier"]["performanceExtents"]
        assert extent["status"] == ["Sealed", "Maintenance"]
        for mode in ("disableSealedMode", "disableMaintenanceMode"):
            client.wait_session(client.post(f"{path}/{mode}", modes))
        client.wait_session(client.put(path, {**client.get(path), "description": "d"}))
        (extent,) = client.get(path)["performanceTier"]["performanceExtents"]
        assert extent["status"] == ["Normal"]
        states = list(client.list(f"{REPOSITORIES}/states", sobrIdFilter=made["id"]))
        tiers = {s["name"]: s["scaleOutRepositoryDetails"]["extentType"] for s in states}
        assert tiers == {"repo": "Performance", "two": "Capacity"}
        with pytest.raises(VbrRequestError, match=r"used by 'sobr'"):
            client.delete(f"{REPOSITORIES}/{second['id']}")
        with pytest.raises(VbrRequestError, match="already an extent"):
            client.post(SCALE_OUT, {**spec, "name": "other"})
        with pytest.raises(VbrAlreadyExists):
            client.post(SCALE_OUT, {**spec, "name": "two"})
        client.delete(path)
        client.delete(f"{REPOSITORIES}/{second['id']}")

    def test_unknown_extents(self, client: VbrClient, repository: Json) -> None:
        spec: Json = {"name": "sobr", "description": ""}
        for extents in ([], [{"id": MISSING}]):
            with pytest.raises(VbrRequestError):
                client.post(SCALE_OUT, {**spec, "performanceTier": {"performanceExtents": extents}})
        tier = {"performanceExtents": [{"id": repository["id"]}]}
        made = client.create_async(SCALE_OUT, {**spec, "performanceTier": tier}, name="sobr")
        with pytest.raises(VbrRequestError, match="is not an extent"):
            client.post(f"{SCALE_OUT}/{made['id']}/enableSealedMode", {"repositoryIds": [MISSING]})
