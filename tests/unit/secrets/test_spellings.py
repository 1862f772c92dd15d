"""The redactor against a search that knows nothing of it, for secrets of every kind."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse

import pytest
from canary import find, spellings
from hypothesis import given
from hypothesis import strategies as st

from vbrprov.diag import Diagnostic, Pos, Severity, SourceFile, SourceRange
from vbrprov.secrets import Redactor
from vbrprov.views.human.diagnostics import render_diagnostics
from vbrprov.views.human.text import Style, safe

KEY = "\n".join(["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj",
                 "AgEAAoIBAQC7VJTUt9Us8cKj+MzEfYyjiWA4R4/M", "-----END PRIVATE KEY-----", ""])
SECRETS = {
    "plain": "canaryPlain0123456789",
    "quotes": "canary \"double\" and it's",
    "backslashes": "canary\\back\\\\slash 100%20%",
    "unicode": "cänary-ünïcode-ß-日本",
    "lines": "canary line one\nline two is longer\n\tline three",
    "templates": "canary ${x} and %{y} $",
    "controls": "canary\x1b[1m\tbidi\u202eend",
    "markup": "canary <b>&amp;'\"</b>+/=",
    "key": KEY,
    "document": json.dumps({"type": "service_account", "private_key": KEY, "private_key_id": "ab12"
                            "cd34ef56", "project_id": "project-of-everybody"}),
}


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    for secret in secrets:
        made.add(secret)
    return made


@pytest.mark.parametrize("name", SECRETS)
def test_each_spelling_is_masked(name: str) -> None:
    secret = SECRETS[name]
    for spelling, needle in spellings(secret).items():
        if "UTF-16" in spelling:
            continue
        for before in ("", "x", "xy", "xyz"):
            text = before + needle.decode() + "tail"
            assert find({name: secret}, text.encode())
            assert find({name: secret}, redactor(secret).redact(text).encode()) == [], spelling


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("before", ["", "x", "xy", "it's \" "])
def test_a_secret_in_what_libraries_log_is_masked(name: str, before: str) -> None:
    secret = SECRETS[name]
    body = {"a": before + secret}
    for text in (
            json.dumps(json.dumps(body)), urllib.parse.quote(json.dumps(body)),
            urllib.parse.urlencode(body), repr(body), repr(body["a"].encode()),
            repr(json.dumps(body, ensure_ascii=False).encode()), html.escape(json.dumps(body)),
            json.dumps(body, ensure_ascii=False).replace("&", "\\u0026").replace(
                "<", "\\u003c").replace(">", "\\u003e"),
            base64.b64encode(json.dumps(body).encode()).decode(),
            base64.b64encode(body["a"].encode() + b"zz").decode(), safe(secret)):
        masked = redactor(secret).redact(text)
        assert masked != text, text
        assert find({name: secret}, masked.encode()) == []


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_laid_out_in_lines_is_masked(name: str) -> None:
    secret = SECRETS[name]
    item = Diagnostic(Severity.ERROR, "Refused", f"The service says: bad password {secret}. It "
                      f"was sent by somebody who thinks that it is {secret} all the time.")
    for width in (20, 40, 78):
        text = render_diagnostics([item], {}, Style(False), width)
        assert find({name: secret}, redactor(secret).redact(text).encode()) == []


def test_a_long_line_is_not_cut_through_a_secret() -> None:
    secret = "canary" + "0123456789" * 60
    source = SourceFile("a.hcl", f'  default = "{secret}"\n')
    made = redactor(secret)
    where = SourceRange("a.hcl", Pos(1, 13, 12), Pos(1, 15, 14))
    text = render_diagnostics([Diagnostic(Severity.ERROR, "Wrong", "Wrong.", where)],
                              {"a.hcl": source}, Style(False), mask=made.redact)
    assert "0123456789" not in made.redact(text)
    assert 'default = "(sensitive)"' in text


@given(st.text(min_size=6, max_size=40).filter(lambda s: len(s.strip()) >= 6),
       st.text(max_size=5), st.text(max_size=5))
def test_any_text_is_masked(secret: str, before: str, after: str) -> None:
    made = redactor(secret)
    for text in (before + secret + after, json.dumps(before + secret + after),
                 urllib.parse.quote(before + secret + after)):
        assert "(sensitive)" in made.redact(text)


@pytest.mark.parametrize("secret", ["eu", "", "true", "1", "12345"])
def test_a_short_secret_masks_nothing(secret: str) -> None:
    text = 'region = "eu-central-1", enabled = true, days = 12345'
    assert redactor(secret).redact(text) == text


def test_what_a_key_file_says_besides_stays() -> None:
    made = redactor(SECRETS["document"])
    open_text = "-----BEGIN PRIVATE KEY----- of project-of-everybody, a service_account"
    assert made.redact(open_text) == open_text
    assert made.redact("  MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj") == "  (sensitive)"
    assert made.redact("id ab12cd34ef56") == "id (sensitive)"


def test_what_is_made_of_a_secret_is_masked_by_it() -> None:
    made = redactor("canaryPlain0123")
    made.add_made_of("bucket-canaryPlain0123-x")
    assert made.redact("bucket-canaryPlain0123-x") == "bucket-(sensitive)-x"
    made.add_made_of("CanaryPartOnly")
    assert made.redact("CANARYPLAIN0123 CanaryPartOnly") == "(sensitive) (sensitive)"
