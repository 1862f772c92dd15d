"""Users, policies, attachments and access keys of MinIO, through its admin API."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderContext, ProviderError
from vbrprov_s3.minio import sealing
from vbrprov_s3.provider import CONFIG, EndpointsBlock, S3Model
from vbrprov_s3.resources.minio_policy import MinioPolicy
from vbrprov_s3.resources.minio_service_account import MinioServiceAccount
from vbrprov_s3.resources.minio_user import MinioUser
from vbrprov_s3.resources.minio_user_policy_attachment import MinioUserPolicyAttachment

USER, POLICY = MinioUser(), MinioPolicy()
ATTACHMENT, ACCOUNT = MinioUserPolicyAttachment(), MinioServiceAccount()
SECRET = "canary-of-a-user"


def document(*actions: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": ["arn:aws:s3:::b/*"]}]})


def user(minio: Any, name: str = "veeam", **more: Any) -> Any:
    return minio.apply(USER, name=name, secret_wo=SECRET, **more).state


class TestSealing:
    @pytest.mark.parametrize("cipher", [sealing.ARGON2ID_AES, sealing.ARGON2ID_CHACHA,
                                        sealing.PBKDF2_AES])
    @pytest.mark.parametrize("size", [0, 1, sealing.FRAGMENT, sealing.FRAGMENT + 1, 50_000])
    def test_round_trip(self, cipher: int, size: int) -> None:
        text = bytes(size)
        sealed = sealing.seal(text, "key", cipher)
        parts = max(1, -(-size // sealing.FRAGMENT))
        assert len(sealed) == 41 + size + 16 * parts
        assert sealing.unseal(sealed, "key") == text

    def test_tampering_is_seen(self) -> None:
        sealed = sealing.seal(bytes(40_000), "key", sealing.PBKDF2_AES)
        size = sealing.FRAGMENT + sealing.TAG
        for broken in (sealed[:-1], sealed[:41 + size], sealed[:41] + sealed[41 + size:],
                       sealed[:-1] + bytes([sealed[-1] ^ 1]), b"x" * 40):
            with pytest.raises(sealing.SealError):
                sealing.unseal(broken, "key")

    def test_the_wrong_key_opens_nothing(self) -> None:
        with pytest.raises(sealing.SealError):
            sealing.unseal(sealing.seal(b"x", "key"), "other")


class TestUser:
    def test_life(self, minio: Any, admin: Any) -> None:
        state = user(minio)
        assert (state.id, state.status, state.secret_wo) == ("veeam", "enabled", None)
        minio.settled(USER, state, name="veeam")
        run = minio.apply(USER, state, name="veeam", disable_user=True)
        assert run.steps == ["status"]
        minio.settled(USER, run.state, name="veeam", disable_user=True)
        # The engine gives a secret only when it is to be sent.
        planned = minio.plan(USER, run.state, name="veeam", secret_wo_version=2)
        planned.model.secret_wo = "another-secret"
        run = minio.run(USER, run.state, planned.model)
        assert run.steps == ["secret"]
        assert (run.state.status, run.state.secret_wo_version) == ("enabled", 2)
        assert minio.destroy(USER, run.state).steps == ["delete"]
        assert minio.read(USER, run.state) is None
        assert minio.destroy(USER, run.state).steps == ["delete"]
        assert admin.ledger() == ["add-user", "set-user-status", "add-user", "remove-user"]

    def test_one_that_is_there_is_not_taken_over(self, minio: Any, admin: Any) -> None:
        user(minio)
        with pytest.raises(ProviderError) as caught:
            user(minio)
        assert caught.value.kind is ErrorClass.EXISTS
        assert admin.ledger() == ["add-user"]

    def test_a_new_user_needs_a_secret(self, minio: Any) -> None:
        assert minio.plan(USER, name="veeam").errors == ["No secret key"]

    def test_drift_and_import(self, minio: Any) -> None:
        state = user(minio)
        minio.client.admin().change("PUT", "set-user-status", "x", accessKey="veeam",
                                    status="disabled")
        live = minio.read(USER, state)
        assert live.disable_user is True
        assert minio.apply(USER, live, name="veeam").steps == ["status"]
        assert USER.import_state(minio.client, "veeam", minio.ctx).name == "veeam"
        assert USER.import_state(minio.client, "nobody", minio.ctx) is None

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.OURS)])
    def test_cut_off(self, minio: Any, admin: Any, when: str, verdict: ProbeVerdict) -> None:
        admin.drop("add-user", when)
        with pytest.raises(ProviderError) as caught:
            user(minio)
        assert caught.value.kind is ErrorClass.LOST
        found = USER.probe(minio.client, minio.intent({"name": "veeam"}), minio.ctx)
        assert found.verdict is verdict

    def test_an_older_user_is_foreign(self, minio: Any) -> None:
        user(minio)
        intent = minio.intent({"name": "veeam"}, ago=-3600)
        assert USER.probe(minio.client, intent, minio.ctx).verdict is ProbeVerdict.FOREIGN

    def test_policies_of_others_keep_it(self, minio: Any) -> None:
        state = user(minio)
        minio.apply(ATTACHMENT, user_name="veeam", policy_name="readwrite")
        with pytest.raises(ProviderError, match="readwrite"):
            minio.destroy(USER, state)
        state = minio.apply(USER, state, name="veeam", force_destroy=True).state
        assert minio.destroy(USER, state).state.name == "veeam"
        assert minio.read(USER, state) is None

    def test_a_short_secret_is_refused_by_the_server_too(self, minio: Any) -> None:
        with pytest.raises(ProviderError) as caught:
            minio.client.admin().change("PUT", "add-user", "x", {"secretKey": "short"},
                                        accessKey="abc")
        assert "XMinioAdminInvalidSecretKey" in caught.value.detail


class TestPolicy:
    def test_life(self, minio: Any) -> None:
        state = minio.apply(POLICY, name="veeam", policy=document("s3:GetObject")).state
        minio.settled(POLICY, state, name="veeam", policy=document("s3:GetObject"))
        run = minio.apply(POLICY, state, name="veeam", policy=document("s3:PutObject"))
        assert run.steps == ["document"]
        minio.settled(POLICY, run.state, name="veeam", policy=document("s3:PutObject"))
        assert POLICY.import_state(minio.client, "veeam", minio.ctx).id == "veeam"
        minio.destroy(POLICY, run.state)
        assert minio.read(POLICY, run.state) is None

    def test_one_that_is_there_is_not_overwritten(self, minio: Any, admin: Any) -> None:
        with pytest.raises(ProviderError) as caught:
            minio.apply(POLICY, name="readwrite", policy=document("s3:GetObject"))
        assert caught.value.kind is ErrorClass.EXISTS
        assert admin.ledger() == []

    def test_drift(self, minio: Any) -> None:
        state = minio.apply(POLICY, name="veeam", policy=document("s3:GetObject")).state
        minio.client.admin().change("PUT", "add-canned-policy", "x",
                                    json.loads(document("s3:*")), seal_body=False, name="veeam")
        live = minio.read(POLICY, state)
        assert "s3:*" in live.policy
        assert minio.apply(POLICY, live, name="veeam", policy=document("s3:GetObject")
                           ).steps == ["document"]

    def test_in_use(self, minio: Any) -> None:
        user(minio)
        state = minio.apply(POLICY, name="mine", policy=document("s3:GetObject")).state
        minio.apply(ATTACHMENT, user_name="veeam", policy_name="mine")
        with pytest.raises(ProviderError, match="still attached"):
            minio.destroy(POLICY, state)

    @pytest.mark.parametrize(("ago", "verdict"), [
        (0, ProbeVerdict.OURS), (-3600, ProbeVerdict.FOREIGN)])
    def test_recovery(self, minio: Any, ago: float, verdict: ProbeVerdict) -> None:
        minio.apply(POLICY, name="mine", policy=document("s3:GetObject"))
        intent = minio.intent({"name": "mine"}, ago=ago)
        assert POLICY.probe(minio.client, intent, minio.ctx).verdict is verdict

    def test_a_malformed_policy_is_a_diagnostic(self, minio: Any) -> None:
        with pytest.raises(ProviderError, match="XMinioMalformedIAMPolicy"):
            minio.apply(POLICY, name="mine", policy='{"Statement": []}')


class TestAttachment:
    def test_life(self, minio: Any) -> None:
        user(minio)
        arguments = {"user_name": "veeam", "policy_name": "readwrite"}
        state = minio.apply(ATTACHMENT, **arguments).state
        assert state.id == "veeam/readwrite"
        minio.settled(ATTACHMENT, state, **arguments)
        assert minio.apply(ATTACHMENT, **arguments).state == state
        assert ATTACHMENT.import_state(minio.client, "veeam/readwrite", minio.ctx) == state
        minio.apply(ATTACHMENT, user_name="veeam", policy_name="diagnostics")
        minio.destroy(ATTACHMENT, state)
        assert minio.read(ATTACHMENT, state) is None
        assert minio.destroy(ATTACHMENT, state).steps == ["detach"]
        assert minio.read(ATTACHMENT, state.copy(policy_name="diagnostics")) is not None

    def test_unknown_policy(self, minio: Any) -> None:
        user(minio)
        with pytest.raises(ProviderError) as caught:
            minio.apply(ATTACHMENT, user_name="veeam", policy_name="nothing")
        assert caught.value.kind is ErrorClass.NOT_FOUND

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.OURS)])
    def test_cut_off(self, minio: Any, admin: Any, when: str, verdict: ProbeVerdict) -> None:
        user(minio)
        admin.drop("idp/builtin/policy/attach", when)
        with pytest.raises(ProviderError):
            minio.apply(ATTACHMENT, user_name="veeam", policy_name="readwrite")
        intent = minio.intent({"user": "veeam", "policy": "readwrite"})
        assert ATTACHMENT.probe(minio.client, intent, minio.ctx).verdict is verdict


class TestServiceAccount:
    def test_life(self, minio: Any) -> None:
        user(minio)
        arguments: dict[str, Any] = {"target_user": "veeam", "description": "backups",
                                     "policy": document("s3:GetObject")}
        state = minio.apply(ACCOUNT, **arguments).state
        assert state.access_key
        assert state.secret_key
        minio.settled(ACCOUNT, state, **arguments)
        ends = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        arguments |= {"status": "off", "expiration": ends, "policy": document("s3:PutObject")}
        run = minio.apply(ACCOUNT, state, **arguments)
        assert run.steps == ["update"]
        minio.settled(ACCOUNT, run.state, **arguments)
        minio.destroy(ACCOUNT, run.state)
        assert minio.read(ACCOUNT, run.state) is None

    @pytest.mark.parametrize("gone", ["policy", "description", "expiration"])
    def test_what_cannot_be_unset_takes_a_new_key(self, minio: Any, gone: str) -> None:
        user(minio)
        arguments = {"target_user": "veeam", "description": "x", "policy": document("s3:Get*"),
                     "expiration": "2999-01-01T00:00:00Z"}
        state = minio.apply(ACCOUNT, **arguments).state
        del arguments[gone]
        assert minio.plan(ACCOUNT, state, **arguments).draft.replace == {gone}

    @pytest.mark.parametrize(("when", "verdict"), [
        ("before", ProbeVerdict.ABSENT), ("after", ProbeVerdict.ORPHAN)])
    def test_cut_off(self, minio: Any, admin: Any, when: str, verdict: ProbeVerdict) -> None:
        user(minio)
        planned = minio.plan(ACCOUNT, target_user="veeam").model
        before = ACCOUNT.list_ids(minio.client, planned)
        admin.drop("add-service-account", when)
        with pytest.raises(ProviderError) as caught:
            minio.run(ACCOUNT, None, planned)
        assert caught.value.kind is ErrorClass.LOST
        intent = minio.intent({"user": "veeam"}, listed=tuple(before))
        found = ACCOUNT.probe(minio.client, intent, minio.ctx)
        assert found.verdict is verdict
        if found.discard:
            found.discard()
            assert ACCOUNT.list_ids(minio.client, planned) == []

    def test_import_without_secret(self, minio: Any) -> None:
        user(minio)
        state = minio.apply(ACCOUNT, target_user="veeam").state
        found = ACCOUNT.import_state(minio.client, state.id, minio.ctx)
        assert (found.target_user, found.secret_key) == ("veeam", None)


class TestProtocol:
    @pytest.mark.parametrize(("access_key", "secret_key", "code"), [
        ("minioadmin", "wrong-secret", "SignatureDoesNotMatch"),
        ("nobody", "minio-secret", "InvalidAccessKeyId")])
    def test_wrong_credentials(self, admin: Any, harness: Any, access_key: str, secret_key: str,
                               code: str) -> None:
        client = CONFIG.configure(S3Model(
            vendor="minio", endpoint=admin.endpoint, access_key=access_key, secret_key=secret_key),
            ProviderContext())
        with pytest.raises(ProviderError) as caught:
            harness(client).apply(POLICY, name="mine", policy=document("s3:GetObject"))
        assert caught.value.kind is ErrorClass.DENIED
        assert code in caught.value.detail
        CONFIG.close(client)

    def test_an_address_that_is_no_minio(self, moto: Any, harness: Any) -> None:
        client = CONFIG.configure(S3Model(
            vendor="minio", endpoint=moto.endpoint, access_key="a" * 8, secret_key="b" * 8),
            ProviderContext())
        with pytest.raises(ProviderError) as caught:
            harness(client).apply(POLICY, name="mine", policy=document("s3:GetObject"))
        assert caught.value.kind in (ErrorClass.UNSUPPORTED, ErrorClass.FAILED)
        CONFIG.close(client)

    def test_nothing_listens(self, harness: Any) -> None:
        client = CONFIG.configure(S3Model(
            vendor="minio", endpoint="http://127.0.0.1:1", max_retries=0, access_key="a" * 8,
            secret_key="b" * 8), ProviderContext())
        with pytest.raises(ProviderError) as caught:
            harness(client).apply(POLICY, name="mine", policy=document("s3:GetObject"))
        assert caught.value.kind is ErrorClass.UNREACHABLE
        CONFIG.close(client)

    def test_no_error_tells_a_secret(self, minio: Any, admin: Any) -> None:
        admin.drop("add-user", "after")
        with pytest.raises(ProviderError) as caught:
            user(minio)
        assert SECRET not in repr(caught.value.__dict__)
        assert EndpointsBlock(admin=admin.endpoint).admin == admin.endpoint


@pytest.mark.parametrize("vendor", ["wasabi", "storagegrid"])
def test_other_vendors_are_told_what_to_do(configure: Any, moto: Any, harness: Any,
                                           vendor: str) -> None:
    client = configure(moto, vendor=vendor)
    planned = harness(client).plan(POLICY, name="mine", policy=document("s3:GetObject"))
    assert planned.errors == ["Not offered by this vendor"]
    detail = planned.draft.errors[0][1]
    assert ("s3_iam_user" if vendor == "wasabi" else "Tenant Manager") in detail
