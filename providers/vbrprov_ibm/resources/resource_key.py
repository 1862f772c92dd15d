"""ibm_resource_key: service credentials with HMAC keys, told once and never kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vbrprov.sdk import (
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import is_known, known
from vbrprov_ibm.listing import pages
from vbrprov_ibm.rest import CONTROLLER, encoded, or_none
from vbrprov_ibm.session import Clients

_PATH: Final = "/v2/resource_keys"
_SOURCE: Final = ("https://cloud.ibm.com/docs/cloud-object-storage?topic="
                  "cloud-object-storage-uhc-hmac-credentials-main")
_ROLE: Final = "crn:v1:bluemix:public:iam::::serviceRole:"


class ResourceKeyModel(Model):
    """Arguments and attributes of ``ibm_resource_key``."""

    name: str = attribute(doc="Name; need not be unique.", required=True, replace_on_change=True)
    resource_instance_id: str = attribute(doc="CRN of the instance.", required=True,
                                          replace_on_change=True)
    role: str | None = attribute(
        doc="Role on the whole instance, all its buckets included. NONE gives none, so that an "
            "ibm_iam_service_policy decides.", default="NONE", replace_on_change=True,
        choices=("NONE", "Reader", "Writer", "Manager"), source=_SOURCE)
    service_id_crn: str | None = attribute(
        doc="CRN of the service id that the key belongs to; one is made up when left out.",
        default=None, replace_on_change=True)
    hmac: bool | None = attribute(doc="Include HMAC keys, which Veeam needs.", default=True,
                                  replace_on_change=True)
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change makes a new key, and the old one goes once nothing uses it.",
        default=None, replace_on_change=True)
    id: str | None = computed_attribute(doc="CRN of the key.")
    crn: str | None = computed_attribute(doc="CRN of the key.")
    guid: str | None = computed_attribute(doc="GUID of the key.")
    status: str | None = computed_attribute(doc="State, such as active.")
    iam_serviceid_crn: str | None = computed_attribute(doc="CRN of the key's service id.")
    hmac_access_key_id: str | None = computed_attribute(doc="Access key id for S3.")
    hmac_secret_access_key: str | None = computed_attribute(
        doc="Secret access key for S3. Told once: only write-only arguments may take it.",
        one_time=True, source=_SOURCE)


class ResourceKey(ResourceType[ResourceKeyModel, Clients]):
    """Service credentials. The API key that comes with them is not kept anywhere."""

    type_name = "ibm_resource_key"
    model = ResourceKeyModel
    recovery = Recovery.LISTED_BEFORE
    doc = "Service credentials of a Cloud Object Storage instance, with HMAC keys."
    source = "https://cloud.ibm.com/apidocs/resource-controller/resource-controller"
    create_before_destroy = True

    def plan_modify(self, plan: PlanDraft) -> None:
        """Warn of a key that reaches every bucket."""
        role = known(plan.planned, "role")
        if plan.prior is None and is_known(role) and role not in (None, "NONE"):
            plan.warn("Key for the whole instance",
                      f"A key with the role {role} has it on every bucket of the instance. Leave "
                      "role out and add an ibm_iam_service_policy for the bucket.", "role")

    def steps(self, client: Clients, prior: ResourceKeyModel | None,
              planned: ResourceKeyModel | None, ctx: StepContext) -> Steps:
        """Make or delete the key."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name, id=prior.id),
                           lambda: _delete(client, prior), doc="Delete the key")
        elif prior is None:
            yield Step("create",
                       Identity.of(name=planned.name, instance=planned.resource_instance_id),
                       lambda: _create(client, planned), creates=True, doc="Create the key")

    def read(self, client: Clients, state: ResourceKeyModel,
             ctx: StepContext) -> ResourceKeyModel | None:
        """The key; its secret stays what *state* says."""
        answer = or_none(lambda: client.rest.call(
            CONTROLLER, "GET", f"{_PATH}/{encoded(state.id or '')}", _subject(state)))
        if answer is None or answer.data.get("state") == "removed":
            return None
        _learn(client, answer.data)
        return _model(state, answer.data)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> ResourceKeyModel | None:
        """The key of that CRN or GUID; its secret stays unknown."""
        return self.read(client, ResourceKeyModel(
            name="", resource_instance_id="", id=import_id), ctx)

    def list_ids(self, client: Clients, planned: ResourceKeyModel) -> list[str]:
        """Keys of that name that the instance has."""
        found = _named(client, planned.resource_instance_id, planned.name)
        return sorted(str(key["id"]) for key in found)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ResourceKeyModel]:
        """A key that was not in the list is ours, and useless: its secret went with the answer."""
        name, instance = str(intent.identity["name"]), str(intent.identity["instance"])
        new = [key for key in _named(client, instance, name)
               if key["id"] not in intent.listed_before]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(ProbeVerdict.UNKNOWN,
                         detail=f'{len(new)} keys named "{name}" were made since the interrupted '
                                "run began. Delete those that nothing uses.")
        orphan = ResourceKeyModel(name=name, resource_instance_id=instance, id=str(new[0]["id"]))
        return Probe(ProbeVerdict.ORPHAN, state=orphan,
                     detail=f'The key "{name}" was made by the interrupted run and its secret is '
                            "lost.", discard=lambda: _delete(client, orphan))


def _subject(model: ResourceKeyModel) -> str:
    return f'key "{model.name or model.id}"'


def _create(client: Clients, planned: ResourceKeyModel) -> ResourceKeyModel:
    parameters: dict[str, Any] = {"HMAC": planned.hmac is not False}
    if planned.service_id_crn:
        parameters["serviceid_crn"] = planned.service_id_crn
    body: dict[str, Any] = {"name": planned.name, "source": planned.resource_instance_id,
                            "parameters": parameters}
    if planned.role not in (None, "NONE"):
        # The service makes no policy of its own for a key without a role.
        body["role"] = f"{_ROLE}{planned.role}"
    answer = client.rest.call(CONTROLLER, "POST", _PATH, _subject(planned), body)
    _learn(client, answer.data)
    keys = (answer.data.get("credentials") or {}).get("cos_hmac_keys") or {}
    return _model(planned, answer.data).copy(
        hmac_secret_access_key=keys.get("secret_access_key"))


def _learn(client: Clients, found: Mapping[str, Any]) -> None:
    told = found.get("credentials") or {}
    for secret in (told.get("apikey"), (told.get("cos_hmac_keys") or {}).get("secret_access_key")):
        if secret:
            client.learn_secret(str(secret))


def _delete(client: Clients, prior: ResourceKeyModel) -> None:
    or_none(lambda: client.rest.call(
        CONTROLLER, "DELETE", f"{_PATH}/{encoded(prior.id or '')}", _subject(prior)))


def _named(client: Clients, instance: str, name: str) -> list[dict[str, Any]]:
    out = []
    for key in pages(client, CONTROLLER,
                     f"/v2/resource_instances/{encoded(instance)}/resource_keys", "resources",
                     f'keys named "{name}"', {}):
        _learn(client, key)
        if key.get("name") == name and key.get("state") != "removed":
            out.append(key)
    return out


def _model(state: ResourceKeyModel, found: Mapping[str, Any]) -> ResourceKeyModel:
    told = found.get("credentials") or {}
    keys = told.get("cos_hmac_keys") or {}
    role = str(found.get("role") or told.get("iam_role_crn") or "").rpartition(":")[2] or "NONE"
    return state.copy(
        id=found["crn"], crn=found["crn"], guid=found["guid"], name=found["name"],
        status=found.get("state"), role=role, resource_instance_id=found["source_crn"],
        iam_serviceid_crn=told.get("iam_serviceid_crn") or state.iam_serviceid_crn,
        # Left out where the identity may not see credentials.
        hmac_access_key_id=keys.get("access_key_id") or state.hmac_access_key_id)
