"""Managed servers, mount servers and the fingerprints of hosts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import bad_request, not_found
from vbrprov_veeam.doubles.vbr.paging import page
from vbrprov_veeam.doubles.vbr.store import NO_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.context import Call, Handler, State
    from vbrprov_veeam.doubles.vbr.json_types import Json

_BACKUP_SERVER_ID = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
_WRITE_CACHE = {
    "LinuxHost": "/var/lib/veeam/IRCache",
    "WindowsHost": "C:\\ProgramData\\Veeam\\IRCache",
}
_SERVER_SET = (
    "isBackupServer",
    "isDefaultMountServer",
    "isVBRLinuxAppliance",
    "status",
    "updatesState",
)


class ManagedServers(Collection):
    """Windows and Linux servers. The backup server itself is always among them."""

    name = "managedServers"
    path = "/api/v1/backupInfrastructure/managedServers"
    model = "ManagedServerModel"
    kind = "Managed server"
    references: ClassVar[Mapping[str, Sequence[str]]] = {"credentialsId": ("credentials",)}
    frozen = ("type", "name")
    saves_in_session = True
    deletes_in_session = True

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add what the server adds; the key of a host is looked at and not shown again."""
        shown = host_fingerprint(spec["name"])
        paired = "handshakeCode" in call.body
        if spec["type"] == "LinuxHost" and spec.pop("sshFingerprint") != shown and not paired:
            raise bad_request(f"$.sshFingerprint: the host shows {shown}")
        return {
            "credentialsId": NO_ID,
            **spec,
            "id": object_id,
            "status": "Available",
            "updatesState": "NotAvailable",
            "isBackupServer": False,
            "isDefaultMountServer": False,
        }

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep what only the server sets."""
        kept = {key: current[key] for key in _SERVER_SET if key in current}
        return {**model, **kept, "id": current["id"]}

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Ask for credentials where the storage type needs them."""
        stored_as = candidate["credentialsStorageType"]
        if stored_as == "Permanent" and candidate.get("credentialsId", NO_ID) == NO_ID:
            raise bad_request("$.credentialsId: required for credentialsStorageType Permanent")
        once = stored_as == "SingleUse"
        known = (current or {}).get("credentialsStorageType") == stored_as
        if once and candidate.pop("singleUseCredentials", None) is None and not known:
            raise bad_request(
                "$.singleUseCredentials: required for credentialsStorageType SingleUse"
            )
        candidate.pop("singleUseCredentials", None)

    def check_delete(self, call: Call, current: Json) -> None:
        """Keep the backup server."""
        if current.get("isBackupServer"):
            raise bad_request("The backup server cannot be deleted")
        super().check_delete(call, current)

    def deleted(self, call: Call, current: Json) -> None:
        """Take the mount server role along."""
        call.store.forget(MountServers.name, current["id"])

    def refresh(self, call: Call) -> Json:
        """Rescan a server, or take new single-use credentials."""
        stored = self.get(call, call.path["id"])
        call.wrote(stored["id"], stored["name"])
        return call.state.sessions.start("Host Discovery", "Infrastructure", object_id=stored["id"])


class MountServers(Collection):
    """Mount servers; the id of one is the id of its managed server."""

    name = "mountServers"
    path = "/api/v1/backupInfrastructure/mountServers"
    model = "MountServerModel"
    kind = "Mount server"
    name_property = None
    saves_in_session = True

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Return the handlers; the API cannot delete a mount server."""
        routes = super().routes()
        del routes["DELETE", f"{self.path}/{{id}}"]
        routes["GET", f"{self.path}/default"] = self.defaults
        routes["POST", f"{self.path}/{{id}}/default"] = self.make_default
        return routes

    def create(self, call: Call) -> Json:
        """Give a managed server the role."""
        host = call.store.find(ManagedServers.name, call.body["hostId"])
        if host is None:
            raise not_found("Managed server", call.body["hostId"])
        if call.store.find(self.name, host["id"]) is not None:
            raise bad_request(f"Mount server '{host['name']}' already exists")
        call.wrote(host["id"], host["name"])

        def work() -> None:
            role = mount_role(host, default=False)
            role["settings"].update(call.body.get("settings", {}))
            call.store.collection(self.name)[host["id"]] = role
            if call.body.get("setAsDefault"):
                self._set_default(call, role)

        return self.save_session(call, host["id"], None, work)

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep the default mark: it has its own call."""
        return {**model, "id": current["id"], "isDefault": current["isDefault"]}

    def defaults(self, call: Call) -> Json:
        """List the default mount servers, one per operating system."""
        items = [m for m in call.store.collection(self.name).values() if m["isDefault"]]
        return page([self.show(call, item) for item in items], call.query)

    def make_default(self, call: Call) -> Json:
        """Make one the default of its operating system."""
        stored = self.get(call, call.path["id"])
        self._set_default(call, stored)
        call.wrote(stored["id"], None)
        return self.show(call, stored)

    def _set_default(self, call: Call, chosen: Json) -> None:
        for role in call.store.collection(self.name).values():
            if role["type"] == chosen["type"]:
                role["isDefault"] = role is chosen
                host = call.store.find(ManagedServers.name, role["id"])
                if host is not None:
                    host["isDefaultMountServer"] = role is chosen


def mount_role(host: Json, *, default: bool) -> Json:
    """Return the mount server role of a managed server."""
    return {
        "id": host["id"],
        "type": host["type"].removesuffix("Host"),
        "settings": {
            "writeCacheFolder": _WRITE_CACHE[host["type"]],
            "vPowerNFSEnabled": False,
            "vPowerNFSPortSettings": {"mountPort": 1058, "vPowerNFSPort": 2049},
        },
        "isDefault": default,
    }


def host_fingerprint(name: str) -> str:
    """Return the fingerprint of a host's SSH key."""
    return f"ssh-ed25519 256 {hashlib.sha256(name.encode()).hexdigest()[:32]}"


def connection_certificate(call: Call) -> Json:
    """Answer with the key of a host: the same one for the same name, as with a real host."""
    spec = call.body
    digest = hashlib.sha256(spec["serverName"].encode()).hexdigest()
    call.wrote(spec["serverName"], spec["serverName"])
    if spec["type"] == "LinuxHost":
        return {"fingerprint": host_fingerprint(spec["serverName"])}
    return {
        "certificate": {
            "thumbprint": digest[:40].upper(),
            "serialNumber": digest[:16].upper(),
            "keyAlgorithm": "RSA",
            "keySize": "2048",
            "subject": f"CN={spec['serverName']}",
            "issuedTo": spec["serverName"],
            "issuedBy": spec["serverName"],
            "validFrom": "2025-01-01T00:00:00Z",
            "validBy": "2035-01-01T00:00:00Z",
            "isTrusted": False,
        }
    }


def seed(state: State) -> None:
    """Put the backup server there, with its mount server role."""
    server = {
        "id": _BACKUP_SERVER_ID,
        "name": "vbr-double.local",
        "description": "Backup server",
        "type": "LinuxHost",
        "status": "Available",
        "credentialsStorageType": "Certificate",
        "updatesState": "NotAvailable",
        "isBackupServer": True,
        "isDefaultMountServer": True,
        "isVBRLinuxAppliance": True,
    }
    state.backup_server_id = _BACKUP_SERVER_ID
    state.store.collection(ManagedServers.name)[_BACKUP_SERVER_ID] = server
    role = mount_role(server, default=True)
    state.store.collection(MountServers.name)[_BACKUP_SERVER_ID] = role


SERVERS = ManagedServers()
MOUNT_SERVERS = MountServers()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{SERVERS.path}/{{id}}"
    return {
        **SERVERS.routes(),
        ("POST", f"{item}/rescan"): SERVERS.refresh,
        ("POST", f"{item}/updateSingleUseCredentials"): SERVERS.refresh,
        **MOUNT_SERVERS.routes(),
        ("POST", "/api/v1/connectionCertificate"): connection_certificate,
    }
