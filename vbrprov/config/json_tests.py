"""Which properties of JSON test files and files of mocks are blocks, and how others are read."""

from __future__ import annotations

from typing import Final

from vbrprov.config.json_schema import TOP, BlockSpec, Reading

_NOTHING: Final = BlockSpec()
_OVERRIDE: Final = BlockSpec(
    readings={"target": Reading.CODE, "override_during": Reading.CODE})
_OVERRIDES: Final = dict.fromkeys(
    ("override_resource", "override_data", "override_module"), _OVERRIDE)
_MOCK: Final = BlockSpec(labels=("type",), readings={"override_during": Reading.CODE})

#: The blocks of a file of mocks.
MOCK: Final[dict[str, BlockSpec]] = {
    "mock_resource": _MOCK, "mock_data": _MOCK, **_OVERRIDES}

#: The blocks of a test file.
TEST: Final[dict[str, BlockSpec]] = {
    "variables": _NOTHING,
    "provider": TOP["provider"],
    "mock_provider": BlockSpec(
        labels=("name",),
        readings={"alias": Reading.LITERAL, "source": Reading.LITERAL,
                  "override_during": Reading.CODE},
        blocks=MOCK,
    ),
    "run": BlockSpec(
        labels=("name",),
        readings={"command": Reading.CODE, "state_key": Reading.LITERAL,
                  "providers": Reading.CODE_MAP, "expect_failures": Reading.CODE},
        blocks={
            "variables": _NOTHING,
            "module": BlockSpec(rest=Reading.LITERAL),
            "assert": _NOTHING,
            "plan_options": BlockSpec(
                readings=dict.fromkeys(("mode", "replace", "target"), Reading.CODE)
                | {"refresh": Reading.LITERAL}),
            **_OVERRIDES,
        },
    ),
    **_OVERRIDES,
}
