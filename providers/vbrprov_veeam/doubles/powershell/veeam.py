"""The cmdlets of Veeam that scripts call, against the objects of the double.

What only PowerShell can see is kept in collections of its own, whose names begin with ``ps``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vbrprov_veeam.doubles.powershell import table
from vbrprov_veeam.doubles.powershell.interpreter import Cmdlet, Interpreter, core_cmdlets
from vbrprov_veeam.doubles.powershell.values import (
    ScriptError,
    Table,
    as_list,
    from_json,
    text,
)
from vbrprov_veeam.doubles.vbr.store import new_id

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.store import Store

Json = dict[str, Any]

_COMPATIBLE = "VBRAmazonS3CompatibleRepository"
_KINDS = {
    "S3Compatible": _COMPATIBLE, "S3Integrated": _COMPATIBLE, "SmartObjectS3": _COMPATIBLE,
    "WasabiCloud": _COMPATIBLE, "IBMCloud": _COMPATIBLE, "AmazonS3": "VBRAmazonS3Repository",
    "AzureBlob": "VBRAzureBlobRepository", "GoogleCloud": "VBRGoogleCloudRepository",
}
_OWN = "VBR1111SystemsS3Repository"


def run(store: Store, script: str, **parameters: Any) -> str:
    """Run a script with *parameters* against *store*; what it printed."""
    with store.lock:
        return Interpreter({**core_cmdlets(), **_Veeam(store).cmdlets()}, parameters).run(script)


class _Veeam:
    def __init__(self, store: Store) -> None:
        self._store = store

    def cmdlets(self) -> dict[str, Cmdlet]:
        found: dict[str, Cmdlet] = {"import-module": lambda given, incoming: []}
        for name in table.cmdlets():
            handler = getattr(self, name.replace("-", "_").lower(), None)
            if handler is not None:
                found[name.lower()] = _checked(name, handler)
            elif name.startswith("New-"):
                found[name.lower()] = _checked(name, _maker(name))
        return found

    # --- repositories ----------------------------------------------------------------------------

    def get_vbrobjectstoragerepository(self, given: Table) -> list[Any]:
        """All object storage repositories."""
        out = []
        for stored in self._store.collection("repositories").values():
            kind = _KINDS.get(stored.get("type", ""))
            if kind is not None:
                out.append(self._repository(stored, kind))
        for stored in self._store.collection("psRepositories").values():
            folder = Table({"Name": stored["folder"], "Bucket": Table({"Name": stored["bucket"]})})
            out.append(Table({
                "Id": stored["id"], "Name": stored["name"], "Description": stored["description"],
                "AmazonS3Folder": folder, "EnableIAStorageClass": stored["infrequent"],
                "BackupImmutabilityEnabled": stored["immutable"],
                "ImmutabilityPeriod": stored["days"]}, kind=_OWN, origin=stored))
        return out

    def _repository(self, stored: Json, kind: str) -> Table:
        made = Table({"Id": stored["id"], "Name": stored["name"],
                      "Description": stored.get("description")}, kind=kind, origin=stored)
        if kind == "VBRAzureBlobRepository":
            made["CoolAccessTierEnabled"] = self._extra(stored["id"]).get("cool", False)
        return made

    def _extra(self, repository: str) -> Json:
        return self._store.collection("psRepositorySettings").setdefault(
            repository, {"id": repository})

    def get_vbrbackuprepository(self, given: Table) -> list[Any]:
        """All other repositories, or those that scale out."""
        name = "scaleOutRepositories" if given["ScaleOut"] else "repositories"
        return [Table({"Id": s["id"], "Name": s["name"]}, kind="CBackupRepository", origin=s)
                for s in self._store.collection(name).values()
                if s.get("type") not in _KINDS]

    def set_vbrazureblobrepository(self, given: Table) -> list[Any]:
        """The cool tier."""
        self._extra(given["Repository"]["Id"])["cool"] = given["EnableCoolAccessTier"]
        return [given["Repository"]]

    def set_vbrgooglecloudrepository(self, given: Table) -> list[Any]:
        """Coldline and the helper appliance, which no documented property shows."""
        found = self._extra(given["Repository"]["Id"])
        if "EnableColdlineStorageClass" in given:
            found["coldline"] = given["EnableColdlineStorageClass"]
        if "GoogleProxySpec" in given:
            found["helper"] = _kept(given["GoogleProxySpec"])
        return [given["Repository"]]

    def get_vbrgooglecloudcomputeaccount(self, given: Table) -> list[Any]:
        """Service accounts of Google."""
        return [Table({"Id": s["id"]}, kind="VBRGoogleCloudComputeAccount")
                for s in self._store.collection("cloudCredentials").values()
                if s.get("type") == "GoogleService"]

    def get_vbrgooglecloudcomputeregion(self, given: Table) -> list[Any]:
        """A region: any but one whose name says that it is missing; so are the things in it."""
        return _google("VBRGoogleCloudComputeRegion", given)

    def get_vbrgooglecloudcomputezone(self, given: Table) -> list[Any]:
        """A zone of a region."""
        return _google("VBRGoogleCloudComputeZone", given)

    def get_vbrgooglecloudcomputeinstancetype(self, given: Table) -> list[Any]:
        """A machine type of a zone."""
        return _google("VBRGoogleCloudComputeInstanceType", given)

    def get_vbrgooglecloudcomputevpc(self, given: Table) -> list[Any]:
        """A network of an account."""
        return _google("VBRGoogleCloudComputeVPC", given)

    def get_vbrgooglecloudcomputesubnet(self, given: Table) -> list[Any]:
        """A subnet of a network."""
        return _google("VBRGoogleCloudComputeSubnet", given)

    def get_vbramazonaccount(self, given: Table) -> list[Any]:
        """Cloud credentials for Amazon."""
        return [Table({"Id": s["id"]}, kind="VBRAmazonAccount")
                for s in self._store.collection("cloudCredentials").values()
                if s.get("type") == "Amazon"]

    def connect_vbramazons3service(self, given: Table) -> list[Any]:
        """A connection."""
        return [Table({"Open": True}, kind="VBRAmazonS3Connection")]

    def disconnect_vbramazons3service(self, given: Table) -> list[Any]:
        """The end of one."""
        given["Connection"]["Open"] = False
        return []

    def get_vbramazons3bucket(self, given: Table) -> list[Any]:
        """A bucket: any but one whose name says that it is missing."""
        name = text(given["Name"])
        return [] if name.startswith("missing") else [
            Table({"Name": name}, kind="VBRAmazonS3Bucket")]

    def get_vbramazons3folder(self, given: Table) -> list[Any]:
        """The folders of a bucket."""
        bucket = given["Bucket"]
        return [self._folder(bucket, name) for b, name in self._folders()
                if b == bucket["Name"] and name == given["Name"]]

    def new_vbramazons3folder(self, given: Table) -> list[Any]:
        """A new folder."""
        key = f"{given['Bucket']['Name']}/{given['Name']}"
        self._store.collection("psFolders")[key] = {"id": key}
        return [self._folder(given["Bucket"], given["Name"])]

    def _folders(self) -> list[tuple[str, str]]:
        keys = (key.partition("/") for key in self._store.collection("psFolders"))
        return [(bucket, name) for bucket, _, name in keys]

    def _folder(self, bucket: Table, name: str) -> Table:
        return Table({"Name": name, "Bucket": bucket}, kind="VBRAmazonS3Folder")

    def add_vbr1111systemss3repository(self, given: Table) -> list[Any]:
        """A new repository of 11:11."""
        if not given["Connection"]["Open"]:
            raise ScriptError("The connection is closed.")
        folder = given["AmazonS3Folder"]
        immutable = bool(given["EnableBackupImmutability"])
        stored = {
            "id": new_id(), "bucket": folder["Bucket"]["Name"], "folder": folder["Name"],
            "immutable": immutable, "days": given["ImmutabilityPeriod"] or 30 if immutable else 0,
            "infrequent": False, "name": "", "description": ""}
        self._store.collection("psRepositories")[stored["id"]] = stored
        return self._change_own(stored, given)

    def set_vbr1111systemss3repository(self, given: Table) -> list[Any]:
        """Changes to one."""
        stored = given["Repository"].origin
        if given["ImmutabilityPeriod"] and not stored["immutable"]:
            raise ScriptError("Immutability is not enabled.")
        stored["days"] = given["ImmutabilityPeriod"] or stored["days"]
        return self._change_own(stored, given)

    def _change_own(self, stored: Json, given: Table) -> list[Any]:
        for name, key in (("Name", "name"), ("Description", "description"),
                          ("EnableIAStorageClass", "infrequent")):
            if name in given:
                stored[key] = given[name]
        return []

    def remove_vbrobjectstoragerepository(self, given: Table) -> list[Any]:
        """Forget a repository."""
        if given["Confirm"] is not False:
            raise ScriptError("Nobody is there to answer the question.")
        self._store.forget("psRepositories", given["Repository"]["Id"])
        return []

    # --- access ----------------------------------------------------------------------------------

    def get_vbrs3compatiblerepositorysecurityoptions(self, given: Table) -> list[Any]:
        """How agents get at a repository."""
        found = self._extra(given["Repository"]["Id"])
        return [Table({
            "RepositoryId": given["Repository"]["Id"],
            "AccessControlPolicy": found.get("policy", "VBRManaged"),
            "IAMEndpoint": found.get("iam"), "STSEndpoint": found.get("sts")})]

    def set_vbrs3compatiblerepositorysecurityoptions(self, given: Table) -> list[Any]:
        """Change that; IAM and STS go together."""
        found = self._extra(given["Repository"]["Id"])
        policy = given["AccessControlPolicy"]
        if policy == "S3CompatibleManaged" and not (given["IAMEndpoint"] and given["STSEndpoint"]):
            raise ScriptError("The IAM and STS endpoints are required.")
        found.update(policy=policy, iam=given["IAMEndpoint"] or found.get("iam"),
                     sts=given["STSEndpoint"] or found.get("sts"))
        return self.get_vbrs3compatiblerepositorysecurityoptions(given)

    def _by_name(self, name: Any) -> str:
        for collection in ("repositories", "scaleOutRepositories", "psRepositories"):
            for stored in self._store.collection(collection).values():
                if stored["name"] == name:
                    return str(stored["id"])
        raise ScriptError(f"There is no repository {name}.")

    def get_vbreppermission(self, given: Table) -> list[Any]:
        """Who may write."""
        found = self._extra(self._by_name(given["Repository"]))
        key = found.get("key")
        return [Table({
            "PermissionType": found.get("type", "NoOne"), "Users": found.get("users", []),
            "IsEncryptionEnabled": key is not None,
            "EncryptionKey": None if key is None else Table({"Id": key})})]

    def set_vbreppermission(self, given: Table) -> list[Any]:
        """Change that."""
        found = self._extra(self._by_name(given["Repository"]))
        if given["Type"] == "OnlySelectedUsers" and not given["User"]:
            raise ScriptError("Specify users.")
        found.update(type=given["Type"], users=as_list(given["User"] or []))
        if given["EnableEncryption"]:
            found["key"] = given["EncryptionKey"]["Id"]
        else:
            found.pop("key", None)
        return []

    def get_vbrencryptionkey(self, given: Table) -> list[Any]:
        """Encryption passwords."""
        return [Table({"Id": s["id"]}, kind="VBREncryptionKey")
                for s in self._store.collection("encryptionPasswords").values()]

    # --- tenants ---------------------------------------------------------------------------------

    def get_vbrcloudtenant(self, given: Table) -> list[Any]:
        """Tenants of Cloud Connect."""
        return [Table({"Id": s["id"], "Name": s["name"], "Resources": [
            self._resource(r) for r in s.get("resources", [])]}, kind="VBRCloudTenant", origin=s)
            for s in self._store.collection("psTenants").values()]

    def _resource(self, stored: Json) -> Table:
        return Table({
            "Repository": Table({"Id": stored["repository"]}, kind="CBackupRepository"),
            "RepositoryFriendlyName": stored["name"], "RepositoryQuota": stored["quota"]},
            kind="VBRCloudTenantResource", origin=stored)

    def new_vbrcloudtenantresource(self, given: Table) -> list[Any]:
        """Space for a tenant that is not given to it yet."""
        return [self._resource({
            "repository": given["Repository"]["Id"], "name": given["RepositoryFriendlyName"],
            "quota": given["Quota"]})]

    def set_vbrcloudtenantresource(self, given: Table) -> list[Any]:
        """The same with other settings; nothing changes until the tenant gets it."""
        return self.new_vbrcloudtenantresource(given)

    def set_vbrcloudtenant(self, given: Table) -> list[Any]:
        """Give a tenant these resources and no others."""
        resources = [copy.deepcopy(r.origin) for r in as_list(given["Resources"])]
        if not resources:
            raise ScriptError("A tenant needs a resource.")
        for key in ("name", "repository"):
            if len({r[key] for r in resources}) < len(resources):
                raise ScriptError(f"Resources of a tenant must differ in {key}.")
        given["CloudTenant"].origin["resources"] = resources
        return []

    # --- policies --------------------------------------------------------------------------------

    def get_vbrprotectiongroup(self, given: Table) -> list[Any]:
        """Protection groups."""
        return [Table({"Id": s["id"], "Name": s["name"]}, kind="VBRProtectionGroup")
                for s in self._store.collection("protectionGroups").values()]

    def get_vbrcomputerbackupjob(self, given: Table) -> list[Any]:
        """Policies that scripts made."""
        return [Table({"Id": s["id"], **{k: from_json(v) for k, v in s["settings"].items()}},
                      kind="VBRComputerBackupJob", origin=s)
                for s in self._store.collection("psPolicies").values()]

    def add_vbrcomputerbackupjob(self, given: Table) -> list[Any]:
        """A new policy."""
        platform = given["OSPlatform"]
        if given["BackupType"] == "MacUserHome" and platform != "Mac":
            raise ScriptError("MacUserHome goes with Mac only.")
        if given["BackupType"] == "UnixEntireFileSystem" and platform != "Unix":
            raise ScriptError("UnixEntireFileSystem goes with Unix only.")
        stored: Json = {"id": new_id(), "settings": {}}
        self._store.collection("psPolicies")[stored["id"]] = stored
        return self._change_policy(stored, given)

    def set_vbrcomputerbackupjob(self, given: Table) -> list[Any]:
        """Changes to one."""
        return self._change_policy(given["Job"].origin, given)

    def _change_policy(self, stored: Json, given: Table) -> list[Any]:
        for name, value in given.items():
            key = "ScheduleEnabled" if name == "EnableSchedule" else name
            if key != "Job":
                stored["settings"][key] = _kept(
                    as_list(value) if key == "BackupObject" else value)
        return []

    def remove_vbrcomputerbackupjob(self, given: Table) -> list[Any]:
        """Forget a policy."""
        if given["Confirm"] is not False:
            raise ScriptError("Nobody is there to answer the question.")
        self._store.forget("psPolicies", given["Job"]["Id"])
        return []


def _google(kind: str, given: Table) -> list[Any]:
    name = text(given["Name"])
    return [] if name.startswith("missing") else [Table({"Name": name}, kind=kind)]


def _checked(name: str, handler: Callable[[Table], list[Any]]) -> Cmdlet:
    def call(given: Table, incoming: list[Any]) -> list[Any]:
        if incoming:
            raise ScriptError(f"{name}: nothing may come in through the pipeline here.")
        table.check(name, given)
        return handler(given)

    return call


def _kept(value: Any) -> Any:
    """A value as the double keeps it: JSON."""
    if isinstance(value, Table):
        return {name: _kept(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_kept(inner) for inner in value]
    return value if value is None or isinstance(value, (str, bool, int)) else text(value)


def _maker(name: str) -> Callable[[Table], list[Any]]:
    """A cmdlet that only puts its arguments together."""
    kind = name.partition("-")[2]

    def make(given: Table) -> list[Any]:
        return [Table(dict(given.items()), kind=kind)]

    return make
