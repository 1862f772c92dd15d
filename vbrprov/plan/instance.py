"""Planning one resource instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.config.model import Resource
from vbrprov.diag import Diagnostics
from vbrprov.diff.propose import changed_attributes, keep_meaning, propose, same_secrecy
from vbrprov.diff.secrecy import as_secret_as, identifying
from vbrprov.diff.stored import attributes_of, mark_by_schema
from vbrprov.evaluate.body import Ranges, with_defaults
from vbrprov.evaluate.unknowns import first_unknown
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Action, Reason
from vbrprov.plan.writeonly import SENT, Sending, decide
from vbrprov.sdk.model import Schema
from vbrprov.sdk.resource import PlanDraft, ProviderError, Recovery, ResourceType
from vbrprov.state.awaiting import is_made
from vbrprov.state.model import Instance, Status
from vbrprov.values import (
    SENSITIVE,
    Spent,
    Unknown,
    Value,
    bare,
    is_null,
    mark,
    marks_deep,
    unmark,
)
from vbrprov.values.convert import plain


class Proposal(msgspec.Struct):
    """What is proposed for one instance."""

    action: Action
    reason: Reason
    planned: dict[str, Value]
    config: Mapping[str, Value]
    changed: frozenset[str]
    replace_paths: tuple[str, ...]
    sending: Sending


class InstancePlanner:
    """Plans instances of one resource type."""

    def __init__(self, kind: ResourceType[Any, Any], client: Any, environment: Environment,
                 diags: Diagnostics) -> None:
        self.kind = kind
        self.client = client
        self.environment = environment
        self.diags = diags
        self.schema: Schema = kind.model.schema()

    def plan(self, address: str, config: Mapping[str, Value], prior: Mapping[str, Value] | None,
             recorded: Instance | None, declared: Resource, ranges: Ranges, *,
             force: Reason = Reason.NONE, create_first: bool = True,
             makes_room: bool = False) -> Proposal:
        """The proposal for one instance; *prior* is the refreshed object.

        *force* replaces it whatever the difference is; *create_first* says in which order. Where
        there is no *prior*, *makes_room* says that another object goes before this one comes.
        """
        # A replacement starts afresh: there is nothing of the old object to hold on to.
        full = with_defaults(config, self.schema)
        self.environment.learn(full, self.schema)
        config = self._ignoring(full, prior, declared)
        sent = recorded.private.get(SENT, {}) if recorded else {}
        if prior is None:
            return self._create(address, config, Action.CREATE, Reason.NONE, ranges, declared,
                                destroy_first=makes_room)
        planned = propose(config, prior, self.schema)
        planned = mark_by_schema(planned, self.schema, address)
        if recorded is not None and not is_made(recorded):
            # It is recorded as it is to be; what only the real object has is not known yet.
            planned.update({n: Unknown(plain(s.type)) for n, s in self.schema.attributes.items()
                            if s.computed and is_null(planned[n])})
        keep_meaning(prior, planned, self.schema)
        draft = self._modify(address, config, prior, planned, ranges, declared, recorded)
        planned = as_secret_as(planned, config, self.schema)
        changed = changed_attributes(prior, planned, self.schema, self.environment.book)
        sending = decide(config, self.schema, sent, self.environment.book, all_of_them=False,
                         version_changed={n for n in changed if n.endswith("_version")})
        if changed or sending.send:
            self._recompute(planned, prior, changed)
            changed = changed_attributes(prior, planned, self.schema, self.environment.book)
        replace = tuple(n for n in changed if self._replaces(n, prior, planned)) + tuple(
            sorted(n for n in draft.replace if n in changed))
        replace += tuple(n for n in sending.send if self.schema.attributes[n].replace_on_change)
        reason = force
        if recorded is not None and recorded.status is Status.TAINTED:
            reason = Reason.TAINTED
        elif replace and not force:
            reason = Reason.CANNOT_UPDATE
        if reason:
            proposal = self._create(
                address, full, Action.REPLACE, reason, ranges, declared, prior,
                destroy_first=not create_first)
            proposal.replace_paths = tuple(dict.fromkeys(replace))
            return proposal
        incomplete = recorded is not None and recorded.status in (
            Status.INCOMPLETE, Status.AWAITING)
        action = Action.UPDATE if changed or sending.send or incomplete else Action.NOOP
        if action is Action.NOOP and recorded is not None and self._moves_secrets(
                recorded, planned):
            action = Action.UPDATE
        return Proposal(action, Reason.NONE, planned, config, frozenset(changed), (), sending)

    def _moves_secrets(self, recorded: Instance, planned: Mapping[str, Value]) -> bool:
        """Whether something is a secret now and was none, or the other way round.

        Then the record must change, or it would keep a secret in plain. Of objects that live
        elsewhere the record does not tell: it holds what was read there.
        """
        if self.kind.recovery is not Recovery.LOCAL:
            return False
        before = attributes_of(recorded, self.schema)
        return not all(same_secrecy(before[name], value) for name, value in planned.items()
                       if name in before)

    def _create(self, address: str, config: Mapping[str, Value], action: Action, reason: Reason,
                ranges: Ranges, declared: Resource,
                old: Mapping[str, Value] | None = None, *,
                destroy_first: bool = False) -> Proposal:
        planned = mark_by_schema(propose(config, None, self.schema), self.schema, address)
        self._modify(address, config, None, planned, ranges, declared, None,
                     destroy_first=destroy_first)
        planned = as_secret_as(planned, config, self.schema)
        sending = decide(config, self.schema, {}, self.environment.book, all_of_them=True,
                         version_changed=set())
        changed = frozenset(
            changed_attributes(old, planned, self.schema, self.environment.book) if old is not None
            else [n for n, v in planned.items() if not is_null(v)])
        return Proposal(action, reason, planned, config, changed, (), sending)

    def _modify(self, address: str, config: Mapping[str, Value], prior: Mapping[str, Value] | None,
                planned: dict[str, Value], ranges: Ranges, declared: Resource,
                recorded: Instance | None, *, destroy_first: bool = False) -> PlanDraft:
        draft = PlanDraft(address=address, config=config, prior=prior, planned=planned,
                          client=self.client, sandbox=self.environment.sandbox is not None,
                          private=recorded.private if recorded else {},
                          destroy_first=destroy_first)
        try:
            self.kind.plan_modify(draft)
        except ProviderError as error:
            where = ranges.get(error.attribute) if error.attribute else None
            self.diags.error(error.summary, error.detail, where or declared.range,
                             hint=error.hint, address=address)
        if self.kind.exposes(planned):
            draft.errors += [(
                "A secret would be written down", f"{name} is sensitive, but its value would stand "
                "in a script or an instruction that others read.", name)
                for name, value in planned.items() if SENSITIVE in marks_deep(value)]
        draft.errors += self._written_down(config)
        for summary, detail, attribute in draft.errors:
            where = ranges.get(attribute) if attribute else None
            self.diags.error(summary, detail, where or declared.range, address=address)
        for summary, detail, attribute in draft.warnings:
            where = ranges.get(attribute) if attribute else None
            self.diags.warning(summary, detail, where or declared.range, address=address)
        return draft

    def _written_down(self, config: Mapping[str, Value]) -> list[tuple[str, str, str | None]]:
        """Sensitive values that records would have to hold in plain: objects are found by them."""
        if self.kind.recovery is Recovery.LOCAL or self.environment.book.keeps_values:
            return []
        return [(
            "Sensitive value identifies an object", f"{name} is sensitive, but the object is found "
            "by it, so the state and the journal would hold it in plain. Encrypt the state, or, if "
            "the value may be seen, say so with nonsensitive().", name)
            for name in identifying(self.schema) if SENSITIVE in marks_deep(config.get(name))]

    def _recompute(self, planned: dict[str, Value], prior: Mapping[str, Value],
                   changed: list[str]) -> None:
        """Computed attributes that move with everything else are known after apply."""
        for name, spec in self.schema.attributes.items():
            # Of a prior secret only now it shows whether it has changed.
            if spec.recompute and spec.computed_only and (
                    name not in changed or isinstance(first_unknown(prior[name]), Spent)):
                planned[name] = mark(Unknown(plain(spec.type)), unmark(planned[name])[1])

    def _replaces(self, name: str, prior: Mapping[str, Value], planned: Mapping[str,
                                                                                Value]) -> bool:
        spec = self.schema.attributes.get(name)
        if spec is not None:
            return spec.replace_on_change
        nested = self.schema.blocks[name]
        if nested.replace_on_change:
            return True
        before, after = bare(prior.get(name)), bare(planned.get(name))
        if type(before) is not dict or type(after) is not dict:
            inner = nested.model.schema()
            return any(a.replace_on_change for a in inner.attributes.values()) and not (
                is_null(before) or before is None) and nested.nesting == "single"
        inner = nested.model.schema()
        moved = changed_attributes(before, after, inner, self.environment.book)
        return any(inner.attributes[n].replace_on_change for n in moved if n in inner.attributes)

    def _ignoring(self, config: dict[str, Value], prior: Mapping[str, Value] | None,
                  declared: Resource) -> dict[str, Value]:
        lifecycle = declared.lifecycle
        if prior is None or not (lifecycle.ignore_changes or lifecycle.ignore_all):
            return config
        names = ([n for n, a in self.schema.attributes.items() if not a.write_only]
                 + list(self.schema.blocks) if lifecycle.ignore_all
                 else [p[0] for p in lifecycle.ignore_changes if len(p) == 1])
        out = dict(config)
        for name in names:
            if name in prior:
                out[name] = prior[name]
        for path in lifecycle.ignore_changes:
            if len(path) > 1 and path[0] in prior:
                out[path[0]] = _graft(out[path[0]], prior[path[0]], path[1:])
        return out


def _graft(value: Value, prior: Value, path: tuple[str, ...]) -> Value:
    """*value* with the part at *path* taken from *prior*."""
    from vbrprov.values import MapV

    new, old = bare(value), bare(prior)
    new_items = new if type(new) is dict else getattr(new, "items", None)
    old_items = old if type(old) is dict else getattr(old, "items", None)
    if not isinstance(new_items, dict) or not isinstance(old_items, dict):
        return value
    items = dict(new_items)
    if len(path) > 1:
        if path[0] in items and path[0] in old_items:
            items[path[0]] = _graft(items[path[0]], old_items[path[0]], path[1:])
    elif path[0] in old_items:
        items[path[0]] = old_items[path[0]]
    else:
        items.pop(path[0], None)
    return items if type(new) is dict else MapV(items, new.element)
