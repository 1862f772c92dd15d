"""The normal form of texts, whatever the order and number of marks."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vbrprov.values import nfc as module
from vbrprov.values.nfc import nfc

MARKS = "\u0301\u0316\u0327\u0344\u0345\u05b0\u3099"


@given(st.text(st.sampled_from("ae\u1ec7\uac00\u11a8o" + MARKS), max_size=30))
def test_marks_in_order_normalize_alike(text: str) -> None:
    assert unicodedata.normalize("NFC", module._ordered(text)) == unicodedata.normalize("NFC", text)


def test_very_many_marks_are_put_in_order_first() -> None:
    text = "e" + "\u0301\u0316" * 150_000
    assert nfc(text) == "\u00e9" + "\u0316" * 150_000 + "\u0301" * 149_999
