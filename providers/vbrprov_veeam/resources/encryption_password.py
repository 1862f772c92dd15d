"""veeam_encryption_password: a password that encrypts backups."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.sdk import (
    Identity,
    OpenIntent,
    PlanDraft,
    Recovery,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.values import bare
from vbrprov_veeam import marks, plans
from vbrprov_veeam.answers import flag
from vbrprov_veeam.objects import ObjectModel, VbrObject
from vbrprov_veeam.server import Json, Server

PATH = "/api/v1/encryptionPasswords"


class EncryptionPasswordModel(ObjectModel):
    """Arguments and attributes of ``veeam_encryption_password``."""

    hint: str = attribute(
        doc="Hint that helps to recall the password; without the password nothing can be restored.",
        required=True)
    password: str | None = attribute(
        doc="Password. Sent and forgotten.", sensitive=True, write_only=True)
    password_version: int | None = attribute(doc="Raise it to send the password again.")
    is_imported: bool = attribute(
        doc="Whether the password is for reading backups of another server.", default=False,
        replace_on_change=True)
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    modification_time: str | None = computed_attribute(
        doc="When the password or its hint was last changed (RFC 3339).", recompute=True)


class EncryptionPassword(VbrObject[EncryptionPasswordModel]):
    """One password. Hints may repeat, so only the id identifies one."""

    type_name = "veeam_encryption_password"
    model = EncryptionPasswordModel
    recovery = Recovery.UNIQUE_ID
    doc = "A password that encrypts backups, for jobs, capacity tiers and access permissions."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/add-vbrencryptionkey.html"
    nameless = True
    path = PATH
    noun = "encryption password"
    secrets = (("password",),)

    def plan_modify(self, plan: PlanDraft) -> None:
        """A new one needs its password; of a known one, ask whether it still is the same."""
        if plan.prior is None:
            plans.require(plan, "password", "a new record needs it")
            return
        self._verify(plan)

    def _verify(self, plan: PlanDraft) -> None:
        from vbrprov_veeam.api import Feature, supports

        said = bare(plan.config.get("password", ""))
        object_id = bare((plan.prior or {}).get("id", ""))
        if not isinstance(said, str) or not said or not isinstance(object_id, str) or plans.differs(
                plan, "password_version"):
            return
        server: Server | None = plan.client if isinstance(plan.client, Server) else None
        if server is None or not supports(server.revision, Feature.VERIFY_ENCRYPTION_PASSWORD):
            return
        answer = server.post(f"{self.path}/{object_id}/verify", {"password": said}, reads=True)
        if answer and not flag(answer.get("isSuccessful")):
            plan.warn(
                "Password is another one",
                "The server says that the password of the configuration is not the one that it "
                "has. If the configuration is right, raise password_version to send it; backups "
                "that are encrypted with the other one need that to be read.", "password")

    def fits(self, raw: Json) -> bool:
        """Every record of the collection."""
        return True

    def names(self, raw: Json) -> set[str]:
        """The hint stands for a name."""
        return {str(raw["hint"])}

    def describe(self, raw: Json) -> str:
        """Hint and time."""
        return f"{raw.get('hint')}  {raw.get('modificationTime') or ''}".rstrip()

    def identity(self, planned: EncryptionPasswordModel, ctx: StepContext) -> Identity:
        """The unique id that the record will have."""
        return Identity.of(unique_id=marks.unique_id(ctx.token, ctx.address))

    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether the record has our unique id."""
        return bool(raw.get("uniqueId") == intent.identity["unique_id"])

    def resembles(self, raw: Json, planned: EncryptionPasswordModel, intent: OpenIntent) -> bool:
        """Whether the hint is the same."""
        return bool(raw.get("hint") == planned.hint)

    def spec(self, server: Server, planned: EncryptionPasswordModel, ctx: StepContext) -> Json:
        """The body of the creation."""
        return {"hint": planned.hint, "password": planned.password,
                "isImported": bool(planned.is_imported),
                "uniqueId": marks.unique_id(ctx.token, ctx.address)}

    def change(self, server: Server, raw: Json, planned: EncryptionPasswordModel) -> None:
        """Set the hint; the password has a call of its own."""
        raw["hint"] = planned.hint

    def rotate(
        self, server: Server, state: EncryptionPasswordModel, values: Mapping[str, str],
        ctx: StepContext,
    ) -> None:
        """Send the password, with the hint, which goes with it."""
        server.post(f"{self.path}/{state.id}/changepassword",
                    {"password": values["password"], "hint": state.hint})

    def model_of(
        self, server: Server, raw: Json, state: EncryptionPasswordModel | None,
    ) -> EncryptionPasswordModel:
        """The record; the version comes from the state."""
        return EncryptionPasswordModel(
            id=raw["id"], hint=raw["hint"], password=None,
            password_version=state.password_version if state else None,
            is_imported=flag(raw.get("isImported")), unique_id=raw.get("uniqueId"),
            modification_time=raw.get("modificationTime"))
