"""aws_kms_alias: a name for a key."""

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
    computed_attribute,
)
from vbrprov.sdk.planning import known, silent
from vbrprov.sdk.recovery import made_since
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.kms.calls import id_of, kms_call, kms_new, kms_pages, same_key
from vbrprov_s3.iam.calls import after, already, gone_is_fine, made_up

_SOURCE: Final = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"
_NAME: Final = re.compile(r"alias/[A-Za-z0-9/_-]+")


def _name_validator(longest: int) -> Any:
    def check(value: Any) -> str | None:
        if value.startswith("alias/aws/"):
            return "Aliases that begin with alias/aws/ are Amazon's own."
        if len(value) > longest or not _NAME.fullmatch(value):
            return (f"An alias begins with alias/ and has at most {longest} letters, digits, "
                    "slashes, underscores and hyphens.")
        return None

    return check


class KmsAliasModel(Model):
    """Arguments and attributes of ``aws_kms_alias``."""

    name: str | None = attribute(
        doc="The alias, with alias/ before it; made up when left out.", default=None, computed=True,
        replace_on_change=True, validators=(_name_validator(256),), source=_SOURCE)
    name_prefix: str | None = attribute(
        doc="Beginning of a name that is made up, with alias/ before it.", default=None,
        replace_on_change=True, validators=(_name_validator(230),))
    target_key_id: str = attribute(doc="Id or ARN of the key.", required=True, same=same_key)
    region: str | None = attribute(doc="Region of the alias; the provider's when left out.",
                                   default=None, computed=True, replace_on_change=True)
    id: str | None = computed_attribute(doc="The alias.")
    arn: str | None = computed_attribute(doc="ARN of the alias.")
    target_key_arn: str | None = computed_attribute(doc="ARN of the key.", recompute=True)


class KmsAlias(ResourceType[KmsAliasModel, AwsClients]):
    """One alias; it can be moved to another key in place."""

    type_name = "aws_kms_alias"
    model = KmsAliasModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An alias of a KMS key."
    source = _SOURCE
    settle_seconds = 10.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id`` and ``region``; refuse two names."""
        if not silent(plan.config, "name") and not silent(plan.config, "name_prefix"):
            plan.error("Name stated twice", "name and name_prefix exclude each other.",
                       "name_prefix")
        if plan.prior is None and plan.client is not None and silent(plan.config, "region"):
            plan.planned["region"] = plan.client.region
        name = known(plan.planned, "name")
        if isinstance(name, str):
            plan.planned["id"] = name

    def steps(self, client: AwsClients, prior: KmsAliasModel | None,
              planned: KmsAliasModel | None, ctx: StepContext) -> Steps:
        """Create, move or delete."""
        if planned is None:
            if prior is not None:
                kms, name = client.kms(prior.region), prior.name or ""
                yield Step("delete", _identity(prior), lambda: gone_is_fine(lambda: kms_call(
                    ctx, kms.delete_alias, _subject(name), AliasName=name)),
                    doc="Delete the alias")
            return
        region = planned.region or client.region
        if prior is None:
            name = planned.name or made_up(planned.name_prefix or "alias/vbrprov-")
            wanted = planned.copy(name=name, id=name, region=region)
            yield Step("create", _identity(wanted), lambda: self._create(client, wanted, ctx),
                       creates=True, doc="Create the alias")
        elif not same_key(prior.target_key_id, planned.target_key_id):
            kms = client.kms(region)
            yield Step("target", _identity(prior), lambda: self._seen(client, planned, after(
                lambda: kms_new(client, ctx, kms.update_alias, _subject(prior.name or ""),
                                AliasName=prior.name, TargetKeyId=planned.target_key_id),
                planned)(), ctx), doc="Move the alias to another key")
        elif prior.target_key_id != planned.target_key_id:
            moved = planned.copy(target_key_arn=prior.target_key_arn)
            yield Step("settings", _identity(prior), lambda: moved, doc="Record the arguments")

    def _create(self, client: AwsClients, wanted: KmsAliasModel,
                ctx: StepContext) -> KmsAliasModel:
        kms, name = client.kms(wanted.region, once=True), wanted.name or ""
        try:
            kms_new(client, ctx, kms.create_alias, _subject(name), AliasName=name,
                    TargetKeyId=wanted.target_key_id)
        except ProviderError as error:
            if error.kind is ErrorClass.EXISTS:
                raise already(_subject(name), name, "name") from error
            raise
        return self._seen(client, wanted, wanted, ctx)

    def _seen(self, client: AwsClients, wanted: KmsAliasModel, otherwise: KmsAliasModel,
              ctx: StepContext) -> KmsAliasModel:
        """The alias with its ARNs; without them while KMS does not show it yet."""
        return self.read(client, wanted, ctx) or otherwise

    def read(self, client: AwsClients, state: KmsAliasModel,
             ctx: StepContext) -> KmsAliasModel | None:
        """The alias; ``None`` when there is none."""
        entry = _find(client, state.region, state.name or "", ctx)
        if entry is None:
            return None
        arn, target = str(entry["AliasArn"]), str(entry["TargetKeyId"])
        return state.copy(
            id=state.name, arn=arn, region=state.region or client.region,
            target_key_arn=f"{arn.partition(':alias/')[0]}:key/{id_of(target)}",
            target_key_id=(state.target_key_id if same_key(state.target_key_id, target)
                           else target))

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> KmsAliasModel | None:
        """The alias of that name, with alias/ before it."""
        return self.read(client, KmsAliasModel(name=import_id, target_key_id=""), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[KmsAliasModel]:
        """Ours is an alias of the key that we meant and that is not older than the intent."""
        name, region = str(intent.identity["name"]), intent.identity.get("region")
        entry = _find(client, region, name, ctx)
        if entry is None:
            return Probe(ProbeVerdict.ABSENT)
        made = entry.get("CreationDate")
        if not same_key(entry.get("TargetKeyId"), intent.identity.get("key")) or (
                made is not None and not made_since(made, intent.created)):
            return Probe(ProbeVerdict.FOREIGN, detail=f"The {_subject(name)} was there before, or "
                                                      "is of another key.")
        return Probe(ProbeVerdict.OURS, state=self.read(
            client, KmsAliasModel(name=name, region=region, target_key_id=""), ctx))


def _subject(name: str) -> str:
    return f'KMS alias "{name}"'


def _identity(model: KmsAliasModel) -> Identity:
    return Identity.of(name=model.name, region=model.region, key=model.target_key_id)


def _find(client: AwsClients, region: str | None, name: str,
          ctx: StepContext) -> dict[str, Any] | None:
    listed = kms_pages(ctx, client.kms(region).list_aliases, "Aliases", _subject(name))
    return next((e for e in listed if e["AliasName"] == name and e.get("TargetKeyId")), None)
