"""Managed policies attached to users, groups and roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, TypeVar

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
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
    View,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import IamClients
from vbrprov_s3.iam.calls import call, found, gone_is_fine
from vbrprov_s3.iam.holders import Holder
from vbrprov_s3.iam.quotas import QUOTAS, quota

#: Seconds until an identity or policy that was made just now is known everywhere.
NEW_SECONDS: Final = 60.0


def _check_arn(value: Any) -> str | None:
    # Dell's begin with urn:.
    if not value.startswith(("arn:", "urn:")) or ":policy/" not in value:
        return "policy_arn is the ARN of a managed policy (arn:aws:iam::ACCOUNT:policy/NAME)."
    return None


class AttachmentModel(Model):
    """What attachments of all kinds have."""

    policy_arn: str = attribute(doc="ARN of the managed policy.", required=True,
                                replace_on_change=True, validators=(_check_arn,))
    id: str | None = computed_attribute(doc="Identity and policy, with a slash between them.")


A = TypeVar("A", bound=AttachmentModel)


C = TypeVar("C", bound=IamClients)


class Attachment(ResourceType[A, C]):
    """Attaching twice changes nothing, so an attachment that is there is simply taken."""

    holder: ClassVar[Holder]
    recovery = Recovery.CLIENT_NAMED
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``; refuse one more than the identity may have."""
        owner, arn = known(plan.planned, self.holder.noun), known(plan.planned, "policy_arn")
        if isinstance(owner, str) and isinstance(arn, str):
            plan.planned["id"] = f"{owner}/{arn}"
        if plan.prior is not None or plan.client is None or not isinstance(owner, str):
            return
        try:
            attached = found(lambda: self.holder.attached(plan.client.iam(), owner)) or []
        except ProviderError:
            # A look that is a courtesy; the apply tells it all.
            return
        most = quota(plan.client, f"AttachedPoliciesPer{self.holder.noun.capitalize()}Quota")
        if len(attached) < most or arn in attached or plan.destroy_first:
            return
        plan.error(
            "No room for another policy",
            f"{len(attached)} managed policies are attached to the {self.holder.subject(owner)}, "
            f"the most that the account allows ({QUOTAS}). Detach one, join policies, or have the "
            "quota raised.", "policy_arn")

    def steps(self, client: C, prior: A | None, planned: A | None,
              ctx: StepContext) -> Steps:
        """Attach or detach."""
        iam = client.iam()
        if planned is None:
            if prior is not None:
                detach = self.holder.operation(iam, "detach_{}_policy")
                yield Step("detach", self._identity(prior), lambda: gone_is_fine(
                    lambda: call(ctx, detach, self._subject(prior), **self._named(prior))),
                    doc="Detach the policy")
            return
        if prior is not None:
            return
        wanted = planned

        def attach() -> A:
            retry(lambda: call(ctx, self.holder.operation(iam, "attach_{}_policy"),
                               self._subject(wanted), **self._named(wanted)),
                  ctx, frozenset({ErrorClass.NOT_FOUND}), 0 if client.sandbox else NEW_SECONDS)
            return wanted.copy(id=f"{self.holder.name(wanted)}/{wanted.policy_arn}")

        yield Step("attach", self._identity(planned), attach, creates=True,
                   doc="Attach the policy")

    def _subject(self, model: A) -> str:
        return self.holder.subject(self.holder.name(model))

    def _named(self, model: A) -> dict[str, str]:
        return {self.holder.parameter: self.holder.name(model), "PolicyArn": model.policy_arn}

    def _identity(self, model: A) -> Identity:
        return Identity({self.holder.noun: self.holder.name(model),
                         "policy_arn": model.policy_arn})

    def read(self, client: C, state: A, ctx: StepContext) -> A | None:
        """The attachment; ``None`` when there is none, or the identity is gone itself."""
        owner = self.holder.name(state)
        attached = found(lambda: self.holder.attached(client.iam(), owner, ctx)) or []
        if state.policy_arn not in attached:
            return None
        return state.copy(id=f"{owner}/{state.policy_arn}")

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """As guardrails see it."""
        from vbrprov_s3.iam.viewed import attachment_view

        return attachment_view(facts)

    def import_state(self, client: C, import_id: str, ctx: StepContext) -> A | None:
        """The identity and the ARN of the policy, with a slash between them."""
        owner, slash, arn = import_id.partition("/")
        if not slash or not arn.startswith(("arn:", "urn:")):
            raise ProviderError(
                ErrorClass.INVALID, "Import id not understood",
                f'"{import_id}" is not of the form {self.holder.noun.upper()}/POLICY_ARN.')
        return self.read(client, self._make(owner, arn), ctx)

    def probe(self, client: C, intent: OpenIntent, ctx: StepContext) -> Probe[A]:
        """Ours when it is there."""
        state = self.read(client, self._make(str(intent.identity[self.holder.noun]),
                                             str(intent.identity["policy_arn"])), ctx)
        return Probe(ProbeVerdict.OURS if state else ProbeVerdict.ABSENT, state=state)

    def _make(self, owner: str, arn: str) -> A:
        model: Any = self.model
        made: A = model(**{self.holder.noun: owner}, policy_arn=arn)
        return made
