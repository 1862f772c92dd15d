"""veeam_eleven_eleven_repository: a folder in a bucket of 11:11 Systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from vbrprov.sdk import (
    Handwork,
    Listed,
    Model,
    PlanDraft,
    Recovery,
    StepContext,
    Steps,
    StorageBelow,
    attribute,
    block,
)
from vbrprov.sdk.values import Value, bare
from vbrprov_veeam import marks, plans
from vbrprov_veeam.audit import beneath, eleven_eleven
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json
from vbrprov_veeam.repositories import storages
from vbrprov_veeam.repositories.base import Repository
from vbrprov_veeam.repositories.model import (
    ConnectionBlock,
    ImmutabilityBlock,
    RepositoryModel,
)
from vbrprov_veeam.server import Server


class ElevenElevenAccount(Model):
    """``account``: who logs in."""

    credentials_id: str = attribute(doc="Id of cloud credentials of type amazon.", required=True,
                                    replace_on_change=True)
    service_point: str | None = attribute(
        doc="Address of the storage. The server does not ask for it; some rules do.")
    region_id: str | None = attribute(
        doc="Region of the bucket. The server does not ask for it; some rules do.")


class ElevenElevenRepositoryModel(RepositoryModel):
    """Arguments of ``veeam_eleven_eleven_repository``."""

    infrequent_access: bool = attribute(doc="Store backups in the class Standard-IA.",
                                        default=False)
    account: ElevenElevenAccount | None = block(
        doc="Who logs in; with cloud credentials of type amazon.", min_items=1, max_items=1)
    bucket: storages.BucketBlock | None = block(
        doc="Where the backups go.", min_items=1, max_items=1)
    connection: ConnectionBlock | None = block(
        doc="Who moves the data; only direct can be set and read back.", computed=True)
    immutability: ImmutabilityBlock | None = block(
        doc="Immutability of backups; off when left out.", computed=True)


class ElevenElevenRepository(ScriptedType[ElevenElevenRepositoryModel]):
    """A repository on 11:11 Systems object storage, which the REST API cannot create."""

    type_name = "veeam_eleven_eleven_repository"
    model = ElevenElevenRepositoryModel
    script = "eleven_eleven_repository"
    noun = "repository"
    recovery = Recovery.SUFFIX
    doc = "A folder in a bucket of 11:11 Systems as a backup repository; needs PowerShell."
    source = ("https://helpcenter.veeam.com/docs/vbr/powershell/"
              "add-vbr1111systemss3repository.html")
    plan_destroy = Repository.plan_destroy  # it looks at values alone

    #: Arguments in blocks that no update can change.
    fixed: ClassVar[tuple[str, ...]] = (
        "account.credentials_id", "bucket.name", "bucket.folder")

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in omitted blocks; refuse what nobody could read back."""
        if plans.is_unset(plan.config.get("connection")):
            plan.planned["connection"] = ConnectionBlock().to_values()
        if plans.is_unset(plan.config.get("immutability")):
            plan.planned["immutability"] = ImmutabilityBlock(enabled=False).to_values()
        plans.replace_on_change(plan, *self.fixed, "immutability.enabled")
        for path, allowed in (("connection.mode", "direct"),
                              ("immutability.mode", "repository_settings")):
            said = plans.part(plan.planned, path)
            value = bare(said) if said is not None else None
            if isinstance(value, str) and value != allowed:
                plan.error("Cannot be confirmed", f"{path} of an 11:11 repository can only be "
                           f"{allowed}: no documented property shows anything else.",
                           path.partition(".")[0])
        for name in ("overwrite_owner", "delete_backups_on_destroy"):
            plans.forbid(plan, name, "does not go with 11:11 repositories")

    def steps(self, client: Server, prior: ElevenElevenRepositoryModel | None,
              planned: ElevenElevenRepositoryModel | None, ctx: StepContext) -> Steps:
        """One script; none to abandon the repository."""
        if planned is None and prior is not None and prior.deletion_policy == "ABANDON":
            return
        yield from super().steps(client, prior, planned, ctx)

    def handwork(self, client: Server | None, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The script; none to abandon the repository."""
        if planned is None and prior and bare(prior["deletion_policy"]) == "ABANDON":
            return None
        return super().handwork(client, prior, planned, ctx)

    def where(self, model: ElevenElevenRepositoryModel) -> Json:
        """The id once there is one, and the credentials to connect with."""
        return {"id": model.id,
                "credentials_id": model.account.credentials_id if model.account else None}

    def wanted(self, model: ElevenElevenRepositoryModel, token: str) -> Json:
        """All settings that can be read back; the mark is part of the description."""
        lock = model.immutability or ImmutabilityBlock(enabled=False)
        bucket = model.bucket
        return {
            "name": model.name,
            "description": marks.with_token(model.description or "", token),
            "bucket": bucket.name if bucket else None,
            "folder": bucket.folder if bucket else None,
            "infrequent_access": bool(model.infrequent_access),
            "immutable": bool(lock.enabled),
            "immutable_days": lock.days if lock.enabled else 0,
        }

    def lookup(self, import_id: str) -> Json | None:
        """The id of a repository."""
        return {"id": import_id, "name": ""}

    def listing(self, client: Server) -> Iterator[Listed]:
        """What the server shows; reading it needs a script."""
        return eleven_eleven(client, self.type_name)

    def beneath(self, client: Server, values: Mapping[str, Value]) -> Iterator[StorageBelow]:
        """The bucket."""
        return beneath(client, self.type_name, values)

    def model_of(self, found: Json, state: ElevenElevenRepositoryModel,
                 ) -> ElevenElevenRepositoryModel:
        """The repository, without its mark."""
        days = int(found.get("immutable_days") or 0)
        return state.copy(
            id=found.get("id"), name=found.get("name"),
            description=marks.without_token(found.get("description")),
            infrequent_access=bool(found.get("infrequent_access")),
            bucket=storages.BucketBlock(
                name=str(found.get("bucket")), folder=str(found.get("folder"))),
            connection=state.connection or ConnectionBlock(),
            immutability=ImmutabilityBlock(
                enabled=bool(found.get("immutable")),
                days=days or (state.immutability or ImmutabilityBlock()).days))
