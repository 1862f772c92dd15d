"""Functions whose results Terraform cannot be asked for, or not twice."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import bcrypt
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from vbrprov.evaluate import EvalError
from vbrprov.functions._graphemes import graphemes
from vbrprov.values import EPHEMERAL, SENSITIVE, Marked, Null, Spent, Unknown, Value, mark, unmark

Run = Callable[..., Value]


def test_random_and_clock(run: Run) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", run("uuid()"))
    assert run("uuid()") != run("uuid()")
    now = datetime.fromisoformat(run("timestamp()"))
    assert abs((datetime.now(UTC) - now).total_seconds()) < 60
    assert run("plantimestamp()") == "2024-05-06T07:08:09Z"


def test_bcrypt(run: Run) -> None:
    made = run('bcrypt("größe", 4)')
    assert re.fullmatch(r"\$2a\$04\$[./A-Za-z0-9]{53}", made)
    assert bcrypt.checkpw("größe".encode(), made.encode())
    assert run('bcrypt("größe", 4)') != made
    assert run('bcrypt("x", 3)').startswith("$2a$10$")


@pytest.mark.parametrize("arguments", ['"x", 32', '"x", 19', '"x", 4, 4', f'"{"x" * 73}"'])
def test_bcrypt_refuses(run: Run, arguments: str) -> None:
    with pytest.raises(EvalError):
        run(f"bcrypt({arguments})")


def test_rsadecrypt(run: Run) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    data = base64.b64encode(key.public_key().encrypt("größe".encode(), padding.PKCS1v15()))
    assert run("rsadecrypt(text, key)", text=data.decode(), key=pem.decode()) == "größe"
    with pytest.raises(EvalError):
        run("rsadecrypt(text, key)", text=data.decode(), key="no key")
    with pytest.raises(EvalError):
        run("rsadecrypt(text, key)", text="???", key=pem.decode())


def test_gzip(run: Run) -> None:
    data = base64.b64decode(run('base64gzip("Hello World")'))
    assert zlib.decompress(data, wbits=31) == b"Hello World"
    assert run('base64gunzip(base64gzip("größe"))') == "größe"
    assert run('base64gzip("x")') == run('base64gzip("x")')


@pytest.mark.parametrize("text", ["AAAA", "??", "H4sIAAAAAAAA"])
def test_gunzip_refuses(run: Run, text: str) -> None:
    with pytest.raises(EvalError):
        run("base64gunzip(text)", text=text)


def test_urldecode(run: Run) -> None:
    assert run('urldecode("Hello+W%C3%B6rld%21")') == "Hello Wörld!"
    for text in ("%", "%z1", "%ff"):
        with pytest.raises(EvalError):
            run("urldecode(text)", text=text)


@pytest.mark.parametrize(("outer", "inner", "expected"), [
    ("10.0.0.0/8", "10.1.2.3", True), ("10.0.0.0/8", "11.0.0.0", False),
    ("10.0.0.0/8", "10.0.0.0/8", True), ("10.0.0.0/8", "10.0.0.0/7", False),
    ("10.0.0.0/8", "10.255.0.0/16", True), ("fd00::/8", "fd12::1", True),
    ("0.0.0.0/0", "255.255.255.255", True),
])
def test_cidrcontains(run: Run, outer: str, inner: str, expected: bool) -> None:
    assert run("cidrcontains(a, b)", a=outer, b=inner) is expected


def test_cidrcontains_refuses(run: Run) -> None:
    for outer, inner in (("10.0.0.0", "10.0.0.1"), ("10.0.0.0/8", "x"), ("10.0.0.0/8", "::1")):
        with pytest.raises(EvalError):
            run("cidrcontains(a, b)", a=outer, b=inner)


@pytest.mark.parametrize(("text", "clusters"), [
    ("", []), ("ab", ["a", "b"]), ("\r\n\r", ["\r\n", "\r"]), ("e\u0301x", ["e\u0301", "x"]),
    ("👨\u200d👩\u200d👧x", ["👨\u200d👩\u200d👧", "x"]), ("🇩🇪🇫🇷🇬", ["🇩🇪", "🇫🇷", "🇬"]),
    ("\u1100\u1161\u11a8\u1100", ["\u1100\u1161\u11a8", "\u1100"]), ("각ᆨ", ["각ᆨ"]),
    ("👍🏽👍", ["👍🏽", "👍"]), ("நிx", ["நி", "x"]), ("\u0600a", ["\u0600a"]),
    ("a\u200d👩", ["a\u200d", "👩"]), ("❤\ufe0f", ["❤\ufe0f"]), ("\u0e33", ["\u0e33"]),
    ("ก\u0e33", ["ก\u0e33"]), ("\u2028\u0301", ["\u2028", "\u0301"]), ("\u102b", ["\u102b"]),
])
def test_graphemes(text: str, clusters: list[str]) -> None:
    assert graphemes(text) == clusters


@pytest.mark.parametrize(("endpoint", "scheme", "host", "port", "url"), [
    ("s3.example.com", "https", "s3.example.com", 443, "https://s3.example.com"),
    ("HTTPS://S3.Example.com:443/", "https", "s3.example.com", 443, "https://s3.example.com"),
    ("http://minio:9000", "http", "minio", 9000, "http://minio:9000"),
    ("http://minio:80", "http", "minio", 80, "http://minio"),
    ("[FD00::0:1]:9000", "https", "[fd00::1]", 9000, "https://[fd00::1]:9000"),
    (" 10.0.0.1:443 ", "https", "10.0.0.1", 443, "https://10.0.0.1"),
    ("s3.example.com.", "https", "s3.example.com", 443, "https://s3.example.com"),
])
def test_s3_endpoint(
    run: Run, endpoint: str, scheme: str, host: str, port: int, url: str,
) -> None:
    assert run("s3_endpoint_normalize(e)", e=endpoint) == {
        "scheme": scheme, "host": host, "port": port, "url": url}


@pytest.mark.parametrize("endpoint", [
    "", "https://", "ftp://x", "https://user@x", "https://x/path", "https://x?q", "x:0", "x:70000",
    "-x", "a..b", "[::1", "[x]", "x y", "https://x:y", "a" * 64,
])
def test_s3_endpoint_refused(run: Run, endpoint: str) -> None:
    with pytest.raises(EvalError):
        run("s3_endpoint_normalize(e)", e=endpoint)


@pytest.mark.parametrize(("provider", "name", "problems"), [
    ("aws", "backup-01.example", 0), ("aws", "Ab", 2), ("aws", "a..b", 1), ("aws", "10.0.0.1", 1),
    ("aws", "xn--abc", 1), ("aws", "abc--x-s3", 1), ("aws", "x" * 63, 0), ("aws", "x" * 64, 1),
    ("aws", "-abc", 1), ("aws", "", 1), ("aws", "abc.", 1),
    ("s3", "xn--abc", 0), ("s3", "A_b", 1),
    ("azure", "backup-01", 0), ("azure", "a--b", 1), ("azure", "a.b", 1), ("azure", "abc-", 1),
    ("google", "a_b-c", 0), ("google", "goog-x", 1), ("google", "my-g00gle", 1),
    ("google", "x" * 64, 1), ("google", "x" * 63 + "." + "y" * 63, 0),
    ("google", "x" * 64 + ".abc", 1),
])
def test_bucket_names(run: Run, provider: str, name: str, problems: int) -> None:
    found = run("bucket_name_check(p, n)", p=provider, n=name).items
    assert len(found) == problems, found


def test_bucket_name_of_no_provider(run: Run) -> None:
    with pytest.raises(EvalError):
        run('bucket_name_check("nimbus", "abc")')


def test_days_to_seconds(run: Run) -> None:
    assert run("days_to_seconds(30)") == 2_592_000
    for days in ("-1", "1.5"):
        with pytest.raises(EvalError):
            run(f"days_to_seconds({days})")


def test_type(run: Run) -> None:
    assert run("type({ a = [1, tolist([{}])] })") == (
        "object({\n    a: tuple([\n        number,\n        list(\n            object({}),\n"
        "        ),\n    ]),\n})")
    assert run("type(tolist([tolist([1])]))") == "list(list(number))"
    assert run("type(null)") == "dynamic"


def test_ephemeral_parts_become_null(run: Run) -> None:
    hidden = Marked("t", frozenset({EPHEMERAL, SENSITIVE}))
    value = run("ephemeralasnull({ a = [x], b = 1 })", x=hidden)
    inner, marks = unmark(value["a"][0])
    assert isinstance(inner, Null)
    assert marks == {SENSITIVE}
    assert value["b"] == 1


@pytest.mark.parametrize("expression", [
    "length(x)", "concat(x, [1])", "merge(x, { a = 1 })", "flatten([x])", "lookup(x, \"a\", 1)",
    "try(x, 1)", "element(x, 0)", "toset([x, 1])", "jsonencode(x)", "format(\"%s\", x)",
    "coalesce(x, 1)", "contains([x], 1)", "values({ a = x })[0]", "zipmap([\"a\"], x)",
])
@pytest.mark.parametrize("marks", [(), (SENSITIVE,)])
def test_spent_stays_spent_and_marks_stay(
    run: Run, expression: str, marks: tuple[str, ...],
) -> None:
    inner, found = unmark(run(expression, x=mark(Spent(), marks)))
    assert isinstance(inner, Spent)
    assert found == frozenset(marks)


@pytest.mark.parametrize("expression", [
    "length(x)", "keys(x)", "values(x)", "merge(x, { b = 2 })", "lookup(x, \"a\", 1)",
    "concat([x], [1])[0]", "element([x], 0)", "one([x])", "try(x.a, 1)", "jsonencode(x)",
    "tomap(x)", "zipmap([\"a\"], [x]).a", "reverse([x])[0]", "format(\"%v\", x)",
])
def test_marks_are_kept(run: Run, expression: str) -> None:
    value = run(expression, x=Marked({"a": 1}, frozenset({SENSITIVE})))
    assert unmark(value)[1] == {SENSITIVE}


@pytest.mark.parametrize("expression", [
    "lookup({ a = 1 }, x)", "lookup(tomap({ a = 1 }), x)", "tonumber(x)", "tobool(x)",
])
def test_a_marked_value_is_not_in_the_message(run: Run, expression: str) -> None:
    with pytest.raises(EvalError) as caught:
        run(expression, x=Marked("hunter2", frozenset({SENSITIVE})))
    assert "hunter2" not in str(vars(caught.value))


def test_unknown_of_a_set_that_may_shrink(run: Run) -> None:
    assert isinstance(run("length(toset([unknown, 1]))"), Unknown)
