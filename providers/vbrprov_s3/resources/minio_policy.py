"""s3_minio_policy: one named policy of MinIO."""

from __future__ import annotations

import json
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
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
    computed_attribute,
)
from vbrprov.sdk.recovery import made_since
from vbrprov_s3.errors import code_of
from vbrprov_s3.identities import require
from vbrprov_s3.minio.accounts import check_access_key, moment, or_none, policy_subject
from vbrprov_s3.policy_json import document_validator, same_policy
from vbrprov_s3.session import Clients

MAX_BYTES: Final = 20480
_IN_USE: Final = "XMinioIAMPolicyInUse"


class MinioPolicyModel(Model):
    """Arguments and attributes of ``s3_minio_policy``."""

    name: str = attribute(doc="Name of the policy.", required=True, replace_on_change=True,
                          validators=(check_access_key,))
    policy: str = attribute(
        doc="The policy document as JSON, in Amazon's language and without a Principal.",
        required=True, same=same_policy, validators=(document_validator(MAX_BYTES, "bytes"),),
        source="https://docs.min.io/enterprise/aistor-object-store/administration/iam/access")
    id: str | None = computed_attribute(doc="Name of the policy.")


class MinioPolicy(ResourceType[MinioPolicyModel, Clients]):
    """A policy that users get by its name."""

    type_name = "s3_minio_policy"
    model = MinioPolicyModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A named policy of MinIO, made through its admin API."
    source = "https://github.com/minio/minio/blob/master/cmd/admin-handlers-users.go"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``."""
        require(plan, "minio", self.type_name)
        plan.planned["id"] = plan.planned["name"]

    def steps(self, client: Clients, prior: MinioPolicyModel | None,
              planned: MinioPolicyModel | None, ctx: StepContext) -> Steps:
        """Create or overwrite the document; or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name),
                           lambda: _delete(client, prior.name), doc="Delete the policy")
            return
        wanted = planned.copy(id=planned.name)
        identity = Identity.of(name=wanted.name)
        if prior is None:
            yield Step("create", identity, lambda: _create(client, wanted), creates=True,
                       doc="Create the policy")
        elif not same_policy(prior.policy, wanted.policy):
            yield Step("document", identity, lambda: _put(client, wanted),
                       doc="Change the document")
        elif prior != wanted:
            yield Step("settings", identity, lambda: wanted, doc="Record the arguments")

    def read(self, client: Clients, state: MinioPolicyModel,
             ctx: StepContext) -> MinioPolicyModel | None:
        """The policy; ``None`` only when MinIO says that there is none."""
        info = _info(client, state.name)
        if info is None:
            return None
        live = json.dumps(info["Policy"], separators=(",", ":"))
        return state.copy(id=state.name,
                          policy=state.policy if same_policy(live, state.policy) else live)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> MinioPolicyModel | None:
        """The policy of that name."""
        return self.read(client, MinioPolicyModel(name=import_id, policy=""), ctx)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[MinioPolicyModel]:
        """Ours is a policy that is not older than the intent."""
        name = str(intent.identity["name"])
        info = _info(client, name)
        if info is None:
            return Probe(ProbeVerdict.ABSENT)
        created = moment(info.get("CreateDate"))
        if created is None:
            return Probe(ProbeVerdict.UNKNOWN,
                         detail=f"MinIO does not tell when the {policy_subject(name)} was made.")
        if not made_since(created, intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f"The {policy_subject(name)} was there before.")
        return Probe(ProbeVerdict.OURS,
                     state=self.read(client, MinioPolicyModel(name=name, policy=""), ctx))


def _info(client: Clients, name: str) -> dict[str, Any] | None:
    return or_none(lambda: client.admin().get(
        "info-canned-policy", policy_subject(name), name=name, v="2"))


def _create(client: Clients, wanted: MinioPolicyModel) -> MinioPolicyModel:
    # MinIO overwrites a policy of the same name, whoever uses it.
    if _info(client, wanted.name) is not None:
        raise ProviderError(
            ErrorClass.EXISTS, "Name already taken",
            f"MinIO has a {policy_subject(wanted.name)}. It was not created by this stack and is "
            "not taken over silently.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {wanted.name}), or choose another name.")
    return _put(client, wanted)


def _put(client: Clients, wanted: MinioPolicyModel) -> MinioPolicyModel:
    client.admin().change("PUT", "add-canned-policy", policy_subject(wanted.name),
                          json.loads(wanted.policy), seal_body=False, name=wanted.name)
    return wanted


def _delete(client: Clients, name: str) -> None:
    try:
        or_none(lambda: client.admin().change(
            "DELETE", "remove-canned-policy", policy_subject(name), name=name))
    except ProviderError as error:
        if code_of(error) == _IN_USE:
            raise ProviderError(
                ErrorClass.INVALID, "Policy is still attached",
                f"{error.detail} A user or group that this stack does not manage has it.",
                hint="Detach it there first.") from error
        raise
