"""A double in a process of its own, reset for each test, and bodies to send to it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from vbrprov_veeam.api import VbrClient
from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
REPOSITORIES = "/api/v1/backupInfrastructure/repositories"
FAST = (0.005, 0.02)


class Bodies:
    """Request bodies that the document accepts."""

    def __init__(self, client: VbrClient) -> None:
        self._client = client
        self.backup_server = client.get("/api/v1/backupInfrastructure/mountServers/default")[
            "data"
        ][0]["id"]

    def amazon(self, **changes: Any) -> Json:
        return {
            "type": "Amazon",
            "accessKey": "AKIDEXAMPLE",
            "secretKey": "amazon-secret-value",
            "description": "S3 key",
            **changes,
        }

    def azure_storage(self) -> Json:
        return {"type": "AzureStorage", "account": "acct", "sharedKey": "azure-shared-value"}

    def google(self) -> Json:
        return {"type": "Google", "accessKey": "GOOG1", "secretKey": "google-secret-value"}

    def google_service(self) -> Json:
        key = {"client_email": "svc@p1.iam.gserviceaccount.com", "project_id": "p1"}
        encoded = base64.b64encode(json.dumps(key).encode()).decode()
        return {"type": "GoogleService", "existingAccount": {"keyFile": encoded}}

    def azure_compute(self) -> Json:
        return {
            "type": "AzureCompute",
            "connectionName": "compute",
            "creationMode": "ExistingAccount",
            "existingAccount": {
                "deployment": {"deploymentType": "MicrosoftAzure", "region": "Global"},
                "subscription": {
                    "tenantId": "11111111-1111-1111-1111-111111111111",
                    "applicationId": "app",
                    "secret": "azure-app-secret",
                },
            },
        }

    def mount_server(self) -> Json:
        return {
            "mountServerSettingsType": "Linux",
            "linux": {
                "mountServerId": self.backup_server,
                "writeCacheFolder": "/var/cache",
                "vPowerNFSEnabled": False,
            },
        }

    def new_credentials(self, body: Json) -> str:
        return str(self._client.post("cloudCredentials", body)["id"])

    def s3_compatible(self, name: str = "repo", **changes: Any) -> Json:
        body = {
            "type": "S3Compatible",
            "name": name,
            "description": "made by a test",
            "account": {
                "servicePoint": "https://s3.example.test",
                "regionId": "us-east-1",
                "credentialsId": changes.pop("credentials_id", None)
                or self.new_credentials(self.amazon()),
            },
            "bucket": {"bucketName": "bucket", "folderName": "folder"},
            "mountServer": self.mount_server(),
        }
        return {**body, **changes}

    def group(self, name: str = "group", **changes: Any) -> Json:
        return {
            "type": "IndividualComputers",
            "name": name,
            "description": "",
            "computers": [{"hostName": "pc1.example.test", "connectionType": "Certificate"}],
            **changes,
        }

    def policy(self, repository_id: str, group_id: str, name: str = "policy") -> Json:
        return {
            "type": "LinuxAgentBackupServerPolicy",
            "name": name,
            "description": "",
            "backupMode": "EntireComputer",
            "computers": [
                {
                    "platform": "Agent",
                    "id": group_id,
                    "name": "group",
                    "type": "ProtectionGroup",
                    "protectionGroupId": group_id,
                }
            ],
            "storage": {
                "destination": {
                    "destinationType": "BackupRepository",
                    "backupServerName": "vbr-double.local",
                    "backupRepositoryId": repository_id,
                },
                "retentionPolicy": {"type": "Days", "quantity": 7},
            },
        }


def _fresh(double: RemoteDouble) -> Iterator[RemoteDouble]:
    double.reset()
    yield double
    own = [v for v in double.violations() if v["side"] == "response"]
    assert own == [], "the double broke the official document"


@pytest.fixture(scope="session")
def rev1_process() -> Iterator[RemoteDouble]:
    with RemoteDouble.spawn("--session-seconds=60") as double:
        yield double


@pytest.fixture(scope="session")
def rev2_process() -> Iterator[RemoteDouble]:
    with RemoteDouble.spawn("--revision=1.3-rev2", "--session-seconds=60") as double:
        yield double


@pytest.fixture
def double(rev1_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.0.1, as new."""
    yield from _fresh(rev1_process)


@pytest.fixture
def double2(rev2_process: RemoteDouble) -> Iterator[RemoteDouble]:
    """A double of 13.1, as new."""
    yield from _fresh(rev2_process)


@pytest.fixture
def connect() -> Iterator[Callable[..., VbrClient]]:
    """Makes clients that are logged out at the end."""
    clients: list[VbrClient] = []

    def make(target: Any, **options: Any) -> VbrClient:
        facts = {"fingerprint": target.fingerprint, "poll_interval": FAST, "timeout": 10.0}
        username = options.pop("username", target.username)
        password = options.pop("password", target.password)
        client = VbrClient(target.url, username, password, **{**facts, **options})
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.logout()


@pytest.fixture
def client(double: RemoteDouble, connect: Callable[..., VbrClient]) -> VbrClient:
    return connect(double)


@pytest.fixture
def client2(double2: RemoteDouble, connect: Callable[..., VbrClient]) -> VbrClient:
    return connect(double2)


@pytest.fixture
def bodies(client: VbrClient) -> Bodies:
    return Bodies(client)


@pytest.fixture
def bodies2(client2: VbrClient) -> Bodies:
    return Bodies(client2)


@pytest.fixture
def repository(client: VbrClient, bodies: Bodies) -> Json:
    """A repository that exists."""
    return client.create_async(REPOSITORIES, bodies.s3_compatible(), name="repo")
