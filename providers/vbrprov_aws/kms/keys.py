"""The calls that make, change and delete a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vbrprov.sdk import Identity, ProviderError, Step, StepContext, Steps
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.kms.calls import key_subject, kms_call, kms_new, kms_pages
from vbrprov_aws.kms.users import refuse_used
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import after, gone_is_fine
from vbrprov_s3.policy_json import compact, same_policy

if TYPE_CHECKING:
    from vbrprov_aws.resources.kms_key import KmsKeyModel

#: Tag that holds our token, so that a key of an interrupted run is found again.
MARK: Final = "vbrprov:token"
#: The only name that a key policy can have.
POLICY_NAME: Final = "default"


def create_key(client: AwsClients, wanted: KmsKeyModel, ctx: StepContext) -> KmsKeyModel:
    """Make the key; with the marks by which it is found again."""
    parameters: dict[str, Any] = {
        "KeyUsage": wanted.key_usage, "KeySpec": wanted.customer_master_key_spec,
        "MultiRegion": bool(wanted.multi_region), "Description": wanted.description or "",
        "Tags": _wire({**(wanted.tags_all or {}), MARK: ctx.token})}
    if wanted.policy:
        parameters["Policy"] = compact(wanted.policy)
        parameters["BypassPolicyLockoutSafetyCheck"] = bool(
            wanted.bypass_policy_lockout_safety_check)
    kms = client.kms(wanted.region, once=True)
    made = kms_new(client, ctx, kms.create_key, "a new KMS key", **parameters)["KeyMetadata"]
    return wanted.copy(id=made["KeyId"], key_id=made["KeyId"], arn=made["Arn"], is_enabled=True,
                       enable_key_rotation=False,
                       policy=wanted.policy or read_policy(client, wanted, made["KeyId"], ctx))


def read_policy(client: AwsClients, model: KmsKeyModel, key: str, ctx: StepContext) -> str:
    """The policy of the key."""
    return str(kms_new(client, ctx, client.kms(model.region).get_key_policy, key_subject(key),
                       KeyId=key, PolicyName=POLICY_NAME)["Policy"])


def read_tags(client: AwsClients, region: str | None, key: str, ctx: StepContext) -> dict[str, str]:
    """All tags, our mark included."""
    listed = kms_pages(ctx, client.kms(region).list_resource_tags, "Tags", key_subject(key),
                       KeyId=key)
    return {tag["TagKey"]: tag.get("TagValue", "") for tag in listed}


def _wire(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": name, "TagValue": tags[name]} for name in sorted(tags)]


def change_key(client: AwsClients, current: KmsKeyModel, planned: KmsKeyModel, identity: Identity,
               ctx: StepContext) -> Steps:
    """One step for each part that differs."""
    kms, key = client.kms(current.region), current.key_id or ""
    subject, before = key_subject(key), current
    if (planned.description or "") != (current.description or ""):
        current = current.copy(description=planned.description)
        yield Step("description", identity, after(lambda: kms_call(
            ctx, kms.update_key_description, subject, KeyId=key,
            Description=planned.description or ""), current), doc="Set the description")
    if planned.policy and not same_policy(planned.policy, current.policy):
        current = current.copy(policy=planned.policy)
        yield Step("policy", identity, after(lambda: kms_new(
            client, ctx, kms.put_key_policy, subject, KeyId=key, PolicyName=POLICY_NAME,
            Policy=compact(planned.policy or ""),
            BypassPolicyLockoutSafetyCheck=bool(planned.bypass_policy_lockout_safety_check)),
            current), doc="Set the key policy")
    # A disabled key refuses most changes: it is enabled first, and disabled last.
    if planned.is_enabled and not current.is_enabled:
        current = current.copy(is_enabled=True)
        yield Step("enable", identity, after(
            lambda: kms_new(client, ctx, kms.enable_key, subject, KeyId=key), current),
            doc="Enable the key")
    if _rotation(planned) != _rotation(current):
        current = current.copy(enable_key_rotation=planned.enable_key_rotation,
                               rotation_period_in_days=planned.rotation_period_in_days)
        yield Step("rotation", identity, after(
            lambda: _rotate(client, planned, key, ctx), current), doc="Set the rotation")
    if (planned.tags_all or {}) != (before.tags_all or {}):
        current = current.copy(tags=planned.tags, tags_all=planned.tags_all)
        yield Step("tags", identity, after(lambda: _tag(
            client, current.region, key, before.tags_all or {}, planned.tags_all or {}, ctx),
            current), doc="Set tags")
    if not planned.is_enabled and current.is_enabled:
        current = current.copy(is_enabled=False)
        yield Step("disable", identity, after(
            lambda: kms_new(client, ctx, kms.disable_key, subject, KeyId=key), current),
            doc="Disable the key")
    final = planned.copy(policy=planned.policy or current.policy, arn=current.arn,
                         key_id=current.key_id, id=current.id)
    if final != current:
        yield Step("settings", identity, lambda: final, doc="Record the settings")


def _rotation(model: KmsKeyModel) -> tuple[bool, int]:
    on = bool(model.enable_key_rotation)
    return on, (model.rotation_period_in_days or 365) if on else 0


def _rotate(client: AwsClients, planned: KmsKeyModel, key: str, ctx: StepContext) -> None:
    kms = client.kms(planned.region)
    if not planned.enable_key_rotation:
        kms_new(client, ctx, kms.disable_key_rotation, key_subject(key), KeyId=key)
        return
    period = {} if planned.rotation_period_in_days is None else {
        "RotationPeriodInDays": planned.rotation_period_in_days}
    kms_new(client, ctx, kms.enable_key_rotation, key_subject(key), KeyId=key, **period)


def _tag(client: AwsClients, region: str | None, key: str, before: dict[str, str],
         wanted: dict[str, str], ctx: StepContext) -> None:
    kms, subject = client.kms(region), key_subject(key)
    removed = sorted(before.keys() - wanted.keys())
    if removed:
        kms_call(ctx, kms.untag_resource, subject, KeyId=key, TagKeys=removed)
    changed = {name: value for name, value in wanted.items() if before.get(name) != value}
    if changed:
        kms_call(ctx, kms.tag_resource, subject, KeyId=key, Tags=_wire(changed))


def delete_key(client: AwsClients, prior: KmsKeyModel, ctx: StepContext) -> None:
    """Begin the waiting period after which the key is gone; never of a key that a bucket names."""
    key = prior.key_id or ""
    kms = client.kms(prior.region)

    def schedule() -> None:
        refuse_used(client, key, prior.region, ctx)
        kms_call(ctx, kms.schedule_key_deletion, key_subject(key), KeyId=key,
                 PendingWindowInDays=prior.deletion_window_in_days or 30)

    try:
        gone_is_fine(schedule)
    except ProviderError as error:
        if code_of(error) != "KMSInvalidStateException":
            raise
        # An earlier attempt got through: the key waits already.
        found = kms_call(ctx, kms.describe_key, key_subject(key), KeyId=key)["KeyMetadata"]
        if found["KeyState"] not in ("PendingDeletion", "PendingReplicaDeletion"):
            raise
