"""A small engine that plans and runs the steps of one resource, for tests of providers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from provider_trial import Trial

from vbrprov.sdk import StepContext


@pytest.fixture
def ctx() -> StepContext:
    return StepContext("provider_thing.x", "token", "stack",
                       sleep=lambda s: time.sleep(min(s, 0.02)), timeout=5.0)


@pytest.fixture
def harness(ctx: StepContext) -> Callable[[Any], Trial]:
    """A trial of a provider with its client."""
    return lambda client: Trial(client, ctx)
