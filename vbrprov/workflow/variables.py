"""Values of the root module's variables, from everywhere they may come from.

Order, last wins, as in Terraform: environment, ``vbrprov.vbrvars.hcl``, ``vbrprov.vbrvars.json``,
``*.auto.vbrvars.hcl`` and ``.json`` by name, then ``-var`` and ``-var-file`` in the order given.
"""

from __future__ import annotations

import msgspec

from vbrprov.config import Files, Module
from vbrprov.config.load import Parse, file_in
from vbrprov.config.model import Variable
from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.evaluate import EvalError, NamesOnly, evaluate
from vbrprov.sdk.function import FunctionContext
from vbrprov.syntax import ast, decode_source, parse_expression
from vbrprov.values import DYNAMIC, STRING, Unknown, Value
from vbrprov.workflow.request import Request

MAIN = "vbrprov.vbrvars.hcl"
MAIN_JSON = "vbrprov.vbrvars.json"
AUTO = (".auto.vbrvars.hcl", ".auto.vbrvars.json")
PREFIXES = ("TF_VAR_", "VBRPROV_VAR_")


class Inputs(msgspec.Struct):
    """Values by variable name, and the names that came from outside the configuration's files."""

    values: dict[str, Value] = {}
    ranges: dict[str, SourceRange] = {}


def collect(request: Request, root: Module, files: Files, parse: Parse, context: FunctionContext,
            diags: Diagnostics) -> Inputs:
    """The value of every variable that has one; a required one without is an error."""
    reader = _Reader(root, files, parse, context, diags)
    for prefix in PREFIXES:
        for name, text in sorted(request.environ.items()):
            if name.startswith(prefix) and name[len(prefix):] in root.variables:
                reader.text(name[len(prefix):], text, f"the environment variable {name}")
    reader.automatic(request.directory)
    for kind, text in request.variables:
        if kind == "file":
            reader.file(text, required=True)
        else:
            reader.option(text)
    for variable in root.variables.values():
        if variable.name in reader.out.values or variable.default is not None:
            continue
        _missing(variable, request, reader, diags)
    return reader.out


def _missing(variable: Variable, request: Request, reader: _Reader, diags: Diagnostics) -> None:
    if request.allow_missing_variables:
        reader.out.values[variable.name] = Unknown(DYNAMIC if not variable.type_given
                                                   else variable.type)
        return
    if request.ask is not None:
        answer = request.ask(variable.name, variable.description, variable.sensitive)
        reader.text(variable.name, answer, "the answer given")
        return
    diags.error(
        "No value for required variable", f'The root module input variable "{variable.name}" is '
        f"not set, and has no default value. Give it a value with -var '{variable.name}=...', in a "
        f"file named {MAIN}, or in the environment variable VBRPROV_VAR_{variable.name}.",
        variable.range)


class _Reader:
    def __init__(self, root: Module, files: Files, parse: Parse, context: FunctionContext,
                 diags: Diagnostics) -> None:
        self.root = root
        self.files = files
        self.parse = parse
        self.diags = diags
        self.scope = NamesOnly({}, context, "in a value of a variable")
        self.out = Inputs()

    def automatic(self, directory: str) -> None:
        """The files that are read without being named."""
        try:
            names = self.files.names(directory)
        except OSError:
            return
        found = [n for n in (MAIN, MAIN_JSON) if n in names]
        found += sorted(n for n in names if n.endswith(AUTO))
        for name in found:
            self.file(file_in(directory, name), required=False)

    def file(self, path: str, *, required: bool) -> None:
        """One file of values."""
        try:
            raw = self.files.read(path)
        except (OSError, KeyError) as error:
            why = getattr(error, "strerror", None) or "no such file"
            self.diags.error(
                "Cannot read a variables file", f"The file {path} cannot be read: {why}.")
            return
        source, found = decode_source(path, raw)
        self.diags.extend(found)
        if found.has_errors:
            return
        body, more = self._parse(source)
        self.diags.extend(more)
        for block in body.blocks:
            self.diags.error("Unexpected block in a variables file", "A variables file holds only "
                             "NAME = VALUE lines. To declare variables, use a configuration file.",
                             source.range(block.start, block.header_end))
        for item in body.attributes:
            where = source.range(item.start, item.end)
            if item.name not in self.root.variables:
                hint = did_you_mean(item.name, self.root.variables)
                self.diags.warning("Value for undeclared variable", "The root module does not "
                                   f'declare a variable named "{item.name}", but a value was found '
                                   f"in {path}. {hint}".strip(), where)
                continue
            try:
                self.out.values[item.name] = evaluate(item.expr, self.scope)
                self.out.ranges[item.name] = where
            except EvalError as error:
                self.diags.add(error.diagnostic(source))

    def _parse(self, source: SourceFile) -> tuple[ast.Body, Diagnostics]:
        if not source.name.endswith(".json"):
            return self.parse(source)
        from vbrprov.config.json_body import parse_json_values

        return parse_json_values(source)

    def option(self, text: str) -> None:
        """One ``-var name=value``."""
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals:
            self.diags.error("Invalid -var option", f'The given -var option "{text}" is not '
                             "correctly specified. Must be a variable name and value separated by "
                             'an equals sign, like -var "key=value".')
            return
        if name not in self.root.variables:
            hint = did_you_mean(name, self.root.variables)
            self.diags.error("Value for undeclared variable", f'A variable named "{name}" was '
                             "assigned on the command line, but the root module does not declare a "
                             f"variable of that name. {hint}".strip())
            return
        self.text(name, value, f"-var '{name}=...'")

    def text(self, name: str, text: str, origin: str) -> None:
        """A value given as text: taken literally for strings, else as an expression."""
        variable = self.root.variables[name]
        if variable.type is STRING or variable.type is DYNAMIC:
            self.out.values[name] = text
            return
        source = SourceFile(f"<{origin}>", text)
        node, found = parse_expression(source)
        if found.has_errors:
            if variable.type.is_primitive:
                self.out.values[name] = text
                return
            self.diags.extend(found)
            return
        try:
            self.out.values[name] = evaluate(node, self.scope)
        except EvalError as error:
            if variable.type.is_primitive:
                self.out.values[name] = text
                return
            self.diags.add(error.diagnostic(source))
