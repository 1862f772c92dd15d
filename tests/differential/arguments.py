"""Arguments of functions by what they mean: plausible ones, and the edges of each kind."""

from __future__ import annotations

import random

from grammar import Grammar

#: Values by kind. A string is a text of the language; ``edge`` ones come along now and then.
POOLS: dict[str, tuple[str, ...]] = {
    "num": ("0", "1", "-1", "2", "3", "10", "1.5", "-2.5", "0.1", "100", "1e3", "-7", '"12"'),
    "num-edge": (
        "1e-7", "1E+20", "123456789012345678901234567890", "0.30000000000000004", "-0.5",
        "1.0", "9007199254740993", "5e-300", "1e308", "2.675", '"0x10"', '"1e2"', '" 1"', '""',
        "99999999999.99999999999", "1/3", "-1/7", "1e40 + 0.5", '"-0"', '"+5"', '"1_000"', '".5"',
        '"5."', "1e100 * 1e100", "2.5 % 1", "-5 % 3", '"1e-3"', "18446744073709551616",
    ),
    "int": ("0", "1", "2", "3", "5", "-1", "10", '"2"', "4"),
    "int-edge": ("-3", "1.5", "100", "null", '"x"', "2147483648", "9223372036854775808",
                 "1e1", "256"),
    "bool": ("true", "false", '"true"', '"false"'),
    "bool-edge": ("null", "1", '"1"', '"TRUE"', '"yes"', '""', '"0"'),
    "str": ('"a"', '"abc"', '"hello world"', '"Hello"', '""', '"a,b,c"', '"  x  "', '"foo.bar"',
            '"aXbX"', '"one two"'),
    "str-edge": (
        r'"a\nb\n"', r'"\t x \r\n"', '"é"', r'"e\u0301"', '"ǅ ß ﬁ İ"', '"日本語"',
        r'"\U0001F468\u200D\U0001F469\u200D\U0001F467"', '"👍🏽x"', '"🇩🇪🇫🇷"', r'"\u0000"',
        r'"a\"b\\c"', '"$${x}"', '"%%{x}"', r'"\u2028"', r'"\u00a0x\u00a0"', "1.50", "true",
        '"<&>"', "12", '"ÅNGSTRÖM"', '"ŉ ς Σ"', r'"\u1100\u1161\u11a8"', '"a-b_c d\'e"', "null",
        r'"\ufeffx"', '"ﷺ"', '"aaaaaaaaaaaaaaaaaaaa"', r'"x\u0308\u0301y"', '"ĳ ŀ Ǆ"',
        '"https://ex.org/a b?c=d&e=ü"', r'"\u200b"', '"ΑΣ ΑΣΑ"', '"straße"', '"1e3"',
    ),
    "sep": ('","', '""', '" "', '"-"', '"ab"', r'"\n"', '"é"', '"X"', '"."', '"aa"'),
    "cut": ('"a"', '"x "', '"o"', '"abc"', '""', '"é"', '"/x/"', '"l"', '"日"', '" "'),
    "strs": ('["a", "b"]', "[]", '["b", "a", "c"]', '["x", "", "y"]', 'toset(["q", "p"])',
             'tolist(["z", "a"])', '["1", "2", "10"]', '["é", "e", "z", "Z"]'),
    "strs-edge": ('["a", null]', '[1, "a", true]', "[1, 2]", "null", "[null]", '"a"', "[[]]", "{}",
                  '["a", sensitive("b")]', '{ b = "x", a = "y" }', "tolist([])", "toset([])",
                  '["👍", "日本", "ab"]'),
    "nums": ("[1, 2, 3]", "[3, 1, 2]", "[0.1, 0.2]", "toset([5, 4])", '["1", "20"]', "[-1, 1e10]",
             "[1]"),
    "nums-edge": ("[]", "[null]", '[1, "x"]', "null", '"12"', "[1e308, 1e308]", "tolist([])",
                  "[1/3, 2/3]", "[true]", "{ a = 1 }"),
    "bools": ("[true, false]", "[true]", "[]", '["true", "false"]', "[true, null]", "[null]",
              'toset([true])', '["x"]', "[1]", "null", "[false, false]"),
    "list": ("[1, 2, 3]", '["a", "b", "c"]', '[1, "a", true]', "[]", "[[1], [2, 3]]",
             'tolist(["x", "y", "x"])', "[{ a = 1 }, { a = 2 }]", "range(5)", "[null, 1]",
             "[1, 1, 2]", '["b", "a", "b"]'),
    "list-edge": ("toset([3, 1])", "tolist([])", "null", "{}", '"abc"', "[[], [[]]]",
                  "tolist([[1], [2]])", "toset([])", "[sensitive(1), 2]", "tomap({ a = 1 })",
                  "[{ a = 1 }, { b = 2 }]", "[1, [2, [3, [4]]]]", "toset([[1], [2]])",
                  'sensitive(["s", "t"])', "[tolist([1]), toset([2])]", '["a", 1, null]'),
    "set": ('toset(["a", "b"])', 'toset(["b", "c"])', "[1, 2]", "toset([])", "[2, 3]", '["1", 2]',
            'toset(["a"])', "[]", "toset([1, 2, 3])", "[true, 1]"),
    "set-edge": ("null", "[null]", "[[1], [2]]", '[{ a = 1 }]', "{}", "toset([[1]])", '"a"',
                 'sensitive(toset(["a"]))', "tolist([])", 'toset(["a", null])'),
    "map": ('{ a = 1, b = 2 }', '{ a = "x" }', "{}", 'tomap({ k = "v", l = "w" })',
            "{ b = [1], a = [2] }", '{ a = 1, b = "x", c = true }', 'tomap({ a = 1 })',
            '{ "a b" = 1, é = 2 }'),
    "map-edge": ("null", "tomap({})", "[]", "{ a = null }", "{ a = { b = { c = 1 } } }",
                 'sensitive({ a = 1 })', '{ a = sensitive("x"), b = 2 }', '"a"', '{ "" = 1 }',
                 '{ (1) = "x", 2 = "y" }', "tomap({ a = [], b = [] })", '[{ a = 1 }]'),
    "key": ('"a"', '"b"', '"k"', '"zz"', '""', "1", "null", "true", '"a b"'),
    "json": ('"{}"', r'"{\"a\": [1, 2.50, null, true]}"', '"[1, 2]"', '"null"', r'"\"x\""',
             '"12"', r'"{\"a\": {\"b\": \"c\"}}"', '"1e400"', '" [ 1 , 2 ] "', '"true"'),
    "json-edge": (r'"{\"a\": 1, \"a\": 2}"', '"{"', '""', '"[1,]"', '"NaN"', '"01"', '"-"', '"-0"',
                  r'"\"\\u00e9\\ud83d\\ude00\""', r'"\"\\ud800\""', '"1.0"', '"123456789012345678901"',
                  r'"{\"a\": 1} x"', r'"{\"\": 1}"', '"[[[[]]]]"', r'"\"\u0301\""', '"1E5"',
                  r"\"{'a': 1}\"", r'"[1, \"a\", {}]"', r'"\ufeff{}"', '"1e-10"', '"nul"', "null"),
    "yaml": (r'"a: 1\nb: [x, y]"', r'"- 1\n- two\n- 3.5"', '"a: b"', '"{}"', '"null"', '"~"',
             r'"a:\n  b:\n    - c: d"', '"yes"', '"true"', '"12"', '"0x1F"', '"1e3"', '"x"'),
    "yaml-edge": (r'"a: &x 1\nb: *x"', r'"a: |\n  one\n  two\n"', r'"a: >\n  one\n  two\n"',
                  r'"a: 1\na: 2"', '"a: : b"', '"[1, 2"', '"2020-01-01"', '"0o14"', '"014"', '".inf"',
                  '".nan"', r'"---\na: 1\n---\nb: 2"', '""', '"a: 2020-01-01T00:00:00Z"', '"!!str 1"',
                  '"!foo 1"', r'"<<: {a: 1}\nb: 2"', r'"? a\n: b"', '"1: 2"', '"true: 1"', '"[~, Null]"',
                  r'"# only a comment"', '"\'it\'\'s\'"', r'"\"a\\tb\""', '"1_000"', '"+12"', '"0b101"',
                  '"12:30:45"', '"off"', '"Yes"', '"-0"', '"!!binary aGk="', '"0.1e-3"', '"!!float 1"',
                  '"!!int \\"3\\""', r'"a: \t1"', '"@x"', '"`x`"', '"a: [b: c, d]"', "null",
                  r'"<<: [{a: 1}, {a: 2, c: 3}]\nb: 2"', r'"- - 1\n  - 2\n- {x: 1, y}"', '"+.inf"'),
    "csv": (r'"a,b\n1,2\n3,4"', r'"a,b\r\n\"x,y\",2\r\n"', r'"h\n1"', r'"a;b\n1;2"'),
    "csv-edge": ('""', r'"a,a\n1,2"', r'"a,b\n1"', r'"a\n\"x"', r'"a,b\n\"x\"\"y\",\"l\nm\""', r'"\na\n1"',
                 r'"a,\n1,2"', r'"a b, c\n 1 , 2 "', r'"a\nx\"y"', r'"a,b\n\n1,2\n"', '"é,日\\nü,本"',
                 r'"a\n"', r'"\ufeffa\n1"', "null"),
    "b64": ('"aGVsbG8="', '"AA=="', '""', '"w6k="', '"/+8="', '"aGk"', '"!!"', '"aGVs\\nbG8="', '"_-8="',
            '"aGVsbG8=="', "null", '"IA=="', '"Zm9v"', '"Zm9="'),
    "cidr": ('"10.0.0.0/8"', '"192.168.1.0/24"', '"10.1.2.3/16"', '"fd00::/8"', '"2001:db8::/32"',
             '"172.16.0.0/12"', '"0.0.0.0/0"', '"1.2.3.4/32"', '"::/0"', '"10.0.0.0/30"'),
    "cidr-edge": ('"10.0.0.0"', '"10.0.0.0/33"', '"300.0.0.0/8"', '""', '"fd00::1/128"', '"10.0.0/8"',
                  '"010.0.0.0/8"', '"10.0.0.0/-1"', "null", '"10.0.0.0/08"',
                  '"fe80::1%eth0/64"'),
    "cidr-far": ('"10.0.0.0/8"', '"192.168.1.0/24"', '"10.1.2.3/16"', '"fd00::/8"', '"2001:db8::/32"', '"172.16.0.0/12"'),
    "cidr-far-edge": ('"10.0.0.0"', '"10.0.0.0/33"', '""', '"fd00::1/128"', '"010.0.0.0/8"', "null", '"1.2.3.4/32"'),
    "bits": ("0", "1", "4", "8", "16", "2", "3"),
    "bits-edge": ("33", "64", "1.5", "null", '"8"', "24"),
    "part": ("0", "1", "2", "5", "15", "255", "16", "1.5", "null"),
    "host": ("0", "1", "5", "-1", "255", "-2", "256", "16", "1e3", "4294967296", "-300",
             "18446744073709551617", "1.5", "2", "null"),
    "time": ('"2020-01-31T10:20:30Z"', '"2024-02-29T23:59:59+02:00"', '"1999-12-31T00:00:00Z"',
             '"2018-01-02T23:12:01Z"', '"2020-07-04T05:06:07-08:30"', '"0001-01-01T00:00:00Z"'),
    "time-edge": ('"2020-01-01"', '"2020-13-01T00:00:00Z"', '"2020-01-01T00:00:00"', '""', "null",
                  '"2020-01-01T00:00:00.123456789Z"', '"2020-01-01t00:00:00z"', '"2020-02-30T00:00:00Z"',
                  '"2020-01-01T24:00:00Z"', '"9999-12-31T23:59:59Z"', '"2020-01-01T00:00:60Z"',
                  '"2020-01-01 00:00:00Z"', '"2020-1-01T00:00:00Z"', '"2020-01-01T00:00:00+25:00"',
                  '"-2020-01-01T00:00:00Z"', '"2020-01-01T00:00:00.Z"',
                  '"2020-01-01T1:00:00Z"', '"2020-01-01T00:00:00+0000"', '"2020-01-01T00:00Z"'),
    "dur": ('"1h"', '"90m"', '"-24h"', '"1h30m15s"', '"0"', '"1.5h"', '"100ms"', '"8760h"'),
    "dur-edge": ('"1d"', '""', '"h"', '"1"', '"1us"', '"1µs"', '"-1h-1m"', '".5s"', '"1.h"', "null", '"+5m"',
                 '"1ns"', '"999999999h"', '"1h 2m"', '"0s"', '"-0.000000001s"', '"1e3s"', '"3000000h"'),
    "fmt-date": ('"YYYY-MM-DD"', '"DD MMM YYYY hh:mm ZZZ"', '"EEEE, DD-MMM-YY HH:mm:ss AA"', '"h:mm aa"',
                 '"YYYY-MM-DD\'T\'hh:mm:ssZ"', '"EEE D MMMM YYYY"', '"M/D/YY"', '"s m h H"', '"ZZZZZ ZZZZ"',
                 '"\'o\'\'clock\' hh"', '"YYY"', '"EE"', '"hhh"', '"\'open"', '""', '"é YYYY"', '"X"', '"AA aa"',
                 '"Y"', '"ZZ"', '"MMMMM"', '"A"', '"ss,DD"', "null", '"-- //"', '"Z ZZZ"', '"HH H"'),
    "fmt": ('"%s"', '"%d"', '"%s-%s"', '"%05d|%s"', '"%.2f"', '"%v"', '"%q"', '"%x"', '"%t"', '"%-5s|"', '"%5s|"',
            '"%+d"', '"%%"', '"x"', '"%#v"', '"%s %d %v"', '"%08.3f"', '"%e"', '"%g"', '"%b"', '"%o"', '"%X"', '"%#x"'),
    "fmt-edge": ('"%"', '"%z"', '"%[2]s %[1]s"', '"%*d"', '"%.3s"', '"% d"', '"%+.3e"', '"%G"', '"%.0f"', '"%5t"',
                 '"%[3]s"', '"%c"', '"%U"', '"%s%"', '"%#o"', '"%#q"', '"%-08d|"', '"%3c"', '"%x é"', '"% x"', '"%[1]d %d"',
                 '"%10.4v"', '"%#+d"', '"%i"', '"%5%"', '"%[0]s"', '"%.10g"', '"%+v"', '"%-10q|"', '"%T"', '"%p"', '"%E"', '"%F"',
                 '"%.3d"', '"%+s"', '"%6.2f%%"', '"%020d"', '"%[1]s %[1]s"', '"%-6t|"', '"%+.1f"', '"%010.2e"', '"%+q"'),
    "re": ('"a"', '"[a-z]+"', '"(a)(b)?"', '"(?P<x>[a-z])(?P<y>.)"', '"^.*$"', r'"\\d+"', r'"\\w+"', '"b|c"', '"(?i)HELLO"',
           '"o"', '"l+"', '"[^,]+"', r'"\\s+"'),
    "re-edge": ('"("', '"a{2,1}"', '"(?=a)"', '"(a)|(b)"', '"x*"', '""', r'"\\p{L}+"', r'"\\1"', '"[[:alpha:]]+"', '"(?m)^b"', r'"\\bx\\b"',
                '"(?s)a.b"', '"(?P<x>a)(b)"', '"日"', r'"\\pN"', '"(?U)a+"', r'"\\Q.\\E"', '"a**"', '"[b-a]"', r'"\\x{e9}"', '"(?:a)"',
                r'"\\z"', '"."', '"é"', '"$"', r'"\\C"', '"(?<n>a)"', "null", '"[^a]"', '"(a*)*"', r'"\\D"', r'"[\\d\\-]"'),
    "re-new": ('"x"', '""', '"$1"', '"$${1}y"', '"<$0>"', '"$x"', '"$$"', '"$1a"', '"é"', r'"\\1"', '"$2-$1"', '"$"'),
    "enc": ('"UTF-16LE"', '"UTF-8"', '"ISO-8859-1"', '"windows-1252"', '"utf-16be"', '"shift_jis"', '"nope"', '"GBK"', '"us-ascii"', '"macintosh"',
            '"euc-jp"', '"UTF-16"', '"iso-8859-15"', '"koi8-r"', '"big5"', '"euc-kr"', "null", '""', '"latin1"', '"CP1252"', '"gb18030"'),
    "path": ('"a.txt"', '"./a.txt"', '"sub/b.txt"', '"a/b/../c"', '"/abs/x.y"', '"x/"', '""', '"."', '".."', '"a//b"', '"é/ü"', '"/"', '"//x"', '"../x"',
             "null", '"./sub/../a.txt"', '"a/"', '"///"', '"/.."', '"a/./b/"'),
    "file": ('"f/a.txt"', '"./f/a.txt"', '"f/sub/b.txt"', '"none.txt"', '"f/c.json"', '"f/t.tftpl"', '"f/loop.tftpl"', '"${path.module}/f/a.txt"'),
    "file-edge": ('"f"', '""', '"."', '"f/latin.bin"', '"f/sub/../a.txt"', '"f//a.txt"', '"f/a.txt/x"', "null", '"f/sub/deep/bb.txt"'),
    "glob": ('"*"', '"**"', '"*.txt"', '"**/*.txt"', '"sub/*"', '"[a-c]*"', '"{a,c}.*"', '"?.txt"', '"nope/*"', '""', '"sub/**"', '"["', '"*.{txt,json}"',
             '"**/b*"', '"[!a]*"', '"[^a]*"', '"a.txt"', '"./*"', "null", '"**/deep/*"', '"{sub,x}/*"'),
    "folder": ('"f"', '"f/sub"', '"nope"', '"./f"', '"${path.module}/f"', '"f/a.txt"'),
    "tpl": ('"f/t.tftpl"', '"f/t.tftpl"', '"f/loop.tftpl"', '"f/a.txt"', '"f/bad.tftpl"', '"none"'),
    "tpl-vars": ('{ name = "x" }', '{ name = 1, items = ["a", "b"] }', "{}", '{ name = null }', '{ name = "é", items = [] }', "[]", '{ items = ["q"] }',
                 'tomap({ name = "m" })', '{ name = sensitive("s") }', '{ 1 = 2 }', "null", '{ name = ["x"], items = "no" }'),
    "tpl-text": ("local.t", "local.loop", "local.plain", "local.bad", '"x"', "local.calls"),
    "ns": ('"dns"', '"url"', '"oid"', '"x500"', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '"nope"', '""', "null", '"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"'),
    "base": ("10", "16", "2", "8", "36", "62", "1", "63", "0", "null", "2.5", '"16"', "-1"),
    "digits": ('"12"', '"ff"', '"-101"', '"FF"', '"zz"', '""', '"Zz9"', '"+7"', '" 1"', '"0x1f"', "12", '"777"', "null", '"1_0"', '"0b1"',
               '"99999999999999999999999999"', '"١"'),
}
#: How often an edge of the kind, a value of any other kind, or a nested expression is taken.
EDGE, ODD, NESTED = 0.13, 0.02, 0.1
ANYTHING = ("null", "[]", "{}", '"x"', "1", "true", "[1]", '{ a = 1 }', 'sensitive("x")',
            "tolist([])", "tostring(null)")


class Arguments:
    """Draws texts of arguments."""

    def __init__(self, dice: random.Random, *, odd: float = ODD) -> None:
        self.dice = dice
        self.grammar = Grammar(dice)
        self.odd = odd

    def one(self, kind: str) -> str:
        """An argument of a kind of ``POOLS``, or of ``any``."""
        chance = self.dice.random()
        if chance < self.odd:
            return self.dice.choice(ANYTHING)
        if kind == "any":
            kind = self.dice.choice(("num", "str", "bool", "list", "map", "set", "strs"))
        if chance < self.odd + NESTED:
            nested = self._nested(kind)
            if nested:
                return nested
        edges = POOLS.get(f"{kind}-edge")
        pool = edges if edges and self.dice.random() < EDGE else POOLS[kind]
        text = self.dice.choice(pool)
        return f"sensitive({text})" if self.dice.random() < 0.02 else text

    def _nested(self, kind: str) -> str:
        grammar = self.grammar
        made = {"num": grammar.number, "str": grammar.text, "bool": grammar.truth,
                "list": grammar.sequence, "map": grammar.mapping, "strs": grammar.sequence,
                "set": grammar.sequence}.get(kind)
        return "" if made is None else made(self.dice.choice((1, 1, 2)))
