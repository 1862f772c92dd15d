"""What resource types have in common whose steps are scripts.

A type says which script it uses, with which data, and how settings that a script reads become its
model. Here is the rest: writing or running scripts, reading back, confirming, importing.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar, cast

from vbrprov.sdk import (
    ErrorClass,
    Handwork,
    Identity,
    Model,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Schema,
    Step,
    StepContext,
    Steps,
)
from vbrprov.sdk.recovery import by_name, made_up_token
from vbrprov.sdk.values import (
    ListT,
    Null,
    SetT,
    Type,
    Unknown,
    Value,
    bare,
    elements,
    is_wholly_known,
)
from vbrprov_veeam import marks, words
from vbrprov_veeam.powershell.results import Report, parse
from vbrprov_veeam.powershell.script import Json, Script, render
from vbrprov_veeam.server import Server

M = TypeVar("M", bound=Model)

#: Shown in a plan in place of what is known only then.
LATER = "(known after apply)"


def mark_token(stack: str, address: str) -> str:
    """The token that marks the object of an address.

    It is the same in every run: whoever runs a script of a run that was cut off makes the same
    object as the next one does.
    """
    return hashlib.sha256(f"{stack}/{address}".encode()).hexdigest()[:16] if stack else LATER


def token_of(ctx: StepContext) -> str:
    """The token of the instance that *ctx* is about."""
    return mark_token(ctx.stack, ctx.address)


class ScriptedType(ResourceType[M, Server]):
    """A resource type whose every step is one idempotent script."""

    #: File in ``scripts``.
    script: ClassVar[str]
    #: Word for people.
    noun: ClassVar[str]
    recovery = Recovery.DETERMINISTIC_ID

    @abstractmethod
    def where(self, model: M) -> Json:
        """What the script needs to find the object: ids."""

    @abstractmethod
    def wanted(self, model: M, token: str) -> Json:
        """The settings as the script reads them; the script compares exactly these."""

    @abstractmethod
    def model_of(self, found: Json, state: M) -> M:
        """The object as the script read it; *state* has what the script does not read."""

    def unset(self, model: M) -> Json | None:
        """The settings that destroying leaves behind; ``None`` when the object goes."""
        return None

    def lookup(self, import_id: str) -> Json | None:
        """The arguments that *import_id* tells; ``None`` when it is not in order."""
        return None

    # What they share.

    def data(self, model: M, mode: str, address: str, token: str) -> Json:
        """The data of a script: to ``ensure`` it, to make it ``absent``, or only to ``read``."""
        out: Json = {"address": address, "mode": mode, **self.where(model)}
        if self.recovery is Recovery.SUFFIX:
            out["mark"] = marks.with_token("", token)
        if mode == "absent":
            left = self.unset(model)
            if left is not None:
                return {**out, "mode": "reset", "wanted": left}
        return {**out, "wanted": self.wanted(model, token)}

    def steps(self, client: Server, prior: M | None, planned: M | None, ctx: StepContext) -> Steps:
        """One step, whatever is to be done: the script finds out what that is."""
        model = planned if planned is not None else prior
        if model is None:
            return
        mode = "ensure" if planned is not None else "absent"
        if prior is not None and planned is not None:
            model = self.kept(planned, prior)
        script = render(self.script, self.data(model, mode, ctx.address, token_of(ctx)))
        yield Step(mode, Identity.of(**self.where(model)), creates=prior is None,
                   run=lambda: self._run(client, script, model, ctx, gone=planned is None),
                   doc=f"Bring the {self.noun} about with PowerShell.")

    def kept(self, planned: M, prior: M) -> M:
        """*planned* with what only the existing object knows."""
        return planned.copy(id=getattr(prior, "id")) if "id" in self.model.schema(  # noqa: B009
            ).attributes and getattr(planned, "id") is None else planned  # noqa: B009

    def _run(self, client: Server, script: Script, model: M, ctx: StepContext, *,
             gone: bool) -> M | Handwork | None:
        transport = client.powershell
        if not transport.runs:
            transport.write(script, ctx.address)
            return self._work(client, script, ctx.address)
        report = parse(transport.run(script), step=script.hash, address=ctx.address)
        return None if gone else self._made(report, model, ctx.address, token_of(ctx))

    def _made(self, report: Report, model: M, address: str, token: str) -> M:
        """The object as a report shows it, which must be the object as it is wanted."""
        found = report.found
        wanted = self.wanted(model, token)
        if found is None:
            raise ProviderError(ErrorClass.FAILED, "The PowerShell step failed",
                                f"{address}: the script found no {self.noun} in the end.")
        wrong = [f"{name} is {found.get(name)!r}, not {value!r}" for name, value in wanted.items()
                 if found.get(name) != value]
        if wrong:
            raise ProviderError(
                ErrorClass.INVALID, "The result does not show what was planned",
                f"{address}: {'; '.join(wrong)}.",
                hint="Somebody may have changed it meanwhile. Run the script again.")
        return self.model_of(found, model)

    def _work(self, client: Server, script: Script, address: str) -> Handwork:
        transport = client.powershell
        return Handwork(kind="powershell", text=script.text, hash=script.hash,
                        file=transport.place(address), note=transport.note(address))

    def read(self, client: Server, state: M, ctx: StepContext) -> M | None:
        """The object as it is, where scripts can be run; else as it was confirmed."""
        if not client.powershell.runs:
            return state
        script = render(self.script, self.data(state, "read", ctx.address, token_of(ctx)))
        report = parse(client.powershell.run(script), step=script.hash, address=ctx.address)
        return None if report.found is None else self.model_of(report.found, state)

    def import_state(self, client: Server, import_id: str, ctx: StepContext) -> M | None:
        """The object that *import_id* names, read by a script."""
        wanted = self.lookup(import_id)
        if wanted is None:
            raise ProviderError(ErrorClass.INVALID, "Invalid import id",
                                f"{import_id!r} does not name a {self.noun}.")
        if not client.powershell.runs:
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "Import needs a transport",
                f"The REST API shows nothing of the {self.noun}.",
                hint='Set transport = "ssh" or "winrm" in the block powershell of the provider. '
                     "An apply needs no import: its script changes nothing that is as it should "
                     "be.")
        return self.read(client, cast("M", self.model(**wanted)), ctx)

    def probe(self, client: Server, intent: OpenIntent, ctx: StepContext) -> Probe[M]:
        """A script finds what an earlier run of it did, so that it can just be run again."""
        return Probe(ProbeVerdict.ABSENT)

    def find(self, client: Server, planned: M, ctx: StepContext) -> Probe[M]:
        """What the script finds, by ids or by the mark that follows from lineage and address."""
        if not client.powershell.runs:
            return Probe(ProbeVerdict.ABSENT, detail="Nothing but a script shows it. The next plan "
                         "hands the script out again; it changes nothing that is as it should be.")
        if self.recovery is not Recovery.SUFFIX:
            return by_name(self.read(client, planned, ctx))
        if not ctx.stack:
            return Probe(ProbeVerdict.UNKNOWN, detail="Its mark follows from the whole lineage of "
                         "the stack, which is not known.")
        return by_name(self.read(client, planned, ctx), made_up_token(ctx.stack, ctx.address))

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """All arguments stand in the script."""
        return True

    def handwork(self, client: Server | None, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The script, with a mark where something is not known yet."""
        values = planned if planned is not None else prior
        if client is None or values is None:
            return None
        values = _without_computed(values, self.model.schema())
        known = all(map(is_wholly_known, values.values()))
        model = cast("M", self.model.from_values(
            values if known else _with_marks(values, self.model.schema())))
        if planned is not None and prior is not None:
            model = self.kept(model, cast("M", self.model.from_values(prior)))
        mode = "ensure" if planned is not None else "absent"
        script = render(self.script, self.data(model, mode, ctx.address, token_of(ctx)))
        work = self._work(client, script, ctx.address)
        exact = known and (bool(ctx.stack) or LATER not in script.text)
        return work if exact else Handwork(
            kind=work.kind, text=script.text.replace(script.hash, LATER, 1), file=work.file,
            note=work.note)

    def confirm(self, result: str, pending: Mapping[str, Any], planned: M | None) -> M | None:
        """Judge what the script printed."""
        address = str(pending["address"])
        report = parse(result, step=str(pending["hash"]), address=address)
        if planned is None:
            return None
        return self._made(report, planned, address, mark_token(str(pending["stack"]), address))

    def views(self, facts: Any) -> Iterator[Any]:
        """Neutral views, as ``vbrprov_veeam.views`` projects them."""
        from vbrprov_veeam.views import views

        yield from views(facts)


def said(name: str, word: str) -> str:
    """The wire's word for one of configuration; what is not known yet stays a mark."""
    return word if word == LATER else words.to_wire(name, word)


def _with_marks(values: Mapping[str, Value], schema: Schema) -> dict[str, Value]:
    """Values with a mark in place of each that is not known."""
    out: dict[str, Value] = {}
    for name, value in values.items():
        nested = schema.blocks.get(name)
        if nested is None:
            out[name] = _mark(value, schema.attributes[name].type)
            continue
        body = bare(value)
        inner = nested.model.schema()
        if isinstance(body, (Null, Unknown)):
            out[name] = value
        elif isinstance(body, dict):
            out[name] = _with_marks(body, inner)
        else:
            out[name] = tuple(_with_marks(each, inner) for _, one in elements(body) or ()
                              if isinstance(each := bare(one), dict))
    return out


def _mark(value: Value, type_: Type) -> Value:
    body = bare(value)
    if isinstance(body, Unknown):
        return (LATER,) if isinstance(type_, (ListT, SetT)) else LATER
    if isinstance(type_, (ListT, SetT)):
        return tuple(LATER if isinstance(bare(each), Unknown) else each
                     for _, each in elements(body) or ())
    return value


def _without_computed(values: Mapping[str, Value], schema: Schema) -> dict[str, Value]:
    """Values without what is not known and nobody asked for: the server decides it."""
    out: dict[str, Value] = {}
    for name, value in values.items():
        spec, nested = schema.attributes.get(name), schema.blocks.get(name)
        body = bare(value)
        if isinstance(body, Unknown) and (spec or nested) is not None and (
                spec.computed if spec is not None else bool(nested and nested.computed)):
            out[name] = Null()
        elif nested is not None and isinstance(body, dict):
            out[name] = _without_computed(body, nested.model.schema())
        else:
            out[name] = value
    return out
