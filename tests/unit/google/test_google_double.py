"""The double itself: it knows Google's document, and each refusal has a source."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ProviderError
from vbrprov_google.doubles.calls import HANDLERS
from vbrprov_google.doubles.document import SUBSET, methods, wrong_body, wrong_query
from vbrprov_google.doubles.errors import REFUSALS
from vbrprov_google.doubles.server import GoogleDouble
from vbrprov_google.errors import cause_of, once

ROOT = Path(__file__).parents[3]


def method(name: str) -> Any:
    return next(m for m in methods() if m.name == name)


def test_every_method_of_the_document_is_there() -> None:
    GoogleDouble()
    assert {(m.api, m.name) for m in methods()} == set(HANDLERS)


def test_every_refusal_has_a_source() -> None:
    for name, refusal in REFUSALS.items():
        assert refusal.source.startswith("https://"), name
        assert 400 <= refusal.http < 600
        assert refusal.text


def test_document_says_where_it_is_from() -> None:
    document = json.loads(SUBSET.read_text(encoding="utf-8"))
    assert document["source"].startswith("https://github.com/googleapis/")
    for api in document["apis"].values():
        assert api["license"] == "Apache-2.0"
        assert api["revision"].isdigit()


@pytest.mark.parametrize(("body", "problem"), [
    ({"name": "x", "versioning": {"enabled": True}}, ""),
    ({"nme": "x"}, 'Unknown name "nme"'),
    ({"versioning": {"enabled": "yes"}}, "no boolean"),
    ({"softDeletePolicy": {"retentionDurationSeconds": 5}}, ""),
    ({"softDeletePolicy": {"retentionDurationSeconds": "x"}}, "no int64"),
    ({"lifecycle": {"rule": {}}}, "not a list"),
    ({"lifecycle": {"rule": [{"condition": {"createdBefore": "soon"}}]}}, "no date"),
    ({"labels": {"a": None}}, ""), ({"labels": {"a": 1}}, "no string"),
    ([], "not an object"),
])
def test_bodies_are_checked(body: Any, problem: str) -> None:
    found = "; ".join(wrong_body(method("buckets.patch"), body, answer=False))
    assert problem in found
    assert bool(found) is bool(problem)


@pytest.mark.parametrize(("query", "problem"), [
    ({"project": "p", "enableObjectRetention": "true"}, ""), ({}, "Required parameter: project"),
    ({"project": "p", "x": "1"}, 'Unknown name "x"'),
    ({"project": "p", "projection": "none"}, "Invalid value for projection"),
    ({"project": "p", "enableObjectRetention": "on"}, "Invalid value"),
])
def test_parameters_are_checked(query: Any, problem: str) -> None:
    found = "; ".join(wrong_query(method("buckets.insert"), query))
    assert problem in found
    assert bool(found) is bool(problem)


def test_requests_that_break_the_document_are_refused_and_noted(
    google: Any, double_process: Any,
) -> None:
    with pytest.raises(ProviderError) as caught:
        once("storage.buckets.create", "b", lambda: google.client.rest(
            "POST", "storage", "b", query={"project": "sandbox-project"}, body={"nme": "x"}))
    assert cause_of(caught.value).status == 400
    assert [v["side"] for v in double_process.ask("report")["violations"]] == ["request"]
    double_process.ask("reset")


def test_who_does_not_log_in_is_let_in_nowhere(double: Any) -> None:
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{double.endpoint}/storage/v1/b?project=sandbox-project")
    with caught.value as answer:
        assert answer.code == 401


@pytest.mark.parametrize("rule", [
    {"operation": "x", "kind": "none"}, {"operation": "x", "code": "none"}, {"kind": "error"}])
def test_faults_that_are_none(double: Any, rule: Any) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError) as caught:
        double.ask("faults", rule)
    with caught.value as answer:
        assert answer.code == 400


def test_sandbox_needs_no_package_of_google(tmp_path: Path) -> None:
    code = ("import sys\nfrom vbrprov_google.sandbox import double\nd = double({})\nd.start()\n"
            "assert d.endpoints()['endpoint'].startswith('http://127.0.0.1:')\nd.stop()\n"
            "assert not [m for m in sys.modules if m.split('.')[0] in ('google', 'requests')]")
    subprocess.run([sys.executable, "-c", code], check=True,
                   env={"PYTHONPATH": f"{ROOT}:{ROOT / 'providers'}"})
