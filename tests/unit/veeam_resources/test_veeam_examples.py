"""The vendor's own example bodies, read into our models and written back: nothing may change."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from veeam_life import unlike

from vbrprov.sdk import StepContext
from vbrprov_veeam.api import Wire, without_nulls
from vbrprov_veeam.doubles.vbr import document

ID = "11111111-2222-3333-4444-555555555555"
#: Collections, and the resource types that share their objects.
TYPES = {
    "JobSpec": ("agent_backup_job", "agent_backup_policy", "backup_copy_job",
                "object_storage_backup_job"),
    "ProtectionGroupSpec": ("protection_group",),
    "ManagedServerSpec": ("managed_server",),
    "ADDomainSpec": ("ad_domain",),
    "UnstructuredDataServerSpec": ("unstructured_data_server",),
}


def _examples() -> Iterator[Any]:
    for revision in document.DOCUMENTED_REVISIONS:
        for operation in document.operations(revision):
            if operation.method == "POST" and operation.request in TYPES:
                for name, body in operation.examples.items():
                    yield pytest.param(revision, operation.request, body,
                                       id=f"{revision}-{name}")


@pytest.mark.parametrize(("revision", "schema", "body"), list(_examples()))
def test_example_survives_our_models(
    revision: str, schema: str, body: Any, engine: Any, engine2: Any,
) -> None:
    used = engine2 if revision == "1.3-rev2" else engine
    raw = without_nulls(Wire(revision).decode({"isDisabled": False, **body, "id": ID}))
    raw.setdefault("name", "x")
    fitting = [kind for name in TYPES[schema] if (kind := used.type(name)).fits(raw)]
    if not fitting:
        assert raw["type"] in ("Iris",), "an example that no resource type takes"
        return
    (kind,) = fitting
    model = kind.model_of(used.server, copy.deepcopy(raw), None)
    again = copy.deepcopy(raw)
    kind.change(used.server, again, model)
    if kind.type_name == "veeam_managed_server":
        # Read once and never shown: without the secret it is not sent again.
        again.setdefault("singleUseCredentials", raw.get("singleUseCredentials"))
    assert list(unlike(again, raw)) == []
    # What is added must be what the server assumes anyway, so that it shows no difference.
    once_more = kind.model_of(used.server, copy.deepcopy(again), None)
    assert once_more == model
    context = StepContext(address=f"{kind.type_name}.x", token="t", stack="s")
    assert list(kind.steps(used.server, model, once_more, context)) == []
