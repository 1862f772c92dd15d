"""csvdecode(str): rows from CSV text."""

from __future__ import annotations

from vbrprov.functions._structure import check_count
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListV, ObjectT, Value


class _Rows:
    """RFC 4180 as Go's ``encoding/csv`` reads it (https://pkg.go.dev/encoding/csv)."""

    def __init__(self, source: str) -> None:
        self.lines = source.replace("\r\n", "\n").split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        elif self.lines[-1].endswith("\r"):
            self.lines[-1] = self.lines[-1][:-1]
        self.next = 0

    def refuse(self, line: int, why: str) -> FunctionError:
        return FunctionError(None, f"CSV parse error on line {line}: {why}")

    def read(self) -> tuple[list[str], int] | None:
        """The fields of the next row that is not blank, and its line number."""
        while self.next < len(self.lines) and not self.lines[self.next]:
            self.next += 1
        if self.next >= len(self.lines):
            return None
        line = self.lines[self.next]
        self.next += 1
        number = self.next
        fields: list[str] = []
        position = 0
        while True:
            if line[position:position + 1] == '"':
                field, line, position = self.quoted(line, position + 1)
            else:
                end = line.find(",", position)
                end = len(line) if end < 0 else end
                field, position = line[position:end], end
                if '"' in field:
                    raise self.refuse(self.next, 'bare " in non-quoted-field')
            fields.append(text(field))
            if position >= len(line):
                return fields, number
            position += 1

    def quoted(self, line: str, position: int) -> tuple[str, str, int]:
        """A quoted field: its text, and the line and position after it."""
        out: list[str] = []
        start = self.next
        while True:
            end = line.find('"', position)
            if end < 0:
                out.append(line[position:])
                if self.next >= len(self.lines):
                    raise self.refuse(start, 'extraneous or missing " in quoted-field')
                out.append("\n")
                line, position = self.lines[self.next], 0
                self.next += 1
                continue
            out.append(line[position:end])
            position = end + 1
            after = line[position:position + 1]
            if after == '"':
                out.append('"')
                position += 1
            elif after in ("", ","):
                return "".join(out), line, position
            else:
                raise self.refuse(self.next, 'extraneous or missing " in quoted-field')


def _csvdecode(source: str) -> Value:
    rows = _Rows(source)
    first = rows.read()
    if first is None:
        raise FunctionError(None, "missing header line")
    names = first[0]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise FunctionError(None, f'duplicate column name "{name}"')
    out = []
    while (row := rows.read()) is not None:
        fields, line = row
        if len(fields) != len(names):
            raise rows.refuse(line, "wrong number of fields")
        out.append(dict(zip(names, fields, strict=True)))
        check_count(len(out) * len(names))
    return ListV(tuple(out), ObjectT(dict.fromkeys(names, STRING)))


FUNCTION = Function(
    name="csvdecode", group="encoding",
    doc="Read CSV text. The first line names the columns; each other line becomes an object.",
    params=(Param("str", str, "The CSV text."),),
    returns=object, impl=_csvdecode, example='csvdecode("a,b\\n1,2")',
)
