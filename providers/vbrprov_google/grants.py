"""One member of one role in an IAM policy: what the three ``_iam_member`` types share.

A policy is read, changed and written under its etag; what others wrote into it stays.
https://docs.cloud.google.com/iam/docs/policies
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

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
from vbrprov.sdk.planning import is_known, known
from vbrprov.sdk.waiting import retry
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call
from vbrprov_google.names import check_member, check_role, same_member

#: Version of policies with conditions.
VERSION: Final = 3
#: Seconds for which others may go on changing the same policy.
BUSY_SECONDS: Final = 300.0
#: Seconds until an account that was made just now is known everywhere.
NEW_SECONDS: Final = 60.0


class ConditionBlock(Model):
    """When the grant holds; an expression of the Common Expression Language."""

    title: str = attribute(doc="Short name.", required=True, replace_on_change=True)
    expression: str = attribute(doc="The expression.", required=True, replace_on_change=True)
    description: str | None = attribute(doc="Longer text.", default=None, replace_on_change=True)


class GrantModel(Model):
    """Arguments that all ``_iam_member`` types have."""

    role: str = attribute(doc="The role that is granted.", required=True, replace_on_change=True,
                          validators=(check_role,))
    member: str = attribute(doc="Who gets it.", required=True, replace_on_change=True,
                            validators=(check_member,), same=same_member)
    condition: ConditionBlock | None = block(doc="When it holds.", default=None,
                                             replace_on_change=True)
    id: str | None = computed_attribute(doc="What, role and member.")


@dataclass(frozen=True, slots=True)
class Holder:
    """What has a policy.

    ``get`` and ``set`` are verb, service and path; ``wrapped`` when the policy is sent inside of
    a ``policy`` field; ``permission`` stands before ``getIamPolicy``.
    """

    subject: str
    permission: str
    get: tuple[str, str, str]
    set: tuple[str, str, str]
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    wrapped: bool = True


M = TypeVar("M", bound=GrantModel)


class Grant(ResourceType[M, GoogleClients], Generic[M]):
    """A grant. Granting twice changes nothing, so one that is there is simply taken.

    The policy as a whole is never managed: Veeam Backup & Replication adds grants of its own.
    """

    recovery = Recovery.CLIENT_NAMED
    settle_seconds = 5.0
    #: Arguments that say where; they come first in the import id.
    target: ClassVar[tuple[str, ...]]

    def holder(self, client: GoogleClients, model: M) -> Holder:
        """What the policy belongs to."""
        raise NotImplementedError

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id``."""
        parts = [known(plan.planned, name) for name in (*self.target, "role", "member")]
        if all(is_known(part) and part for part in parts):
            plan.planned["id"] = " ".join(parts)

    def steps(self, client: GoogleClients, prior: M | None, planned: M | None,
              ctx: StepContext) -> Steps:
        """Grant or revoke."""
        if planned is None:
            if prior is not None:
                yield Step("revoke", self._identity(prior),
                           lambda: self._change(client, prior, ctx, grant=False),
                           doc="Revoke the role")
            return
        if prior is not None:
            if prior != planned:
                # The same member, written in another way.
                yield Step("settings", self._identity(planned), lambda: planned,
                           doc="Record the settings")
            return
        made = self._named(planned)

        def grant() -> M:
            retry(lambda: self._change(client, made, ctx, grant=True), ctx,
                  frozenset({ErrorClass.NOT_YET}), 0.0 if client.sandbox else NEW_SECONDS)
            return made

        yield Step("grant", self._identity(made), grant, creates=True, doc="Grant the role")

    def _named(self, model: M) -> M:
        return model.copy(id=" ".join(
            str(getattr(model, name)) for name in (*self.target, "role", "member")))

    def _identity(self, model: M) -> Identity:
        condition = model.condition
        return Identity({
            **{name: getattr(model, name) for name in (*self.target, "role", "member")},
            "condition": None if condition is None else _wire(condition)})

    def read(self, client: GoogleClients, state: M, ctx: StepContext) -> M | None:
        """The grant; ``None`` when the policy has none, or is gone with what it belongs to."""
        try:
            policy = self._policy(client, state, ctx)
        except ProviderError as error:
            if error.kind is ErrorClass.NOT_FOUND:
                return None
            raise
        return self._named(state) if _find(policy, state) else None

    def import_state(self, client: GoogleClients, import_id: str, ctx: StepContext) -> M | None:
        """The target, role, member, and the title of a condition, with spaces between."""
        names = (*self.target, "role", "member")
        *parts, title = [*import_id.split(" ", len(names)), ""][:len(names) + 1]
        if len(parts) != len(names):
            raise ProviderError(
                ErrorClass.INVALID, "Import id not understood",
                f'"{import_id}" is not of the form "{" ".join(n.upper() for n in names)}", with '
                "the title of the condition after it where there is one.")
        kind: Any = self.model
        wanted: M = kind(**dict(zip(names, parts, strict=True)))
        if title:
            condition = _titled(self._policy(client, wanted, ctx), wanted.role, title)
            if condition is None:
                return None
            wanted = wanted.copy(condition=condition)
        return self.read(client, wanted, ctx)

    def probe(self, client: GoogleClients, intent: OpenIntent, ctx: StepContext) -> Probe[M]:
        """Ours when it is there."""
        fields = dict(intent.identity)
        condition = fields.pop("condition", None)
        kind: Any = self.model
        wanted = kind(**fields, condition=None if condition is None else _condition(condition))
        state = self.read(client, wanted, ctx)
        return Probe(ProbeVerdict.OURS if state else ProbeVerdict.ABSENT, state=state)

    def _policy(self, client: GoogleClients, model: M, ctx: StepContext) -> dict[str, Any]:
        holder = self.holder(client, model)
        verb, service, path = holder.get
        return call(ctx, f"{holder.permission}.getIamPolicy", holder.subject,
                    lambda: client.rest(verb, service, path, query=holder.query, body=holder.body))

    def _change(self, client: GoogleClients, model: M, ctx: StepContext, *, grant: bool) -> None:
        holder = self.holder(client, model)
        verb, service, path = holder.set

        def attempt() -> None:
            try:
                policy = self._policy(client, model, ctx)
            except ProviderError as error:
                if error.kind is ErrorClass.NOT_FOUND and not grant:
                    return
                raise
            if (_find(policy, model) is not None) is grant:
                return
            _edit(policy, model, grant=grant)
            body = {"version": VERSION, "bindings": policy["bindings"], "etag": policy["etag"]}
            # Safe to repeat: the etag lets it through once.
            call(ctx, f"{holder.permission}.setIamPolicy", holder.subject,
                 lambda: client.rest(verb, service, path,
                                     body={"policy": body} if holder.wrapped else body))

        def in_turn() -> None:
            with client.turn(path):
                attempt()

        retry(in_turn, ctx, frozenset({ErrorClass.CONFLICT}), BUSY_SECONDS, first=1.0)


def _wire(condition: ConditionBlock) -> dict[str, str]:
    out = {"title": condition.title, "expression": condition.expression}
    if condition.description:
        out["description"] = condition.description
    return out


def _condition(wire: Mapping[str, str]) -> ConditionBlock:
    return ConditionBlock(title=wire["title"], expression=wire["expression"],
                          description=wire.get("description"))


def _titled(policy: Mapping[str, Any], role: str, title: str) -> ConditionBlock | None:
    """The condition of that title on a role."""
    return next((_condition(b["condition"]) for b in policy.get("bindings") or []
                 if b["role"] == role and (b.get("condition") or {}).get("title") == title), None)


def _binding(policy: Mapping[str, Any], model: GrantModel) -> dict[str, Any] | None:
    wanted = None if model.condition is None else _wire(model.condition)
    bindings: list[dict[str, Any]] = policy.get("bindings") or []
    return next((b for b in bindings if b["role"] == model.role
                 and (b.get("condition") or None) == wanted), None)


def _find(policy: Mapping[str, Any], model: GrantModel) -> str | None:
    """The member in the policy, as the policy writes it."""
    binding = _binding(policy, model) or {}
    return next((m for m in binding.get("members", []) if same_member(m, model.member)), None)


def _edit(policy: dict[str, Any], model: GrantModel, *, grant: bool) -> None:
    """Add or take away the one member, and nothing else."""
    binding = _binding(policy, model)
    if grant:
        if binding is None:
            binding = {"role": model.role, "members": []}
            if model.condition is not None:
                binding["condition"] = _wire(model.condition)
            policy.setdefault("bindings", []).append(binding)
        binding["members"].append(model.member)
    elif binding is not None:
        binding["members"].remove(_find(policy, model))
        if not binding["members"]:
            policy["bindings"].remove(binding)
