"""Accounts: credentials, encryption passwords, and what the cloud browser sees with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import (
    VbrAlreadyExists,
    VbrNotFound,
    VbrRequestError,
)
from vbrprov_veeam.doubles.vbr import VbrDouble
from vbrprov_veeam.doubles.vbr.samples import (
    MISSING,
    Samples,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from vbrprov_veeam.api import VbrClient
    from vbrprov_veeam.doubles.vbr.context import StorageTarget
    from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

Json = dict[str, Any]


class TestCredentials:
    @pytest.mark.parametrize(
        ("body", "change", "secret"),
        [
            ({"type": "Standard", "password": "pw-one"}, "changepassword", {"password": "two"}),
            (
                {"type": "Linux", "authenticationType": "SshKey", "privateKey": "key-one"},
                "changeprivatekey",
                {"privateKey": "key-two", "passphrase": "phrase-two"},
            ),
        ],
    )
    def test_life(self, body: Json, change: str, secret: Json, client: VbrClient) -> None:
        made = client.post("credentials", {"username": "u", **body})
        assert not {"password", "privateKey", "passphrase"} & set(made)
        path = f"credentials/{made['id']}"
        assert client.put(path, {**made, "description": "d"})["description"] == "d"
        client.post(f"{path}/{change}", secret)
        assert "-one" not in json.dumps(client.get(path))
        client.delete(path)
        with pytest.raises(VbrNotFound):
            client.get(path)

    def test_names_may_repeat(self, client: VbrClient) -> None:
        body = {"type": "Standard", "username": "u", "password": "p"}
        assert client.post("credentials", body)["id"] != client.post("credentials", body)["id"]

    def test_type_is_frozen(self, client: VbrClient) -> None:
        made = client.post("credentials", {"type": "Standard", "username": "u", "password": "p"})
        changed = {**made, "type": "Linux", "authenticationType": "Password"}
        with pytest.raises(VbrRequestError, match=r"\$\.type: cannot be changed"):
            client.put(f"credentials/{made['id']}", changed)


class TestCloudCredentials:
    @pytest.mark.parametrize("kind", ["amazon", "google", "azure_storage"])
    def test_keys_rotate(self, kind: str, client: VbrClient, samples: Samples) -> None:
        made = client.post("cloudCredentials", getattr(samples, kind)())
        assert not {"secretKey", "sharedKey"} & set(made)
        path = f"cloudCredentials/{made['id']}"
        rotated = client.post(f"{path}/changeSecretKey", {"newSecretKey": "rotated-secret"})
        assert rotated["lastModified"] > made["lastModified"]
        assert "rotated-secret" not in json.dumps(client.get(path))
        client.delete(path)

    def test_google_service(self, client: VbrClient, samples: Samples) -> None:
        made = client.post("cloudCredentials", samples.google_service())
        assert (made["name"], made["projectId"]) == ("svc@p1.iam.gserviceaccount.com", "p1")
        key = samples.google_service()["existingAccount"]
        client.post(f"cloudCredentials/{made['id']}/changeAccount", key)
        with pytest.raises(VbrRequestError, match="not the Base64 text"):
            client.post(f"cloudCredentials/{made['id']}/changeAccount", {"keyFile": "e30="})

    def test_azure_compute_has_subscriptions_and_appliances(
        self, client: VbrClient, samples: Samples
    ) -> None:
        made = client.post("cloudCredentials", samples.azure_compute())
        assert "secret" not in made["subscription"]
        path = f"cloudCredentials/{made['id']}"
        upload = {"certificate": "QUJD", "formatType": "Pem"}
        assert (
            client.post(f"{path}/changeCertificate", upload)["lastModified"]
            > (made["lastModified"])
        )
        subscription = made["subscription"]["subscriptions"][0]
        assert subscription["id"] != subscription["azureSubscriptionId"]
        spec = {"type": "AzureCompute", "location": "westeurope"}
        with pytest.raises(VbrRequestError, match="VBR's own id"):
            client.post(f"{path}/helperAppliances", {**spec, "subscriptionId": MISSING})
        appliance = {**spec, "subscriptionId": subscription["id"]}
        client.wait_session(client.post(f"{path}/helperAppliances", appliance))
        client.wait_session(client.post(f"{path}/helperAppliances", {**appliance, "SSHPort": 22}))
        (shown,) = client.list(f"{path}/helperAppliances")
        assert shown["SSHPort"] == 22
        with pytest.raises(VbrRequestError, match="used by"):
            client.delete(path)
        one = f"{path}/helperAppliances/{shown['id']}"
        assert client.get(one)["vmName"]
        client.wait_session(client.delete(one))
        client.delete(path)

    def test_new_account_is_refused(self, client: VbrClient, samples: Samples) -> None:
        body = {**samples.azure_compute(), "creationMode": "NewAccount"}
        with pytest.raises(VbrRequestError, match="ExistingAccount"):
            client.post("cloudCredentials", body)

    def test_in_use(self, client: VbrClient, repository: Json) -> None:
        with pytest.raises(VbrRequestError, match="it is used by 'repo'"):
            client.delete(f"cloudCredentials/{repository['account']['credentialsId']}")


class TestEncryption:
    def test_passwords(self, client: VbrClient) -> None:
        made = client.post("encryptionPasswords", {"password": "first-pw", "hint": "h"})
        path = f"encryptionPasswords/{made['id']}"
        verify = f"{path}/verify"
        assert client.post(verify, {"password": "first-pw"}, reads=True)["isSuccessful"]
        assert client.put(path, {**made, "hint": "new"})["hint"] == "new"
        client.post(f"{path}/changepassword", {"password": "second-pw", "hint": "h2"})
        assert not client.post(verify, {"password": "first-pw"}, reads=True)["isSuccessful"]
        assert [p["hint"] for p in client.list("encryptionPasswords", hintFilter="h2")] == ["h2"]
        client.delete(path)

    def test_kms(self, client: VbrClient) -> None:
        upload = {"certificate": "QUJD", "formatType": "Pem"}
        spec = {
            "type": "KMS",
            "name": "kms.example.test",
            "description": "",
            "port": 5696,
            "serverCertificate": upload,
            "clientCertificate": upload,
        }
        made = client.post("kmsServers", spec)
        assert "QUJD" not in json.dumps(made)
        with pytest.raises(VbrAlreadyExists):
            client.post("kmsServers", spec)
        path = f"kmsServers/{made['id']}"
        assert client.put(path, {**made, "description": "d"})["description"] == "d"
        change = {"type": "Server", "certificate": upload}
        client.post(f"{path}/changeCertificate", change)
        client.delete(path)


class TestBrowser:
    def test_buckets_and_folders(
        self, client: VbrClient, samples: Samples, double: RemoteDouble
    ) -> None:
        account = samples.new_credentials(samples.amazon())
        ask = {
            "credentialsId": account,
            "serviceType": "S3Compatible",
            "servicePoint": "https://s3.example.test",
            "regionId": "us-east-1",
        }
        shown = client.post("cloudBrowser", ask, reads=True)
        assert shown["regions"] == [{"id": "us-east-1", "name": "us-east-1", "buckets": []}]
        bucket = {
            "id": "S3Compatible/bucket",
            "name": "bucket",
            "service": "S3Compatible",
            "region": "us-east-1",
            "folders": [],
        }
        double.seed("buckets", bucket)
        folder = {
            "credentialsId": account,
            "serviceType": "S3Compatible",
            "connectionPoint": "https://s3.example.test",
            "regionId": "us-east-1",
            "bucketName": "bucket",
            "newFolderName": "veeam",
        }
        client.post("cloudBrowser/newFolder", folder)
        shown = client.post("cloudBrowser", ask, reads=True)
        assert shown["regions"][0]["buckets"] == [{"name": "bucket", "folders": ["veeam"]}]
        with pytest.raises(VbrAlreadyExists):
            client.post("cloudBrowser/newFolder", folder)
        with pytest.raises(VbrRequestError, match="does not exist"):
            client.post("cloudBrowser/newFolder", {**folder, "bucketName": "absent"})
        with pytest.raises(VbrRequestError, match="credentialsId"):
            client.post("cloudBrowser", {**ask, "credentialsId": MISSING}, reads=True)

    def test_a_new_folder_asks_the_storage(self, connect: Callable[..., VbrClient]) -> None:
        def storage(target: StorageTarget) -> str | None:
            return None if target.bucket == "real" else "NoSuchBucket"

        with VbrDouble(storage=storage) as double:
            client = connect(double)
            samples = Samples(client)
            folder = {
                "credentialsId": samples.new_credentials(samples.amazon()),
                "serviceType": "AmazonS3",
                "regionType": "Global",
                "regionId": "us-east-1",
                "bucketName": "absent",
                "newFolderName": "f",
            }
            with pytest.raises(VbrRequestError, match="NoSuchBucket"):
                client.post("cloudBrowser/newFolder", folder)
            client.post("cloudBrowser/newFolder", {**folder, "bucketName": "real"})
            ask = {k: folder[k] for k in ("credentialsId", "serviceType", "regionType")}
            filters = {"regionId": "us-east-1", "bucketName": "real"}
            shown = client.post("cloudBrowser", {**ask, "filters": filters}, reads=True)
            assert shown["regions"][0]["buckets"] == [{"name": "real", "folders": ["f"]}]
            client.logout()

    @pytest.mark.parametrize(
        "body",
        [
            {"serviceType": "AmazonS3", "regionType": "Global"},
            {"serviceType": "AzureBlob", "regionType": "Global"},
            {"serviceType": "GoogleCloud"},
            {"serviceType": "IBMCloud", "regionId": "eu-de", "servicePoint": "x"},
            {"serviceType": "WasabiCloud", "regionId": "eu-central-1"},
            {"serviceType": "AmazonEC2", "regionType": "Global"},
            {"serviceType": "AzureCompute"},
        ],
        ids=lambda body: body["serviceType"],
    )
    def test_every_service_answers(self, body: Json, client: VbrClient, samples: Samples) -> None:
        account = samples.new_credentials(samples.azure_compute())
        shown = client.post("cloudBrowser", {**body, "credentialsId": account}, reads=True)
        assert shown["serviceType"] == body["serviceType"]

    def test_vaults(self, client: VbrClient) -> None:
        nothing = "00000000-0000-0000-0000-000000000000"
        ask = {"serviceType": "VeeamDataCloudVault", "credentialsId": nothing}
        (vault,) = client.post("cloudBrowser", ask, reads=True)["vaults"]
        assert vault["isInitialized"] is False
        made = client.post("cloudBrowser/initializeVault", {"vaultId": vault["vaultId"]})
        assert made["type"] == "AzureStorage"
        one = client.post(f"cloudBrowser/{vault['vaultId']}", ask, reads=True)["vaults"][0]
        assert one["isInitialized"] is True
        folder = {
            "serviceType": "VeeamDataCloudVault",
            "credentialsId": nothing,
            "vaultId": vault["vaultId"],
            "newFolderName": "f",
        }
        client.post("cloudBrowser/newFolder", folder)
        assert client.post("cloudBrowser", ask, reads=True)["vaults"][0]["folders"] == ["f"]
        with pytest.raises(VbrNotFound):
            client.post("cloudBrowser/initializeVault", {"vaultId": "absent"})
