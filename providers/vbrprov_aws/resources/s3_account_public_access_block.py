"""aws_s3_account_public_access_block: public access blocked in a whole account."""

from __future__ import annotations

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
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.waiting import retry
from vbrprov_aws.clients import AwsClients
from vbrprov_aws.errors import S3_CONTROL
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.calls import found, gone_is_fine
from vbrprov_s3.waiting import CONFLICT_SECONDS

_BUSY: Final = frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED})
#: The switches, and what S3 calls them.
SWITCHES: Final = {
    "block_public_acls": "BlockPublicAcls", "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls", "restrict_public_buckets": "RestrictPublicBuckets",
}


class S3AccountPublicAccessBlockModel(Model):
    """Arguments and attributes of ``aws_s3_account_public_access_block``."""

    account_id: str | None = attribute(doc="The account; the provider's when left out.",
                                       default=None, computed=True, replace_on_change=True)
    block_public_acls: bool | None = attribute(doc="Refuse public ACLs.", default=True)
    block_public_policy: bool | None = attribute(doc="Refuse public bucket policies.", default=True)
    ignore_public_acls: bool | None = attribute(doc="Ignore public ACLs.", default=True)
    restrict_public_buckets: bool | None = attribute(
        doc="Let only the account itself use a bucket with a public policy.", default=True)
    id: str | None = computed_attribute(doc="The account.")


class S3AccountPublicAccessBlock(ResourceType[S3AccountPublicAccessBlockModel, AwsClients]):
    """The four switches of an account; they win over those of its buckets."""

    type_name = "aws_s3_account_public_access_block"
    model = S3AccountPublicAccessBlockModel
    recovery = Recovery.CLIENT_NAMED
    doc = "The public access block of a whole account."
    source = ("https://docs.aws.amazon.com/AmazonS3/latest/API/"
              "API_control_PutPublicAccessBlock.html")
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in the account."""
        if plan.prior is None and plan.client is not None and silent(plan.config, "account_id"):
            account = plan.client.account_id()
            if account:
                plan.planned["account_id"] = account
        account = known(plan.planned, "account_id")
        if isinstance(account, str):
            plan.planned["id"] = account

    def steps(self, client: AwsClients, prior: S3AccountPublicAccessBlockModel | None,
              planned: S3AccountPublicAccessBlockModel | None, ctx: StepContext) -> Steps:
        """Set all four, or take them away."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _delete(client, prior, ctx),
                           doc="Remove the public access block of the account")
            return
        account = planned.account_id or client.account_id()
        if not account:
            raise ProviderError(ErrorClass.DENIED, "Account not known",
                                "STS does not tell which account this is.", attribute="account_id",
                                hint="Set account_id.")
        wanted = planned.copy(account_id=account, id=account)
        if prior is None:
            yield Step("create", _identity(wanted), lambda: _create(client, wanted, ctx),
                       creates=True, doc="Block public access in the account")
        elif _wire(prior) != _wire(wanted):
            yield Step("switches", _identity(wanted), lambda: _put(client, wanted, ctx),
                       doc="Set the switches")

    def read(self, client: AwsClients, state: S3AccountPublicAccessBlockModel,
             ctx: StepContext) -> S3AccountPublicAccessBlockModel | None:
        """The switches; ``None`` when the account has none."""
        account = state.account_id or client.account_id() or ""
        live = _live(client, account)
        if live is None:
            return None
        return state.copy(account_id=account, id=account,
                          **{name: bool(live.get(wire)) for name, wire in SWITCHES.items()})

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> S3AccountPublicAccessBlockModel | None:
        """The public access block of the account of that number."""
        return self.read(client, S3AccountPublicAccessBlockModel(account_id=import_id), ctx)

    def find(self, client: AwsClients, planned: S3AccountPublicAccessBlockModel,
             ctx: StepContext) -> Probe[S3AccountPublicAccessBlockModel]:
        """The block of the account, whatever it says by now."""
        return by_name(self.read(client, planned, ctx))

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[S3AccountPublicAccessBlockModel]:
        """Ours is one that says what we were about to say."""
        account = str(intent.identity["account_id"])
        live = _live(client, account)
        if live is None:
            return Probe(ProbeVerdict.ABSENT)
        wanted = {wire: intent.identity[name] for name, wire in SWITCHES.items()}
        if live != wanted:
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f"Account {account} has another public access block.")
        return Probe(ProbeVerdict.OURS, state=self.import_state(client, account, ctx))


def _wire(model: S3AccountPublicAccessBlockModel) -> dict[str, bool]:
    return {wire: getattr(model, name) is not False for name, wire in SWITCHES.items()}


def _identity(model: S3AccountPublicAccessBlockModel) -> Identity:
    return Identity({"account_id": model.account_id,
                     **{name: getattr(model, name) is not False for name in SWITCHES}})


def _subject(account: str | None) -> str:
    return f"account {account}"


def _live(client: AwsClients, account: str) -> dict[str, bool] | None:
    answer: Any = found(lambda: invoke(S3_CONTROL, client.s3control().get_public_access_block,
                                       _subject(account), AccountId=account))
    if answer is None:
        return None
    setting = answer["PublicAccessBlockConfiguration"]
    return {wire: bool(setting.get(wire)) for wire in SWITCHES.values()}


def _create(client: AwsClients, wanted: S3AccountPublicAccessBlockModel,
            ctx: StepContext) -> S3AccountPublicAccessBlockModel:
    live = _live(client, wanted.account_id or "")
    if live is not None and live != _wire(wanted):
        raise ProviderError(
            ErrorClass.EXISTS, "Account already has a public access block",
            f"Account {wanted.account_id} has a public access block that says something else. It "
            "was not set by this stack and is not overwritten silently.",
            hint=f"Import it (vbrprov import ADDRESS {wanted.account_id}) and see what would "
                 "change.")
    return _put(client, wanted, ctx)


def _put(client: AwsClients, wanted: S3AccountPublicAccessBlockModel,
         ctx: StepContext) -> S3AccountPublicAccessBlockModel:
    retry(lambda: invoke(S3_CONTROL, client.s3control().put_public_access_block,
                         _subject(wanted.account_id), AccountId=wanted.account_id,
                         PublicAccessBlockConfiguration=_wire(wanted)),
          ctx, _BUSY, CONFLICT_SECONDS)
    return wanted


def _delete(client: AwsClients, prior: S3AccountPublicAccessBlockModel, ctx: StepContext) -> None:
    gone_is_fine(lambda: retry(
        lambda: invoke(S3_CONTROL, client.s3control().delete_public_access_block,
                       _subject(prior.account_id), AccountId=prior.account_id),
        ctx, _BUSY, CONFLICT_SECONDS))
