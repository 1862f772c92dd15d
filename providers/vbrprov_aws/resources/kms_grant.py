"""aws_kms_grant: the right of one identity to use a key."""

from __future__ import annotations

import re
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
from vbrprov.sdk.planning import silent
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.values import STRING, SetT
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.kms.calls import id_of, key_subject, kms_call, kms_new, kms_pages, same_key
from vbrprov_s3.iam.calls import already, found, gone_is_fine, made_up

_SOURCE: Final = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html"
_OPERATIONS: Final = frozenset({
    "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom",
    "ReEncryptTo", "Sign", "Verify", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey",
    "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac",
    "DeriveSharedSecret"})
_NAME: Final = re.compile(r"[A-Za-z0-9:/_-]{1,256}")


def _check_name(value: Any) -> str | None:
    if not _NAME.fullmatch(value):
        return "A name has 1 to 256 letters, digits, colons, slashes, underscores and hyphens."
    return None


def _check_operations(value: Any) -> str | None:
    wrong = sorted(set(value) - _OPERATIONS)
    if wrong:
        return f"{wrong[0]} is not one of {', '.join(sorted(_OPERATIONS))}."
    return None if value else "A grant allows at least one operation."


class ConstraintsBlock(Model):
    """Encryption context that must be given with each use."""

    encryption_context_equals: dict[str, str] | None = attribute(
        doc="The whole context.", default=None)
    encryption_context_subset: dict[str, str] | None = attribute(
        doc="Entries that the context must have.", default=None)

    def wire(self) -> dict[str, Any]:
        """As KMS takes it."""
        out = {"EncryptionContextEquals": self.encryption_context_equals,
               "EncryptionContextSubset": self.encryption_context_subset}
        return {name: value for name, value in out.items() if value}


class KmsGrantModel(Model):
    """Arguments and attributes of ``aws_kms_grant``."""

    name: str | None = attribute(doc="Name of the grant; made up when left out.", default=None,
                                 computed=True, replace_on_change=True, validators=(_check_name,),
                                 source=_SOURCE)
    key_id: str = attribute(doc="Id or ARN of the key.", required=True, replace_on_change=True,
                            same=same_key)
    grantee_principal: str = attribute(doc="ARN of the identity that may use the key.",
                                       required=True, replace_on_change=True)
    operations: list[str] = attribute(doc="What it may do.", required=True, replace_on_change=True,
                                      type=SetT(STRING), validators=(_check_operations,),
                                      source=_SOURCE)
    retiring_principal: str | None = attribute(
        doc="ARN of the identity that may end the grant.", default=None, replace_on_change=True)
    retire_on_delete: bool | None = attribute(
        doc="Retire the grant when it is destroyed; it is revoked otherwise.", default=False)
    constraints: ConstraintsBlock | None = block(
        doc="Encryption context that each use needs.", default=None, replace_on_change=True)
    region: str | None = attribute(doc="Region of the key; the provider's when left out.",
                                   default=None, computed=True, replace_on_change=True)
    id: str | None = computed_attribute(doc="Key and grant, with a colon between them.")
    grant_id: str | None = computed_attribute(doc="Id of the grant.")


class KmsGrant(ResourceType[KmsGrantModel, AwsClients]):
    """One grant. It has a name, so that KMS itself makes no second one of the same."""

    type_name = "aws_kms_grant"
    model = KmsGrantModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A grant on a KMS key."
    source = _SOURCE
    settle_seconds = 10.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``region``."""
        if plan.prior is None and plan.client is not None and silent(plan.config, "region"):
            plan.planned["region"] = plan.client.region

    def steps(self, client: AwsClients, prior: KmsGrantModel | None,
              planned: KmsGrantModel | None, ctx: StepContext) -> Steps:
        """Create; or revoke or retire."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _end(client, prior, ctx),
                           doc="End the grant")
            return
        if prior is None:
            wanted = planned.copy(name=planned.name or made_up(None),
                                  region=planned.region or client.region)
            yield Step("create", _identity(wanted), lambda: _create(client, wanted, ctx),
                       creates=True, doc="Create the grant")
        elif prior != planned:
            yield Step("settings", _identity(prior), lambda: planned, doc="Record the settings")

    def read(self, client: AwsClients, state: KmsGrantModel,
             ctx: StepContext) -> KmsGrantModel | None:
        """The grant; ``None`` when there is none, or the key is gone."""
        for entry in _grants(client, state, ctx):
            if entry["GrantId"] == state.grant_id:
                return _seen(client, state, entry)
        return None

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> KmsGrantModel | None:
        """``KEY_ID:GRANT_ID``; the key may be an ARN."""
        key, colon, grant = import_id.rpartition(":")
        if not colon or not key:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form KEY_ID:GRANT_ID.')
        return self.read(client, KmsGrantModel(key_id=key, grant_id=grant, grantee_principal="",
                                               operations=[]), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[KmsGrantModel]:
        """Ours is a grant of that name that is not older than the intent."""
        blank = KmsGrantModel(
            key_id=str(intent.identity["key_id"]), name=str(intent.identity["name"]),
            region=intent.identity.get("region"), grantee_principal="", operations=[])
        entry = _named(client, blank, ctx)
        if entry is None:
            return Probe(ProbeVerdict.ABSENT)
        made = entry.get("CreationDate")
        if made is not None and not made_since(made, intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The {key_subject(blank.key_id)} had a grant "{blank.name}" '
                                "before.")
        return Probe(ProbeVerdict.OURS, state=_seen(client, blank, entry))


def _identity(model: KmsGrantModel) -> Identity:
    return Identity.of(key_id=model.key_id, name=model.name, region=model.region)


def _grants(client: AwsClients, model: KmsGrantModel, ctx: StepContext) -> list[dict[str, Any]]:
    return found(lambda: list(kms_pages(
        ctx, client.kms(model.region).list_grants, "Grants", key_subject(model.key_id),
        KeyId=model.key_id))) or []


def _named(client: AwsClients, model: KmsGrantModel, ctx: StepContext) -> dict[str, Any] | None:
    return next((e for e in _grants(client, model, ctx) if e.get("Name") == model.name), None)


def _seen(client: AwsClients, state: KmsGrantModel, entry: dict[str, Any]) -> KmsGrantModel:
    found_ = entry.get("Constraints") or {}
    equals, subset = (found_.get(f"EncryptionContext{kind}") for kind in ("Equals", "Subset"))
    return state.copy(
        id=f"{id_of(state.key_id)}:{entry['GrantId']}", grant_id=entry["GrantId"],
        name=entry.get("Name") or state.name, region=state.region or client.region,
        grantee_principal=entry["GranteePrincipal"], operations=sorted(entry["Operations"]),
        retiring_principal=entry.get("RetiringPrincipal"),
        constraints=ConstraintsBlock(encryption_context_equals=equals or None,
                                     encryption_context_subset=subset or None)
        if equals or subset else None)


def _create(client: AwsClients, wanted: KmsGrantModel, ctx: StepContext) -> KmsGrantModel:
    # KMS answers a second creation with the first grant only when nothing differs.
    if _named(client, wanted, ctx) is not None:
        raise already(f'grant "{wanted.name}" on the {key_subject(wanted.key_id)}',
                      f"{id_of(wanted.key_id)}:GRANT_ID", "name")
    parameters: dict[str, Any] = {
        "KeyId": wanted.key_id, "Name": wanted.name, "Operations": sorted(wanted.operations),
        "GranteePrincipal": wanted.grantee_principal}
    if wanted.retiring_principal:
        parameters["RetiringPrincipal"] = wanted.retiring_principal
    if wanted.constraints is not None and wanted.constraints.wire():
        parameters["Constraints"] = wanted.constraints.wire()
    kms = client.kms(wanted.region, once=True)
    # A principal that was made a moment ago is an invalid ARN until KMS knows it.
    made = kms_new(client, ctx, kms.create_grant, key_subject(wanted.key_id), **parameters)
    return wanted.copy(grant_id=made["GrantId"], operations=sorted(wanted.operations),
                       id=f"{id_of(wanted.key_id)}:{made['GrantId']}")


def _end(client: AwsClients, prior: KmsGrantModel, ctx: StepContext) -> None:
    kms = client.kms(prior.region)
    end = kms.retire_grant if prior.retire_on_delete else kms.revoke_grant
    gone_is_fine(lambda: kms_call(ctx, end, key_subject(prior.key_id), KeyId=prior.key_id,
                                  GrantId=prior.grant_id))
