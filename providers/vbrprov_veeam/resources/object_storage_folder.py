"""veeam_object_storage_folder: a folder in a bucket or container, made through the server."""

from __future__ import annotations

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
)
from vbrprov.sdk.values import NULL, bare
from vbrprov_veeam import browser, plans, words
from vbrprov_veeam.browser import Place
from vbrprov_veeam.objects import ObjectModel
from vbrprov_veeam.pacing import repeated_while_busy
from vbrprov_veeam.server import Server

_PARTS = ("service", "credentials_id", "storage", "name", "region_id", "region_type",
          "service_point", "gateway_server_id")


class ObjectStorageFolderModel(ObjectModel):
    """Arguments and attributes of ``veeam_object_storage_folder``."""

    service: str = attribute(
        doc="What the storage is: amazon_s3, s3_compatible, ibm_cloud, wasabi, google_cloud, "
            "azure_blob, snowball_edge or data_box.", required=True, replace_on_change=True,
        choices=words.choices("service"))
    credentials_id: str = attribute(doc="Id of the cloud credentials.", required=True,
                                    replace_on_change=True)
    storage: str = attribute(doc="Name of the bucket or container; it must exist.", required=True,
                             replace_on_change=True)
    name: str = attribute(doc="Name of the folder.", required=True, replace_on_change=True)
    region_id: str | None = attribute(doc="Region of the bucket.", replace_on_change=True)
    region_type: str | None = attribute(
        doc="Cloud of amazon_s3 and azure_blob: global, government or china; global when left "
            "out.", computed=True, replace_on_change=True, choices=words.choices("region_type"))
    service_point: str | None = attribute(doc="Address of the storage, where it needs one.",
                                          replace_on_change=True)
    gateway_server_id: str | None = attribute(
        doc="Id of the managed server that reaches the storage; the backup server when left out.",
        replace_on_change=True)


class ObjectStorageFolder(ResourceType[ObjectStorageFolderModel, Server]):
    """A folder. The API cannot remove or rename one: destroying only forgets it."""

    type_name = "veeam_object_storage_folder"
    model = ObjectStorageFolderModel
    recovery = Recovery.CLIENT_NAMED
    doc = ("A folder in a bucket or container, made by the backup server, for a repository. "
           "Destroying it only forgets it.")
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/new-vbramazons3folder.html"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Check what goes with the service."""
        service = bare(plan.planned.get("service"))
        if not isinstance(service, str) or service not in words.choices("service"):
            return
        for name in ("service_point", "region_id"):
            if name in browser.needed(service):
                plans.require(plan, name, f"service {service} needs it")
            else:
                plans.forbid(plan, name, f"does not go with service {service}")
        if not browser.has_region_type(service):
            plans.forbid(plan, "region_type", f"does not go with service {service}")
            plan.planned["region_type"] = NULL
        elif plans.is_unset(plan.config.get("region_type")):
            plan.planned["region_type"] = "global"

    def steps(self, client: Server, prior: ObjectStorageFolderModel | None,
              planned: ObjectStorageFolderModel | None, ctx: StepContext) -> Steps:
        """Make the folder."""
        if planned is None or prior is not None:
            return
        wanted = planned
        identity = Identity.of(**{name: getattr(wanted, name) for name in _PARTS})
        yield Step("create", identity, creates=True, doc="Create the folder.",
                   run=lambda: repeated_while_busy(lambda: self._create(client, wanted),
                                                   ctx.sleep))

    def _create(
        self, server: Server, planned: ObjectStorageFolderModel,
    ) -> ObjectStorageFolderModel:
        if self._exists(server, planned):
            raise ProviderError(
                ErrorClass.EXISTS, "Folder exists already",
                f"{planned.storage} has the folder {planned.name!r} already.", attribute="name",
                hint="Leave this resource out: repositories take a folder that is there.")
        browser.make_folder(server, _place(planned), planned.name)
        return planned.copy(id=f"{planned.storage}/{planned.name}")

    def _exists(self, server: Server, state: ObjectStorageFolderModel) -> bool:
        found = browser.places(server, _place(state))
        return state.name in found.get(state.storage, ())

    def read(self, client: Server, state: ObjectStorageFolderModel,
             ctx: StepContext) -> ObjectStorageFolderModel | None:
        """The folder, while the server sees it."""
        return state if self._exists(client, state) else None

    def probe(self, client: Server, intent: OpenIntent,
              ctx: StepContext) -> Probe[ObjectStorageFolderModel]:
        """Ours is what is there now and was not before."""
        wanted = ObjectStorageFolderModel(**{n: intent.identity[n] for n in _PARTS})
        if not self._exists(client, wanted):
            return Probe(ProbeVerdict.ABSENT)
        return Probe(ProbeVerdict.OURS, wanted.copy(id=f"{wanted.storage}/{wanted.name}"))


def _place(model: ObjectStorageFolderModel) -> Place:
    return Place(
        service=model.service, credentials_id=model.credentials_id, name=model.storage,
        region_id=model.region_id, region_type=model.region_type,
        service_point=model.service_point, gateway_server_id=model.gateway_server_id)
