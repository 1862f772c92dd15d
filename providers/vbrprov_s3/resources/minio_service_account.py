"""s3_minio_service_account: an access key of a MinIO user; its secret is told once, never kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
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
from vbrprov.sdk.planning import known
from vbrprov_s3.identities import require
from vbrprov_s3.minio.accounts import moment, or_none, user_subject
from vbrprov_s3.policy_json import document_validator, same_policy
from vbrprov_s3.session import Clients

_SOURCE = "https://github.com/minio/madmin-go/blob/main/user-commands.go"
#: Characters; https://github.com/minio/minio/blob/master/cmd/typed-errors.go
MAX_POLICY: Final = 2048


def _check_time(value: Any) -> str | None:
    found = moment(value)
    if found is None or found.tzinfo is None:
        return "A time is given as RFC 3339, such as 2027-01-31T00:00:00Z."
    return None


def _same_time(left: Any, right: Any) -> bool:
    return left == right or (left is not None and right is not None
                             and moment(left) == moment(right))


class MinioServiceAccountModel(Model):
    """Arguments and attributes of ``s3_minio_service_account``."""

    target_user: str = attribute(doc="User to whom the key belongs.", required=True,
                                 replace_on_change=True)
    policy: str | None = attribute(
        doc="Policy document (JSON) that narrows what the user may do; all that the user may when "
            "left out.", default=None, same=same_policy,
        validators=(document_validator(MAX_POLICY),), source=_SOURCE)
    description: str | None = attribute(doc="What the key is for.", default=None)
    expiration: str | None = attribute(doc="When the key ends (RFC 3339); never when left out.",
                                       default=None, same=_same_time, validators=(_check_time,))
    status: str | None = attribute(doc="Whether the key works.", default="on",
                                   choices=("on", "off"))
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change makes a new key, and the old one goes once nothing uses it.",
        default=None, replace_on_change=True)
    id: str | None = computed_attribute(doc="Access key.")
    access_key: str | None = computed_attribute(doc="Access key.")
    secret_key: str | None = computed_attribute(
        doc="Secret key. Told once: only write-only arguments may take it.", one_time=True)


class MinioServiceAccount(ResourceType[MinioServiceAccountModel, Clients]):
    """An access key; MinIO makes up both halves."""

    type_name = "s3_minio_service_account"
    model = MinioServiceAccountModel
    recovery = Recovery.LISTED_BEFORE
    doc = "An access key of a MinIO user, made through the admin API."
    source = _SOURCE
    create_before_destroy = True

    def plan_modify(self, plan: PlanDraft) -> None:
        """A policy, a description or an end that was set cannot be unset: that takes a new key."""
        require(plan, "minio", self.type_name)
        for name in ("policy", "description", "expiration"):
            if plan.prior is not None and known(plan.prior, name) and not known(plan.planned, name):
                plan.require_replace(name)

    def steps(self, client: Clients, prior: MinioServiceAccountModel | None,
              planned: MinioServiceAccountModel | None, ctx: StepContext) -> Steps:
        """Make the key and set its status; change it; or delete it."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _delete(client, prior),
                           doc="Delete the access key")
            return
        current = prior
        if current is None:
            made = yield Step("create", Identity.of(user=planned.target_user),
                              lambda: _create(client, planned), creates=True,
                              doc="Create the access key")
            current = made if isinstance(made, MinioServiceAccountModel) else planned
        changed = _changes(current, planned)
        if changed:
            after = current.copy(policy=planned.policy, description=planned.description,
                                 expiration=planned.expiration, status=planned.status)

            def change() -> MinioServiceAccountModel:
                client.admin().change("POST", "update-service-account", _subject(after), changed,
                                      accessKey=after.access_key or "")
                return after

            yield Step("update", _identity(after), change, doc="Change the access key")

    def read(self, client: Clients, state: MinioServiceAccountModel,
             ctx: StepContext) -> MinioServiceAccountModel | None:
        """The key without its secret, which MinIO never tells again."""
        key = state.access_key or state.id or ""
        info = or_none(lambda: client.admin().get(
            "info-service-account", f'access key "{key}"', sealed=True, accessKey=key))
        if info is None:
            return None
        policy = None if info.get("impliedPolicy") else info.get("policy")
        ends = moment(info.get("expiration"))
        if ends is not None and ends <= datetime.fromtimestamp(0, UTC):
            # How older versions say that the key never ends.
            ends = None
        expiration = None if ends is None else ends.strftime("%Y-%m-%dT%H:%M:%SZ")
        return state.copy(
            id=key, access_key=key, target_user=str(info["parentUser"]),
            policy=state.policy if same_policy(policy, state.policy) else policy,
            description=str(info.get("description") or "") or (
                "" if state.description == "" else None),
            expiration=state.expiration if _same_time(expiration, state.expiration) else expiration,
            status="on" if info.get("accountStatus") in ("on", "enabled") else "off")

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> MinioServiceAccountModel | None:
        """The key of that id; its secret stays unknown for good."""
        return self.read(client, MinioServiceAccountModel(target_user="", id=import_id), ctx)

    def list_ids(self, client: Clients, planned: MinioServiceAccountModel) -> list[str]:
        """Access keys that the user has already."""
        return _keys(client, planned.target_user)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[MinioServiceAccountModel]:
        """A key that was not in the list is ours, and useless: its secret went with the answer."""
        user = str(intent.identity["user"])
        new = [key for key in _keys(client, user) if key not in intent.listed_before]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        if len(new) > 1:
            return Probe(
                ProbeVerdict.UNKNOWN,
                detail=f"The {user_subject(user)} got several access keys since the interrupted "
                       f"run began ({', '.join(new)}). Delete the one that nothing uses.")
        orphan = MinioServiceAccountModel(target_user=user, id=new[0], access_key=new[0])
        return Probe(ProbeVerdict.ORPHAN, state=orphan,
                     detail=f"Access key {new[0]} of the {user_subject(user)} was made by the "
                            "interrupted run and its secret is lost.",
                     discard=lambda: _delete(client, orphan))


def _subject(model: MinioServiceAccountModel) -> str:
    return f'access key "{model.access_key}"'


def _identity(model: MinioServiceAccountModel) -> Identity:
    return Identity.of(user=model.target_user, id=model.access_key)


def _keys(client: Clients, user: str) -> list[str]:
    answer = or_none(lambda: client.admin().get(
        "list-service-accounts", user_subject(user), sealed=True, user=user)) or {}
    # Versions before 2023 list the bare keys.
    return sorted(str(entry["accessKey"] if isinstance(entry, dict) else entry)
                  for entry in answer.get("accounts") or [])


def _create(client: Clients, planned: MinioServiceAccountModel) -> MinioServiceAccountModel:
    body: dict[str, Any] = {"targetUser": planned.target_user}
    if planned.policy:
        body["policy"] = json.loads(planned.policy)
    if planned.description:
        body["description"] = planned.description
    if planned.expiration:
        body["expiration"] = planned.expiration
    answer = client.admin().change("PUT", "add-service-account",
                                   user_subject(planned.target_user), body, sealed=True)
    told = answer["credentials"]
    client.learn_secret(str(told["secretKey"]))
    return planned.copy(id=told["accessKey"], access_key=told["accessKey"],
                        secret_key=told["secretKey"], status="on")


def _changes(
    current: MinioServiceAccountModel, planned: MinioServiceAccountModel,
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if not same_policy(current.policy, planned.policy):
        out["newPolicy"] = json.loads(planned.policy or "{}")
    if (current.description or "") != (planned.description or ""):
        out["newDescription"] = planned.description or ""
    if not _same_time(current.expiration, planned.expiration):
        out["newExpiration"] = planned.expiration
    if (current.status or "on") != (planned.status or "on"):
        out["newStatus"] = planned.status
    return out


def _delete(client: Clients, key: MinioServiceAccountModel) -> None:
    or_none(lambda: client.admin().change(
        "DELETE", "delete-service-account", _subject(key), accessKey=key.access_key or ""))
