"""Output values for people and machines."""

from __future__ import annotations

import msgspec

from vbrprov.diag import did_you_mean
from vbrprov.plan.outputs import stored_output
from vbrprov.state.model import Output, StateData
from vbrprov.values import ConversionError, Spent, Value, bare, to_string, type_of
from vbrprov.values.types import type_to_json
from vbrprov.values.wire import published
from vbrprov.views.human.console import render
from vbrprov.views.human.text import safe

_WITHHELD = ("Its value is sensitive and the state is not encrypted, so only a fingerprint of it "
             "is kept. Read it from where it comes from.")


class OutputUnavailable(Exception):  # noqa: N818  # it says what is the case, not that something broke
    """An output that is not there or cannot be shown."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(detail)
        self.summary = summary


def _find(state: StateData, name: str) -> Output:
    found = state.outputs.get(name)
    if found is None:
        hint = did_you_mean(name, state.outputs)
        raise OutputUnavailable("Output not found", f'The output "{name}" is not in the state. It '
                                "is recorded by apply, from an output block of the root module. "
                                f"{hint}".strip())
    return found


def _json(output: Output) -> dict[str, object]:
    value = stored_output(output)
    # Of all at once, only what is no secret; one that is asked for by name is shown.
    shown = None if output.sensitive or _withheld(value) else published(value)
    return {"sensitive": output.sensitive, "type": type_to_json(type_of(value)), "value": shown}


def _withheld(value: Value) -> bool:
    from vbrprov.evaluate.unknowns import first_unknown

    return isinstance(bare(first_unknown(value)), Spent)


def json_of(state: StateData) -> str:
    """All outputs in Terraform's shape."""
    data = {name: _json(output) for name, output in sorted(state.outputs.items())}
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def one(state: StateData, name: str, *, as_json: bool) -> str:
    """One output."""
    value = stored_output(_find(state, name))
    if _withheld(value):
        raise OutputUnavailable("Output withheld", f'The output "{name}" cannot be shown. '
                                f"{_WITHHELD}")
    return msgspec.json.encode(published(value)).decode() if as_json else render(value)


def raw_text(state: StateData, name: str, terminal: bool) -> str:
    """One primitive output as bare text; control characters never reach a terminal."""
    value = stored_output(_find(state, name))
    if _withheld(value):
        raise OutputUnavailable("Output withheld", f'The output "{name}" cannot be shown. '
                                f"{_WITHHELD}")
    try:
        text = to_string(bare(value))
    except ConversionError:
        raise OutputUnavailable(
            "Unsupported value for raw output", "The -raw option only supports strings, numbers, "
            f'and boolean values, but output "{name}" is {type_of(value).friendly()}. Use '
            "-json.") from None
    if terminal and safe(text) != text:
        raise OutputUnavailable("Control characters in the output", f'The output "{name}" holds '
                                "control characters; they are not sent to a terminal. Send it to a "
                                "file or a program.")
    return text
