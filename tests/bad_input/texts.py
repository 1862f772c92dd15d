"""Bad configuration texts, and what must be said about each.

Large ones are made here, so that no file of the test suite is large.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bad:
    """A configuration, and texts that the answer must hold; no text: it must be accepted."""

    text: bytes
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def value(expression: str) -> bytes:
    """A configuration with one output."""
    return f'output "o" {{\n  value = {expression}\n}}\n'.encode()


def nested(opened: str, inner: str, closed: str, depth: int) -> str:
    """*inner* in many brackets."""
    return opened * depth + inner + closed * depth


DEPTH = ("Nesting too deep", "on main.vbr.hcl line 2", "More than 200")
SYNTAX: dict[str, Bad] = {
    "lists-1000": Bad(value(nested("[", "1", "]", 1_000)), DEPTH),
    "lists-10000": Bad(value(nested("[", "1", "]", 10_000)), DEPTH),
    "lists-100000": Bad(value(nested("[", "1", "]", 100_000)), DEPTH),
    "lists-open-100000": Bad(value("[" * 100_000), ("on main.vbr.hcl line 2",)),
    "parentheses-1000": Bad(value(nested("(", "1", ")", 1_000)), DEPTH),
    "objects-1000": Bad(value(nested("{ a = ", "1", " }", 1_000)), DEPTH),
    "templates-1000": Bad(value(nested('"${', "1", '}"', 1_000)), DEPTH),
    "template-ifs-1000": Bad(value('"' + nested("%{ if true }", "x", "%{ endif }", 1_000) + '"'),
                             DEPTH),
    "conditionals-1000": Bad(value("true ? 1 : " * 1_000 + "2"), ("on main.vbr.hcl line 2",)),
    "calls-1000": Bad(value(nested("abs(", "1", ")", 1_000)), DEPTH),
    "fors-1000": Bad(value(nested("[for x in ", "[1]", " : x]", 1_000)), DEPTH),
    "signs-1000": Bad(value("!" * 1_000 + "true"), DEPTH),
    "indices-1000": Bad(value(nested("[0][", "0", "]", 1_000)), DEPTH),
    "blocks-1000": Bad((b"a {\n" * 1_000) + (b"}\n" * 1_000), ("Nesting too deep", "line 2")),
    "sum-5000": Bad(value("1+" * 5_000 + "1")),
    "sum-100000": Bad(value("1+" * 100_000 + "1"), ("at most", "on main.vbr.hcl line 2")),
    "attributes-5000": Bad(value("null" + ".a" * 5_000), ("on main.vbr.hcl line 2",)),
    "heredoc-5mb": Bad(value("<<E\n" + "x" * 5_000_000 + "\nE\n"), (
        "File too large", "1000000")),
    "string-5mb": Bad(value('"' + "x" * 5_000_000 + '"'), ("File too large",)),
    "heredoc-1mb": Bad(value("<<E\n" + "x" * 999_900 + "\nE\n")),
    "argument-twice": Bad(b'output "o" {\n  value = 1\n  value = 2\n}\n', (
        "Attribute redefined", "on main.vbr.hcl line 3", "already set on line 2",
        "on main.vbr.hcl line 2")),
    "byte-order-mark": Bad(b"\xef\xbb\xbf" + value("1")),
    "byte-order-mark-twice": Bad(b"\xef\xbb\xbf\xef\xbb\xbf" + value("1"), ("line 1",)),
    "crlf": Bad(value("[\n1,\n2\n]").replace(b"\n", b"\r\n")),
    "cr": Bad(value("1").replace(b"\n", b"\r"), ("line 1",)),
    "latin-1": Bad(b'output "o" {\n  value = "caf\xe9"\n}\n', (
        "Invalid character encoding", "offset 27", "line 2")),
    "lone-surrogate": Bad(b'output "o" {\n  value = "\xed\xa0\x80"\n}\n', ("UTF-8", "line 2")),
    "lone-surrogate-escaped": Bad(value(r'"\ud800"'), ("line 2",)),
    "utf-16": Bad(value("1").decode("ascii").encode("utf-16"), ("UTF-8",)),
    "overlong": Bad(b'output "o" {\n  value = "\xc0\xaf"\n}\n', ("UTF-8",)),
    "nul-in-string": Bad(b'output "o" {\n  value = "a\0b"\n}\n', ("line 2", "NUL")),
    "nul-in-comment": Bad(b"# a\0b\n" + value("1"), ("line 1", "NUL")),
    "nul-escaped": Bad(value(r'"a\u0000b"')),
    "bidi-in-comment": Bad("# \u202eevil\u2066\n".encode() + value("1"), ("line 1",
                           "direction"), never=("\u202e",)),
    "bidi-in-string": Bad(value('"\u202eevil"'), ("line 2", "direction"), never=("\u202e",)),
    "escape-in-string": Bad(value('"\x1b[31mred" + nope'), ("line 2",), never=("\x1b",)),
    "escape-in-name": Bad(b'output "\x1b[2J" {\n  value = 1\n}\n', ("line 1",),
                          never=("\x1b",)),
    "digits-100000": Bad(value("1" * 100_000), ("too large", "on main.vbr.hcl line 2")),
    "exponent": Bad(value("1e999999999"), ("too large", "on main.vbr.hcl line 2")),
    "exponent-down": Bad(value("1e-999999999"), ("too", "on main.vbr.hcl line 2")),
    "string-open": Bad(b'output "o" {\n  value = "abc\n}\n', (
        "Invalid multi-line string", "starts here", "line 2")),
    "heredoc-open": Bad(b'output "o" {\n  value = <<EOT\nabc\n}\n', ("Unterminated", "line 2")),
    "comment-open": Bad(b'output "o" {\n  value = 1\n}\n/* abc\n', ("Unclosed comment", "line 4")),
    "interpolation-open": Bad(b'output "o" {\n  value = "${1"\n}\n', ("line 2",)),
    "block-open": Bad(b'output "o" {\n  value = 1\n', ("Unclosed", "line 1")),
}
EVALUATION: dict[str, Bad] = {
    "range-1025": Bad(value("range(1025)"), ("1024", "line 2")),
    "range-1024": Bad(value("length(range(1024))")),
    "setproduct": Bad(value("setproduct(range(1000), range(1000))"), ("100000", "line 2")),
    "for-in-for": Bad(value("[for a in range(1000) : [for b in range(1000) : "
                            "[for c in range(1000) : c if false]]]"),
                      ("Too many rounds", "2000000", "line 2")),
    "for-doubling": Bad(
        value("[for a in [[1, 1]] : " + "".join(
            f"[for a{n} in [[a, a]] : [for a in [[a{n}, a{n}]] : " for n in range(40))
            + "a" + "]" * 81), ("Value too large", "1000000", "line 2")),
    "concat-doubling": Bad(
        b"locals {\n  a0 = range(1000)\n" + b"".join(
            b"  a%d = concat(local.a%d, local.a%d)\n" % (n, n - 1, n - 1) for n in range(1, 20))
        + b"}\n" + value("length(local.a19)"), ("100000",)),
    "tuple-doubling": Bad(
        b"locals {\n  a0 = 1\n" + b"".join(
            b"  a%d = [local.a%d, local.a%d]\n" % (n, n - 1, n - 1) for n in range(1, 60))
        + b"}\n" + value("length(jsonencode(local.a59))"), ("Value too large", "1000000")),
    "resource-doubling": Bad(
        b'resource "vbrprov_data" "a0" {\n  input = 1\n}\n' + b"".join(
            b'resource "vbrprov_data" "a%d" {\n  input = [vbrprov_data.a%d.input, '
            b"vbrprov_data.a%d.input]\n}\n" % (n, n - 1, n - 1) for n in range(1, 40)),
        ("Value too large", "1000000")),
    "joins": Bad(value(nested('join("", [for x in range(1000) : ', '"x"', "])", 3)),
                 ("Too many rounds", "line 2")),
    "template-doubling": Bad(
        b'locals {\n  a0 = "xxxxxxxxxx"\n' + b"".join(
            b'  a%d = "${local.a%d}${local.a%d}"\n' % (n, n - 1, n - 1) for n in range(1, 40))
        + b"}\n" + value("length(local.a39)"), ("String too long", "1000000")),
    "template-for": Bad(value(
        '"%{ for a in range(1000) }%{ for b in range(1000) }xxxx%{ endfor }%{ endfor }"'),
        ("String too long", "1000000", "line 2")),
    "replace": Bad(value('replace(join("", [for x in range(1000) : "x"]), "x", '
                         'join("", [for x in range(1024) : "yy"]))'), ("1048576", "line 2")),
    "replace-everywhere": Bad(value('replace(join("", [for x in range(1024) : "xx"]), "/()/", '
                                    'join("", [for x in range(1024) : "yy"]))'),
                              ("1048576", "line 2")),
    "format-width": Bad(value('format("%1000000000d", 1)'), ("line 2",)),
    "format-precision": Bad(value('format("%.1000000000f", 1)'), ("line 2",)),
    "format-2mb": Bad(value('format("%2000000s", "x")'), ("line 2",)),
    "indent-width": Bad(value(r'indent(1000000000, "a\nb")'), ("1048576", "line 2")),
    "indent-of-one-line": Bad(value('indent(9000000000, "a")')),
    "power": Bad(value("pow(10, 400)"), ("infinite", "line 2")),
    "division-by-zero": Bad(value("1 / 0"), ("ivision by zero", "line 2")),
    "modulo-zero": Bad(value("1 % 0")),
    "product": Bad(value("1e308 * 1e308")),
    "powers-of-powers": Bad(
        b"locals {\n  a0 = 1e300\n" + b"".join(
            b"  a%d = local.a%d * local.a%d\n" % (n, n - 1, n - 1) for n in range(1, 40))
        + b"}\n" + value("local.a39"), ("too large",)),
    "regex-backtracking": Bad(value(f'can(regex("^(a+)+$", "{"a" * 39}!"))')),
    "regex-repetition": Bad(value('can(regex("((a{0,100}){0,100}){0,100}", "a"))')),
    "regex-long": Bad(value('length(regexall("", join("", [for x in range(1024) : "xx"])))')),
    "yaml-aliases": Bad(value('yamldecode("a: &a [x,x,x,x,x,x,x,x,x]\\n' + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)) + '")'), ("line 2",)),
    "yaml-depth": Bad(value(f'yamldecode("{"[" * 5_000}{"]" * 5_000}")'), ("line 2",)),
    "yaml-blocks": Bad(value('yamldecode(join("", [for x in range(1000) : '
                             'format("%s- \\n", join("", [for y in range(x) : " "]))]))'),
                       ("line 2",)),
    "yaml-itself": Bad(value('yamldecode("&a [*a]")'), ("line 2",)),
    "yaml-python": Bad(value('yamldecode("!!python/object/apply:os.system [id]")'), ("line 2",)),
    "json-depth": Bad(value('jsondecode(join("", concat([for x in range(1000) : "[[[["], '
                            '[for x in range(1000) : "]]]]"])))'), ("line 2",)),
    "csv-wide": Bad(value('csvdecode(join("", [for x in range(1000) : "a${x},"]))'), ()),
    "gzip-bomb": Bad(value('base64gunzip("H4sIAAAAAAAC/+3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAA'
                           'AIC3AYbSVKsAQAAA")')),
    "cidr": Bad(value("cidrsubnets(\"10.0.0.0/8\", [for x in range(1024) : 24]...)")),
    "chunks": Bad(value("chunklist(range(1024), 1)")),
    "zero-to-power": Bad(value("pow(0, -1)"), ("line 2",)),
    "bcrypt-cost": Bad(b'locals {\n  a = can(bcrypt("x", 31))\n}\n'),
}
