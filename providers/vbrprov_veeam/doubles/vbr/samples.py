"""Request bodies to try a double with."""

from __future__ import annotations

import base64
import copy
import json
from typing import TYPE_CHECKING, Protocol

from vbrprov_veeam.doubles.vbr import document

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

REPOSITORIES = "/api/v1/backupInfrastructure/repositories"
MOUNT_SERVERS = "/api/v1/backupInfrastructure/mountServers"
SCALE_OUT = "/api/v1/backupInfrastructure/scaleOutRepositories"
SERVERS = "/api/v1/backupInfrastructure/managedServers"
GROUPS = "/api/v1/agents/protectionGroups"
JOBS = "/api/v1/jobs"

# An id that nothing has.
MISSING = "00000000-0000-0000-0000-00000000002a"


class Client(Protocol):
    """What `Samples` needs of a client."""

    def get(self, path: str) -> JsonValue:
        """GET a path."""

    def post(self, path: str, body: JsonValue) -> JsonValue:
        """POST a body."""


def vendor_example(name: str, values: Json, *, revision: str = "1.3-rev2") -> Json:
    """Return one of the vendor's own example bodies.

    Args:
        name: Name of the example in the document.
        values: Property name -> value to set wherever the property occurs.
        revision: Document to take it from; 1.3-rev2 has many more than its predecessor.
    """
    found: Json = document.load(revision)["components"]["examples"][name]["value"]
    return dict(_replaced(copy.deepcopy(found), values))


def _replaced(node: JsonValue, values: Json) -> JsonValue:
    if isinstance(node, list):
        return [_replaced(item, values) for item in node]
    if not isinstance(node, dict):
        return node
    return {k: values[k] if k in values else _replaced(v, values) for k, v in node.items()}


class Samples:
    """Request bodies that the official document accepts, with references that exist."""

    def __init__(self, client: Client) -> None:
        """Look up and create what the bodies refer to with *client*."""
        self._client = client
        self.backup_server = client.get(f"{MOUNT_SERVERS}/default")["data"][0]["id"]

    def amazon(self, **changes: JsonValue) -> Json:
        """Access key of an S3 dialect."""
        return {
            "type": "Amazon",
            "accessKey": "AKIDEXAMPLE",
            "secretKey": "amazon-secret-value",
            "description": "S3 key",
            **changes,
        }

    def azure_storage(self) -> Json:
        """Key of a storage account."""
        return {"type": "AzureStorage", "account": "acct", "sharedKey": "azure-shared-value"}

    def google(self) -> Json:
        """HMAC key."""
        return {"type": "Google", "accessKey": "GOOG1", "secretKey": "google-secret-value"}

    def google_service(self) -> Json:
        """Key file of a service account."""
        key = {"client_email": "svc@p1.iam.gserviceaccount.com", "project_id": "p1"}
        encoded = base64.b64encode(json.dumps(key).encode()).decode()
        return {"type": "GoogleService", "existingAccount": {"keyFile": encoded}}

    def azure_compute(self) -> Json:
        """Application registration."""
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
        """Mount server settings that name the backup server."""
        return {
            "mountServerSettingsType": "Linux",
            "linux": {
                "mountServerId": self.backup_server,
                "writeCacheFolder": "/var/cache",
                "vPowerNFSEnabled": False,
            },
        }

    def new_credentials(self, body: Json) -> str:
        """Create cloud credentials; return their id."""
        return str(self._client.post("/api/v1/cloudCredentials", body)["id"])

    def s3_compatible(self, name: str = "repo", **changes: JsonValue) -> Json:
        """S3-compatible repository; ``credentials_id`` picks existing credentials."""
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

    def group(self, name: str = "group", **changes: JsonValue) -> Json:
        """Protection group of one computer."""
        return {
            "type": "IndividualComputers",
            "name": name,
            "description": "",
            "computers": [{"hostName": "pc1.example.test", "connectionType": "Certificate"}],
            **changes,
        }

    def policy(self, repository_id: str, group_id: str, name: str = "policy") -> Json:
        """Server policy for Linux: one group into one repository."""
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
