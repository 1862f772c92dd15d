"""Reading test files and files of mocks.

Source: https://developer.hashicorp.com/terraform/language/tests
"""

from __future__ import annotations

import os
from collections.abc import Callable

from vbrprov.config.blocks.module import provider_map
from vbrprov.config.load import Files, Parse, file_in
from vbrprov.config.mockblocks import OVERRIDES, address_text, during, mocks, override
from vbrprov.config.model import Condition, Expression, ProviderBlock, ProviderRef
from vbrprov.config.provider_refs import provider_named
from vbrprov.config.reader import BlockReader, duplicate, traversal_names
from vbrprov.config.references import references
from vbrprov.config.testfile import (
    MockProvider,
    MockType,
    Named,
    Override,
    PlanChoices,
    RunBlock,
    TestFile,
)
from vbrprov.config.testpaths import MOCK_SUFFIXES
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.syntax import ast, decode_source


class FileReader:
    """Reads test files; ``sources`` holds the texts that diagnostics quote."""

    def __init__(self, files: Files, parse: Parse, diags: Diagnostics) -> None:
        self.files = files
        self.parse = parse
        self.diags = diags
        self.sources: dict[str, SourceFile] = {}

    def test_file(self, path: str) -> TestFile:
        """One test file."""
        source, body = self._parsed(path, mocks=False)
        out = TestFile(path, source)
        for item in body.attributes:
            self.diags.error("Unsupported argument", f'An argument named "{item.name}" is not '
                             "expected here. At the top of a file there are only blocks.",
                             source.range(item.start, item.name_end))
        blocks: dict[str, Callable[[BlockReader, TestFile], None]] = {
            "run": self._run, "variables": self._variables, "provider": _provider,
            "mock_provider": self._mock_provider, **dict.fromkeys(OVERRIDES, _file_override)}
        for block in body.blocks:
            decode = blocks.get(block.type)
            if decode is None:
                hint = did_you_mean(block.type, blocks)
                self.diags.error("Unsupported block type", f'Blocks of type "{block.type}" are not '
                                 f"expected here. {hint}".strip(),
                                 source.range(block.start, block.type_end))
                continue
            decode(BlockReader(block, source, self.diags), out)
        for name in out.providers.keys() & out.mocks.keys():
            duplicate(self.diags, "provider block", name, out.mocks[name].range,
                      out.providers[name].range, "A provider configuration for")
        return out

    def _parsed(self, path: str, *, mocks: bool) -> tuple[SourceFile, ast.Body]:
        try:
            raw = self.files.read(path)
        except OSError as error:
            self.diags.error("Cannot read a file", f"The file {path} cannot be read: "
                             f"{error.strerror or error}.")
            return SourceFile(path, ""), ast.Body(0, 0, [], [])
        source, found = decode_source(path, raw)
        self.diags.extend(found)
        if path.endswith(".json"):
            # Few tests are written in it.
            from vbrprov.config.json_body import parse_json_blocks
            from vbrprov.config.json_tests import MOCK, TEST

            body, found = parse_json_blocks(source, MOCK if mocks else TEST)
        else:
            body, found = self.parse(source)
        self.diags.extend(found)
        self.sources[path] = source
        return source, body

    def _variables(self, reader: BlockReader, out: TestFile) -> None:
        reader.labels()
        out.variables.update(_values(reader))

    def _run(self, reader: BlockReader, out: TestFile) -> None:
        labels = reader.labels("name")
        if labels is None:
            return
        variables = reader.take_block("variables")
        values = {} if variables is None else _values(
            BlockReader(variables, reader.source, self.diags))
        given = any(a.name == "providers" for a in reader.block.body.attributes)
        run = RunBlock(
            name=labels[0], range=reader.header, plan_only=_command(reader),
            module=_module(reader), state_key=reader.literal("state_key", str, ""),
            variables=values,
            providers=provider_map(reader)[0] if given else None,
            choices=_choices(reader), asserts=_asserts(reader),
            expected=_named(reader, "expect_failures", _EXPECTABLE),
            overrides=tuple(o for name in OVERRIDES for b in reader.take_blocks(name)
                            if (o := override(BlockReader(b, reader.source, self.diags)))))
        reader.finish()
        if labels[0] in out.runs:
            duplicate(self.diags, '"run" block names', labels[0], reader.header,
                      out.runs[labels[0]].range, "A run block named")
            return
        out.runs[labels[0]] = run

    def _mock_provider(self, reader: BlockReader, out: TestFile) -> None:
        labels = reader.labels("name")
        if labels is None:
            return
        # The built-in provider is called "terraform" there.
        name = provider_named(labels[0])
        ref = ProviderRef(name, reader.literal("alias", str, ""))
        source = reader.literal("source", str, "")
        types, overrides = mocks(reader, planned=during(reader, inherited=False))
        if source:
            more_types, more_overrides = self._mock_files(source, reader)
            types, overrides = {**more_types, **types}, (*more_overrides, *overrides)
        reader.finish()
        if str(ref) in out.mocks:
            duplicate(self.diags, "provider block", str(ref), reader.header,
                      out.mocks[str(ref)].range, "A mock provider for")
            return
        out.mocks[str(ref)] = MockProvider(ref, reader.header, types, overrides)

    def _mock_files(self, folder: str, reader: BlockReader) -> tuple[
            dict[tuple[str, str], MockType], tuple[Override, ...]]:
        where = reader.attribute_range("source")
        try:
            names = [n for n in self.files.names(folder) if n.endswith(MOCK_SUFFIXES)]
        except OSError as error:
            self.diags.error("Cannot read the mocks", f"The folder {folder} cannot be read: "
                             f"{error.strerror or error}. It is looked for from the folder in "
                             "which the command runs.", where)
            return {}, ()
        types: dict[tuple[str, str], MockType] = {}
        overrides: tuple[Override, ...] = ()
        for name in names:
            source, body = self._parsed(
                file_in(os.path.normpath(folder), name), mocks=True)
            whole = ast.Block(0, 0, "", 0, [], 0, body)
            inner = BlockReader(whole, source, self.diags)
            more, extra = mocks(inner, planned=False)
            inner.finish()
            types.update(more)
            overrides += extra
        return types, overrides


def _values(reader: BlockReader) -> dict[str, Expression]:
    """All attributes of a ``variables`` block."""
    content = reader.content()
    for nested in content.blocks:
        reader.diags.error("Unsupported block type", f'Blocks of type "{nested.type}" are not '
                           "expected here.", reader.source.range(nested.start, nested.type_end))
    return {a.name: Expression(a.expr, reader.source) for a in content.attributes}


def _provider(reader: BlockReader, out: TestFile) -> None:
    labels = reader.labels("name")
    if labels is None:
        return
    ref = ProviderRef(labels[0], reader.literal("alias", str, ""))
    if str(ref) in out.providers:
        duplicate(reader.diags, "provider block", str(ref), reader.header,
                  out.providers[str(ref)].range, "A provider configuration for")
        return
    out.providers[str(ref)] = ProviderBlock(ref, reader.content(), reader.header)


def _file_override(reader: BlockReader, out: TestFile) -> None:
    found = override(reader)
    if found is not None:
        out.overrides.append(found)


def _command(reader: BlockReader) -> bool:
    """Whether the command is plan."""
    given = reader.take("command")
    if given is None:
        return False
    names = traversal_names(given)
    if names not in (["plan"], ["apply"]):
        reader.diags.error('Invalid "command" keyword', 'The "command" argument requires one of '
                           "the following keywords without quotes: apply or plan.", given.range)
    return names == ["plan"]


def _module(reader: BlockReader) -> str:
    block = reader.take_block("module")
    if block is None:
        return ""
    inner = BlockReader(block, reader.source, reader.diags)
    inner.labels()
    inner.required("source") if not inner.block.body.attributes else None
    source: str = inner.literal("source", str, "")
    inner.take("version")
    where = inner.attribute_range("source")
    inner.finish()
    if source and not source.startswith(("./", "../")):
        reader.diags.error("Invalid module source", "A run block can name a local module only: a "
                           'path that starts with "./" or "../", from the folder of the '
                           "configuration.", where)
        return ""
    return source


def _choices(reader: BlockReader) -> PlanChoices:
    block = reader.take_block("plan_options")
    if block is None:
        return PlanChoices()
    inner = BlockReader(block, reader.source, reader.diags)
    inner.labels()
    given = inner.take("mode")
    mode = traversal_names(given) if given is not None else ["normal"]
    # "refresh-only" is one name: a dash may stand in names.
    if given is not None and mode not in (["normal"], ["refresh-only"]):
        reader.diags.error('Invalid "mode" keyword', 'The "mode" argument requires one of the '
                           "following keywords without quotes: normal or refresh-only.",
                           given.range)
    out = PlanChoices(
        refresh_only=mode == ["refresh-only"], refresh=inner.literal("refresh", bool, True),
        replace=_named(inner, "replace", "a resource"),
        targets=_named(inner, "target", "a resource or module"), range=inner.header)
    inner.finish()
    return out


def _asserts(reader: BlockReader) -> tuple[Condition, ...]:
    found = reader.conditions("assert")
    for item in found:
        if next(references(item.condition.node), None) is None:
            reader.diags.error("Invalid assert expression", "The condition expression must refer "
                               "to at least one object from elsewhere in the configuration, or "
                               "else its result would not be checking anything.",
                               item.condition.range)
    return found


_EXPECTABLE = "a variable, an output value, a check or a resource"


def _named(reader: BlockReader, name: str, what: str) -> tuple[Named, ...]:
    out = []
    for item in reader.expressions(name):
        text = address_text(item)
        if text is None:
            reader.diags.error("Invalid reference", f"Write the address of {what}, without "
                               "quotes.", item.range)
        else:
            out.append(Named(text, item.range))
    return tuple(out)
