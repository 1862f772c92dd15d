"""The canonical form: what changes, and what does not."""

from __future__ import annotations

import pytest
from syntax_forms import FORMS
from syntax_mangle import mangled
from syntax_programs import program
from syntax_tree import errors_of, shape

from vbrprov.syntax.format import format_source


@pytest.mark.parametrize("text", FORMS, ids=repr)
def test_format(text: str) -> None:
    assert not errors_of(text)
    assert format_source(text) == (FORMS[text] or text)


@pytest.mark.parametrize("text", ["a =\n", "a   =   (\n", "b {\n", 'a="\n', "a=<<E\n"])
def test_text_with_errors_stays(text: str) -> None:
    assert format_source(text) == text


@pytest.mark.parametrize("make", [program, mangled])
def test_random_programs_keep_their_meaning_and_their_form(make: object) -> None:
    tried = 0
    for seed in range(150):
        text = make(seed)  # type: ignore[operator]
        if errors_of(text):
            continue
        tried += 1
        made = format_source(text)
        assert not errors_of(made), text
        assert shape(made) == shape(text), text
        assert format_source(made) == made, text
    assert tried > 70
