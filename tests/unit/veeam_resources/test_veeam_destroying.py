"""Destroying and replacing repositories: the server is asked what is in them and what uses them."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderError

NAME = "amazon_s3_repository"


def _config(engine: Any, **fields: Any) -> Any:
    secret = engine.type("cloud_credentials").model(
        type="amazon", access_key="AK", secret_key="k")
    key = engine.apply("cloud_credentials", secret)
    blocks = engine.type(NAME).model.schema().blocks
    return engine.type(NAME).model(**{
        "name": "repo", "account": blocks["account"].model(credentials_id=key.id),
        "bucket": blocks["bucket"].model(name="b1", region_id="eu", folder="veeam"), **fields})


def _backup(double: Any, repository_id: str, name: str = "Nightly") -> None:
    double.seed("backups", {
        "name": name, "platformName": "WindowsPhysical", "repositoryId": repository_id,
        "platformId": "00000000-0000-0000-0000-000000000000", "jobType": "WindowsAgentBackup",
        "creationTime": "2026-11-01T00:00:00Z"})


def _refused(engine: Any, state: Any, name: str = NAME, *, replaced: bool = False) -> str:
    why = engine.type(name).refuse_destroy(engine.server, state.to_values(), replaced=replaced)
    return str(why or "")


def _fresh(engine: Any, connect: Any, double: Any) -> Any:
    return type(engine)(connect(double))


def test_an_empty_repository_may_go(engine: Any, double: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    assert _refused(engine, state) == ""
    engine.apply(NAME, None, state)
    assert engine.read(NAME, state) is None
    assert double.ledger()[-1]["query"] == {"deleteBackups": "false"}


def test_one_that_holds_backups_is_kept(engine: Any, double: Any, connect: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    for number in range(7):
        _backup(double, state.id, f"Job {number}")
    why = _refused(engine, state)
    assert "holds 7 backups (Job 0, Job 1, Job 2, Job 3, Job 4 and 2 more)" in why
    assert "deletion_policy" in why
    for policy in ("DELETE", "ABANDON"):
        assert _refused(engine, state.copy(deletion_policy=policy)) == ""


def test_backups_that_came_after_the_plan_stop_the_deletion(engine: Any, double: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    assert _refused(engine, state) == ""
    _backup(double, state.id)
    before = len(double.ledger())
    with pytest.raises(ProviderError, match="had none when the plan was made") as caught:
        engine.apply(NAME, None, state)
    assert caught.value.kind is ErrorClass.CONFLICT
    assert len(double.ledger()) == before
    engine.apply(NAME, None, state.copy(deletion_policy="DELETE"))
    assert double.ledger()[-1]["query"] == {"deleteBackups": "false"}


def test_a_question_that_is_not_answered_is_no_permission(engine: Any, double: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    double.fault("status", path="/backups$", status=403, times=-1)
    with pytest.raises(ProviderError):
        _refused(engine, state)


@pytest.mark.parametrize("policy", ["PREVENT", "DELETE"])
def test_one_in_use_cannot_be_replaced_while_the_old_one_goes_first(
    policy: str, engine: Any, double: Any,
) -> None:
    state = engine.apply(NAME, _config(engine, deletion_policy=policy))
    blocks = engine.type("agent_backup_policy").model.schema().blocks
    engine.apply("agent_backup_policy", engine.type("agent_backup_policy").model(
        name="laptops", os="windows", policy_type="workstation",
        destination=blocks["destination"].model(repository_id=state.id)))
    why = _refused(engine, state, replaced=True)
    assert "used by job 'laptops'" in why
    assert "create_before_destroy" in why
    assert _refused(engine, state) == ""


def test_an_extent_cannot_be_replaced_either(engine: Any, double: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    sobr = "scale_out_repository"
    extent = engine.type(sobr).model.schema().blocks["performance_extent"].model
    whole = engine.apply(sobr, engine.type(sobr).model(
        name="all", performance_extent=[extent(repository_id=state.id)]))
    assert "scale-out repository 'all'" in _refused(engine, state, replaced=True)
    # It does not use itself.
    assert _refused(engine, whole, sobr, replaced=True) == ""
    _backup(double, whole.id)
    fresh = type(engine)(engine.server)
    with pytest.raises(ProviderError, match="holds 1 backup"):
        fresh.apply(sobr, None, whole)


def test_lists_are_asked_for_once_in_a_plan(engine: Any, double: Any) -> None:
    state = engine.apply(NAME, _config(engine))
    for _ in range(5):
        _refused(engine, state, replaced=True)
    lists = [r["path"] for r in double.reads() if r["path"].endswith(("/backups", "/jobs"))]
    assert len(lists) == 2
