"""How values and their differences are laid out: as `terraform plan` and `terraform show` do it."""

from __future__ import annotations

import textwrap

import pytest

from vbrprov.secrets import SecretBook
from vbrprov.values import NULL, NUMBER, SENSITIVE, STRING, MapV, Unknown, Value, make_set
from vbrprov.values.value import mark
from vbrprov.views.human.differences import Differences
from vbrprov.views.human.text import Style


@pytest.fixture
def text_of() -> Differences:
    return Differences(Style(colour=False), SecretBook())


def _expected(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


ITEM = {"n": 1, "x": "p"}
POLICY = '{"Version":"2012","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:Put*"]}]}'


@pytest.mark.parametrize(("old", "new", "shown"), [
    ("a", "b", '"a" -> "b"'),
    (1, NULL, "1 -> null"),
    ("a", Unknown(STRING), '"a" -> (known after apply)'),
    (mark("a", (SENSITIVE,)), "b", "(sensitive value)"),
    ({"k": "v", "l": "w"}, {"k": "v", "l": NULL}, """
        {
            ~ l = "w" -> null
              # (1 unchanged attribute hidden)
          }
     """),
    ({"b": "2", "c": "3"}, {"b": "3", "d": "4"}, """
        {
            ~ b = "2" -> "3"
            - c = "3"
            + d = "4"
          }
     """),
    (tuple("abcdef"), tuple("abCdefg"), """
        [
              # (1 unchanged element hidden)
              "b",
            - "c",
            + "C",
              "d",
              # (1 unchanged element hidden)
              "f",
            + "g",
          ]
     """),
    ((ITEM, {"n": 2, "x": "q"}, {"n": 3, "x": "r"}),
     (ITEM, {"n": 2, "x": "Q"}, {"n": 4, "x": "t"}, {"n": 3, "x": "r"}), """
        [
              {
                  n = 1
                  x = "p"
              },
            ~ {
                ~ x = "q" -> "Q"
                  # (1 unchanged attribute hidden)
              },
            + {
                + n = 4
                + x = "t"
              },
              {
                  n = 3
                  x = "r"
              },
          ]
     """),
    # Lists of one length are compared place by place, unless only the order is another.
    (("a", "b", "c"), ("b", "c", "d"), """
        [
            ~ "a" -> "b",
            ~ "b" -> "c",
            ~ "c" -> "d",
          ]
     """),
    (("a", "b"), ("b", "a"), """
        [
            - "a",
              "b",
            + "a",
          ]
     """),
    (MapV({"a-b": 1, "c": 1}, NUMBER), MapV({"a-b": 2, "c": 1}, NUMBER), """
        {
            ~ "a-b" = 1 -> 2
              # (1 unchanged attribute hidden)
          }
     """),
    ({"id": "i", "z": 1, "more": 2}, {"id": "i", "z": 2, "more": 2}, """
        {
              id   = "i"
            ~ z    = 1 -> 2
              # (1 unchanged attribute hidden)
          }
     """),
    ("${a} %{b}", 'q"\t\a', r'"${a} %{b}" -> "q\"\t\a"'),
    (make_set(["a", "b", "c"], STRING), make_set(["a", "b", "d"], STRING), """
        [
            - "c",
            + "d",
              # (2 unchanged elements hidden)
          ]
     """),
    ({"a": ("x",)}, Unknown(), """
        {
            - a = [
                - "x",
              ]
          } -> (known after apply)
     """),
    ("a\nb\nc", "a\nbb\nc\n", """
        <<-EOT
              a
            - b
            + bb
              c
          EOT
     """),
    (POLICY, POLICY.replace(',"s3:Put*"', ""), """
        jsonencode(
            ~ {
                ~ Statement = [
                    ~ {
                        ~ Action = [
                              "s3:Get*",
                            - "s3:Put*",
                          ]
                          # (1 unchanged attribute hidden)
                      },
                  ]
                  # (1 unchanged attribute hidden)
              }
          )
     """),
    ('{"a":[1]}', '{ "a": [1] }', """
        jsonencode( # whitespace changes
              {
                  a = [
                      1,
                  ]
              }
          )
     """),
    ('{"a":1}', "a: 1", """
        jsonencode(
              {
                - a = 1
              }
          ) -> "a: 1"
     """),
])
def test_changes(text_of: Differences, old: Value, new: Value, shown: str) -> None:
    assert text_of.change(old, new, 0) == _expected(shown)


@pytest.mark.parametrize(("value", "shown"), [
    ((), "[]"),
    ({}, "{}"),
    ({"a": ("x", {"b": True}), "key with blanks": NULL}, """
        {
            + a                 = [
                + "x",
                + {
                    + b = true
                  },
              ]
            + "key with blanks" = null
          }
     """),
    ("one\n  two\n", """
        <<-EOT
              one
                two
          EOT
     """),
    ("{not json}", '"{not json}"'),
    ("\x1b[31m\n", """
        <<-EOT
              \\u001b[31m
          EOT
     """),
])
def test_whole_values(text_of: Differences, value: Value, shown: str) -> None:
    assert text_of.whole(value, "+", 0) == _expected(shown)


def test_long_lists_are_not_compared_element_by_element(text_of: Differences) -> None:
    old, new = tuple(range(300)), tuple(range(1000, 1301))
    lines = text_of.change(old, new, 0).splitlines()
    assert lines[1:3] == ["    - 0,", "    - 1,"]
    assert lines[-2] == "    + 1300,"
    assert len(lines) == 603
