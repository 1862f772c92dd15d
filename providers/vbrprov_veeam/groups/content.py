"""Which computers a protection group has, by kind of group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from vbrprov.sdk import ErrorClass, Model, ProviderError, attribute, block, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.jobs.checks import word
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import AD_DOMAINS, NO_ID, Json, Server
from vbrprov_veeam.shapes import Entry, Items, Leaf, Part, Shape, When

AD_INVENTORY = "/api/v1/inventory/activeDirectory/domains"


class SingleUseModel(Model):
    """An account that is used once and forgotten; its secret is an argument of its own."""

    username: str = attribute(doc="User name.", required=True)
    authentication_type: str = word("How it logs in.", "authentication", default="password")
    ssh_port: int | None = attribute(doc="SSH port.")
    elevate_to_root: bool = attribute(doc="Elevate the account to root.", default=False)
    add_to_sudoers: bool = attribute(doc="Add the account to sudoers.", default=False)
    use_su: bool = attribute(doc="Use su where sudo fails.", default=False)


class ComputerBlock(Model):
    """``computer``: one computer."""

    host_name: str = attribute(doc="DNS name or IP address.", required=True)
    connection_type: str = word(
        "How the server logs in: with stored credentials, with ones that are used once and "
        "forgotten, or by the certificate of an agent that was paired by hand.",
        "computer_connection", default="permanent_credentials")
    credentials_id: str | None = attribute(
        doc="Id of the credentials; with permanent_credentials.")
    single_use: SingleUseModel | None = block(
        doc="The account; with single_use_credentials. The server does not show it.")


class ObjectBlock(Model):
    """One object of a directory."""

    distinguished_name: str = attribute(doc="Its distinguished name.", required=True)


class ActiveDirectoryBlock(Model):
    """``active_directory``: computers that a directory knows."""

    domain_id: str = attribute(doc="Id of the veeam_ad_domain.", required=True)
    object: set[ObjectBlock] = block(
        doc="A computer, cluster, group, container, organizational unit or the domain.",
        min_items=1)


class ExclusionsBlock(Model):
    """``exclusions``: what of a directory is left out."""

    virtual_machines: bool = attribute(doc="Leave virtual machines out.", default=False)
    offline_computers: bool = attribute(
        doc="Leave computers out that were offline for 30 days.", default=False)
    object: set[ObjectBlock] = block(doc="An object to leave out.")


class CustomCredentialsBlock(Model):
    """``custom``: other credentials for one object of a directory or one computer of a file."""

    distinguished_name: str | None = attribute(doc="The object, with type ad_objects.")
    computer_name: str | None = attribute(doc="The computer, with type csv_file.")
    connection_type: str = word("How the server logs in, with type ad_objects.",
                                "computer_connection", default="permanent_credentials")
    credentials_id: str | None = attribute(doc="Id of the credentials.")


class GroupCredentialsBlock(Model):
    """``credentials``: who logs in to the computers of a directory or a file."""

    master_credentials_id: str | None = attribute(
        doc="Id of the credentials for all computers.")
    master_connection_type: str = word(
        "How the server logs in; anything but permanent_credentials from revision 1.3-rev2.",
        "computer_connection", default="permanent_credentials")
    custom: set[CustomCredentialsBlock] = block(doc="Other credentials for one of them.")


class CsvFileBlock(Model):
    """``csv_file``: a file that lists computers."""

    path: str = attribute(doc="Path on the backup server, or of a share.", required=True)
    network_credentials_id: str | None = attribute(doc="Id of the credentials for the share.")


class CloudAccountBlock(Model):
    """``cloud_account``: where cloud machines run."""

    type: str = word("Which cloud.", "cloud_account", default="aws")
    credentials_id: str | None = attribute(doc="Id of the cloud credentials, with aws.")
    subscription_id: str | None = attribute(
        doc="Id of the subscription as the backup server knows it, with azure.")
    region_type: str = word("Partition.", "region_type", default="global")
    region_id: str = attribute(doc="Region of the machines.", required=True)
    assign_iam_role: bool = attribute(doc="Give machines the IAM role they need, with aws.",
                                      default=False)


class CloudMachineBlock(Model):
    """A machine, a region or a tag of a cloud."""

    type: str = word("What it is.", "cloud_machine", default="machine")
    name: str = attribute(doc="Name of the machine, the region or the tag.", required=True)
    object_id: str | None = attribute(doc="Id of the machine in the cloud.")
    value: str | None = attribute(doc="Value of the tag.")


class ContentModel(Model):
    """Blocks of all kinds of groups; each kind has some of them."""

    computer: set[ComputerBlock] = block(doc="A computer, with type individual_computers.")
    active_directory: ActiveDirectoryBlock | None = block(
        doc="Objects of a directory, with type ad_objects.")
    exclusions: ExclusionsBlock | None = block(doc="What is left out, with type ad_objects.")
    csv_file: CsvFileBlock | None = block(doc="The file, with type csv_file.")
    credentials: GroupCredentialsBlock | None = block(
        doc="Who logs in, with types ad_objects and csv_file.")
    computer_names: list[str] = computed_attribute(
        doc="The computers that the file of a group of type csv_file lists.")
    cloud_account: CloudAccountBlock | None = block(
        doc="Where the machines run, with type cloud_machines.")
    cloud_machine: set[CloudMachineBlock] = block(
        doc="A machine, region or tag, with type cloud_machines.")
    excluded_cloud_machine: set[CloudMachineBlock] = block(
        doc="One to leave out, with type cloud_machines.")


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
        if made or known:
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


_EXCLUDED = Items("excluded_cloud_machine", "exclusions.excludedObjects", _CLOUD_MACHINE, _KEY)
_EXCLUDED_OBJECTS = _Objects("exclusions.excludedObjects")


@dataclass(frozen=True, slots=True)
class _Excluded(Entry):
    """Cloud machines to leave out, with a switch beside them."""

    argument: str = "excluded_cloud_machine"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them and switch the exclusion on, or off."""
        wanted = bool(model.excluded_cloud_machine)
        if wanted or look(raw, "exclusions.excludeSelectedObjects"):
            put(raw, "exclusions.excludeSelectedObjects", wanted)
        if wanted:
            _EXCLUDED.write(raw, model, server)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """Those that count."""
        return _EXCLUDED.read(
            raw if look(raw, "exclusions.excludeSelectedObjects") else {}, model)


@dataclass(frozen=True, slots=True)
class _ExclusionSwitch(Entry):
    """Objects of a directory to leave out, with a switch beside them."""

    argument: str = "object"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them and switch the exclusion on, or off."""
        wanted = bool(model.object)
        if wanted or look(raw, "exclusions.excludeSelectedObjects"):
            put(raw, "exclusions.excludeSelectedObjects", wanted)
        if wanted:
            _EXCLUDED_OBJECTS.write(raw, model, server)

    def read(self, raw: Json, model: type[Model]) -> Any:
        """Those that count."""
        return _EXCLUDED_OBJECTS.read(
            raw if look(raw, "exclusions.excludeSelectedObjects") else {}, model)


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
        _ExclusionSwitch())), switch=""),
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
    _Excluded(),
)
