"""ibm_resource_instance: an instance of Cloud Object Storage."""

from __future__ import annotations

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
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.values import Value
from vbrprov.sdk.waiting import retry
from vbrprov_ibm.listing import pages
from vbrprov_ibm.rest import CONTROLLER, encoded, or_none
from vbrprov_ibm.session import Clients

#: Ids of the plans in IBM's catalogue. Source: https://cloud.ibm.com/docs/cloud-object-storage
#: ?topic=cloud-object-storage-troubleshooting-cos, and "ibmcloud catalog service".
PLANS: Final = {"standard": "744bfc56-d12c-4866-88d5-dac9139e0e5d"}
GONE: Final = ("removed", "pending_reclamation")
ACTIVE_SECONDS: Final = 600.0
_PATH: Final = "/v2/resource_instances"
_SOURCE: Final = ("https://cloud.ibm.com/docs/cloud-object-storage?topic="
                  "cloud-object-storage-ol-overview")
PREVENTED: Final = (
    'The instance has deletion_policy = "PREVENT", the default, because all its buckets go too. '
    'To delete it, set deletion_policy = "DELETE" and apply, then destroy. To leave it and forget '
    'it, set deletion_policy = "ABANDON" and apply, then destroy.')


def _plan(value: Any) -> str | None:
    if value == "lite":
        return "The plan lite has no object lock; use standard."
    return None if value in PLANS else "The plan is standard."


class ResourceInstanceModel(Model):
    """Arguments and attributes of ``ibm_resource_instance``."""

    name: str = attribute(doc="Name of the instance; need not be unique.", required=True)
    service: str | None = attribute(doc="Service.", default="cloud-object-storage",
                                    choices=("cloud-object-storage",), replace_on_change=True)
    plan: str | None = attribute(doc="Plan; object lock needs standard.", default="standard",
                                 replace_on_change=True, validators=(_plan,), source=_SOURCE)
    location: str | None = attribute(doc="Location of the instance; its buckets have their own.",
                                     default="global", choices=("global",), replace_on_change=True)
    resource_group_id: str | None = attribute(
        doc="Resource group; the default one of the account when left out.", default=None,
        computed=True, replace_on_change=True)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE deletes the instance, ABANDON leaves "
            "it and forgets it.", default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))
    id: str | None = computed_attribute(doc="CRN of the instance.")
    crn: str | None = computed_attribute(doc="CRN of the instance.")
    guid: str | None = computed_attribute(doc="GUID of the instance.")
    status: str | None = computed_attribute(doc="State, such as active.")


class ResourceInstance(ResourceType[ResourceInstanceModel, Clients]):
    """One instance; names repeat, so a lost creation is found by what is new in the list."""

    type_name = "ibm_resource_instance"
    model = ResourceInstanceModel
    recovery = Recovery.LISTED_BEFORE
    doc = "An instance of Cloud Object Storage."
    source = "https://cloud.ibm.com/apidocs/resource-controller/resource-controller"

    def plan_modify(self, plan: PlanDraft) -> None:
        """A new instance is active in the end."""
        if plan.prior is None:
            plan.planned["status"] = "active"

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses."""
        return None if known(prior, "deletion_policy") in ("DELETE", "ABANDON") else PREVENTED

    def steps(self, client: Clients, prior: ResourceInstanceModel | None,
              planned: ResourceInstanceModel | None, ctx: StepContext) -> Steps:
        """Create and wait; rename; delete, abandon or refuse."""
        if planned is None:
            if prior is not None:
                yield from self._destroy(client, prior, ctx)
            return
        if prior is None:
            made = yield Step("create", Identity.of(name=planned.name),
                              lambda: _create(client, planned), creates=True,
                              doc="Create the instance")
            current = made or planned
            if current.status != "active":
                yield Step("active", Identity.of(name=planned.name, id=current.id),
                           lambda: _wait(client, current, ctx), doc="Wait until it is active")
            return
        identity = Identity.of(name=planned.name, id=prior.id)
        current = prior
        if planned.name != prior.name:
            current = prior.copy(name=planned.name)
            renamed = current

            def rename() -> ResourceInstanceModel:
                client.rest.call(CONTROLLER, "PATCH", f"{_PATH}/{encoded(prior.id or '')}",
                                 _subject(prior), {"name": planned.name})
                return renamed

            yield Step("name", identity, rename, doc="Rename the instance")
        if planned.deletion_policy != prior.deletion_policy:
            final = current.copy(deletion_policy=planned.deletion_policy)
            yield Step("settings", identity, lambda: final, doc="Record the settings")

    def _destroy(self, client: Clients, prior: ResourceInstanceModel, ctx: StepContext) -> Steps:
        if prior.deletion_policy == "ABANDON":
            return
        if prior.deletion_policy != "DELETE":
            raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", PREVENTED,
                                attribute="deletion_policy")

        def delete() -> None:
            or_none(lambda: client.rest.call(
                CONTROLLER, "DELETE", f"{_PATH}/{encoded(prior.id or '')}", _subject(prior)))

        yield Step("delete", Identity.of(name=prior.name, id=prior.id), delete,
                   doc="Delete the instance")

    def read(self, client: Clients, state: ResourceInstanceModel,
             ctx: StepContext) -> ResourceInstanceModel | None:
        """The instance; ``None`` when it is gone, or waits to be reclaimed."""
        found = _find(client, state.id or "")
        return None if found is None else _model(state, found)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> ResourceInstanceModel | None:
        """The instance of that CRN or GUID."""
        return self.read(client, ResourceInstanceModel(name="", id=import_id), ctx)

    def list_ids(self, client: Clients, planned: ResourceInstanceModel) -> list[str]:
        """Instances of that name that exist."""
        return sorted(str(found["id"]) for found in _named(client, planned.name))

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[ResourceInstanceModel]:
        """Ours is the one of that name that was not in the list."""
        name = str(intent.identity["name"])
        new = [found for found in _named(client, name) if found["id"] not in intent.listed_before]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(ProbeVerdict.UNKNOWN,
                         detail=f'{len(new)} instances named "{name}" were made since the '
                                "interrupted run began. Delete those that nothing uses.")
        return Probe(ProbeVerdict.OURS, state=_model(ResourceInstanceModel(name=name), new[0]))


def _subject(model: ResourceInstanceModel) -> str:
    return f'instance "{model.name}"'


def _create(client: Clients, planned: ResourceInstanceModel) -> ResourceInstanceModel:
    group = planned.resource_group_id or default_group(client)
    answer = client.rest.call(CONTROLLER, "POST", _PATH, _subject(planned), {
        "name": planned.name, "target": planned.location or "global", "resource_group": group,
        "resource_plan_id": PLANS[planned.plan or "standard"]})
    return _model(planned, answer.data)


def _wait(client: Clients, made: ResourceInstanceModel, ctx: StepContext) -> ResourceInstanceModel:
    def look() -> ResourceInstanceModel:
        found = _find(client, made.id or "")
        state = None if found is None else found.get("state")
        if found is not None and state == "active":
            return _model(made, found)
        if state in ("failed", "inactive"):
            raise ProviderError(ErrorClass.FAILED, "Instance not made",
                                f"The {_subject(made)} is {state}.")
        raise ProviderError(ErrorClass.NOT_YET, "Instance not active yet",
                            f"The {_subject(made)} is {state or 'not shown yet'}.")

    return retry(look, ctx, frozenset({ErrorClass.NOT_YET}), ACTIVE_SECONDS)


def default_group(client: Clients) -> str:
    """The id of the account's default resource group."""
    answer = client.rest.call(
        CONTROLLER, "GET", "/v2/resource_groups", "the default resource group",
        query={"account_id": client.rest.account(), "default": "true"})
    groups = answer.data.get("resources") or []
    if not groups:
        raise ProviderError(ErrorClass.INVALID, "No default resource group",
                            "The account has no default resource group, or it may not be seen.",
                            attribute="resource_group_id")
    return str(groups[0]["id"])


def _find(client: Clients, identifier: str) -> dict[str, Any] | None:
    answer = or_none(lambda: client.rest.call(
        CONTROLLER, "GET", f"{_PATH}/{encoded(identifier)}", f'instance "{identifier}"'))
    if answer is None or answer.data.get("state") in GONE:
        return None
    found: dict[str, Any] = answer.data
    return found


def _named(client: Clients, name: str) -> list[dict[str, Any]]:
    found = pages(client, CONTROLLER, _PATH, "resources", f'instances named "{name}"',
                  {"name": name, "resource_plan_id": PLANS["standard"]})
    return [entry for entry in found
            if entry.get("name") == name and entry.get("state") not in GONE]


def _model(state: ResourceInstanceModel, found: Mapping[str, Any]) -> ResourceInstanceModel:
    plans = {identifier: name for name, identifier in PLANS.items()}
    return state.copy(
        name=found["name"], id=found["crn"], crn=found["crn"], guid=found["guid"],
        status=found["state"], resource_group_id=found.get("resource_group_id"),
        plan=plans.get(str(found.get("resource_plan_id")), str(found.get("resource_plan_id"))),
        location=found.get("region_id") or "global")
