"""What a job protects: computers, volumes and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vbrprov.sdk import Model, attribute, block
from vbrprov_veeam import words
from vbrprov_veeam.inventory import GROUP, group_objects, member
from vbrprov_veeam.jobs.checks import word
from vbrprov_veeam.links import look, put
from vbrprov_veeam.server import Json, Server
from vbrprov_veeam.shapes import Entry, Leaf, Part, Shape, When


class ComputerBlock(Model):
    """``computer``: one object of a protection group."""

    protection_group_id: str = attribute(doc="Id of the protection group.", required=True)
    name: str = attribute(
        doc="Name of the computer, cluster, container or organizational unit, as the group "
            "shows it.", required=True)


class PersonalFilesBlock(Model):
    """``personal_files``: folders of each user's profile."""

    desktop: bool = attribute(doc="Desktop.", default=True)
    documents: bool = attribute(doc="Documents.", default=True)
    pictures: bool = attribute(doc="Pictures.", default=True)
    video: bool = attribute(doc="Videos.", default=True)
    music: bool = attribute(doc="Music.", default=True)
    favorites: bool = attribute(doc="Favorites.", default=True)
    downloads: bool = attribute(doc="Downloads.", default=True)
    app_data: bool = attribute(doc="Application data.", default=True)
    other: bool = attribute(doc="Everything else in the profile.", default=True)
    exclude_roaming_profiles: bool = attribute(doc="Leave roaming profiles out.", default=False)


class ScopeModel(Model):
    """Arguments that say what is protected."""

    os: str = attribute(doc="Operating system of the computers: windows or linux.", required=True,
                        choices=("windows", "linux"), replace_on_change=True)
    protection_group_ids: set[str] = attribute(
        doc="Ids of the protection groups whose computers are protected.", default=[])
    computer: set[ComputerBlock] = block(doc="A single object of a protection group.")
    backup_mode: str = word("How much of a computer.", "backup_mode", default="entire_computer")
    include_usb_drives: bool = attribute(doc="USB drives too (windows).", default=False)
    volumes: list[str] = attribute(
        doc="With backup_mode volumes. On Windows drives such as C:\\, or os for the system's "
            "volumes. On Linux mount points such as /home; device:, lvm: or btrfs: before a path "
            "names something else.", default=[])
    volumes_mode: str = word("Whether the volumes are those to back up, or those to leave out "
                             "(windows).", "volumes_mode", default="selected")
    directories: list[str] = attribute(
        doc="With backup_mode file_level: the directories.", default=[])
    operating_system_files: bool = attribute(
        doc="With backup_mode file_level: the operating system too (windows).", default=False)
    include_masks: list[str] = attribute(
        doc="With backup_mode file_level: names of files to include, such as *.doc.", default=[])
    exclude_masks: list[str] = attribute(
        doc="With backup_mode file_level: names of files to leave out.", default=[])
    exclude_onedrive: bool = attribute(
        doc="With backup_mode file_level: leave OneDrive folders out (windows).", default=False)
    snapshotless: bool = attribute(
        doc="With backup_mode file_level: read files without a snapshot (linux).", default=False)
    personal_files: PersonalFilesBlock | None = block(
        doc="With backup_mode file_level: folders of each user's profile (windows).")


@dataclass(frozen=True, slots=True)
class Groups(Entry):
    """Whole protection groups and single objects of them: one list on the wire."""

    argument: str = "protection_group_ids"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set both; objects that stay are not looked up again."""
        current: list[Json] = raw.get("computers") or []
        known = {_key(c): c for c in current}
        groups = set(model.protection_group_ids or [])
        wanted = [(i, None) for i in sorted(groups)]
        wanted += sorted((c.protection_group_id, c.name) for c in model.computer or [])
        if set(wanted) == set(known):
            return
        made = dict(zip(
            ((i, None) for i in sorted(groups) if (i, None) not in known),
            group_objects(server, [i for i in sorted(groups) if (i, None) not in known]),
            strict=True))
        for group, name in wanted:
            if name is not None and (group, name) not in known:
                made[group, name] = member(server, group, name)
        kept = [c for c in current if _key(c) in wanted]
        raw["computers"] = [*kept, *(made[key] for key in wanted if key in made)]

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """The ids of the whole groups."""
        return {group for group, name in map(_key, raw.get("computers") or []) if name is None}


@dataclass(frozen=True, slots=True)
class Members(Entry):
    """Single objects of protection groups; ``Groups`` writes them."""

    argument: str = "computer"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Leave it to ``Groups``."""

    def read(self, raw: Json, model: type[Model]) -> list[ComputerBlock]:
        """The single objects."""
        found = [key for key in map(_key, raw.get("computers") or []) if key[1] is not None]
        return [ComputerBlock(protection_group_id=group, name=name)
                for group, name in sorted(found)]


def _key(computer: Json) -> tuple[str, Any]:
    name = None if computer.get("type") == GROUP else computer.get("name")
    return str(computer.get("protectionGroupId")), name


@dataclass(frozen=True, slots=True)
class Proxies(Entry):
    """Proxies that are named, or none for a free choice."""

    wire: str
    argument: str = "proxy_ids"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Name them, or let the server choose."""
        ids = sorted(model.proxy_ids or [])
        put(raw, f"{self.wire}.autoSelectEnabled", not ids)
        if ids and ids != sorted(look(raw, f"{self.wire}.proxyIds") or []):
            put(raw, f"{self.wire}.proxyIds", ids)

    def read(self, raw: Json, model: type[Model]) -> set[str]:
        """Those that are named."""
        found = look(raw, self.wire) or {}
        return set() if found.get("autoSelectEnabled") else set(found.get("proxyIds") or [])


@dataclass(frozen=True, slots=True)
class Volumes(Entry):
    """The volumes, as texts."""

    windows: bool
    argument: str = "volumes"

    def write(self, raw: Json, model: Any, server: Server) -> None:
        """Set the volumes; of those that stay, what is not known here stays too."""
        known = {self._text(v): v for v in look(raw, "volumes.volumeObject") or []}
        wanted = [known.get(v) or self._object(v) for v in model.volumes or []]
        put(raw, "volumes.volumeObject", wanted)

    def read(self, raw: Json, model: type[Model]) -> list[str]:
        """The volumes as texts."""
        return [self._text(v) for v in look(raw, "volumes.volumeObject") or []]

    def _object(self, text: str) -> Json:
        if self.windows:
            return {"type": "OS"} if text == "os" else {"type": "Custom", "path": text}
        kind, colon, path = text.partition(":")
        if colon and kind in words.table("linux_volume"):
            return {"type": words.to_wire("linux_volume", kind), "path": path}
        return {"type": "MountPoint", "path": text}

    def _text(self, volume: Json) -> str:
        path = str(volume.get("path") or "")
        if self.windows:
            return "os" if volume.get("type") == "OS" else path
        kind = words.from_wire("linux_volume", volume.get("type"))
        return path if kind == "mount" else f"{kind}:{path}"


def _volumes(entry: Entry) -> Entry:
    return When("backupMode", "Volumes", entry)


def _files(entry: Entry) -> Entry:
    return When("backupMode", "FileLevel", entry)


_PERSONAL_FILES = Shape(PersonalFilesBlock, (
    *(Leaf(name, f"includes.{wire}", always=True) for name, wire in (
        ("desktop", "desktop"), ("documents", "documents"), ("pictures", "pictures"),
        ("video", "video"), ("music", "music"), ("favorites", "favorites"),
        ("downloads", "downloads"), ("app_data", "appData"), ("other", "other"))),
    Leaf("exclude_roaming_profiles", "excludes.roamingProfiles"),
))
_BOTH: tuple[Entry, ...] = (
    Groups(), Members(),
    Leaf("backup_mode", "backupMode", "backup_mode"),
    _files(Leaf("directories", "files.customFiles")),
    _files(Leaf("include_masks", "files.advancedSettings.includeMasks")),
    _files(Leaf("exclude_masks", "files.advancedSettings.excludeMasks")),
)
WINDOWS: tuple[Entry, ...] = (
    *_BOTH,
    Leaf("include_usb_drives", "includeUsbDrives"),
    _volumes(Leaf("volumes_mode", "volumes.volumesBackupMode", "volumes_mode")),
    _volumes(Volumes(windows=True)),
    _files(Leaf("operating_system_files", "files.backupOS")),
    _files(Leaf("exclude_onedrive", "files.advancedSettings.excludeOneDrive")),
    _files(Part("personal_files", "files.personalFiles", _PERSONAL_FILES,
                switch="backupPersonalFiles")),
)
LINUX: tuple[Entry, ...] = (
    *_BOTH,
    _volumes(Volumes(windows=False)),
    _files(Leaf("snapshotless", "useSnapshotlessFileLevelBackup")),
)
