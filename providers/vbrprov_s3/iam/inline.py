"""Inline policies of users, groups and roles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from vbrprov.policy.iam.normal import normal_form
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
from vbrprov.sdk.planning import known, silent
from vbrprov.sdk.recovery import by_name
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import IamClients
from vbrprov_s3.iam.calls import (
    after,
    already,
    call,
    document_text,
    found,
    gone_is_fine,
    made_up,
    name_validator,
)
from vbrprov_s3.iam.holders import Holder
from vbrprov_s3.iam.quotas import INLINE_CHARACTERS, QUOTAS
from vbrprov_s3.policy_json import compact, document_validator, same_policy
from vbrprov_s3.waiting import VISIBLE_SECONDS


class InlinePolicyModel(Model):
    """What inline policies of all kinds have."""

    name: str | None = attribute(doc="Name of the policy; made up when left out.", default=None,
                                 computed=True, replace_on_change=True,
                                 validators=(name_validator(128),))
    name_prefix: str | None = attribute(doc="Beginning of a name that is made up.", default=None,
                                        replace_on_change=True, validators=(name_validator(102),))
    policy: str = attribute(doc="The policy document as JSON.", required=True, same=same_policy,
                            validators=(document_validator(max(INLINE_CHARACTERS.values())),),
                            source=QUOTAS)
    id: str | None = computed_attribute(doc="Identity and policy, with a colon between them.")


P = TypeVar("P", bound=InlinePolicyModel)
C = TypeVar("C", bound=IamClients)


class InlinePolicy(ResourceType[P, C]):
    """One inline policy. One of that name that says something else is never overwritten."""

    holder: ClassVar[Holder]
    recovery = Recovery.CLIENT_NAMED
    settle_seconds = 5.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``; refuse what does not fit into the identity."""
        if not silent(plan.config, "name") and not silent(plan.config, "name_prefix"):
            plan.error("Name stated twice", "name and name_prefix exclude each other.",
                       "name_prefix")
        owner, name = known(plan.planned, self.holder.noun), known(plan.planned, "name")
        if isinstance(owner, str) and isinstance(name, str):
            plan.planned["id"] = f"{owner}:{name}"
        policy = known(plan.planned, "policy")
        if not isinstance(policy, str) or same_policy(policy, known(plan.prior, "policy")):
            return
        others = 0
        if plan.client is not None and isinstance(owner, str):
            others = self._others(plan.client, owner, name if isinstance(name, str) else "")
        self._fits(plan, policy, owner, others)

    def _fits(self, plan: PlanDraft, policy: str, owner: Any, others: int) -> None:
        limit = INLINE_CHARACTERS[self.holder.noun]
        try:
            size = len(compact(policy))
        except ValueError:
            return
        if size + others <= limit:
            return
        more = f", and its other inline policies have {others}" if others else ""
        whose = self.holder.subject(owner) if isinstance(owner, str) else f"a {self.holder.noun}"
        family = self.type_name.partition("_")[0]
        plan.error(
            "Inline policies too long",
            f"The policy has {size} characters{more}; all inline policies of {whose} together may "
            f"have {limit}, blanks not counted. Use a managed policy, which may have 6144 "
            f"({family}_iam_policy and {family}_iam_{self.holder.noun}_policy_attachment).",
            "policy")

    def _others(self, client: C, owner: str, name: str) -> int:
        """Characters of the other inline policies; 0 when they cannot be looked at."""
        try:
            names = found(lambda: self.holder.inline(client.iam(), owner)) or []
            texts = [self._live(client, owner, other) for other in names if other != name]
        except ProviderError:
            # A look that is a courtesy; the apply tells it all.
            return 0
        return sum(len(compact(text)) for text in texts if text)

    def steps(self, client: C, prior: P | None, planned: P | None,
              ctx: StepContext) -> Steps:
        """Put or delete the policy."""
        if planned is None:
            if prior is not None:
                yield Step("delete", self._identity(prior),
                           lambda: self._delete(client, prior, ctx), doc="Delete the policy")
            return
        if prior is None:
            name = planned.name or made_up(planned.name_prefix)
            wanted = planned.copy(name=name, id=f"{self.holder.name(planned)}:{name}")
            yield Step("create", self._identity(wanted),
                       after(lambda: self._create(client, wanted, ctx), wanted),
                       creates=True, doc="Put the policy")
        elif not same_policy(prior.policy, planned.policy):
            yield Step("policy", self._identity(planned),
                       after(lambda: self._put(client, planned, ctx), planned),
                       doc="Change the policy")
        elif prior != planned:
            yield Step("settings", self._identity(planned), lambda: planned,
                       doc="Record the arguments")

    def _named(self, model: P) -> dict[str, Any]:
        return {self.holder.parameter: self.holder.name(model), "PolicyName": model.name}

    def _create(self, client: C, wanted: P, ctx: StepContext) -> None:
        owner = self.holder.name(wanted)
        live = self._live(client, owner, wanted.name or "")
        if live is not None and not same_policy(live, wanted.policy):
            raise already(f'policy "{wanted.name}" of the {self.holder.subject(owner)}',
                          f"{owner}:{wanted.name}", "name")
        self._put(client, wanted, ctx)

    def _put(self, client: C, wanted: P, ctx: StepContext) -> None:
        put = self.holder.operation(client.iam(), "put_{}_policy")
        # "No such user" passes when the user was made a moment ago.
        retry(lambda: call(ctx, put, self.holder.subject(self.holder.name(wanted)),
                           **self._named(wanted), PolicyDocument=compact(wanted.policy)),
              ctx, frozenset({ErrorClass.NOT_FOUND}), 0 if client.sandbox else VISIBLE_SECONDS / 4)

    def _delete(self, client: C, prior: P, ctx: StepContext) -> None:
        delete = self.holder.operation(client.iam(), "delete_{}_policy")
        gone_is_fine(lambda: call(ctx, delete, self.holder.subject(self.holder.name(prior)),
                                  **self._named(prior)))

    def _live(self, client: C, owner: str, name: str,
              ctx: StepContext | None = None) -> str | None:
        get = self.holder.operation(client.iam(), "get_{}_policy")
        answer = found(lambda: call(ctx, get, self.holder.subject(owner),
                                    **{self.holder.parameter: owner}, PolicyName=name))
        return None if answer is None else document_text(answer["PolicyDocument"])

    def read(self, client: C, state: P, ctx: StepContext) -> P | None:
        """The policy; ``None`` when there is none, or the identity is gone itself."""
        owner, name = self.holder.name(state), state.name or ""
        live = self._live(client, owner, name, ctx)
        if live is None:
            return None
        return state.copy(id=f"{owner}:{name}",
                          policy=state.policy if same_policy(live, state.policy) else live)

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """As guardrails see it."""
        from vbrprov_s3.iam.viewed import inline_view

        return inline_view(facts)

    def import_state(self, client: C, import_id: str, ctx: StepContext) -> P | None:
        """The identity and the policy, with a colon between them."""
        owner, colon, name = import_id.partition(":")
        if not colon or not name:
            raise ProviderError(
                ErrorClass.INVALID, "Import id not understood",
                f'"{import_id}" is not of the form {self.holder.noun.upper()}:POLICY_NAME.')
        model: Any = self.model
        return self.read(client, model(**{self.holder.noun: owner}, name=name, policy=""), ctx)

    def find(self, client: C, planned: P, ctx: StepContext) -> Probe[P]:
        """The policy of that name, whatever it says by now."""
        if not planned.name:
            return super().find(client, planned, ctx)
        return by_name(self.read(client, planned, ctx))

    def probe(self, client: C, intent: OpenIntent, ctx: StepContext) -> Probe[P]:
        """Ours is a policy that says what we were about to say."""
        owner, name = str(intent.identity[self.holder.noun]), str(intent.identity["name"])
        live = self._live(client, owner, name, ctx)
        if live is None:
            return Probe(ProbeVerdict.ABSENT)
        if _digest(live) != intent.identity.get("policy"):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f'The {self.holder.subject(owner)} has a policy "{name}", and not '
                                "the one that the interrupted run was about to put.")
        model: Any = self.model
        return Probe(ProbeVerdict.OURS, state=model(
            **{self.holder.noun: owner}, name=name, policy=live, id=f"{owner}:{name}"))

    def _identity(self, model: P) -> Identity:
        return Identity({self.holder.noun: self.holder.name(model), "name": model.name,
                         "policy": _digest(model.policy)})


def _digest(document: str) -> str:
    text = json.dumps(normal_form(document), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
