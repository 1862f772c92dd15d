"""ibm_cos_bucket: a bucket of IBM Cloud Object Storage; the S3 family's bucket in IBM's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
    OpenIntent,
    PlanDraft,
    Probe,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    StorageBelow,
)
from vbrprov.sdk.model import to_value
from vbrprov.sdk.planning import is_known, known, silent
from vbrprov.sdk.values import Unknown, Value
from vbrprov.sdk.views import View
from vbrprov_ibm.bucket.configuration import (
    CONFIGURED,
    differs,
    immutable_object_storage,
    read_configuration,
    write_configuration,
)
from vbrprov_ibm.bucket.family import FAMILY
from vbrprov_ibm.bucket.model import (
    LOCATIONS,
    CosBucketModel,
    from_family,
    place_of,
    status_of,
    to_family,
)
from vbrprov_ibm.bucket.viewed import in_family_words
from vbrprov_ibm.listing import pages
from vbrprov_ibm.locations import CLASSES, HOST, PREFIXES, bucket_crn, place_of_endpoint
from vbrprov_ibm.rest import CONTROLLER
from vbrprov_ibm.session import Clients
from vbrprov_s3.bucket.changes import change, destroy, prevented
from vbrprov_s3.bucket.model import BucketModel
from vbrprov_s3.bucket.reading import read_bucket
from vbrprov_s3.errors import invoke

_REFUSED: Final = {
    "retention_rule": "Immutable Object Storage excludes versioning, and so object lock, which is "
                      "what Veeam uses. Use object_lock = true, without a retention_rule.",
    "archive_rule": "Veeam does not support lifecycle rules: they would move backups away.",
    "expire_rule": "Veeam does not support lifecycle rules: they would delete backups.",
    "noncurrent_version_expiration":
        "Veeam does not support lifecycle rules: they would delete backups.",
}
_SETTINGS: Final = ("force_delete", "deletion_policy", "endpoint_type", "object_versioning",
                    "hard_quota", "allowed_ip")


class CosBucket(ResourceType[CosBucketModel, Clients]):
    """A bucket with versioning, object lock, quota and firewall."""

    type_name = "ibm_cos_bucket"
    model = CosBucketModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A bucket of IBM Cloud Object Storage with its settings."
    source = "https://cloud.ibm.com/apidocs/cos/cos-compatibility"
    settle_seconds = 15.0
    holds = "s3c"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Say where it lies, refuse what excludes object lock or deletes backups."""
        self._refuse(plan)
        self._place(plan)
        self._versioning(plan)
        for name in ("live_lifecycle_rules", "live_default_retention", "replication_enabled",
                     "unreadable_facets", "immutable_object_storage", "live_lock"):
            if plan.prior is not None:
                plan.planned[name] = plan.prior[name]
        if plan.prior is None:
            for name, value in (("live_lifecycle_rules", []), ("live_default_retention", None),
                                ("replication_enabled", False), ("unreadable_facets", []),
                                ("immutable_object_storage", False), ("live_lock", None)):
                _set(plan, name, value)

    def _refuse(self, plan: PlanDraft) -> None:
        for name, reason in _REFUSED.items():
            stated = known(plan.planned, name)
            if stated and is_known(stated):
                plan.error("Not for backups", reason, name)
        if plan.prior is not None and known(plan.prior, "immutable_object_storage") is True:
            plan.error("Immutable Object Storage is on",
                       "The bucket has Immutable Object Storage, which excludes versioning and "
                       "object lock and never goes off again. Make another bucket for backups.",
                       "bucket_name")
        if plan.prior is not None and known(plan.prior, "object_lock") is True and (
                known(plan.planned, "object_lock") in (False, None)):
            plan.error("Object lock cannot be turned off",
                       "The bucket has object lock, which is never turned off again. Set "
                       "object_lock = true, or make another bucket.", "object_lock")

    def _place(self, plan: PlanDraft) -> None:
        stated = [name for name in LOCATIONS if known(plan.planned, name) is not None]
        if len(stated) != 1 and all(is_known(known(plan.planned, name)) for name in stated):
            plan.error("Location", f"Exactly one of {', '.join(LOCATIONS)} says where the bucket "
                       "lies.", stated[1] if stated else None)
            return
        model = CosBucketModel.from_values(plan.planned)
        wholly = all(is_known(known(plan.planned, name)) for name in (
            "bucket_name", "resource_instance_id", *LOCATIONS))
        if wholly and plan.client is not None:
            for name, text in _names(plan.client, model).items():
                _set(plan, name, text)

    def _versioning(self, plan: PlanDraft) -> None:
        lock, stated = known(plan.planned, "object_lock"), known(plan.planned, "object_versioning")
        before = known(plan.prior, "versioning_status") if plan.prior is not None else None
        if not is_known(lock):
            plan.planned["versioning_status"] = Unknown(
                CosBucketModel.schema().attributes["versioning_status"].type)
            return
        declared = not silent(plan.config, "object_versioning") and is_known(stated) and stated
        if declared and lock and stated.get("enable") is False:
            plan.error("Object lock needs versioning",
                       "object_versioning.enable is false, and a bucket with object lock keeps "
                       "versions. Leave the block out.", "object_versioning.enable")
        model = CosBucketModel.from_values(plan.planned)
        if silent(plan.config, "object_versioning"):
            model = model.copy(object_versioning=None)
        status = status_of(model, before)
        _set(plan, "versioning_status", status)
        if silent(plan.config, "object_versioning"):
            _set(plan, "object_versioning", {"enable": status == "Enabled"})

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses, and so does a retention that runs."""
        return prevented(prior)

    def steps(self, client: Clients, prior: CosBucketModel | None,
              planned: CosBucketModel | None, ctx: StepContext) -> Steps:
        """The steps of the family's bucket, then quota and firewall."""
        if planned is None:
            if prior is not None:
                access = client.bucket(place_of(client, prior))
                yield from destroy(access, to_family(prior), ctx)
            return
        access = client.bucket(place_of(client, planned))
        wanted = planned.copy(**_names(client, planned))
        current = prior
        steps = change(access, None if prior is None else to_family(prior), to_family(wanted), ctx)
        for outcome in (yield from _translated(steps, prior, wanted)):
            current = outcome
        identity = Identity.of(bucket=wanted.bucket_name, region=wanted.where())
        if differs(prior, wanted):
            after = (current or wanted).copy(**{n: getattr(wanted, n) for n in CONFIGURED})
            yield Step("configuration", identity, _done(
                lambda: write_configuration(client, wanted), after),
                doc="Set quota and firewall")
            current = after
        if current is not None and any(
                getattr(current, name) != getattr(wanted, name) for name in _SETTINGS):
            final = current.copy(**{name: getattr(wanted, name) for name in _SETTINGS})
            yield Step("settings", identity, lambda: final, doc="Record the settings")

    def read(self, client: Clients, state: CosBucketModel,
             ctx: StepContext) -> CosBucketModel | None:
        """The bucket with every facet; ``None`` only when there is none."""
        found = read_bucket(client.bucket(place_of(client, state)), to_family(state), ctx)
        if found is None:
            return None
        model = from_family(state, found).copy(
            **_names(client, state),
            immutable_object_storage=immutable_object_storage(client, state))
        return read_configuration(client, model)

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> CosBucketModel | None:
        """``BUCKET_CRN:meta:rl|crl|ssl:LOCATION``, as IBM's provider has it."""
        crn, meta, rest = import_id.partition(":meta:")
        kind, _, location = rest.partition(":")
        location = location.split(":")[0]
        instance, bucket, name = crn.partition(":bucket:")
        argument = next((n for n, short in LOCATIONS.items() if short == kind), "")
        if not (meta and bucket and name and location and argument):
            raise ProviderError(
                ErrorClass.INVALID, "Import id not understood",
                f'"{import_id}" is not of the form BUCKET_CRN:meta:rl:us-south, with rl for a '
                "region, crl for a cross region and ssl for a single site.")
        model = CosBucketModel(bucket_name=name, resource_instance_id=f"{instance}::",
                               storage_class="standard").copy(**{argument: location})
        found = self.read(client, model, ctx)
        if found is None:
            return None
        access = client.bucket(place_of(client, model))
        answer = invoke(access.store.service, access.s3().get_bucket_location, f'bucket "{name}"',
                        Bucket=name)
        told = str(answer.get("LocationConstraint") or "").removeprefix(f"{location}-")
        return found.copy(storage_class=told) if told in CLASSES else found

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[CosBucketModel]:
        """As for every bucket: of one's own, and not older than the intent."""
        base = CosBucketModel(bucket_name=str(intent.identity["bucket"]),
                              resource_instance_id=str(intent.identity["instance"]),
                              storage_class=str(intent.identity["class"]))
        base = base.copy(**{str(intent.identity["kind"]): str(intent.identity["region"])})
        found = FAMILY.probe(client.bucket(place_of(client, base)), intent, ctx)
        state = None if found.state is None else self.read(client, base, ctx)
        return Probe(found.verdict, state=state, detail=found.detail)

    def storage_ids(self, client: Clients, storage: StorageBelow) -> Iterator[str]:
        """The bucket, as one of each instance: names are one in the world, instances only listed.

        https://cloud.ibm.com/apidocs/resource-controller/resource-controller#list-resource-instances
        """
        place = place_of_endpoint(storage.endpoint)
        if place is None:
            return
        for entry in pages(client, CONTROLLER, "/v2/resource_instances", "resources",
                           "the instances", {}):
            if entry.get("state") == "active" and ":cloud-object-storage:" in entry["crn"]:
                yield f"{bucket_crn(entry['crn'], storage.name)}:meta:{':'.join(place)}"

    def storage_known(self, storage: StorageBelow) -> Mapping[str, Value]:
        """The name, if it is one of IBM's."""
        return {"bucket_name": storage.name} if place_of_endpoint(storage.endpoint) else {}

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The bucket as guardrails see it."""
        from vbrprov_s3.views import bucket_view

        return bucket_view(in_family_words(facts), "s3c")


def _set(plan: PlanDraft, name: str, data: Any) -> None:
    schema = CosBucketModel.schema()
    found = schema.attributes.get(name) or schema.blocks[name]
    plan.planned[name] = to_value(data, found.type)


def _names(client: Clients, model: CosBucketModel) -> dict[str, str]:
    crn = bucket_crn(model.resource_instance_id, model.bucket_name)
    hosts = {f"s3_endpoint_{kind}": f"s3.{prefix}{model.where()}.{HOST}"
             for kind, prefix in PREFIXES.items()}
    return {"id": crn, "crn": crn, **hosts, "endpoint": client.url_of(place_of(client, model))}


def _translated(
    steps: Steps, prior: CosBucketModel | None, wanted: CosBucketModel,
) -> Any:
    """The family's steps with results in IBM's words; the last result comes back."""
    last: list[CosBucketModel] = []
    # Quota and firewall are set by a step of their own, and recorded by it.
    shown = wanted.copy(**{n: getattr(prior, n) if prior else None for n in CONFIGURED})
    result: Any = None
    try:
        step = next(steps)
        while True:
            result = yield _in_ibm_words(step, shown)
            if isinstance(result, CosBucketModel):
                last = [result]
                result = to_family(result)
            step = steps.send(result)
    except StopIteration:
        return last


def _in_ibm_words(step: Step[Any], shown: CosBucketModel) -> Step[Any]:
    def run() -> CosBucketModel | None:
        found = step.run()
        if not isinstance(found, BucketModel):
            return None
        return from_family(shown, found).copy(immutable_object_storage=False)

    more = {"instance": shown.resource_instance_id, "class": shown.storage_class,
            "kind": next(name for name in LOCATIONS if getattr(shown, name))}
    return Step(step.id, Identity({**step.identity.data, **more}), run, creates=step.creates,
                doc=step.doc)




def _done(work: Callable[[], None], after: CosBucketModel) -> Callable[[], CosBucketModel]:
    def run() -> CosBucketModel:
        work()
        return after

    return run
