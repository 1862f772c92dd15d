"""ibm_iam_service_policy: what a service id may do, on one bucket."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
    block,
    computed_attribute,
)
from vbrprov.sdk.planning import is_known, known
from vbrprov.sdk.recovery import made_since
from vbrprov_ibm.listing import pages
from vbrprov_ibm.locations import guid_of
from vbrprov_ibm.rest import IAM, encoded, or_none
from vbrprov_ibm.session import Clients

_PATH: Final = "/v1/policies"
_ROLES: Final = "https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-iam"
#: Service roles of Cloud Object Storage, and how their ids end.
ROLES: Final = {
    "Reader": "Reader", "Writer": "Writer", "Manager": "Manager",
    "Content Reader": "ContentReader", "Object Reader": "ObjectReader",
    "Object Writer": "ObjectWriter",
}
_PREFIX: Final = "crn:v1:bluemix:public:"


def _role(value: Any) -> str | None:
    unknown = [name for name in value if name not in ROLES and not name.startswith("crn:")]
    if unknown:
        return (f'"{unknown[0]}" is none of {", ".join(ROLES)}; a custom role is named by its CRN.')
    return None


class ResourcesBlock(Model):
    """What the policy is about."""

    service: str | None = attribute(doc="Service.", default="cloud-object-storage")
    resource_instance_id: str | None = attribute(doc="CRN or GUID of the instance.", default=None)
    resource_type: str | None = attribute(doc="Kind of resource, such as bucket.", default=None)
    resource: str | None = attribute(doc="Name of the resource, such as the bucket.", default=None)


class ResourceAttributeBlock(Model):
    """One attribute that a resource must have."""

    name: str = attribute(doc="Name, such as serviceName or resource.", required=True)
    value: str = attribute(doc="Value.", required=True)
    operator: str | None = attribute(doc="How it is compared.", default="stringEquals",
                                     choices=("stringEquals", "stringMatch"))


class IamServicePolicyModel(Model):
    """Arguments and attributes of ``ibm_iam_service_policy``."""

    iam_id: str = attribute(doc="IAM id of the service id.", required=True, replace_on_change=True)
    roles: list[str] = attribute(
        doc="Roles by name, or custom roles by CRN. Writer and Manager may bypass GOVERNANCE "
            "retention; Veeam writes COMPLIANCE.", required=True, validators=(_role,),
        source=_ROLES)
    resources: ResourcesBlock | None = block(doc="What the policy is about.", default=None)
    resource_attributes: list[ResourceAttributeBlock] = block(
        doc="What the policy is about, attribute by attribute; instead of resources.",
        default=None)
    description: str | None = attribute(doc="What it is for.", default=None)
    id: str | None = computed_attribute(doc="Id of the policy.")


class IamServicePolicy(ResourceType[IamServicePolicyModel, Clients]):
    """One policy. IAM takes no second one for the same service id and the same resources."""

    type_name = "ibm_iam_service_policy"
    model = IamServicePolicyModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An access policy of a service id, such as Writer on one bucket."
    source = "https://cloud.ibm.com/apidocs/iam-policy-management"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Exactly one of the two ways to say what it is about; warn when it is a whole service."""
        whole = known(plan.planned, "resources")
        listed = known(plan.planned, "resource_attributes")
        if not is_known(whole) or not is_known(listed):
            return
        if bool(whole) == bool(listed):
            plan.error("What the policy is about", "Say it with a resources block or with "
                       "resource_attributes blocks.", "resources" if whole else None)
        elif whole and not whole.get("resource"):
            plan.warn("Policy for more than one bucket",
                      "Without resources.resource the service id gets its roles on every bucket.",
                      "resources")

    def steps(self, client: Clients, prior: IamServicePolicyModel | None,
              planned: IamServicePolicyModel | None, ctx: StepContext) -> Steps:
        """Create, replace or delete, one call each."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(id=prior.id), lambda: _delete(client, prior),
                           doc="Delete the policy")
            return
        identity = Identity.of(iam_id=planned.iam_id, about=_digest(_about(planned)))
        if prior is None:
            yield Step("create", identity, lambda: _create(client, planned), creates=True,
                       doc="Create the policy")
        elif _differs(prior, planned):
            yield Step("update", identity, lambda: _update(client, prior, planned),
                       doc="Change the policy")

    def read(self, client: Clients, state: IamServicePolicyModel,
             ctx: StepContext) -> IamServicePolicyModel | None:
        """The policy; ``None`` only when IAM says that there is none."""
        answer = or_none(lambda: client.rest.call(
            IAM, "GET", f"{_PATH}/{encoded(state.id or '')}", _subject(state)))
        if answer is None or answer.data.get("state") == "deleted":
            return None
        return _model(state, answer.data)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> IamServicePolicyModel | None:
        """``IAM_ID/POLICY_ID``, as IBM's provider has it; the policy id alone does, too."""
        return self.read(client, IamServicePolicyModel(
            iam_id="", roles=[], id=import_id.rpartition("/")[2]), ctx)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamServicePolicyModel]:
        """Ours is a policy about the same that is not older than the intent."""
        iam_id = str(intent.identity["iam_id"])
        for found in pages(client, IAM, _PATH, "policies", f'policies of "{iam_id}"', {
                "account_id": client.rest.account(), "iam_id": iam_id, "type": "access"}):
            if _digest(_attributes(found)) != intent.identity["about"]:
                continue
            if not made_since_text(str(found["created_at"]), intent.created):
                return Probe(ProbeVerdict.FOREIGN,
                             detail=f'"{iam_id}" had a policy about the same before.')
            return Probe(ProbeVerdict.OURS,
                         state=_model(IamServicePolicyModel(iam_id=iam_id, roles=[]), found))
        return Probe(ProbeVerdict.ABSENT)


def made_since_text(created: str, intent: str) -> bool:
    """Whether something *created* then (RFC 3339) can come from an intent of the time *intent*."""
    from datetime import datetime

    return made_since(datetime.fromisoformat(created), intent)


def _subject(model: IamServicePolicyModel) -> str:
    return f'policy "{model.id}"' if model.id else f'policy of "{model.iam_id}"'


def _about(model: IamServicePolicyModel) -> list[tuple[str, str, str]]:
    """What the policy is about, as sorted triples; without the account, which always goes with."""
    if model.resources is None:
        return sorted((a.name, a.value, a.operator or "stringEquals")
                      for a in model.resource_attributes)
    said = {
        "serviceName": model.resources.service or "cloud-object-storage",
        "serviceInstance": guid_of(model.resources.resource_instance_id or ""),
        "resourceType": model.resources.resource_type, "resource": model.resources.resource,
    }
    return sorted((name, value, "stringEquals") for name, value in said.items() if value)


def _attributes(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((str(a["name"]), str(a["value"]), str(a.get("operator") or "stringEquals"))
                  for resource in found.get("resources") or []
                  for a in resource.get("attributes") or [] if a["name"] != "accountId")


def _digest(about: list[tuple[str, str, str]]) -> str:
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


def _role_id(name: str) -> str:
    return name if name.startswith("crn:") else _service_role(ROLES[name])


def _service_role(end: str) -> str:
    # Platform-wide service roles belong to IAM, the finer ones to Cloud Object Storage.
    owner = "iam" if end in ("Reader", "Writer", "Manager") else "cloud-object-storage"
    return f"{_PREFIX}{owner}::::serviceRole:{end}"


def _role_name(identifier: str) -> str:
    return next((name for name in ROLES if _role_id(name) == identifier), identifier)


def _differs(prior: IamServicePolicyModel, planned: IamServicePolicyModel) -> bool:
    return (sorted(prior.roles) != sorted(planned.roles) or _about(prior) != _about(planned)
            or (prior.description or "") != (planned.description or "")
            or (prior.resources is None) != (planned.resources is None))


def _body(client: Clients, planned: IamServicePolicyModel) -> dict[str, Any]:
    account = {"name": "accountId", "value": client.rest.account()}
    return {
        "type": "access", "description": planned.description or "",
        "subjects": [{"attributes": [{"name": "iam_id", "value": planned.iam_id}]}],
        "roles": [{"role_id": _role_id(name)} for name in planned.roles],
        "resources": [{"attributes": [account, *(
            {"name": name, "value": value, "operator": operator}
            for name, value, operator in _about(planned))]}],
    }


def _create(client: Clients, planned: IamServicePolicyModel) -> IamServicePolicyModel:
    try:
        answer = client.rest.call(IAM, "POST", _PATH, _subject(planned), _body(client, planned))
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            error.hint = ("Import the policy that is there (vbrprov import ADDRESS "
                          "IAM_ID/POLICY_ID); IAM takes one for the same resources only.")
        raise
    return planned.copy(id=answer.data["id"])


def _update(client: Clients, prior: IamServicePolicyModel,
            planned: IamServicePolicyModel) -> IamServicePolicyModel:
    path = f"{_PATH}/{encoded(prior.id or '')}"
    found = client.rest.call(IAM, "GET", path, _subject(prior))
    client.rest.call(IAM, "PUT", path, _subject(prior), _body(client, planned),
                     headers={"If-Match": found.etag or ""})
    return planned.copy(id=prior.id)


def _delete(client: Clients, prior: IamServicePolicyModel) -> None:
    or_none(lambda: client.rest.call(
        IAM, "DELETE", f"{_PATH}/{encoded(prior.id or '')}", _subject(prior)))


def _model(state: IamServicePolicyModel, found: Mapping[str, Any]) -> IamServicePolicyModel:
    subject = found["subjects"][0]["attributes"]
    iam_id = next(str(a["value"]) for a in subject if a["name"] == "iam_id")
    roles = [_role_name(str(role["role_id"])) for role in found.get("roles") or []]
    about = _attributes(found)
    model = state.copy(
        id=found["id"], iam_id=iam_id,
        roles=state.roles if sorted(state.roles) == sorted(roles) else sorted(roles),
        description=found.get("description") or ("" if state.description == "" else None))
    if about == _about(state):
        return model
    return model.copy(resources=None, resource_attributes=[
        ResourceAttributeBlock(name=name, value=value, operator=operator)
        for name, value, operator in about])
