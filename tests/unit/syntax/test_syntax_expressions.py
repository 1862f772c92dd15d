"""What expressions mean: each construct as the tree it becomes."""

from __future__ import annotations

import pytest
from syntax_tree import expression, show, template

EXPRESSIONS = {
    # literals and numbers
    "true": "True",
    "false": "False",
    "null": "None",
    '"a"': "'a'",
    '""': "''",
    "12": "12",
    "007": "7",
    "9223372036854775807": "9223372036854775807",
    "9223372036854775808": "9223372036854775808",
    "1.50": "1.50",
    "2e3": "2e3",
    "2.5E-3": "2.5E-3",
    "1e+2": "1e+2",
    # signs and operators
    "-1": "(-1)",
    "- -1": "(-(-1))",
    "!!a": "(!(!a))",
    "-a.b": "(-a.b)",
    "-a * b": "((-a) * b)",
    "!a == b": "((!a) == b)",
    "a + b * c": "(a + (b * c))",
    "a * b + c": "((a * b) + c)",
    "a - b - c": "((a - b) - c)",
    "a / b % c": "((a / b) % c)",
    "a == b && c || d": "(((a == b) && c) || d)",
    "a || b && c != d": "(a || (b && (c != d)))",
    "a < b == c >= d": "((a < b) == (c >= d))",
    "a <= b + 1": "(a <= (b + 1))",
    "(a + b) * c": "(paren((a + b)) * c)",
    "a -b": "(a - b)",
    "a-b": "a-b",
    # conditionals
    "a ? b : c": "(a ? b : c)",
    "a ? b : c ? d : e": "(a ? b : (c ? d : e))",
    "a ? b ? c : d : e": "(a ? (b ? c : d) : e)",
    "a == b ? 1 : 2 + 3": "((a == b) ? 1 : (2 + 3))",
    # traversals
    "a.b.c": "a.b.c",
    "a . b": "a.b",
    "a[0]": "a[0]",
    'a["k"].b': "a['k'].b",
    "a[b[0]]": "a[b[0]]",
    "a[-1]": "a[(-1)]",
    'a["${b}"]': "a[wrap(b)]",
    "a.0": "a.0",
    "a.0.b": "a.0.b",
    "a[*].b": "a[*](.b)",
    "a[*].b[0]": "a[*](.b[0])",
    "a[*][*]": "a[*]([*]())",
    "a.*": "a.*()",
    "a.*.b": "a.*(.b)",
    "a.*.b[0]": "a.*(.b)[0]",
    "null.x": "<None>.x",
    "[1][0]": "<[1]>[0]",
    "{ a = 1 }.a": "<{'a': 1}>.a",
    '"x".y': "<'x'>.y",
    "f().a": "<f()>.a",
    "(a).b": "<paren(a)>.b",
    # calls
    "f()": "f()",
    "f(a,)": "f(a)",
    "f(a, b...)": "f(a, b...)",
    "f(\n  a,\n  b,\n)": "f(a, b)",
    "core::f(a)": "core::f(a)",
    "provider::aws::arn(a)": "provider::aws::arn(a)",
    # collections
    "[]": "[]",
    "[1, 2,]": "[1, 2]",
    "[\n1\n,\n2\n]": "[1, 2]",
    "{}": "{}",
    '{ a = 1, "b" : 2 }': "{'a': 1, 'b': 2}",
    "{\n  a = 1\n  b = 2,\n}": "{'a': 1, 'b': 2}",
    "{ (a) = 1 }": "{paren(a): 1}",
    "{ a.b = 1 }": "{a.b: 1}",
    '{ "${a}" = 1 }': "{wrap(a): 1}",
    "{ 1 = 2 }": "{1: 2}",
    "{ true = 1 }": "{'true': 1}",
    "[for x in y : x]": "for(x in y : x)",
    "[for k, v in y : v if k]": "for(k, v in y : v if k)",
    "{ for k, v in y : k => v }": "for(k, v in y : k => v)",
    "{ for k, v in y : k => v... if v }": "for(k, v in y : k => v... if v)",
    "[for x in y : [for z in x : z]]": "for(x in y : for(z in x : z))",
    "{\n  for x in y :\n  x.a => { b = x }\n}": "for(x in y : x.a => {'b': x})",
    # words that are keywords only in their place
    "for": "for",
    "if": "if",
    "in.if": "in.if",
    # names
    "é": "é",
    "αβγ.x": "αβγ.x",
    "foo-bar": "foo-bar",
    "_x": "_x",
    # comments and line ends
    "a /* c */ + /* d */ 1": "(a + 1)",
    "f(/* x */)": "f()",
    "(\n a # c\n + b // d\n)": "paren((a + b))",
    "[ # c\n 1, // d\n 2 /* e */\n]": "[1, 2]",
    "{ # c\n a = 1 // d\n\n b = 2 /* e */\n}": "{'a': 1, 'b': 2}",
    "(\r\n  a\r\n)": "paren(a)",
}

QUOTED = {
    '"a${b}c"': "tpl['a', b, 'c']",
    '"${b}"': "wrap(b)",
    '"${b}${c}"': "tpl[b, c]",
    '"${"x"}"': "wrap('x')",
    '"${ "a ${ "b" }" }"': "wrap(tpl['a ', 'b'])",
    '"${ { a = 1 } }"': "wrap({'a': 1})",
    '"$${b}%%{c}"': "'${b}%{c}'",
    '"$a %b $$ %%"': "'$a %b $$ %%'",
    '"$$${b}"': "'$${b}'",
    r'"\n\t\r\"\\"': r"""'\n\t\r"\\'""",
    r'"\u00e9\U0001F600"': "'é😀'",
    '"e\u0301"': "'é'",
    '"%{ if a }x%{ else }y%{ endif }"': "tpl[if(a ['x'] ['y'])]",
    '"%{ if a }x%{ endif }"': "tpl[if(a ['x'] [])]",
    '"%{ for x in y }${x}%{ endfor }"': "tpl[for(x in y [x])]",
    '"%{ for k, v in y }${k}%{ endfor }"': "tpl[for(k, v in y [k])]",
    '"%{ if a }%{ for x in y }z%{ endfor }%{ endif }"': "tpl[if(a [for(x in y ['z'])] [])]",
    '"a ${~ b ~} c"': "tpl['a', b, 'c']",
    '"a ${~ b } c"': "tpl['a', b, ' c']",
    '"a %{~ if b ~} c %{~ else ~} d %{~ endif ~} e"': "tpl['a', if(b ['c'] ['d']), 'e']",
}

HEREDOCS = {
    "<<E\na\n  b\nE\n": "'a\\n  b\\n'",
    "<<E\nE\n": "''",
    "<<E\n${a}\nE\n": "heredoc[a, '\\n']",
    "<<E\nx ${a} y\nE\n": "heredoc['x ', a, ' y\\n']",
    "<<E\n\\n $${a} \"q\"\nE\n": "'\\\\n ${a} \"q\"\\n'",
    "<<-E\n    a\n      b\n\n    c\n  E\n": "'a\\n  b\\n\\nc\\n'",
    "<<-E\n\ta\n\t\tb\nE\n": "'a\\n\\tb\\n'",
    "<<-E\n  ${a}\n    b\n  E\n": "heredoc['', a, '\\n  b\\n']",
    "<<E\r\na\r\nE\r\n": "'a\\r\\n'",
    # A marker strips one line at most.
    "<<E\n  %{~ if a ~}\n  x\n  %{~ endif ~}\nE\n": "heredoc['', if(a ['  x\\n'] []), '']",
    "<<E\n%{ for x in y }\n- ${x}\n%{ endfor }\nE\n":
        "heredoc[for(x in y ['\\n- ', x, '\\n']), '\\n']",
    "<<E\n EE\nE E\nE\n": "' EE\\nE E\\n'",
}


@pytest.mark.parametrize("text", [*EXPRESSIONS, *QUOTED, *HEREDOCS], ids=repr)
def test_expression(text: str) -> None:
    wanted = {**EXPRESSIONS, **QUOTED, **HEREDOCS}[text]
    assert show(expression(text)) == wanted


@pytest.mark.parametrize(("text", "wanted"), [
    ("", "''"),
    ("plain \\n \"text\"", "'plain \\\\n \"text\"'"),
    ("${a}", "wrap(a)"),
    ("x\n${a}\n%{ if b }y%{ endif }", "tpl['x\\n', a, '\\n', if(b ['y'] [])]"),
    ("$${a} %%{b}", "'${a} %{b}'"),
], ids=repr)
def test_bare_template(text: str, wanted: str) -> None:
    assert show(template(text)) == wanted


def test_a_chain_of_operators_needs_no_stack() -> None:
    node = expression(" + ".join(["1"] * 5_000))
    depth = 0
    while hasattr(node, "left"):
        node = node.left
        depth += 1
    assert depth == 4_999
