"""aws_kms_key: one key of KMS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Listed,
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
from vbrprov.sdk.planning import known, silent
from vbrprov.sdk.recovery import by_name, made_since
from vbrprov.sdk.values import Value
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.kms.calls import key_subject, kms_call, kms_pages
from vbrprov_aws.kms.keys import (
    MARK,
    change_key,
    create_key,
    delete_key,
    read_policy,
    read_tags,
)
from vbrprov_s3.iam.calls import found
from vbrprov_s3.policy_json import document_validator, same_policy
from vbrprov_s3.tags import own_tags, plan_tags_all, without_system

_LIMITS: Final = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"
_ROTATION: Final = (
    "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html")
MAX_POLICY_BYTES: Final = 32768
GONE: Final = ("PendingDeletion", "PendingReplicaDeletion")

PREVENTED: Final = (
    'The key has deletion_policy = "PREVENT", the default, because what it encrypted can never be '
    'read without it. To schedule its deletion, set deletion_policy = "DELETE" and apply, then '
    'destroy. To leave it and forget it, set deletion_policy = "ABANDON" and apply, then destroy.')


def _window(value: Any) -> str | None:
    return None if 7 <= value <= 30 else "A key waits 7 to 30 days before it is deleted."


def _period(value: Any) -> str | None:
    return None if 90 <= value <= 2560 else "A key is rotated every 90 to 2560 days."


class KmsKeyModel(Model):
    """Arguments and attributes of ``aws_kms_key``."""

    description: str | None = attribute(doc="What it is for.", default=None)
    key_usage: str | None = attribute(
        doc="What the key is used for. Default encryption of buckets needs ENCRYPT_DECRYPT.",
        default="ENCRYPT_DECRYPT", replace_on_change=True,
        choices=("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"))
    customer_master_key_spec: str | None = attribute(
        doc="Kind of key. Default encryption of buckets needs SYMMETRIC_DEFAULT.",
        default="SYMMETRIC_DEFAULT", replace_on_change=True,
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html")
    policy: str | None = attribute(
        doc="The key policy as JSON; Amazon's default, which leaves it to IAM, when left out.",
        default=None, computed=True, same=same_policy,
        validators=(document_validator(MAX_POLICY_BYTES, "bytes"),), source=_LIMITS)
    bypass_policy_lockout_safety_check: bool | None = attribute(
        doc="Let a policy through that takes away your own right to change it.", default=False)
    is_enabled: bool | None = attribute(doc="Whether the key can be used.", default=True)
    enable_key_rotation: bool | None = attribute(doc="Rotate the key material.", default=False)
    rotation_period_in_days: int | None = attribute(
        doc="How often it is rotated; 365 when left out.", unit="days", default=None,
        validators=(_period,), source=_ROTATION)
    deletion_window_in_days: int | None = attribute(
        doc="How long the key can be had back after its deletion was scheduled.", unit="days",
        default=30, validators=(_window,))
    multi_region: bool | None = attribute(
        doc="Whether it can be copied to other regions.", default=False, replace_on_change=True)
    deletion_policy: str | None = attribute(
        doc="What destroying does: PREVENT refuses it, DELETE schedules the deletion of the key, "
            "ABANDON leaves it and forgets it. A key that a bucket encrypts with is never deleted.",
        default="PREVENT", choices=("PREVENT", "DELETE", "ABANDON"))
    region: str | None = attribute(doc="Region of the key; the provider's when left out.",
                                   default=None, computed=True, replace_on_change=True)
    tags: dict[str, str] | None = attribute(doc="Tags of the key.", default=None)
    id: str | None = computed_attribute(doc="Id of the key.")
    key_id: str | None = computed_attribute(doc="Id of the key.")
    arn: str | None = computed_attribute(doc="ARN of the key.")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the key, default_tags of the provider included.")


class KmsKey(ResourceType[KmsKeyModel, AwsClients]):
    """One key. It has a tag of ours by which a key of an interrupted run is found again."""

    type_name = "aws_kms_key"
    model = KmsKeyModel
    recovery = Recovery.TAGGED
    doc = "A customer managed key of KMS."
    source = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``region`` and ``tags_all``; refuse rotation of keys that have none."""
        plan_tags_all(plan)
        if plan.prior is None and plan.client is not None and silent(plan.config, "region"):
            plan.planned["region"] = plan.client.region
        rotates = known(plan.planned, "enable_key_rotation")
        if rotates is True and known(plan.planned, "customer_master_key_spec") in (
                "SYMMETRIC_DEFAULT",):
            return
        if rotates is True and isinstance(known(plan.planned, "customer_master_key_spec"), str):
            plan.error("Key cannot be rotated", "KMS rotates symmetric encryption keys only.",
                       "enable_key_rotation")
        elif rotates is False and isinstance(known(plan.planned, "rotation_period_in_days"), int):
            plan.error("Rotation period without rotation",
                       "rotation_period_in_days needs enable_key_rotation = true.",
                       "rotation_period_in_days")

    def plan_destroy(self, prior: Mapping[str, Value]) -> str | None:
        """``deletion_policy = "PREVENT"`` refuses."""
        return None if known(prior, "deletion_policy") in ("DELETE", "ABANDON") else PREVENTED

    def steps(self, client: AwsClients, prior: KmsKeyModel | None,
              planned: KmsKeyModel | None, ctx: StepContext) -> Steps:
        """Create, then each part that differs; or schedule the deletion."""
        if planned is None:
            if prior is None or prior.deletion_policy == "ABANDON":
                return
            if prior.deletion_policy != "DELETE":
                raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", PREVENTED,
                                    attribute="deletion_policy")
            yield Step("delete", _identity(prior), lambda: delete_key(client, prior, ctx),
                       doc="Schedule the deletion of the key")
            return
        planned = planned.copy(region=planned.region or client.region,
                               tags_all={**client.default_tags, **(planned.tags or {})})
        if prior is None:
            wanted = planned
            made = yield Step("create", Identity.of(token=ctx.token, region=planned.region),
                              lambda: create_key(client, wanted, ctx), creates=True,
                              doc="Create the key")
            current = made if isinstance(made, KmsKeyModel) else wanted
            planned = planned.copy(id=current.id, key_id=current.key_id, arn=current.arn)
        else:
            current = prior
        yield from change_key(client, current, planned, _identity(current), ctx)

    def read(self, client: AwsClients, state: KmsKeyModel, ctx: StepContext) -> KmsKeyModel | None:
        """The key; ``None`` when there is none, or when it waits for its deletion."""
        kms, key = client.kms(state.region), state.key_id or state.id or ""
        answer = found(lambda: kms_call(ctx, kms.describe_key, key_subject(key), KeyId=key))
        if answer is None or answer["KeyMetadata"]["KeyState"] in GONE:
            return None
        entry = answer["KeyMetadata"]
        rotates, period = self._rotation(client, state, entry, ctx)
        live = read_policy(client, state, key, ctx)
        tags = without_system(read_tags(client, state.region, key, ctx))
        tags.pop(MARK, None)
        return state.copy(
            id=entry["KeyId"], key_id=entry["KeyId"], arn=entry["Arn"],
            region=state.region or client.region,
            description=entry.get("Description") or ("" if state.description == "" else None),
            key_usage=entry.get("KeyUsage", state.key_usage),
            customer_master_key_spec=entry.get("KeySpec", state.customer_master_key_spec),
            is_enabled=entry["KeyState"] != "Disabled",
            multi_region=bool(entry.get("MultiRegion")), enable_key_rotation=rotates,
            rotation_period_in_days=period,
            policy=state.policy if same_policy(live, state.policy) else live,
            tags=own_tags(client, tags, state.tags), tags_all=tags)

    def _rotation(self, client: AwsClients, state: KmsKeyModel, entry: Mapping[str, Any],
                  ctx: StepContext) -> tuple[bool, int | None]:
        if entry.get("KeySpec") != "SYMMETRIC_DEFAULT" or entry["KeyState"] == "Disabled":
            # KMS does not tell of a disabled key.
            return bool(state.enable_key_rotation), state.rotation_period_in_days
        status = kms_call(ctx, client.kms(state.region).get_key_rotation_status,
                          key_subject(entry["KeyId"]), KeyId=entry["KeyId"])
        on = bool(status["KeyRotationEnabled"])
        period = status.get("RotationPeriodInDays")
        # The usual year is not drift where configuration says nothing.
        stated = state.rotation_period_in_days
        if not on or period is None or (stated is None and period == 365):
            return on, stated if on else None
        return on, int(period)

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> KmsKeyModel | None:
        """The key of that id or ARN."""
        region = import_id.split(":")[3] if import_id.startswith("arn:") else None
        return self.read(client, KmsKeyModel(key_id=import_id, region=region), ctx)

    def find(self, client: AwsClients, planned: KmsKeyModel,
             ctx: StepContext) -> Probe[KmsKeyModel]:
        """A key with a mark of this stack, or of any where that is not known, as it was asked for.

        A key has no name: of several that are alike none is taken.
        """
        wanted = {"description": planned.description or "", "key_usage": planned.key_usage,
                  "customer_master_key_spec": planned.customer_master_key_spec}
        alike = [key for key in self.marked(client, planned.region)
                 if key.token.startswith(ctx.stack[:8]) and key.known == wanted]
        if len(alike) > 1:
            return Probe(ProbeVerdict.UNKNOWN, detail="The marks of the stack and the arguments "
                         "fit several keys: " + ", ".join(k.import_id for k in alike) + ".")
        if not alike:
            return Probe(ProbeVerdict.ABSENT)
        one = KmsKeyModel(key_id=alike[0].import_id, region=planned.region)
        return by_name(self.read(client, one, ctx), alike[0].token)

    def marked(self, client: AwsClients, region: str | None = None) -> Iterator[Listed]:
        """The keys of a region that bear a mark."""
        ctx = StepContext(address="", token="", stack="")
        kms = client.kms(region)
        for entry in list(kms_pages(ctx, kms.list_keys, "Keys", "the account")):
            key = str(entry["KeyId"])
            answer = found(lambda key=key: kms_call(  # type: ignore[misc]
                ctx, kms.describe_key, key_subject(key), KeyId=key))
            if answer is None or answer["KeyMetadata"]["KeyState"] in GONE:
                continue
            about = answer["KeyMetadata"]
            if about.get("KeyManager") == "AWS":
                # Amazon's own: nobody may tag them, or read their tags.
                continue
            token = read_tags(client, region, key, ctx).get(MARK, "")
            if token:
                yield Listed(key, about.get("Description") or key, {
                    "description": about.get("Description") or "",
                    "key_usage": about.get("KeyUsage", ""),
                    "customer_master_key_spec": about.get("KeySpec", "")}, token)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[KmsKeyModel]:
        """Ours is a key with the token of the interrupted run; only new keys are looked at."""
        region = intent.identity.get("region")
        kms = client.kms(region)
        for entry in list(kms_pages(ctx, kms.list_keys, "Keys", "the account")):
            key = str(entry["KeyId"])
            answer = found(lambda key=key: kms_call(  # type: ignore[misc]
                ctx, kms.describe_key, key_subject(key), KeyId=key))
            if answer is None or answer["KeyMetadata"]["KeyState"] in GONE or not made_since(
                    answer["KeyMetadata"]["CreationDate"], intent.created):
                continue
            if read_tags(client, region, key, ctx).get(MARK) == intent.token:
                return Probe(ProbeVerdict.OURS, state=self.read(
                    client, KmsKeyModel(key_id=key, region=region), ctx))
        return Probe(ProbeVerdict.ABSENT)


def _identity(model: KmsKeyModel) -> Identity:
    return Identity.of(key_id=model.key_id, region=model.region)
