"""veeam_unstructured_data_server: object storage whose buckets are backed up."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    PlanDraft,
    ProviderError,
    Recovery,
    StepContext,
    attribute,
)
from vbrprov.sdk.values import NULL, bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.fitting import refuse_misfits
from vbrprov_veeam.jobs.checks import own_word, word
from vbrprov_veeam.jobs.scope import Proxies
from vbrprov_veeam.objects import TimedModel, VbrObject
from vbrprov_veeam.server import DATA_SERVERS, Json, Server, after_creation
from vbrprov_veeam.shapes import Entry, Leaf, Shape


class UnstructuredDataServerModel(TimedModel):
    """Arguments and attributes of ``veeam_unstructured_data_server``."""

    type: str = attribute(
        doc="Kind of storage. Servers of other kinds, such as file servers, are not managed here. "
            "One of: s3_compatible, amazon_s3, azure_blob.", required=True,
        choices=words.choices("data_server_type"), replace_on_change=True)
    name: str = attribute(doc="Friendly name; unique on the server.", required=True)
    credentials_id: str = attribute(doc="Id of the cloud credentials.", required=True)
    service_point: str | None = attribute(
        doc="Address of the storage, such as https://s3.example.com; with s3_compatible.",
        replace_on_change=True)
    region_type: str | None = own_word("Partition; with amazon_s3 and azure_blob.", "region_type")
    region_id: str | None = attribute(
        doc="Region; with s3_compatible and amazon_s3.", replace_on_change=True)
    cache_repository_id: str = attribute(
        doc="Id of the repository that keeps the cache.", required=True)
    proxy_ids: set[str] = attribute(
        doc="Ids of the backup proxies; the server chooses when left out.", default=[])
    io_control: str = word("How hard the storage is worked.", "io_control", default="medium")


def _shape(prefix: str, *entries: Entry) -> Shape:
    return Shape(UnstructuredDataServerModel, (
        Leaf("name", f"{prefix}friendlyName"),
        Leaf("credentials_id", f"{prefix}credentialsId"),
        *entries,
        Leaf("cache_repository_id", "processing.cacheRepositoryId"),
        Proxies("processing.backupProxies"),
        Leaf("io_control", "processing.backupIOControlLevel", "io_control"),
    ))


_SHAPES: Mapping[str, Shape] = {
    "s3_compatible": _shape("account.", Leaf("service_point", "account.servicePoint"),
                            Leaf("region_id", "account.regionId")),
    "amazon_s3": _shape("account.", Leaf("region_type", "account.regionType", "region_type"),
                        Leaf("region_id", "account.regionId")),
    "azure_blob": _shape("", Leaf("region_type", "regionType", "region_type")),
}


class UnstructuredDataServer(VbrObject[UnstructuredDataServerModel]):
    """A source of object storage backup jobs."""

    type_name = "veeam_unstructured_data_server"
    model = UnstructuredDataServerModel
    recovery = Recovery.CLIENT_NAMED
    doc = "Object storage whose buckets are backed up by a veeam_object_storage_backup_job."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/object_storage_source.html"
    path = DATA_SERVERS
    noun = "unstructured data server"
    local = frozenset({"timeouts"})

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check that the server has what its type needs, and nothing of another type."""
        kind = bare(plan.planned["type"])
        if not isinstance(kind, str) or kind not in _SHAPES:
            return
        refuse_misfits(plan, _SHAPES[kind], {"id", "type", "timeouts"},
                       f"a data server of type {kind}")
        if kind == "s3_compatible":
            plans.require(plan, "service_point", f"type {kind} needs it")
            plan.planned["region_type"] = NULL

    def fits(self, raw: Json) -> bool:
        """Object storage only."""
        return raw.get("type") in words.table("data_server_type").values()

    def names(self, raw: Json) -> set[str]:
        """The friendly name."""
        return {_name(raw)}

    def identity(self, planned: UnstructuredDataServerModel, ctx: StepContext) -> Identity:
        """The friendly name: it was not there before."""
        return Identity.of(name=planned.name)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the name is the one."""
        return _name(raw) == str(intent.identity["name"])

    def taken(self, server: Server, planned: UnstructuredDataServerModel) -> Json | None:
        """A server with that name."""
        return next(({"name": planned.name, **raw} for raw in server.objects(self.path)
                     if _name(raw) == planned.name), None)

    def spec(self, server: Server, planned: UnstructuredDataServerModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        body: Json = {"type": words.to_wire("data_server_type", planned.type)}
        self.change(server, body, planned)
        return body

    def create(self, server: Server, body: Json, planned: UnstructuredDataServerModel) -> Json:
        """Create in a session; the object is found by its friendly name."""
        server.finish(server.post(self.path, body))
        with after_creation():
            found = [raw for raw in server.objects(self.path) if _name(raw) == planned.name]
            if len(found) != 1:
                raise ProviderError(
                    ErrorClass.LOST, "New object not found",
                    f"The session on {server.label} ended well, but {len(found)} unstructured data "
                    f"servers are named {planned.name!r}.")
        return found[0]

    def change(self, server: Server, raw: Json, planned: UnstructuredDataServerModel) -> None:
        """Set everything."""
        _SHAPES[planned.type].write(raw, planned, server)

    def model_of(
        self, server: Server, raw: Json, state: UnstructuredDataServerModel | None,
    ) -> UnstructuredDataServerModel:
        """The server."""
        kind = words.from_wire("data_server_type", raw.get("type")) or ""
        timeouts = state.timeouts if state is not None else None
        return UnstructuredDataServerModel(id=raw["id"], type=kind, timeouts=timeouts, **{
            "region_type": None, "region_id": None, "service_point": None,
            **_SHAPES[kind].read(raw)})


def _name(raw: Json) -> str:
    account = raw.get("account") or raw
    return str(account.get("friendlyName"))
