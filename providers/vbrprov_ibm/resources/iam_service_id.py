"""ibm_iam_service_id: an identity for a service, such as Veeam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
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
from vbrprov_ibm.listing import pages
from vbrprov_ibm.rest import IAM, encoded, or_none
from vbrprov_ibm.session import Clients

_PATH: Final = "/v1/serviceids"


class IamServiceIdModel(Model):
    """Arguments and attributes of ``ibm_iam_service_id``."""

    name: str = attribute(doc="Name; need not be unique.", required=True)
    description: str | None = attribute(doc="What it is for.", default=None)
    id: str | None = computed_attribute(doc="Id of the service id.")
    iam_id: str | None = computed_attribute(doc="IAM id, which policies name.")
    crn: str | None = computed_attribute(doc="CRN, which service credentials name.")
    locked: bool | None = computed_attribute(doc="Whether it is locked against changes.")


class IamServiceId(ResourceType[IamServiceIdModel, Clients]):
    """One service id; names repeat, so a lost creation is found by what is new in the list."""

    type_name = "ibm_iam_service_id"
    model = IamServiceIdModel
    recovery = Recovery.LISTED_BEFORE
    doc = "A service id of IBM Cloud IAM."
    source = "https://cloud.ibm.com/apidocs/iam-identity-token-api"

    def steps(self, client: Clients, prior: IamServiceIdModel | None,
              planned: IamServiceIdModel | None, ctx: StepContext) -> Steps:
        """Create, change or delete, one call each."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name, id=prior.id),
                           lambda: _delete(client, prior), doc="Delete the service id")
        elif prior is None:
            yield Step("create", Identity.of(name=planned.name),
                       lambda: _create(client, planned), creates=True,
                       doc="Create the service id")
        elif (planned.name, planned.description or "") != (prior.name, prior.description or ""):
            yield Step("update", Identity.of(name=planned.name, id=prior.id),
                       lambda: _update(client, prior, planned), doc="Change name and description")

    def read(self, client: Clients, state: IamServiceIdModel,
             ctx: StepContext) -> IamServiceIdModel | None:
        """The service id; ``None`` only when IAM says that there is none."""
        answer = or_none(lambda: client.rest.call(
            IAM, "GET", f"{_PATH}/{encoded(state.id or '')}", _subject(state)))
        return None if answer is None else _model(state, answer.data)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> IamServiceIdModel | None:
        """The service id of that id."""
        return self.read(client, IamServiceIdModel(name="", id=import_id), ctx)

    def list_ids(self, client: Clients, planned: IamServiceIdModel) -> list[str]:
        """Service ids of that name that exist."""
        return sorted(str(found["id"]) for found in _named(client, planned.name))

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamServiceIdModel]:
        """Ours is the one of that name that was not in the list."""
        name = str(intent.identity["name"])
        new = [found for found in _named(client, name) if found["id"] not in intent.listed_before]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(ProbeVerdict.UNKNOWN,
                         detail=f'{len(new)} service ids named "{name}" were made since the '
                                "interrupted run began. Delete those that nothing uses.")
        return Probe(ProbeVerdict.OURS, state=_model(IamServiceIdModel(name=name), new[0]))


def _subject(model: IamServiceIdModel) -> str:
    return f'service id "{model.name or model.id}"'


def _create(client: Clients, planned: IamServiceIdModel) -> IamServiceIdModel:
    body = {"account_id": client.rest.account(), "name": planned.name,
            "description": planned.description or ""}
    return _model(planned, client.rest.call(IAM, "POST", _PATH, _subject(planned), body).data)


def _update(client: Clients, prior: IamServiceIdModel,
            planned: IamServiceIdModel) -> IamServiceIdModel:
    path = f"{_PATH}/{encoded(prior.id or '')}"
    found = client.rest.call(IAM, "GET", path, _subject(prior)).data
    answer = client.rest.call(
        IAM, "PUT", path, _subject(prior),
        {"name": planned.name, "description": planned.description or ""},
        headers={"If-Match": str(found["entity_tag"])})
    return _model(planned, answer.data)


def _delete(client: Clients, prior: IamServiceIdModel) -> None:
    if prior.locked:
        raise ProviderError(ErrorClass.LOCKED, "Service id is locked",
                            f"The {_subject(prior)} is locked against changes.",
                            hint="Unlock it in IBM Cloud first.")
    or_none(lambda: client.rest.call(
        IAM, "DELETE", f"{_PATH}/{encoded(prior.id or '')}", _subject(prior)))


def _named(client: Clients, name: str) -> list[dict[str, Any]]:
    found = pages(client, IAM, _PATH, "serviceids", f'service ids named "{name}"',
                  {"account_id": client.rest.account(), "name": name})
    return [entry for entry in found if entry.get("name") == name]


def _model(state: IamServiceIdModel, found: Mapping[str, Any]) -> IamServiceIdModel:
    description = found.get("description") or ("" if state.description == "" else None)
    return state.copy(id=found["id"], name=found["name"], description=description,
                      iam_id=found["iam_id"], crn=found["crn"], locked=bool(found.get("locked")))
