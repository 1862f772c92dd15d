"""Every type through its whole life, from the table in ``tests/harness/aws_lives.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_lives as cases
import pytest

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError

of_each = pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)


@pytest.fixture
def given(aws: Any) -> Callable[..., dict[str, Any]]:
    """Prepares an account for a case and returns its arguments, with ids in place of names."""
    made: dict[str, str] = {}

    def prepare(case: Any, changed: Any = None, *, fresh: bool = True) -> dict[str, Any]:
        if fresh:
            made.update(case.prepare(aws.client) or {})
        found: dict[str, Any] = case.given(made, changed)
        return found

    return prepare


@of_each
def test_create_read_no_op_and_destroy(aws: Any, given: Any, case: Any) -> None:
    arguments = given(case)
    run = aws.apply(case.kind, **arguments)
    assert run.steps == case.steps
    aws.settled(case.kind, run.state, **arguments)
    assert run.state.id
    aws.destroy(case.kind, run.state)
    assert not _there(aws, case, run.state)
    # What is gone is gone: a second recovery does the same again.
    aws.destroy(case.kind, run.state)


def _there(aws: Any, case: Any, state: Any) -> bool:
    live = aws.read(case.kind, state)
    members = getattr(live, "users", None) or getattr(live, "groups", None)
    return bool(members) if "membership" in case.name else live is not None


@of_each
def test_every_change_in_place(aws: Any, given: Any, case: Any) -> None:
    arguments = given(case)
    for change in case.changes:
        if any((case.name, name) in cases.NOT_IN_MOTO for name in change.arguments):
            continue
        state = aws.apply(case.kind, **arguments).state
        changed = given(case, change.arguments, fresh=False)
        run = aws.apply(case.kind, state, **changed)
        assert run.steps == change.steps, change.arguments
        aws.settled(case.kind, run.state, **changed)
        aws.destroy(case.kind, run.state)


@of_each
def test_every_change_that_needs_a_new_object(aws: Any, given: Any, case: Any) -> None:
    arguments = given(case)
    state = aws.apply(case.kind, **arguments).state
    schema = case.kind.model.schema().attributes
    for name in case.renew:
        changed = given(case, {name: case.renew[name]}, fresh=False)
        assert schema[name].replace_on_change, name
        assert name in aws.plan(case.kind, state, **changed).changed
    for change in case.changes:
        assert not any(schema[name].replace_on_change for name in change.arguments)


@of_each
def test_import(aws: Any, given: Any, case: Any) -> None:
    state = aws.apply(case.kind, **given(case)).state
    found = case.kind.import_state(aws.client, case.import_id(state), aws.ctx)
    assert found is not None
    plain = {name: None for name in case.unread}
    assert found.copy(**plain) == state.copy(**plain)


@of_each
def test_drift_by_hand_is_seen(aws: Any, given: Any, case: Any) -> None:
    arguments = given(case)
    state = aws.apply(case.kind, **arguments).state
    case.drift(aws.client, state)
    live = aws.read(case.kind, state)
    if not case.drifts:
        assert live is None
        return
    differs = [name for name in vars(state) if getattr(live, name) != getattr(state, name)]
    assert sorted(differs) == sorted(case.drifts)
    repaired = aws.apply(case.kind, live, **arguments)
    assert repaired.steps
    aws.settled(case.kind, repaired.state, **arguments)


@of_each
def test_crash_after_the_creating_step(aws: Any, given: Any, case: Any) -> None:
    """The intent is there and the outcome is not: the probe tells, and the apply goes on."""
    arguments = given(case)
    planned = aws.plan(case.kind, **arguments)
    run = aws.run(case.kind, None, planned.model, stop_after=case.steps[0])
    found = case.kind.probe(aws.client, aws.intent(run.identities[0]), aws.ctx)
    if "membership" in case.name:
        # That step changes nothing, so it is done again.
        assert found.verdict is ProbeVerdict.ABSENT
        return
    assert found.verdict is ProbeVerdict.OURS
    again = aws.apply(case.kind, found.state, **arguments)
    assert case.steps[0] not in again.steps
    final = again.state
    aws.settled(case.kind, final, **arguments)


@of_each
def test_crash_before_anything_was_made(aws: Any, given: Any, case: Any, double: Any) -> None:
    arguments = given(case)
    double.fault(case.creating, kind="drop_before", times=0)
    planned = aws.plan(case.kind, **arguments)
    with pytest.raises(ProviderError) as caught:
        aws.run(case.kind, None, planned.model)
    assert caught.value.kind is ErrorClass.LOST
    identity = next(case.kind.steps(aws.client, None, planned.model, aws.ctx)).identity.data
    found = case.kind.probe(aws.client, aws.intent(identity), aws.ctx)
    assert found.verdict is ProbeVerdict.ABSENT


@of_each
def test_denied_says_what_lacks(aws: Any, given: Any, case: Any, double: Any) -> None:
    arguments = given(case)
    service = "kms" if case.name.startswith("aws_kms") else "iam"
    code = "AccessDeniedException" if service == "kms" else "AccessDenied"
    double.fault(case.creating, code=code, status=403, times=0)
    with pytest.raises(ProviderError) as caught:
        aws.apply(case.kind, **arguments)
    assert caught.value.kind is ErrorClass.DENIED
    assert (case.permission or f"{service}:{case.creating}") in caught.value.detail


@of_each
def test_what_passes_is_waited_out(aws: Any, given: Any, case: Any, double: Any) -> None:
    arguments = given(case)
    throttled = {"s3": "SlowDown"}.get(case.name.split("_")[1], "Throttling")
    code = "ThrottlingException" if case.name.startswith("aws_kms") else throttled
    double.fault(case.creating, code=code, status=503 if code == "SlowDown" else 400, times=2)
    aws.settled(case.kind, aws.apply(case.kind, **arguments).state, **arguments)
    assert [f["fired"] for f in double.faults()] == [2]


@pytest.mark.parametrize("case", [c for c in cases.CASES if c.collides], ids=lambda c: c.name)
def test_what_is_there_already_is_not_taken_over(aws: Any, given: Any, case: Any) -> None:
    arguments = given(case)
    state = aws.apply(case.kind, **arguments).state
    if case.changes and case.name not in ("aws_kms_alias", "aws_kms_grant"):
        other = given(case, case.changes[0].arguments, fresh=False)
        aws.apply(case.kind, state, **other)
    with pytest.raises(ProviderError) as caught:
        aws.apply(case.kind, **arguments)
    assert caught.value.kind is ErrorClass.EXISTS
    assert "vbrprov import ADDRESS" in caught.value.hint
