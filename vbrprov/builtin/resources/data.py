"""vbrprov_data (alias terraform_data): a value in the state, with a life cycle of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.model import Model, attribute, computed_attribute
from vbrprov.sdk.resource import PlanDraft, Recovery, ResourceType, StepContext
from vbrprov.values import (
    Null,
    Spent,
    Unknown,
    Value,
    bare,
    equal,
    is_wholly_known,
    mark,
    type_of,
    unmark,
    unmark_deep,
)


class DataModel(Model):
    """Arguments and attributes of ``vbrprov_data``."""

    input: Any = attribute(doc="Any value; it is shown again as `output` once it was applied.")
    triggers_replace: Any = attribute(
        doc="Any value; a change of it replaces the resource.", replace_on_change=True)
    output: Any = computed_attribute(doc="The value of `input` as it was last applied.",
                                     recompute=True)
    id: str | None = computed_attribute(doc="A random identifier of this instance.")


def _waits(value: Value) -> bool:
    """Whether a part of a value is known after apply; what is spent is not waited for."""
    inner = bare(value)
    if isinstance(inner, Unknown):
        return not isinstance(inner, Spent)
    items = inner if type(inner) in (tuple, dict) else getattr(inner, "items", ())
    return any(map(_waits, items.values() if hasattr(items, "values") else items))


class Data(ResourceType[DataModel, None]):
    """Keep a value; replace it when the triggers change.

    Nothing exists outside the state, so there is nothing to probe after a crash.
    """

    type_name = "vbrprov_data"
    model = DataModel
    recovery = Recovery.LOCAL
    doc = "A value that is kept in the state, for use as a trigger or to carry data."
    source = "https://developer.hashicorp.com/terraform/language/resources/terraform-data"

    def plan_modify(self, plan: PlanDraft) -> None:
        """``output`` stays known while ``input`` stays the same."""
        given = plan.planned["input"]
        value, marks = unmark(given)
        # Of the type of the input, and as secret as it is.
        later = mark(Unknown(type_of(unmark_deep(value)[0])), marks)
        # Of a secret only a fingerprint is left, which is compared later.
        if plan.prior is None or type(bare(plan.planned["output"])) is Unknown:
            plan.planned["output"] = given if type(value) is Null else later
        else:
            before = plan.prior["input"]
            gone = type(value) is Null and type(bare(before)) is not Null
            moved = gone or _waits(value) or (is_wholly_known(before) and is_wholly_known(given)
                             and not equal(before, given))
            # As Terraform's: an output follows a changed input only when it is applied.
            plan.planned["output"] = later if moved else given

    def settle(self, prior: Mapping[str, Value] | None,
               planned: Mapping[str, Value]) -> Mapping[str, Value]:
        """Give it an id and show the input as output."""
        known = prior["id"] if prior is not None else None
        return {**planned, "id": known if isinstance(known, str) else str(uuid.uuid4()),
                "output": planned["input"]}

    def import_state(self, client: None, import_id: str, ctx: StepContext) -> DataModel | None:
        """Nothing exists outside the state, so any id will do."""
        return DataModel(input=None, triggers_replace=None, id=import_id)

    def read(self, client: None, state: DataModel, ctx: StepContext) -> DataModel | None:
        """What is recorded is what is."""
        return state
