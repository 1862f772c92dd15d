"""vbrprov_manual_step: something that a person does, and says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.handwork import Handwork
from vbrprov.sdk.model import Model, attribute, computed_attribute, to_python
from vbrprov.sdk.resource import (
    ErrorClass,
    Identity,
    OpenIntent,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
)
from vbrprov.values import Value, is_wholly_known


class ManualStepModel(Model):
    """Arguments and attributes of ``vbrprov_manual_step``."""

    instruction: str = attribute(doc="What is to be done: the exact text for the person.",
                                 required=True)
    expect: dict[str, str] = attribute(
        doc="What the person has to report, and the value that it must have.", default={})
    destroy_instruction: str | None = attribute(
        doc="What is to be done when the resource is destroyed; nothing when left out.")
    triggers: dict[str, str] = attribute(
        doc="Any values; when one changes, the step has to be done again.", default={})
    id: str | None = computed_attribute(doc="Names the step as it was confirmed.", recompute=True)
    reported: dict[str, str] | None = computed_attribute(
        doc="What the person reported.", recompute=True)


class ManualStep(ResourceType[ManualStepModel, None]):
    """A step that nobody but a person can do; it is done once that person has confirmed it."""

    type_name = "vbrprov_manual_step"
    model = ManualStepModel
    # A crash leaves only an instruction behind that nobody has read.
    recovery = Recovery.DETERMINISTIC_ID
    doc = "A step that a person does and confirms, with the exact text of what is to be done."
    source = "https://developer.hashicorp.com/terraform/language/resources/terraform-data"

    def steps(self, client: None, prior: ManualStepModel | None, planned: ManualStepModel | None,
              ctx: StepContext) -> Steps:
        """One step: give the instruction and wait."""
        model = planned if planned is not None else prior
        if model is None or (planned is None and not model.destroy_instruction):
            return
        fields = {n: getattr(model, n) for n in _SAID}
        work = _work(fields, ctx.address, destroy=planned is None)
        yield Step("destroy" if planned is None else "do", Identity.of(step=work.hash),
                   creates=prior is None, run=lambda: work, doc="Wait for a person.")

    def read(self, client: None, state: ManualStepModel,
             ctx: StepContext) -> ManualStepModel | None:
        """Nobody can be asked: what was confirmed is what is."""
        return state

    def probe(self, client: None, intent: OpenIntent, ctx: StepContext) -> Probe[ManualStepModel]:
        """Nothing was done by us."""
        return Probe(ProbeVerdict.ABSENT)

    def exposes(self, planned: Mapping[str, Value]) -> bool:
        """People read what the arguments say."""
        return True

    def handwork(self, client: None, prior: Mapping[str, Value] | None,
                 planned: Mapping[str, Value] | None, ctx: StepContext) -> Handwork | None:
        """The instruction."""
        values = planned if planned is not None else prior or {}
        fields = {n: to_python(values[n]) for n in _SAID}
        if planned is None and not fields["destroy_instruction"]:
            return None
        known = all(is_wholly_known(values[n]) for n in _SAID)
        if not known and not isinstance(fields["instruction"], str):
            fields["instruction"] = "(known after apply)"
        return _work(fields, ctx.address, destroy=planned is None, known=known)

    def confirm(self, result: str, pending: Mapping[str, Any],
                planned: ManualStepModel | None) -> ManualStepModel | None:
        """Check that the person speaks of this step, and reports what is expected."""
        try:
            said = json.loads(result)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise ProviderError(ErrorClass.INVALID, "Result is not readable",
                                "The result of a step by hand is a JSON object.",
                                hint=_form(pending["hash"], planned))
        if said.get("step") != pending["hash"]:
            raise ProviderError(
                ErrorClass.INVALID, "Result of another step",
                f"The result is of step {said.get('step')!r}; the one that is waited for is "
                f"{pending['hash']!r}. Steps change with their text.",
                hint=_form(pending["hash"], planned))
        if said.get("done") is not True:
            raise ProviderError(ErrorClass.INVALID, "The step is not done",
                                'The result does not say "done": true.')
        if planned is None:
            return None
        reported = said.get("reported") or {}
        if not isinstance(reported, dict):
            raise ProviderError(ErrorClass.INVALID, "Result is not readable",
                                '"reported" is not a JSON object.')
        wrong = [f"{name} is {reported.get(name)!r}, not {value!r}"
                 for name, value in sorted((planned.expect or {}).items())
                 if reported.get(name) != value]
        if wrong:
            raise ProviderError(ErrorClass.INVALID, "The step did not have the expected result",
                                f"{'; '.join(wrong)}.")
        return planned.copy(id=pending["hash"],
                            reported={str(k): str(v) for k, v in reported.items()})


_SAID = ("instruction", "expect", "destroy_instruction", "triggers")


def _work(fields: Mapping[str, Any], address: str, *, destroy: bool,
          known: bool = True) -> Handwork:
    text = fields["destroy_instruction"] if destroy else fields["instruction"]
    what = json.dumps([address, destroy, {n: fields[n] or None for n in _SAID}], sort_keys=True)
    name = hashlib.sha256(what.encode()).hexdigest()[:16] if known else ""
    expect = "" if destroy else "".join(
        f"\nReport {n} = {v}" for n, v in sorted((fields["expect"] or {}).items()))
    note = "do what the text says, then write the result file:" if known else "to be done by hand"
    shape = f" {_example(name, {} if destroy else fields['expect'] or {})}" if known else ""
    return Handwork(kind="manual", text=f"{text}{expect}", hash=name, note=note + shape)


def _example(name: str, expect: Mapping[str, str]) -> str:
    said: dict[str, Any] = {"step": name, "done": True}
    if expect:
        said["reported"] = dict(expect)
    return json.dumps(said, sort_keys=True)


def _form(name: str, planned: ManualStepModel | None) -> str:
    return f"Its form is: {_example(name, (planned.expect if planned else None) or {})}"
