"""Repositories of VBR, and what belongs to them, as guardrails see them.

The tables say which type is what and under which path each setting lies; the functions below them
know nothing but these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from msgspec.structs import replace

from vbrprov.sdk import (
    AgentAccessView,
    CloudQuotaView,
    CredentialsView,
    ExtentView,
    Facet,
    Fact,
    FileRepositoryView,
    FolderInUseView,
    InstanceFacts,
    Link,
    PlacesView,
    Reader,
    RepositorySettingView,
    RepositoryView,
    ScaleOutView,
    TierView,
    Truth,
    View,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository type: VBR's kind, the family of rules, the family of what lies below it."""

    type: str
    family: str
    storage: str = ""
    #: Path of the bucket's or container's name; of its folder.
    name: str = "bucket.name"
    folder: str = "bucket.folder"
    #: Storage class that it writes to unless a flag says otherwise.
    tier: str = ""
    vendor: str = ""
    #: Whether it has a mount server, the default one where none is named.
    mounts: bool = True


ID: Final = "id"
NAME: Final = "name"
REPOSITORIES: Final[Mapping[str, _Repository]] = {
    "veeam_amazon_s3_repository": _Repository(
        "amazon_s3", "amazon", "amazon", tier="standard", vendor="amazon"),
    "veeam_s3_compatible_repository": _Repository("s3_compatible", "s3c", "s3c"),
    "veeam_ibm_cloud_repository": _Repository("ibm_cloud", "s3c", "s3c", vendor="ibm"),
    "veeam_wasabi_repository": _Repository("wasabi", "s3c", "s3c", vendor="wasabi"),
    "veeam_eleven_eleven_repository": _Repository(
        "eleven_eleven", "s3c", "s3c", tier="standard", vendor="eleven_eleven", mounts=False),
    "veeam_google_cloud_repository": _Repository(
        "google_cloud", "google", "google", tier="standard"),
    "veeam_azure_blob_repository": _Repository(
        "azure_blob", "azure", "azure", "container.name", "container.folder", tier="hot"),
    "veeam_data_cloud_vault_repository": _Repository("data_cloud_vault", "vault"),
    "veeam_data_cloud_vault_archive_repository": _Repository(
        "data_cloud_vault_archive", "archive", tier="archive"),
    "veeam_s3_glacier_repository": _Repository(
        "s3_glacier", "archive", "amazon", tier="glacier"),
    "veeam_azure_archive_repository": _Repository(
        "azure_archive", "archive", "azure", "container.name", "container.folder", tier="archive"),
    # What lies on a seeding device is no bucket of any account.
    "veeam_snowball_edge_repository": _Repository("snowball_edge", "device"),
    "veeam_data_box_repository": _Repository("data_box", "device"),
}
CONNECTION: Final = "connection"
MODE: Final = "connection.mode"
GATEWAYS: Final = "connection.gateway_server_ids"
IMMUTABILITY: Final = "immutability"
IMMUTABLE: Final = "immutability.enabled"
IMMUTABLE_DAYS: Final = "immutability.days"
CREDENTIALS: Final = "account.credentials_id"
ENDPOINT: Final = "account.service_point"
IMMUTABILITY_MODE: Final = "immutability.mode"
VENDOR: Final = "vendor"
AUTO_PROVISION: Final = "bucket.enable_auto_provision"
HELPER: Final = "helper_appliance"
MOUNT_SERVER: Final = "mount_server"
TASK_LIMIT: Final = "task_limit"
#: Flags that choose another storage class, by kind of repository.
TIERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "amazon_s3": (("bucket.infrequent_access", "infrequent"), ("bucket.one_zone", "one_zone")),
    "google_cloud": (("bucket.nearline", "nearline"),),
    "eleven_eleven": (("infrequent_access", "infrequent"),),
    "s3_glacier": (("bucket.deep_archive", "deep_archive"),),
}
#: Tiers of a scale-out repository and the paths of their extents.
PERFORMANCE: Final = "performance_extent"
CAPACITY: Final = "capacity_tier.extent"
ARCHIVE: Final = "archive_tier"
CAPACITY_ENCRYPTION: Final = "capacity_tier.encryption"
ARCHIVE_ENCRYPTION: Final = "archive_tier.encryption"
EXTENT_ID: Final = "repository_id"
EXTENT_MODE: Final = "mode"
REPOSITORY_MODE: Final = "mode"
TAKES_OVER: Final = "overwrite_owner"
IMPORTS: Final = "import_backups"
TYPE: Final = "type"
READ_ONLY: Final = "read_only"
ACCESS_KEY: Final = "access_key"
KEY_FILE: Final = "key_file"
REPOSITORY: Final = "repository_id"
#: What the classes are for that are set by script.
CLASS_FAMILIES: Final[Mapping[str | None, str]] = {"cool": "azure", "coldline": "google"}
STORAGE_CLASS: Final = "storage_class"
ENABLED: Final = "enabled"
STORAGE: Final = "storage"
FOLDER: Final = "folder"
LISTED: Final = "repositories"
PLACES: Final = "places"
PLACES_CREDENTIALS: Final = "credentials_id"
#: What the data source calls settings that lie in blocks of the resources.
SHOWN_MODE: Final = "connection_mode"
SHOWN_GATEWAYS: Final = "gateway_server_ids"
SHOWN_IMMUTABLE: Final = "immutability_enabled"
SHOWN_DAYS: Final = "immutability_days"
SHOWN_ENDPOINT: Final = "service_point"
SHOWN_MOUNT: Final = "mount_server_id"
#: Types with classes to choose from.
TIERED: Final = frozenset({"amazon_s3", "azure_blob", "eleven_eleven", "google_cloud"})
#: Types of repositories by the server's own words for them; all others are no object storage, but
#: for those of service providers.
WIRE_TYPES: Final[Mapping[str, _Repository]] = {
    "AmazonS3": REPOSITORIES["veeam_amazon_s3_repository"],
    "AmazonS3Glacier": REPOSITORIES["veeam_s3_glacier_repository"],
    "AmazonSnowballEdge": REPOSITORIES["veeam_snowball_edge_repository"],
    "AzureArchive": REPOSITORIES["veeam_azure_archive_repository"],
    "AzureBlob": REPOSITORIES["veeam_azure_blob_repository"],
    "AzureDataBox": REPOSITORIES["veeam_data_box_repository"],
    "ElevenElevenS3": REPOSITORIES["veeam_eleven_eleven_repository"],
    "GoogleCloud": REPOSITORIES["veeam_google_cloud_repository"],
    "IBMCloud": REPOSITORIES["veeam_ibm_cloud_repository"],
    "S3Compatible": REPOSITORIES["veeam_s3_compatible_repository"],
    "S3GlacierCompatible": _Repository("s3_glacier_compatible", "archive", "s3c", tier="archive"),
    "S3Integrated": REPOSITORIES["veeam_s3_compatible_repository"],
    "VeeamDataCloudVault": REPOSITORIES["veeam_data_cloud_vault_repository"],
    "VeeamDataCloudVaultArchive": REPOSITORIES["veeam_data_cloud_vault_archive_repository"],
    "WasabiCloud": REPOSITORIES["veeam_wasabi_repository"],
}
PROVIDED: Final = "Cloud"
ACCESS_REPOSITORY: Final = "repository_id"
ACCESS_MODE: Final = "mode"
ACCESS_IAM: Final = "iam_endpoint"
ACCESS_STS: Final = "sts_endpoint"
#: Words of configuration for the two connection modes.
MODES: Final[Mapping[str, str]] = {"direct": "direct", "selected_gateway": "gateway"}


def repository_view(facts: InstanceFacts, kind: _Repository) -> RepositoryView:
    """A repository that is a resource."""
    reader = Reader(facts)
    return RepositoryView(
        instance=facts, type=kind.type, family=kind.family, storage_family=kind.storage,
        id=reader.text(ID), name=reader.text(NAME), connection_mode=_mode(reader),
        gateway_ids=reader.texts(GATEWAYS), gateways_asked=reader.declared(GATEWAYS),
        storage=reader.link(kind.name) if kind.storage else Link(),
        folder=reader.text(kind.folder),
        immutability_enabled=_immutable(reader),
        immutability_days=reader.whole(IMMUTABLE_DAYS),
        credentials=reader.link(CREDENTIALS),
        endpoint=reader.text(ENDPOINT),
        connection=_facet(facts, MODE, _mode), immutability_switch=reader.flag(IMMUTABLE),
        immutability_mode=reader.text(IMMUTABILITY_MODE), tier=_tier(reader, kind),
        vendor=_vendor(reader, kind), auto_provision=reader.flag(AUTO_PROVISION),
        helper=reader.present(HELPER), mount_server=_mount_server(reader, kind),
        task_limit=reader.whole(TASK_LIMIT),
        provisioning=_facet(facts, AUTO_PROVISION, lambda r: r.flag(AUTO_PROVISION)),
        takes_over=reader.flag(TAKES_OVER), imports=reader.flag(IMPORTS),
        mode=reader.text(REPOSITORY_MODE),
        account=reader.link(CREDENTIALS) if kind.storage == "azure" else Link(),
    )


def _mount_server(reader: Reader, kind: _Repository) -> Fact[bool]:
    """Whether there is one: a new repository for which none is named has the default one."""
    fact = reader.present(MOUNT_SERVER)
    if reader.declared(MOUNT_SERVER) or (fact.known and fact.value):
        return fact
    if kind.mounts and (not fact.known or reader.facts.action in ("create", "replace")):
        return replace(fact, value=True, known=True)
    return replace(fact, value=False, known=True)


def _facet(facts: InstanceFacts, at: str, read: Callable[[Reader], Fact[T]]) -> Facet[T]:
    """A setting as it will be and as it is; changed where both are known and differ."""
    planned = read(Reader(facts))
    if facts.live is None or facts.action not in ("update", "replace"):
        return Facet(planned)
    live = read(Reader(facts, facts.live))
    if planned.known and live.known:
        return Facet(planned, live, changed=Truth.of(planned.value != live.value))
    touched = at.partition(".")[0] in facts.changed
    return Facet(planned, live, changed=Truth.UNKNOWN if touched else Truth.NO)


def _tier(reader: Reader, kind: _Repository) -> Fact[str]:
    """The class that backups are written to; the last of the flags that are set counts."""
    found = Fact[str](kind.tier or None)
    for path, tier in TIERS.get(kind.type, ()):
        flag = reader.flag(path)
        if not flag.known:
            return Fact.unknown(flag.missing, flag.at)
        if flag.value:
            found = Fact(tier, at=flag.at)
    return found


def _vendor(reader: Reader, kind: _Repository) -> Fact[str]:
    return Fact(kind.vendor) if kind.vendor else reader.text(VENDOR)


def _mode(reader: Reader) -> Fact[str]:
    fact = reader.text(MODE)
    if not fact.known:
        # Who leaves the block out gets the default; before a plan that is not filled in.
        unsaid = not reader.declared(CONNECTION)
        return replace(fact, value=MODES["direct"], known=True) if unsaid else fact
    # VBR connects directly unless it is told otherwise.
    said = fact.value or "direct"
    mode = MODES.get(said, said)
    return fact if mode == fact.value else replace(fact, value=mode)


def _immutable(reader: Reader) -> Fact[bool]:
    fact = reader.flag(IMMUTABLE)
    # The block switches it on, unless it says otherwise; without the block it is off.
    unsaid = fact.known and fact.value is None
    return replace(fact, value=reader.present(IMMUTABILITY).value) if unsaid else fact


def scale_out_view(facts: InstanceFacts) -> ScaleOutView:
    """A scale-out repository with its tiers."""
    reader = Reader(facts)
    now = Reader(facts, facts.live or {})
    modes = _modes(now)
    return ScaleOutView(
        instance=facts, id=reader.text(ID),
        performance=_tier_view(reader, "performance", PERFORMANCE, modes),
        capacity=replace(_tier_view(reader, "capacity", CAPACITY),
                         encrypted=reader.present(CAPACITY_ENCRYPTION)),
        archive=replace(_tier_view(reader, "archive", ARCHIVE),
                        encrypted=reader.present(ARCHIVE_ENCRYPTION)),
        former=_tier_view(now, "performance", PERFORMANCE))


def _modes(reader: Reader) -> dict[str, Fact[str]]:
    """The modes of performance extents by repository."""
    return {found.value: reader.text(f"{at}.{EXTENT_MODE}")
            for at in reader.blocks(PERFORMANCE) or ()
            if (found := reader.text(f"{at}.{EXTENT_ID}")).value}


def _tier_view(reader: Reader, name: str, path: str,
               live: Mapping[str, Fact[str]] | None = None) -> TierView:
    blocks = reader.blocks(path)
    return TierView(name, path, complete=blocks is not None,
                    extents=tuple(_extent(reader, at, live or {}) for at in blocks or ()))


def _extent(reader: Reader, at: str, live: Mapping[str, Fact[str]]) -> ExtentView:
    repository, mode = reader.link(f"{at}.{EXTENT_ID}"), reader.text(f"{at}.{EXTENT_MODE}")
    before = live.get(repository.value.value or "", Fact())
    changed = (Truth.UNKNOWN if not (mode.known and before.known)
               else Truth.of((mode.value or "normal") != (before.value or "normal")))
    return ExtentView(repository, at, Facet(mode, before, changed=changed))


def credentials_view(facts: InstanceFacts) -> CredentialsView:
    """Cloud credentials."""
    reader = Reader(facts)
    file = reader.references(KEY_FILE)
    return CredentialsView(
        instance=facts, id=reader.text(ID), type=reader.text(TYPE),
        read_only=reader.flag(READ_ONLY), access_key=reader.link(ACCESS_KEY),
        # The file is never kept: only what it is made from leads anywhere.
        key_file=Link(Fact.unknown(), file) if file else Link())


def quota_view(facts: InstanceFacts) -> CloudQuotaView:
    """Space for a tenant."""
    return CloudQuotaView(instance=facts, repository=Reader(facts).link(REPOSITORY))


def access_view(facts: InstanceFacts) -> AgentAccessView:
    """How agents reach a repository."""
    reader = Reader(facts)
    return AgentAccessView(instance=facts, repository=reader.link(ACCESS_REPOSITORY),
                           mode=reader.text(ACCESS_MODE),
                           access=_facet(facts, ACCESS_MODE, lambda r: r.text(ACCESS_MODE)),
                           iam_endpoint=reader.text(ACCESS_IAM),
                           sts_endpoint=reader.text(ACCESS_STS))


def storage_class_view(facts: InstanceFacts) -> RepositorySettingView:
    """A class that is set for a repository."""
    reader = Reader(facts)
    name, on = reader.text(STORAGE_CLASS), reader.flag(ENABLED)
    # On unless it says otherwise.
    off = on.known and on.value is False
    return RepositorySettingView(
        instance=facts, repository=reader.link(REPOSITORY),
        family=replace(name, value=CLASS_FAMILIES.get(name.value)),
        tier=Fact() if off else name if on.known else Fact.unknown(at=on.at))


def google_helper_view(facts: InstanceFacts) -> RepositorySettingView:
    """A helper appliance of a repository on Google Cloud."""
    reader = Reader(facts)
    return RepositorySettingView(
        instance=facts, repository=reader.link(REPOSITORY), family=Fact("google"),
        helper=Fact(True), credentials=reader.link(PLACES_CREDENTIALS))


def looked_up(facts: InstanceFacts) -> Iterator[View]:
    """A repository that a data source shows: what it says of it, and the rest as not known."""
    reader = Reader(facts)
    kind = reader.text(TYPE)
    found = WIRE_TYPES.get(kind.value or "")
    yield from _in_use(facts, "")
    if not kind.known or kind.value in (None, PROVIDED):
        return
    if found is None:
        yield FileRepositoryView(instance=facts, id=reader.text(ID), type=kind)
        return
    storage = Link(reader.text(STORAGE)) if found.storage else Link()
    credentials = reader.link(PLACES_CREDENTIALS)
    mode = reader.text(SHOWN_MODE)
    any_vendor = found.type == "s3_compatible"
    immutable = reader.flag(SHOWN_IMMUTABLE)
    yield RepositoryView(
        instance=facts, type=found.type, family=found.family, storage_family=found.storage,
        id=reader.text(ID), name=reader.text(NAME),
        connection_mode=replace(mode, value=MODES.get(mode.value or "direct", mode.value)),
        gateway_ids=reader.texts(SHOWN_GATEWAYS), storage=storage, folder=reader.text(FOLDER),
        immutability_enabled=immutable, immutability_days=reader.whole(SHOWN_DAYS),
        immutability_switch=immutable, immutability_mode=Fact.unknown(), credentials=credentials,
        endpoint=reader.text(SHOWN_ENDPOINT),
        tier=Fact.unknown() if found.type in TIERED else Fact(found.tier or None),
        vendor=Fact.unknown() if any_vendor else Fact(found.vendor or None),
        auto_provision=Fact.unknown() if any_vendor else Fact(),
        helper=Fact.unknown() if found.family == "google" else Fact(),
        mount_server=reader.present(SHOWN_MOUNT), task_limit=reader.whole(TASK_LIMIT),
        account=credentials if found.storage == "azure" else Link())


def _in_use(facts: InstanceFacts, at: str) -> Iterator[View]:
    """The folder of a repository that only a data source shows; *at* leads to the repository."""
    reader = Reader(facts)
    kind = WIRE_TYPES.get(reader.text(f"{at}{TYPE}").value or "")
    if kind is not None and kind.storage:
        yield FolderInUseView(
            instance=facts, family=kind.storage, storage=reader.text(f"{at}{STORAGE}"),
            folder=reader.text(f"{at}{FOLDER}"))


def listed(facts: InstanceFacts) -> Iterator[View]:
    """The folders of all repositories that a data source lists."""
    for at in Reader(facts).blocks(LISTED) or ():
        yield from _in_use(facts, f"{at}.")


def places(facts: InstanceFacts) -> Iterator[View]:
    """What a backup server sees of a storage."""
    reader = Reader(facts)
    blocks = reader.blocks(PLACES)
    if blocks is not None:
        yield PlacesView(
            instance=facts, credentials=reader.link(PLACES_CREDENTIALS),
            names=Fact(tuple(reader.text(f"{at}.{NAME}").value for at in blocks)))
