"""Which computers a protection group has, by kind of group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from vbrprov.sdk import ErrorClass, Model, ProviderError
from vbrprov_veeam import words
from vbrprov_veeam.groups.blocks import (
    ActiveDirectoryBlock,
    CloudAccountBlock,
    CloudMachineBlock,
    ComputerBlock,
    CsvFileBlock,
    CustomCredentialsBlock,
    ExclusionsBlock,
    GroupCredentialsBlock,
    ObjectBlock,
    SingleUseModel,
)
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import AD_DOMAINS, NO_ID, Json, Server
from vbrprov_veeam.shapes import Entry, Items, Leaf, Part, Shape, When

AD_INVENTORY = "/api/v1/inventory/activeDirectory/domains"


def directory_object(server: Server, domain_id: str, name: str) -> Json:
    """The object of a directory with that distinguished name.

    Raises:
        ProviderError: The directory does not show it.
    """
    common = name.partition(",")[0].partition("=")[2]
    path = f"{AD_INVENTORY}/{domain_id}?fullNameFilter={quote(f'*{common}*')}"
    for found in server.objects(path):
        if str(found.get("distinguishedName", "")).casefold() == name.casefold():
            return found
    raise ProviderError(
        ErrorClass.INVALID, "Directory object not found",
        f"The domain {domain_id} on {server.label} shows no object {name!r}.",
        attribute="active_directory")


@dataclass(frozen=True, slots=True)
class _Objects(Entry):
    """Objects of a directory; those that stay are not looked up again."""

    wire: str
    argument: str = "object"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set them; the domain is that of the group."""
        current: list[Json] = look(raw, self.wire) or []
        known = {str(o.get("distinguishedName")): o for o in current}
        wanted = [o.distinguished_name for o in model.object or []]
        if set(wanted) == set(known):
            return
        domain = look(raw, "activeDirectory.domainControllerSettings.id")
        put(raw, self.wire, [
            *(o for name, o in known.items() if name in wanted),
            *(directory_object(server, domain, n) for n in sorted(set(wanted) - set(known)))])

    def read(self, raw: Json, model: type[Model]) -> list[ObjectBlock]:
        """Their distinguished names."""
        names = sorted(str(o.get("distinguishedName")) for o in look(raw, self.wire) or [])
        return [ObjectBlock(distinguished_name=name) for name in names]


@dataclass(frozen=True, slots=True)
class _Domain(Entry):
    argument: str = "domain_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the settings of the domain, as the server has them."""
        path = "activeDirectory.domainControllerSettings"
        if look(raw, f"{path}.id") != model.domain_id:
            put(raw, path, server.get(f"{AD_DOMAINS}/{model.domain_id}"))

    def read(self, raw: Json, model: type[Model]) -> str:
        """The id of the domain."""
        return str(look(raw, "activeDirectory.domainControllerSettings.id"))


@dataclass(frozen=True, slots=True)
class _Master(Entry):
    argument: str = "master_credentials_id"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the credentials; older revisions want an id even where none counts."""
        from vbrprov_veeam.api.revisions import at_least

        node = raw.setdefault("credentials", {})
        if model.master_credentials_id is not None:
            node["masterCredentialsId"] = model.master_credentials_id
        elif at_least(server.revision, "1.3-rev2") and raw.get("type") == "ADObjects":
            node.pop("masterCredentialsId", None)
        else:
            node["masterCredentialsId"] = NO_ID

    def read(self, raw: Json, model: type[Model]) -> str | None:
        """The id, where it is one."""
        found = look(raw, "credentials.masterCredentialsId")
        return None if found in (None, NO_ID) else str(found)


def _write_connection(node: Json, wanted: str | None, server: Server,
                      name: str = "connectionType") -> None:
    """Set how to log in to a directory's computers, which older revisions do not know."""
    from vbrprov_veeam.api.revisions import at_least

    if at_least(server.revision, "1.3-rev2"):
        node[name] = words.to_wire("computer_connection", wanted or "permanent_credentials")
    elif wanted not in (None, "permanent_credentials"):
        raise ProviderError(
            ErrorClass.UNSUPPORTED, "API revision is not supported",
            f"{server.label} speaks revision {server.revision} of the API, which logs in to the "
            f"computers of a directory with permanent credentials only; {wanted} came with "
            "1.3-rev2.", attribute="credentials")


@dataclass(frozen=True, slots=True)
class _MasterConnection(Entry):
    argument: str = "master_connection_type"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the way to log in."""
        _write_connection(raw.setdefault("credentials", {}), model.master_connection_type, server,
                          "masterConnectionType")

    def read(self, raw: Json, model: type[Model]) -> str | None:
        """The way to log in."""
        found = look(raw, "credentials.masterConnectionType")
        return words.from_wire("computer_connection", found or "PermanentCredentials")


@dataclass(frozen=True, slots=True)
class _Custom(Entry):
    """Other credentials: of objects of a directory, or of computers of a file."""

    directory: bool
    argument: str = "custom"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set them; a directory's object is looked up in the group's domain."""
        node = raw.setdefault("credentials", {})
        known = {self._name(o): o for o in node.get("customCredentials") or []}
        wanted = {str(c.distinguished_name if self.directory else c.computer_name): c
                  for c in model.custom or []}
        made = [self._object(raw, name, wanted[name], dict(known.get(name) or {}), server)
                for name in [*(n for n in known if n in wanted), *sorted(set(wanted) - set(known))]]
        node["useCustomCredentials"] = bool(made)
        if made:
            node["customCredentials"] = made

    def _object(self, raw: Json, name: str, wanted: CustomCredentialsBlock, node: Json,
                server: Server) -> Json:
        node["useMasterCredentials"] = (wanted.credentials_id is None
                                        and wanted.connection_type == "permanent_credentials")
        node.pop("credentialsId", None)
        if wanted.credentials_id is not None:
            node["credentialsId"] = wanted.credentials_id
        if not self.directory:
            return node | {"computerName": name}
        _write_connection(node, wanted.connection_type, server)
        if "object" not in node:
            domain = look(raw, "activeDirectory.domainControllerSettings.id")
            node["object"] = directory_object(server, domain, name)
        return node

    def read(self, raw: Json, model: type[Model]) -> list[CustomCredentialsBlock]:
        """Those that count."""
        node = raw.get("credentials") or {}
        if not node.get("useCustomCredentials"):
            return []
        found = [CustomCredentialsBlock(
            distinguished_name=self._name(o) if self.directory else None,
            computer_name=None if self.directory else self._name(o),
            connection_type=words.from_wire(
                "computer_connection", o.get("connectionType") or "PermanentCredentials") or "",
            credentials_id=None if o.get("useMasterCredentials") else o.get("credentialsId"))
            for o in node.get("customCredentials") or []]
        return sorted(found, key=lambda c: str(c.distinguished_name or c.computer_name))

    def _name(self, node: Json) -> str:
        return str(look(node, "object.distinguishedName") if self.directory
                   else node.get("computerName"))


@dataclass(frozen=True, slots=True)
class ReadOnly(Entry):
    """What only the server sets."""

    argument: str
    wire: str

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it alone."""

    def read(self, raw: Json, model: type[Model]) -> Any:
        """What the server shows."""
        return look(raw, self.wire) or []


_CLOUD_MACHINE = Shape(CloudMachineBlock, (
    Leaf("type", "type", "cloud_machine"), Leaf("name", "name"), Leaf("object_id", "objectId"),
    Leaf("value", "value")))
_KEY = ("type", "name", "object_id", "value")


_SWITCH = "exclusions.excludeSelectedObjects"
_LIST = "exclusions.excludedObjects"


@dataclass(frozen=True, slots=True)
class _Excluded(Entry):
    """What to leave out, with a switch beside it."""

    argument: str
    items: Entry

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name it and switch the exclusion on, or off."""
        wanted = bool(getattr(model, self.argument))
        if wanted or look(raw, _SWITCH):
            put(raw, _SWITCH, wanted)
        if wanted:
            self.items.write(raw, model, server)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """What counts."""
        return self.items.read(raw if look(raw, _SWITCH) else {}, model)


@dataclass(frozen=True, slots=True)
class _SingleUse(Entry):
    """Accounts that the server never shows: ``Group`` sends and remembers them."""

    argument: str = "single_use"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to the group."""

    def read(self, raw: Json, model: type[Model]) -> None:
        """Nothing is shown."""


def single_use_spec(
    wanted: SingleUseModel, secret: str | None, passphrase: str | None, root_password: str | None,
) -> Json:
    """Credentials that are used once, on the wire."""
    spec: Json = {
        "type": "Linux", "username": wanted.username,
        "authenticationType": words.to_wire("authentication",
                                            wanted.authentication_type or "password"),
        "elevateToRoot": bool(wanted.elevate_to_root),
        "addToSudoers": bool(wanted.add_to_sudoers), "useSu": bool(wanted.use_su)}
    if wanted.ssh_port is not None:
        spec["SSHPort"] = wanted.ssh_port
    name = "privateKey" if wanted.authentication_type == "ssh_key" else "password"
    found = {name: secret, "passphrase": passphrase, "rootPassword": root_password}
    return spec | {k: v for k, v in found.items() if v is not None}


COMPUTERS = Items("computer", "computers", Shape(ComputerBlock, (
    Leaf("host_name", "hostName"),
    Leaf("connection_type", "connectionType", "computer_connection"),
    Leaf("credentials_id", "credentialsId"),
    _SingleUse())), ("host_name",))
DIRECTORY: tuple[Entry, ...] = (
    Part("active_directory", "", Shape(ActiveDirectoryBlock, (
        _Domain(), _Objects("activeDirectory.objects"))), switch=""),
    Part("exclusions", "", Shape(ExclusionsBlock, (
        Leaf("virtual_machines", "exclusions.excludeVMs"),
        Leaf("offline_computers", "exclusions.excludeOfflineComputers"),
        _Excluded("object", _Objects(_LIST)))), switch=""),
    Part("credentials", "", Shape(GroupCredentialsBlock, (
        _Master(), _MasterConnection(), _Custom(directory=True))), switch=""),
)
CSV: tuple[Entry, ...] = (
    Part("csv_file", "file", Shape(CsvFileBlock, (
        Leaf("path", "path"), Leaf("network_credentials_id", "networkCredentialsId"))), switch=""),
    Part("credentials", "", Shape(GroupCredentialsBlock, (
        _Master(), _Custom(directory=False))), switch=""),
    ReadOnly("computer_names", "computerNames"),
)
class _Account(Part):
    """The account; one of another cloud shares nothing with it."""

    __slots__ = ()

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Begin anew when the cloud is another one."""
        kind = words.to_wire("cloud_account", model.cloud_account.type)
        if look(raw, "cloudAccount.accountType") != kind:
            raw["cloudAccount"] = {"accountType": kind}
        super().write(raw, model, server)


CLOUD: tuple[Entry, ...] = (
    _Account("cloud_account", "cloudAccount", Shape(CloudAccountBlock, (
        Leaf("type", "accountType", "cloud_account"),
        When("accountType", "AWS", Leaf("credentials_id", "credentialsId")),
        When("accountType", "Azure", Leaf("subscription_id", "subscriptionId")),
        Leaf("region_type", "regionType", "region_type"),
        Leaf("region_id", "regionId"),
        When("accountType", "AWS", Leaf("assign_iam_role", "assignIamRole")))), switch=""),
    Items("cloud_machine", "cloudMachines", _CLOUD_MACHINE, _KEY),
    _Excluded("excluded_cloud_machine",
              Items("excluded_cloud_machine", _LIST, _CLOUD_MACHINE, _KEY)),
)
