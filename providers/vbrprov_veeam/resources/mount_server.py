"""veeam_mount_server: the role of a managed server that restores need."""

from __future__ import annotations

from vbrprov.sdk import (
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    Recovery,
    Step,
    StepContext,
    Steps,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.values import bare
from vbrprov_veeam import plans, words
from vbrprov_veeam.api import Feature
from vbrprov_veeam.jobs.checks import own
from vbrprov_veeam.objects import TimedModel, VbrObject
from vbrprov_veeam.server import MANAGED_SERVERS, MOUNT_SERVERS, Json, Server
from vbrprov_veeam.shapes import Leaf, Part, Shape


class PortsBlock(Model):
    """``vpower_nfs_ports``: ports of the vPower NFS service."""

    mount_port: int | None = own("Port of the mount service.")
    vpower_nfs_port: int | None = own("Port of the NFS service.")


class MountServerModel(TimedModel):
    """Arguments and attributes of ``veeam_mount_server``."""

    host_id: str = attribute(doc="Id of the managed server.", required=True,
                             replace_on_change=True)
    write_cache_folder: str | None = own("Folder of the write cache.")
    vpower_nfs_enabled: bool | None = own("Whether the vPower NFS service runs there.")
    default: bool = attribute(
        doc="Whether repositories use it when they name none. It stays so until another server of "
            "the same operating system is made the default.", default=False)
    os: str | None = computed_attribute(doc="windows or linux.")
    vpower_nfs_ports: PortsBlock | None = block(
        doc="Ports of the vPower NFS service.", computed=True)


_SHAPE = Shape(MountServerModel, (
    Leaf("write_cache_folder", "settings.writeCacheFolder"),
    Leaf("vpower_nfs_enabled", "settings.vPowerNFSEnabled", always=True),
    Part("vpower_nfs_ports", "settings.vPowerNFSPortSettings", Shape(PortsBlock, (
        Leaf("mount_port", "mountPort"), Leaf("vpower_nfs_port", "vPowerNFSPort"))), switch=""),
))


class MountServer(VbrObject[MountServerModel]):
    """A role. Its id is that of the managed server, and the API cannot take it away again."""

    type_name = "veeam_mount_server"
    model = MountServerModel
    recovery = Recovery.CLIENT_NAMED
    doc = ("The role of a managed server that restores from object storage need. Destroying it "
           "only forgets it: the API cannot take the role away.")
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/mount_server.html"
    path = MOUNT_SERVERS
    noun = "mount server"
    local = frozenset({"timeouts"})

    def plan_modify(self, plan: PlanDraft) -> None:
        """Refuse to stop being the default: only another default can do that."""
        plans.gate(plan, Feature.MOUNT_SERVERS)
        if plan.prior is None or bare(plan.planned.get("default", False)) is not False:
            return
        if bare(plan.prior.get("default", False)) is True and not plans.differs(plan, "host_id"):
            plan.error("Cannot stop being the default",
                       "The server has one default mount server for each operating system. Set "
                       "default = true on the mount server that is to be the default instead.",
                       "default")

    def fits(self, raw: Json) -> bool:
        """Every mount server."""
        return True

    def names(self, raw: Json) -> set[str]:
        """It has none of its own; its id is that of its host."""
        return {str(raw["id"])}

    def identity(self, planned: MountServerModel, ctx: StepContext) -> Identity:
        """The host: it was no mount server before."""
        return Identity.of(host_id=planned.host_id)

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the host has the role."""
        return bool(raw["id"] == intent.identity["host_id"])

    def taken(self, server: Server, planned: MountServerModel) -> Json | None:
        """The role, when the host has it already."""
        found = server.find(f"{self.path}/{planned.host_id}")
        return None if found is None else {"name": planned.host_id, **found}

    def spec(self, server: Server, planned: MountServerModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        server.require(Feature.MOUNT_SERVERS)
        body: Json = {"hostId": planned.host_id}
        self.change(server, body, planned)
        return body | {"setAsDefault": True} if planned.default else body

    def change(self, server: Server, raw: Json, planned: MountServerModel) -> None:
        """Set the settings."""
        _SHAPE.write(raw, planned, server)

    def create(self, server: Server, body: Json, planned: MountServerModel) -> Json:
        """Give the role in a session, which names no object: the id is that of the host."""
        server.finish(server.post(self.path, body))
        return {"id": planned.host_id}

    def steps(self, client: Server, prior: MountServerModel | None,
              planned: MountServerModel | None, ctx: StepContext) -> Steps:
        """Yield the creation or changes, and the call that makes it the default; no deletion."""
        if planned is None:
            return
        if prior is None:
            yield from super().steps(client, prior, planned, ctx)
            return
        # Becoming the default is no setting: it has a call of its own.
        yield from super().steps(client, prior, planned.copy(default=prior.default), ctx)
        if planned.default and not prior.default:
            def run() -> MountServerModel:
                client.post(f"{self.path}/{prior.id}/default", reads=True)
                return self._reread(client, prior)

            yield Step("default", Identity.of(id=prior.id), run=run,
                       doc="Make it the default mount server.")

    def import_state(
        self, client: Server, import_id: str, ctx: StepContext,
    ) -> MountServerModel | None:
        """By the id of its host, or after ``name:`` by the name of that."""
        if import_id.startswith("name:"):
            name = import_id.removeprefix("name:")
            hosts = client.named(MANAGED_SERVERS, name)
            if not hosts:
                return None
            import_id = str(hosts[0]["id"])
        return super().import_state(client, import_id, ctx)

    def probe(
        self, client: Server, intent: OpenIntent, ctx: StepContext,
    ) -> Probe[MountServerModel]:
        """Look at the host's role; saves that still run are waited for first."""
        client.wait_for_saves()
        raw = client.find(f"{self.path}/{intent.identity['host_id']}")
        if raw is None:
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, self._known(client, raw, None))

    def model_of(
        self, server: Server, raw: Json, state: MountServerModel | None,
    ) -> MountServerModel:
        """The role."""
        return MountServerModel(
            id=raw["id"], host_id=raw["id"], default=bool(raw.get("isDefault")),
            timeouts=state.timeouts if state is not None else None,
            os=words.from_wire("operating_system", raw.get("type")), **_SHAPE.read(raw))
