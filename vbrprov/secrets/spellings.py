"""The ways in which a secret shows in texts that are not ours: logs, requests, error messages."""

from __future__ import annotations

from collections.abc import Iterator

#: Shorter secrets are not searched for: they would black out ordinary words.
MIN_LENGTH = 6
#: Shorter lines of a secret text, and shorter parts of a secret document, may be anything.
_TELLING = 16
#: Names of those parts of a secret document that are secrets by themselves.
_SECRET_NAMES = ("key", "secret", "password", "passphrase", "token")


def spellings(secret: str) -> set[str]:
    """Raw, base64, URL, JSON, hex, HTML, XML, as Python, and those of the secret within JSON."""
    found: set[str] = set()
    for text in {secret, *_json(secret)}:
        found |= {text, *_json(text), *_url(text), *_markup(text), *_python(text), *_base64(text)}
        raw = text.encode("utf-8", "surrogatepass")
        found |= {raw.hex(), raw.hex().upper()}
    return {s for s in found | set(_shown(secret)) if len(s) >= MIN_LENGTH}


def parts(secret: str) -> Iterator[str]:
    """What is a secret by itself in one: in capitals, its lines, what a key file holds."""
    yield from {secret.upper(), secret.lower()}
    if "\n" in secret:
        # A line may be all that is shown. That of a frame, such as BEGIN PRIVATE KEY, is none.
        lines = (line.strip() for line in secret.splitlines())
        yield from (line for line in lines
                    if len(line) >= _TELLING and not line.startswith("-----"))
    if secret.lstrip()[:1] == "{":
        import json

        try:
            document = json.loads(secret)
        except (ValueError, RecursionError):
            return
        for name, value in document.items() if isinstance(document, dict) else ():
            if isinstance(value, str) and len(value) >= MIN_LENGTH and any(
                    word in name.lower() for word in _SECRET_NAMES):
                yield value
                yield from parts(value)


def _json(text: str) -> set[str]:
    import json

    found = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    for each in tuple(found):
        # As Go and .NET write it, so that it can stand in a page.
        found.add(_escaped(each, "&<>", "\\u{:04x}"))
        found.add(_escaped(each.replace('\\"', "\\u0022"), "&<>+'`", "\\u{:04X}"))
    return found


def _escaped(text: str, characters: str, form: str) -> str:
    for each in characters:
        text = text.replace(each, form.format(ord(each)))
    return text


def _url(text: str) -> set[str]:
    import re
    import urllib.parse

    raw = text.encode("utf-8", "surrogatepass")
    found = {urllib.parse.quote(raw, safe=""), urllib.parse.quote(raw),
             urllib.parse.quote_plus(raw)}
    return found | {re.sub("%..", lambda m: m[0].lower(), each) for each in found}


def _markup(text: str) -> set[str]:
    import html

    found = {html.escape(text), html.escape(text, quote=False)}
    return found | {html.escape(text).replace("&#x27;", single).replace("&quot;", double)
                    for single in ("&#39;", "&apos;", "'") for double in ("&quot;", "&#34;")}


def _python(text: str) -> set[str]:
    found = {repr(text)[1:-1], repr(text.encode("utf-8", "surrogatepass"))[2:-1]}
    # Which quotes are escaped depends on the text around it.
    bare = {each.replace("\\'", "'") for each in found}
    return found | bare | {each.replace("'", "\\'") for each in bare}


def _base64(text: str) -> Iterator[str]:
    import base64

    raw = text.encode("utf-8", "surrogatepass")
    # Base64 of the secret inside a longer text depends on where it starts: three variants.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        start = (shift * 8 + 5) // 6 + (1 if shift else 0)
        core = encoded[start:].rstrip("=")
        core = core[:-1] if len(raw) % 3 or shift else core
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _shown(text: str) -> Iterator[str]:
    """As our own views write it: with escapes, in templates, in the log of a pipeline."""
    escaped = "".join(f"\\u{ord(c):04x}" if not c.isprintable() and c not in "\n\t" else c
                      for c in text)
    for each in {text, escaped}:
        quoted = each.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace(
            "\t", "\\t")
        yield from (each, quoted)
        yield from (t.replace("${", "$${").replace("%{", "%%{") for t in (each, quoted))
        yield each.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
