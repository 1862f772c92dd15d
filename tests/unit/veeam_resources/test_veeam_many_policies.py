"""Many policies at once: calls that run at a time, and calls of a plan that changes nothing."""

from __future__ import annotations

import collections
import re
from pathlib import Path
from typing import Any

import pytest

from vbrprov.diag import Diagnostics
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options
from vbrprov.secrets import Redactor
from vbrprov.state.backends.local import LocalBackend
from vbrprov.workflow.apply import apply
from vbrprov.workflow.plan import make_plan
from vbrprov.workflow.prepare import prepare
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request

POLICIES = 200
MOST_CALLS = 4
CONFIGURATION = """
provider "veeam" {{
  server          = "{url}"
  username        = "{username}"
  password        = "{password}"
  fingerprint     = "{fingerprint}"
  max_connections = {connections}
}}
resource "veeam_agent_backup_policy" "p" {{
  count       = {count}
  name        = "policy ${{count.index}}"
  os          = "linux"
  policy_type = "server"
  destination {{ repository_id = "{repository}" }}
  schedule {{
    daily {{ at = "21:00" }}
  }}
}}
"""


@pytest.fixture
def folder(tmp_path: Path, double: Any) -> Path:
    """A configuration of many policies for the double."""
    text = CONFIGURATION.format(
        url=double.url, username=double.username, password=double.password,
        fingerprint=double.fingerprint, connections=MOST_CALLS, count=POLICIES,
        repository=double.objects("repositories")[0]["id"])
    (tmp_path / "main.vbr.hcl").write_text(text, encoding="utf-8")
    return tmp_path


def _prepared(folder: Path, diags: Diagnostics) -> tuple[Request, Any, LocalBackend, Environment]:
    request = Request(directory=str(folder), options=Options())
    prepared = prepare(request, diags, Redactor())
    assert prepared is not None, list(diags)
    return (request, prepared, LocalBackend(folder / "vbrprov.vbrstate"),
            Environment(registry=ProviderRegistry()))


def test_many_policies_are_made_and_read_with_few_calls(folder: Path, double: Any) -> None:
    diags = Diagnostics()
    request, prepared, backend, environment = _prepared(folder, diags)
    outcome = apply(request, prepared, backend, environment, diags, lambda plan: True)
    assert not outcome.refused
    assert not diags.has_errors, [d.detail for d in diags]
    assert len(double.objects("jobs")) == POLICIES
    stats = double.stats()
    assert 1 < stats["most_at_once"] <= MOST_CALLS
    assert [w["method"] for w in double.writes()] == ["POST"] * POLICIES

    before = len(double.reads())
    request, prepared, backend, environment = _prepared(folder, diags)
    state, _ = backend.read()
    plan = make_plan(prepared, state, Options(), environment, diags).plan
    assert not [c.address for c in plan.changes if c.is_change]
    calls = collections.Counter(
        f"{r['method']} {re.sub('[0-9a-f-]{36}', 'ID', r['path'])}"
        for r in double.reads()[before:])
    assert calls["GET /api/v1/jobs"] <= 1
    assert calls["GET /api/v1/jobs/ID"] <= POLICIES
    others = {c: n for c, n in calls.items() if not c.startswith("GET /api/v1/jobs")}
    assert all(n <= 1 for n in others.values()), others
    assert len(double.writes()) == POLICIES
    assert double.stats()["most_at_once"] <= MOST_CALLS
