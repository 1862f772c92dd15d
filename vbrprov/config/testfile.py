"""The decoded content of a test file, not yet evaluated."""

from __future__ import annotations

import msgspec

from vbrprov.addrs import ParsedAddress
from vbrprov.config.model import Condition, Expression, ProviderBlock, ProviderRef
from vbrprov.diag import SourceFile, SourceRange


class Override(msgspec.Struct, frozen=True):
    """An ``override_resource``, ``override_data`` or ``override_module`` block.

    ``kind`` is resource, data or module.
    """

    kind: str
    target: ParsedAddress
    target_range: SourceRange
    values: Expression | None
    during_plan: bool
    range: SourceRange


class MockType(msgspec.Struct, frozen=True):
    """A ``mock_resource`` or ``mock_data`` block."""

    defaults: Expression | None
    during_plan: bool
    range: SourceRange


class MockProvider(msgspec.Struct, frozen=True):
    """A ``mock_provider`` block with the files that it draws on."""

    ref: ProviderRef
    range: SourceRange
    #: By mode (managed, data) and type.
    types: dict[tuple[str, str], MockType] = {}
    overrides: tuple[Override, ...] = ()


class Named(msgspec.Struct, frozen=True):
    """A reference in ``expect_failures`` or the like, as text and where it stands."""

    text: str
    range: SourceRange


class PlanChoices(msgspec.Struct, frozen=True):
    """A ``plan_options`` block."""

    refresh_only: bool = False
    refresh: bool = True
    replace: tuple[Named, ...] = ()
    targets: tuple[Named, ...] = ()
    range: SourceRange | None = None


class RunBlock(msgspec.Struct, frozen=True):
    """A ``run`` block.

    ``module`` is the folder of another module to run, as it was written. ``state_key`` names the
    state that the run works on, which by default is one for each module.
    """

    name: str
    range: SourceRange
    plan_only: bool = False
    module: str = ""
    state_key: str = ""
    variables: dict[str, Expression] = {}
    providers: dict[str, ProviderRef] | None = None
    choices: PlanChoices = PlanChoices()
    asserts: tuple[Condition, ...] = ()
    expected: tuple[Named, ...] = ()
    overrides: tuple[Override, ...] = ()


class TestFile(msgspec.Struct):
    """One test file."""

    #: Not for pytest to collect.
    __test__ = False

    path: str
    source: SourceFile
    variables: dict[str, Expression] = {}
    providers: dict[str, ProviderBlock] = {}
    mocks: dict[str, MockProvider] = {}
    overrides: list[Override] = []
    runs: dict[str, RunBlock] = {}
