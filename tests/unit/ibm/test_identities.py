"""Instances, service ids, policies, keys, data sources and the REST client of IBM Cloud."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderContext, ProviderError
from vbrprov_ibm.data_sources.iam_account import IamAccount, IamAccountModel
from vbrprov_ibm.data_sources.resource_group import ResourceGroup, ResourceGroupModel
from vbrprov_ibm.data_sources.resource_instance import (
    ResourceInstanceData,
    ResourceInstanceDataModel,
)
from vbrprov_ibm.doubles.cloud import ACCOUNT, GROUP
from vbrprov_ibm.provider import CONFIG, EndpointsBlock, IbmModel
from vbrprov_ibm.resources.iam_service_id import IamServiceId
from vbrprov_ibm.resources.iam_service_policy import IamServicePolicy
from vbrprov_ibm.resources.resource_instance import ResourceInstance
from vbrprov_ibm.resources.resource_key import ResourceKey

INSTANCE, SERVICE_ID = ResourceInstance(), IamServiceId()
POLICY, KEY = IamServicePolicy(), ResourceKey()
GUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def instance(ibm: Any) -> Any:
    return ibm.apply(INSTANCE, name="backups", deletion_policy="DELETE").state


def bucket(name: str = "backups-1") -> dict[str, Any]:
    return {"resource_instance_id": GUID, "resource_type": "bucket", "resource": name}


class TestInstance:
    def test_life(self, ibm: Any, instance: Any, double: Any) -> None:
        assert (instance.status, instance.resource_group_id) == ("active", GROUP)
        assert instance.guid in instance.crn
        arguments = {"name": "backups", "deletion_policy": "DELETE"}
        ibm.settled(INSTANCE, instance, **arguments)
        run = ibm.apply(INSTANCE, instance, name="renamed", deletion_policy="PREVENT")
        assert run.steps == ["name", "settings"]
        ibm.settled(INSTANCE, run.state, name="renamed")
        assert INSTANCE.import_state(ibm.client, instance.guid, ibm.ctx).crn == instance.crn
        assert INSTANCE.plan_destroy(run.state.to_values())
        ibm.destroy(INSTANCE, instance)
        assert ibm.read(INSTANCE, instance) is None
        assert double.ledger() == ["POST /v2/resource_instances", "PATCH /v2/resource_instances",
                                   "DELETE /v2/resource_instances"]

    @pytest.mark.parametrize("plan", ["lite", "premium"])
    def test_a_plan_without_object_lock_is_refused(self, plan: str) -> None:
        check = INSTANCE.model.schema().attributes["plan"].validators[0]
        assert check(plan)

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.OURS)])
    def test_cut_off(self, ibm: Any, instance: Any, double: Any, when: str,
                     verdict: ProbeVerdict) -> None:
        # Another one of the same name was there before.
        planned = ibm.plan(INSTANCE, name="backups").model
        before = tuple(INSTANCE.list_ids(ibm.client, planned))
        assert before == (instance.crn,)
        double.drop("POST /v2/resource_instances", when)
        with pytest.raises(ProviderError) as caught:
            ibm.run(INSTANCE, None, planned)
        assert caught.value.kind is ErrorClass.LOST
        found = INSTANCE.probe(ibm.client, ibm.intent({"name": "backups"}, listed=before), ibm.ctx)
        assert found.verdict is verdict

    def test_keys_keep_it(self, ibm: Any, instance: Any) -> None:
        ibm.apply(KEY, name="k", resource_instance_id=instance.crn)
        with pytest.raises(ProviderError, match="has keys"):
            ibm.destroy(INSTANCE, instance)


class TestServiceId:
    def test_life(self, ibm: Any) -> None:
        state = ibm.apply(SERVICE_ID, name="veeam", description="backups").state
        assert state.iam_id == f"iam-{state.id}"
        ibm.settled(SERVICE_ID, state, name="veeam", description="backups")
        run = ibm.apply(SERVICE_ID, state, name="veeam-2")
        assert run.steps == ["update"]
        ibm.settled(SERVICE_ID, run.state, name="veeam-2")
        assert SERVICE_ID.import_state(ibm.client, state.id, ibm.ctx).name == "veeam-2"
        ibm.destroy(SERVICE_ID, run.state)
        assert ibm.read(SERVICE_ID, run.state) is None
        ibm.destroy(SERVICE_ID, run.state)

    def test_a_locked_one_is_not_deleted(self, ibm: Any) -> None:
        state = ibm.apply(SERVICE_ID, name="veeam").state
        with pytest.raises(ProviderError) as caught:
            ibm.destroy(SERVICE_ID, state.copy(locked=True))
        assert caught.value.kind is ErrorClass.LOCKED

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.OURS)])
    def test_cut_off(self, ibm: Any, double: Any, when: str, verdict: ProbeVerdict) -> None:
        ibm.apply(SERVICE_ID, name="veeam")
        planned = ibm.plan(SERVICE_ID, name="veeam").model
        before = tuple(SERVICE_ID.list_ids(ibm.client, planned))
        double.drop("POST /v1/serviceids", when)
        with pytest.raises(ProviderError):
            ibm.run(SERVICE_ID, None, planned)
        found = SERVICE_ID.probe(ibm.client, ibm.intent({"name": "veeam"}, listed=before), ibm.ctx)
        assert found.verdict is verdict


class TestPolicy:
    def test_life(self, ibm: Any) -> None:
        arguments: dict[str, Any] = {"iam_id": "iam-ServiceId-1", "roles": ["Writer"],
                                     "resources": bucket()}
        state = ibm.apply(POLICY, **arguments).state
        ibm.settled(POLICY, state, **arguments)
        for more in ({"roles": ["Object Writer", "Content Reader"]}, {"description": "backups"},
                     {"resources": bucket("other")}):
            arguments |= more
            run = ibm.apply(POLICY, state, **arguments)
            assert run.steps == ["update"]
            state = run.state
            ibm.settled(POLICY, state, **arguments)
        imported = POLICY.import_state(ibm.client, f"iam-ServiceId-1/{state.id}", ibm.ctx)
        assert imported.roles == ["Content Reader", "Object Writer"]
        assert {a.name for a in imported.resource_attributes} == {
            "serviceName", "serviceInstance", "resourceType", "resource"}
        ibm.destroy(POLICY, state)
        assert ibm.read(POLICY, state) is None

    def test_drift(self, ibm: Any) -> None:
        arguments: dict[str, Any] = {"iam_id": "iam-ServiceId-1", "roles": ["Writer"],
                                     "resources": bucket()}
        state = ibm.apply(POLICY, **arguments).state
        other = state.copy(roles=["Manager"])
        ibm.run(POLICY, state, other)
        live = ibm.read(POLICY, state)
        assert live.roles == ["Manager"]
        assert ibm.apply(POLICY, live, **arguments).steps == ["update"]

    def test_a_second_one_about_the_same_is_refused(self, ibm: Any) -> None:
        arguments: dict[str, Any] = {"iam_id": "iam-1", "roles": ["Writer"], "resources": bucket()}
        ibm.apply(POLICY, **arguments)
        with pytest.raises(ProviderError) as caught:
            ibm.apply(POLICY, **arguments)
        assert caught.value.kind is ErrorClass.EXISTS
        assert "Import" in caught.value.hint

    @pytest.mark.parametrize(("when", "ago", "verdict"), [
        ("before", 0, ProbeVerdict.ABSENT), ("after", 0, ProbeVerdict.OURS),
        ("after", -3600, ProbeVerdict.FOREIGN)])
    def test_cut_off(self, ibm: Any, double: Any, when: str, ago: float,
                     verdict: ProbeVerdict) -> None:
        planned = ibm.plan(POLICY, iam_id="iam-1", roles=["Writer"], resources=bucket()).model
        double.drop("POST /v1/policies", when)
        identity = next(POLICY.steps(ibm.client, None, planned, ibm.ctx)).identity.data
        with pytest.raises(ProviderError):
            ibm.run(POLICY, None, planned)
        found = POLICY.probe(ibm.client, ibm.intent(identity, ago=ago), ibm.ctx)
        assert found.verdict is verdict

    def test_what_it_is_about_is_said_once(self, ibm: Any) -> None:
        both = {"resources": bucket(), "resource_attributes": [{"name": "a", "value": "b"}]}
        for arguments in ({}, both):
            planned = ibm.plan(POLICY, iam_id="iam-1", roles=["Writer"], **arguments)
            assert planned.errors == ["What the policy is about"]

    def test_a_whole_instance_is_a_warning(self, ibm: Any) -> None:
        planned = ibm.plan(POLICY, iam_id="iam-1", roles=["Writer"],
                           resources={"resource_instance_id": GUID})
        assert [w[0] for w in planned.draft.warnings] == ["Policy for more than one bucket"]


class TestKey:
    def test_life(self, ibm: Any, instance: Any) -> None:
        owner = ibm.apply(SERVICE_ID, name="veeam").state
        arguments = {"name": "veeam", "resource_instance_id": instance.crn,
                     "service_id_crn": owner.crn}
        state = ibm.apply(KEY, **arguments).state
        assert state.hmac_access_key_id
        assert state.hmac_secret_access_key
        assert (state.role, state.iam_serviceid_crn) == ("NONE", owner.crn)
        ibm.settled(KEY, state, **arguments)
        assert ibm.plan(KEY, state, keepers={"a": "1"}, **arguments).changed == ["keepers"]
        imported = KEY.import_state(ibm.client, state.guid, ibm.ctx)
        assert (imported.name, imported.hmac_secret_access_key) == ("veeam", None)
        ibm.destroy(KEY, state)
        assert ibm.read(KEY, state) is None

    def test_secrets_are_learned(self, double: Any, harness: Any) -> None:
        learned: list[str] = []
        client = CONFIG.configure(IbmModel(), ProviderContext(
            sandbox=double.sandbox, secret=learned.append))
        ibm = harness(client)
        instance = ibm.apply(INSTANCE, name="backups").state
        state = ibm.apply(KEY, name="k", resource_instance_id=instance.crn).state
        assert state.hmac_secret_access_key in learned
        CONFIG.close(client)

    def test_a_role_on_the_whole_instance_is_a_warning(self, ibm: Any, instance: Any) -> None:
        planned = ibm.plan(KEY, name="k", resource_instance_id=instance.crn, role="Writer")
        assert [w[0] for w in planned.draft.warnings] == ["Key for the whole instance"]
        state = ibm.run(KEY, None, planned.model).state
        ibm.settled(KEY, state, name="k", resource_instance_id=instance.crn, role="Writer")

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.ORPHAN)])
    def test_cut_off(self, ibm: Any, instance: Any, double: Any, when: str,
                     verdict: ProbeVerdict) -> None:
        planned = ibm.plan(KEY, name="k", resource_instance_id=instance.crn).model
        before = tuple(KEY.list_ids(ibm.client, planned))
        double.drop("POST /v2/resource_keys", when)
        with pytest.raises(ProviderError):
            ibm.run(KEY, None, planned)
        intent = ibm.intent({"name": "k", "instance": instance.crn}, listed=before)
        found = KEY.probe(ibm.client, intent, ibm.ctx)
        assert found.verdict is verdict
        if found.discard:
            found.discard()
            assert KEY.list_ids(ibm.client, planned) == []


class TestDataSources:
    def test_account_and_group(self, ibm: Any) -> None:
        assert IamAccount().read(ibm.client, IamAccountModel(), ibm.ctx).account_id == ACCOUNT
        group = ResourceGroup().read(ibm.client, ResourceGroupModel(), ibm.ctx)
        assert (group.id, group.name, group.is_default) == (GROUP, "Default", True)
        with pytest.raises(ProviderError, match="no resource group"):
            ResourceGroup().read(ibm.client, ResourceGroupModel(name="other"), ibm.ctx)

    def test_instance(self, ibm: Any, instance: Any) -> None:
        found = ResourceInstanceData().read(
            ibm.client, ResourceInstanceDataModel(name="backups"), ibm.ctx)
        assert found.crn == instance.crn
        with pytest.raises(ProviderError, match="0 active"):
            ResourceInstanceData().read(
                ibm.client, ResourceInstanceDataModel(name="other"), ibm.ctx)


class TestProvider:
    def own(self, double: Any, **arguments: Any) -> Any:
        rest = double.sandbox["rest_endpoint"]
        return CONFIG.configure(IbmModel(max_retries=0, endpoints=EndpointsBlock(
            iam=rest, resource_controller=rest, resource_configuration=rest,
            s3=double.sandbox["endpoint"]), **arguments), ProviderContext())

    def test_a_wrong_key(self, double: Any, harness: Any) -> None:
        client = self.own(double, ibmcloud_api_key="wrong-api-key")
        with pytest.raises(ProviderError) as caught:
            harness(client).apply(SERVICE_ID, name="veeam")
        assert caught.value.kind is ErrorClass.DENIED
        assert "BXNIM0415E" in caught.value.detail
        assert "wrong-api-key" not in repr(caught.value.__dict__)
        CONFIG.close(client)

    def test_hmac_keys_do_for_buckets_and_for_nothing_else(
        self, double: Any, harness: Any, monkeypatch: Any,
    ) -> None:
        from vbrprov_ibm.resources.cos_bucket import CosBucket

        monkeypatch.delenv("IC_API_KEY", raising=False)
        client = self.own(double, hmac_access_key="a", hmac_secret_key="b")
        with pytest.raises(ProviderError, match="API key"):
            harness(client).apply(SERVICE_ID, name="veeam")
        planned = harness(client).plan(
            CosBucket(), bucket_name="backups-1", resource_instance_id="crn:x::",
            cross_region_location="eu", storage_class="smart")
        assert not planned.errors
        CONFIG.close(client)

    def test_an_iam_token_signs_requests_to_s3(self, double: Any, harness: Any) -> None:
        from vbrprov_ibm.session import Place

        client = self.own(double, ibmcloud_api_key=double.sandbox["api_key"])
        seen: list[dict[str, str]] = []
        s3: Any = client.s3_at(Place("us-south", "us-south-smart", "crn:instance", "public",
                                     "crn:key"), once=True)
        s3.meta.events.register_last("before-send.s3", lambda request, **_: seen.append(
            {k.lower(): v for k, v in request.headers.items()}))
        # Whether AWS's double knows the location is another matter.
        with contextlib.suppress(Exception):
            s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={
                "LocationConstraint": "us-south-smart"})
        told = {k: v.decode() if isinstance(v, bytes) else v for k, v in seen[0].items()}
        assert told["authorization"].startswith("Bearer ")
        assert told["ibm-service-instance-id"] == "crn:instance"
        assert told["ibm-sse-kp-customer-root-key-crn"] == "crn:key"
        CONFIG.close(client)

    @pytest.mark.parametrize("arguments", [
        {}, {"hmac_access_key": "a"}, {"hmac_secret_key": "b"}])
    def test_incomplete_credentials(self, arguments: Any, monkeypatch: Any) -> None:
        for name in ("IC_API_KEY", "IBMCLOUD_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(ProviderError) as caught:
            CONFIG.configure(IbmModel(**arguments), ProviderContext())
        assert caught.value.kind is ErrorClass.INVALID

    def test_nothing_listens(self, double: Any, harness: Any) -> None:
        client = CONFIG.configure(IbmModel(
            ibmcloud_api_key="x", max_retries=0,
            endpoints=EndpointsBlock(iam="http://127.0.0.1:1")), ProviderContext())
        with pytest.raises(ProviderError) as caught:
            harness(client).apply(SERVICE_ID, name="veeam")
        assert caught.value.kind is ErrorClass.UNREACHABLE
        CONFIG.close(client)
