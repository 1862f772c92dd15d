"""Access keys that are due: rotate_after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vbrprov.sdk.values import Unknown
from vbrprov_aws.resources.iam_access_key import IamAccessKey, IamAccessKeyModel

KEY = IamAccessKey()


def aged(state: Any, days: float) -> Any:
    made = datetime.now(UTC) - timedelta(days=days)
    return state.copy(create_date=made.strftime("%Y-%m-%dT%H:%M:%SZ"))


@pytest.fixture
def state(aws: Any) -> Any:
    aws.client.iam().create_user(UserName="agent")
    return aws.apply(KEY, user="agent", rotate_after=90).state


@pytest.mark.parametrize(("days", "due"), [(0, False), (89.9, False), (90.1, True), (4000, True)])
def test_a_key_is_replaced_when_it_is_due(aws: Any, state: Any, days: float, due: bool) -> None:
    planned = aws.plan(KEY, aged(state, days), user="agent", rotate_after=90)
    assert planned.changed == (["create_date"] if due else [])
    assert planned.draft.replace == ({"create_date"} if due else set())
    assert isinstance(planned.draft.planned["create_date"], Unknown) is due
    warned = [summary for summary, _, _ in planned.draft.warnings]
    assert warned == (["Access key is due for rotation"] if due else [])


def test_without_it_a_key_gets_as_old_as_it_likes(aws: Any, state: Any) -> None:
    planned = aws.plan(KEY, aged(state, 4000), user="agent")
    assert planned.draft.replace == set()


def test_setting_it_makes_no_new_key(aws: Any, state: Any) -> None:
    aws.settled(KEY, state, user="agent", rotate_after=90)
    run = aws.apply(KEY, state, user="agent", rotate_after=30)
    assert run.steps == ["settings"]
    assert run.state.id == state.id
    aws.settled(KEY, run.state, user="agent", rotate_after=30)
    assert IamAccessKeyModel.schema().attributes["rotate_after"].validators[0](0)
