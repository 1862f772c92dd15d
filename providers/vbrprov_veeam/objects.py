"""What all objects of a VBR server share: steps, reading, import, probe, changes under way.

A kind of object says how its arguments and its JSON lead to each other; the order of the calls and
the care that they need are here. An update reads the object again right before it is replaced, so
that settings which vbrprov does not know survive, and stops when somebody else changed it since the
plan looked.
"""

from __future__ import annotations

import contextlib
import copy
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Listed,
    Model,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    StorageBelow,
    block,
    computed_attribute,
)
from vbrprov.sdk.recovery import lost_intent
from vbrprov.sdk.values import Value
from vbrprov_veeam import marks
from vbrprov_veeam.answers import check_types
from vbrprov_veeam.differences import differences
from vbrprov_veeam.pacing import TimeoutsBlock, repeated_while_busy, timeout_of
from vbrprov_veeam.server import Json, Server, after_creation, only

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class ObjectModel(Model):
    """What every object of a server has."""

    id: str | None = computed_attribute(doc="Id that the server gave the object.")


class TimedModel(ObjectModel):
    """What objects have that the server saves in sessions."""

    timeouts: TimeoutsBlock | None = block(
        doc="For how long to wait for the server; session_timeout of the provider when left out.")


#: How objects are found again that bear a mark.
_MARKED = frozenset({Recovery.SUFFIX, Recovery.UNIQUE_ID})

M = TypeVar("M", bound=ObjectModel)
T = TypeVar("T")


class VbrObject(ResourceType[M, Server]):
    """One kind of object in one collection of the server."""

    #: Path of the collection.
    path: ClassVar[str]
    #: Word for people.
    noun: ClassVar[str]
    #: Arguments that the server never sees: they live in the state alone.
    local: ClassVar[frozenset[str]] = frozenset()
    #: How the types of sessions begin in which the server saves such objects.
    session_types: ClassVar[tuple[str, ...]] = ("Infrastructure",)
    #: Write-only arguments, those together that one call sends; each has a ``_version`` twin.
    secrets: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Flag that switches the object off, by calls of its own; empty where there is none.
    switch: ClassVar[str] = ""

    #: Whether several may have the same name, so that a name does not tell which one is meant.
    nameless: ClassVar[bool] = False

    # What a kind of object says.

    @abstractmethod
    def fits(self, raw: Json) -> bool:
        """Whether an object of the collection is of this resource type."""

    @abstractmethod
    def identity(self, planned: M, ctx: StepContext) -> Identity:
        """How the object can be found again when its creation is cut off."""

    @abstractmethod
    def is_ours(self, raw: Json, intent: OpenIntent) -> bool:
        """Whether *raw* is what the intent was to create."""

    @abstractmethod
    def names(self, raw: Json) -> set[str]:
        """The names by which a person may call the object."""

    @abstractmethod
    def spec(self, server: Server, planned: M, ctx: StepContext) -> Json:
        """The body that creates the object."""

    @abstractmethod
    def change(self, server: Server, raw: Json, planned: M) -> None:
        """Change *raw*, the object as it is, to what is planned."""

    @abstractmethod
    def model_of(self, server: Server, raw: Json, state: M | None) -> M:
        """The object as a model; *state* has what the server never shows."""

    def mark_of(self, raw: Json) -> str:
        """The mark that an object bears, a token or a unique id; empty for none."""
        return marks.token_of(raw.get("description")) or str(raw.get("uniqueId") or "")

    def resembles(self, raw: Json, planned: M, intent: OpenIntent) -> bool:
        """Whether *raw* is what people would take for *planned*, whatever mark it bears."""
        if self.recovery in _MARKED:
            return getattr(planned, "name", None) in self.names(raw)
        return self.is_ours(raw, intent)

    def create(self, server: Server, body: Json, planned: M) -> Json:
        """Send the creation and return the object."""
        made: Json = server.post(self.path, body)
        return made

    def taken(self, server: Server, planned: M) -> Json | None:
        """An object that stands in the way of a creation, since its name is the same."""
        return None

    def rotate(self, server: Server, state: M, values: Mapping[str, str], ctx: StepContext) -> None:
        """Send secrets of one call again; *values* has those that are known."""
        raise NotImplementedError

    def delete(self, server: Server, prior: M) -> None:
        """Delete the object."""
        server.delete(self.address(prior))

    def address(self, state: M) -> str:
        """Path of the object."""
        return f"{self.path}/{state.id}"

    def replace(self, server: Server, state: M, body: Json) -> None:
        """Put *body* in place of the object."""
        server.put(self.address(state), body)

    def called(self, raw: Json) -> str:
        """What people call an object."""
        return str(raw.get("name") or next(iter(sorted(self.names(raw))), ""))

    def describe(self, raw: Json) -> str:
        """One line about an object, to tell it from others."""
        return f"{self.called(raw)}  {raw.get('type', '')}  {raw.get('description') or ''}".rstrip()

    # What they share.

    def steps(self, client: Server, prior: M | None, planned: M | None, ctx: StepContext) -> Steps:
        """Yield creation; or replacement, then each secret; or deletion."""
        if planned is None:
            if prior is None or getattr(prior, "deletion_policy", "DELETE") == "ABANDON":
                return
            yield Step("delete", Identity.of(id=prior.id),
                       run=self._paced(client, prior, "delete", ctx,
                                       lambda: self.delete(client, prior)),
                       doc=f"Delete the {self.noun}.")
        elif prior is None:
            made = yield Step("create", self.identity(planned, ctx), creates=True,
                              run=self._paced(client, planned, "create", ctx,
                                              lambda: self._create(client, planned, ctx)),
                              doc=f"Create the {self.noun}.")
            if self.switch and getattr(planned, self.switch):
                yield self._switching(client, made, off=True)
        else:
            yield from self._changes(client, prior, planned, ctx)

    def _changes(self, client: Server, prior: M, planned: M, ctx: StepContext) -> Steps:
        identity = Identity.of(id=prior.id)
        versions = {f"{name}_version" for names in self.secrets for name in names}
        changed = differences(prior, planned)
        # A version is recorded only with the step that sends its secret: a run that ends between
        # two steps must send it the next time.
        record = planned.copy(id=prior.id, **{v: getattr(prior, v) for v in versions})
        if self.switch:
            record = record.copy(**{self.switch: getattr(prior, self.switch)})
        if changed - versions - self.local - {self.switch}:
            before = record
            yield Step("update", identity, doc=f"Change the {self.noun}.",
                       run=self._paced(client, planned, "update", ctx,
                                       lambda: self._update(client, prior, before, ctx)))
        for names in self.secrets:
            twins = [f"{name}_version" for name in names]
            # The engine gives a secret only when it is to be sent.
            if all(getattr(planned, name) is None for name in names) and not changed & set(twins):
                continue
            record = record.copy(**{twin: getattr(planned, twin) for twin in twins})
            yield Step(f"rotate-{names[0].replace('_', '-')}", identity,
                       run=self._paced(client, planned, "update", ctx, self._rotation(
                           client, record, planned, names, ctx)),
                       doc=f"Send {' and '.join(names)} of the {self.noun} again.")
        if self.switch in changed:
            yield self._switching(client, record, off=bool(getattr(planned, self.switch)))
        if changed and changed <= self.local:
            kept = {name: getattr(planned, name) for name in self.local}
            yield Step("record", identity, run=lambda: prior.copy(**kept),
                       doc="Record settings that only vbrprov uses.")

    def _switching(self, client: Server, state: M, *, off: bool) -> Step[M]:
        def run() -> M:
            # Switching twice does no harm, so the call may be repeated like one that only reads.
            client.post(f"{self.path}/{state.id}/{'disable' if off else 'enable'}", reads=True)
            return self._reread(client, state)

        return Step("switch-off" if off else "switch-on", Identity.of(id=state.id), run=run,
                    doc=f"Switch the {self.noun} {'off' if off else 'on'}.")

    def _paced(
        self, client: Server, model: M, action: str, ctx: StepContext, run: Callable[[], T],
    ) -> Callable[[], T]:
        """*run*, with the patience of *model*, again while the server is busy."""

        def paced() -> T:
            with client.patience(timeout_of(model, action)):
                return repeated_while_busy(run, ctx.sleep)

        return paced

    def _rotation(
        self, client: Server, done: M, planned: M, names: tuple[str, ...], ctx: StepContext,
    ) -> Callable[[], M]:
        def run() -> M:
            values = {n: value for n in names if (value := getattr(planned, n)) is not None}
            if names[0] not in values:
                raise ProviderError(
                    ErrorClass.INVALID, "Secret is missing",
                    f"{names[0]} of the {self.noun} is to be sent again, and no value of it is "
                    "known.", attribute=names[0])
            self.rotate(client, done, values, ctx)
            return self._reread(client, done)

        return run

    def _create(self, client: Server, planned: M, ctx: StepContext) -> M:
        existing = self.taken(client, planned)
        if existing is not None:
            raise ProviderError(
                ErrorClass.EXISTS, f"{self.noun.capitalize()} exists already",
                f"{client.label} has the {self.noun} {existing.get('name')!r} already (id "
                f"{existing['id']}, type {existing.get('type')}). It was not made by this "
                f"configuration and is left alone.",
                hint=f"vbrprov import {ctx.address} {existing['id']}")
        made = self.create(client, self.spec(client, planned, ctx), planned)
        with after_creation(), self._understood(client):
            return self._reread(client, planned.copy(id=made["id"]))

    def _update(self, client: Server, prior: M, planned: M, ctx: StepContext) -> M:
        raw = self._get(client, planned)
        wanted = copy.deepcopy(raw)
        self.change(client, wanted, planned)
        if wanted == raw:
            # Nothing to send, or an earlier attempt that was cut off did it.
            return self._known(client, raw, planned)
        if self._looks(self._known(client, raw, prior)) != self._looks(prior):
            raise ProviderError(
                ErrorClass.CONFLICT, "Changed by somebody else",
                f"The {self.noun} {self.called(raw)!r} on {client.label} was changed after the "
                "plan read it. Nothing was sent, so that the change is not overwritten.",
                hint="Plan again and look at the differences.")
        try:
            self.replace(client, planned, wanted)
        except ProviderError as error:
            # To replace the object by the same content again does no harm, so an answer that got
            # lost is settled by looking.
            if error.kind is not ErrorClass.LOST:
                raise
            now = self._get(client, planned)
            again = copy.deepcopy(now)
            self.change(client, again, planned)
            if again != now:
                raise
        return self._reread(client, planned)

    def read(self, client: Server, state: M, ctx: StepContext) -> M | None:
        """The object as it is now."""
        raw = client.find(self.address(state))
        return None if raw is None else self._known(client, raw, state)

    def import_state(self, client: Server, import_id: str, ctx: StepContext) -> M | None:
        """The object with that id, or after ``name:`` the one with exactly that name."""
        found = self.found(client, import_id)
        if found is None:
            return None
        if import_id.startswith("name:"):
            found = self.shown(client, found)
        return self._known(client, found, None)

    def shown(self, client: Server, found: Json) -> Json:
        """The whole of an object that a list showed."""
        return client.get(f"{self.path}/{found['id']}")

    def listed(self, client: Server, intent: OpenIntent) -> list[Json]:
        """All objects among which an interrupted creation may be."""
        return client.objects(self.path)

    def found(self, client: Server, import_id: str) -> Json | None:
        """The object of the collection that an import id names.

        Raises:
            ProviderError: It is no import id, or fits several objects; they are listed.
        """
        if import_id.startswith("name:"):
            name = import_id.removeprefix("name:")
            fitting = [raw for raw in client.objects(self.path)
                       if self.fits(raw) and name in self.names(raw)]
            found = only(fitting, f"the name {name!r}", self.describe)
        elif _UUID.fullmatch(import_id):
            found = client.find(f"{self.path}/{import_id}")
        else:
            raise ProviderError(
                ErrorClass.INVALID, "Invalid import id",
                f"{import_id!r} is neither an id of the server (a UUID) nor name:NAME.")
        return found

    def probe(self, client: Server, intent: OpenIntent, ctx: StepContext) -> Probe[M]:
        """Look for our mark; saves that still run are waited for first."""
        client.wait_for_saves(self.session_types)
        objects = self.listed(client, intent)
        for raw in objects:
            if self.is_ours(raw, intent):
                found = self.shown(client, raw)
                return Probe(ProbeVerdict.OURS, self._known(client, found, None))
        name = intent.identity.get("name")
        for raw in objects:
            if name is not None and raw.get("name") == name:
                return Probe(ProbeVerdict.FOREIGN,
                             detail=f"{client.label} has a {self.noun} {name!r} (id {raw['id']}) "
                                    "that does not carry our mark.")
        return Probe(ProbeVerdict.ABSENT)

    def find(self, client: Server, planned: M, ctx: StepContext) -> Probe[M]:
        """The object with the unique id of the address; else the one that is called so."""
        intent = lost_intent(self.identity(planned, ctx).data)
        objects = [raw for raw in self.listed(client, intent) if self.fits(raw)]
        fitting = [raw for raw in objects if marks.is_for(self.mark_of(raw), ctx.address)
                   and self._token(raw).startswith(ctx.stack[:8])]
        if not fitting:
            fitting = [raw for raw in objects if self.resembles(raw, planned, intent)
                       and not (self.nameless and self._token(raw))]
        if not fitting:
            return Probe(ProbeVerdict.ABSENT)
        if len(fitting) > 1:
            listed = "; ".join(f"{raw['id']}: {self.describe(raw)}" for raw in fitting)
            return Probe(ProbeVerdict.UNKNOWN, detail=f"{client.label} has {len(fitting)} that "
                                                      f"may be it ({listed}).")
        found = self.shown(client, fitting[0])
        return Probe(ProbeVerdict.OURS, self._known(client, found, None),
                     token=self._token(fitting[0]))

    def marked(self, client: Server) -> Iterator[Listed]:
        """The objects of the type that bear a mark."""
        for raw in client.once(self.path) if self.recovery in _MARKED else ():
            if self.fits(raw) and self._token(raw):
                yield Listed(str(raw["id"]), self.called(raw), token=self._token(raw))

    def _token(self, raw: Json) -> str:
        return marks.token_in(self.mark_of(raw)) if self.recovery in _MARKED else ""

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)

    def listing(self, client: Server) -> Iterator[Listed]:
        """What the server has of the type, as far as guardrails look at it."""
        from vbrprov_veeam.audit import listing

        return listing(client, self.type_name, self.path, self.fits, self.names)

    def beneath(self, client: Server, values: Mapping[str, Value]) -> Iterator[StorageBelow]:
        """The bucket or container of a repository."""
        from vbrprov_veeam.audit import beneath

        return beneath(client, self.type_name, values)

    def _looks(self, model: M) -> M:
        # What no read shows must not count, and collections must compare whatever their order.
        hidden = {n for n, spec in self.model.schema().attributes.items() if spec.write_only}
        hidden |= self.local | {f"{name}_version" for names in self.secrets for name in names}
        shown = model.copy(**dict.fromkeys(hidden))
        return type(model).from_values(shown.to_values())

    def _get(self, client: Server, state: M) -> Json:
        raw = client.find(self.address(state))
        if raw is None:
            raise ProviderError(
                ErrorClass.NOT_FOUND, f"{self.noun.capitalize()} is gone",
                f"{client.label} has no {self.noun} with the id {state.id} any more.",
                hint="Plan again; it will be created anew.")
        return raw

    def _reread(self, client: Server, state: M) -> M:
        return self._known(client, self._get(client, state), state)

    def _known(self, client: Server, raw: Json, state: M | None) -> M:
        with self._understood(client):
            if not self.fits(raw):
                raise ProviderError(
                    ErrorClass.INVALID, "Object of another type",
                    f"{self.called(raw)!r} (id {raw['id']}) on {client.label} has the type "
                    f"{raw.get('type')}, which {self.type_name} does not manage.")
            model = self.model_of(client, raw, state)
            check_types(model)
            return model

    @contextlib.contextmanager
    def _understood(self, client: Server) -> Iterator[None]:
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ProviderError(
                ErrorClass.FAILED, "Answer not understood",
                f"{client.label} shows a {self.noun} in a form that vbrprov does not know "
                f"({type(error).__name__}: {error}).",
                hint="Check that the server's API revision is one that vbrprov supports.",
            ) from error

