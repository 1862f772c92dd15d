"""Taking over what a state of Terraform's records, as far as we know its types.

Nothing is asked of any service: the next plan reads every object and shows what differs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from vbrprov.addrs import AddressError, config_address, provider_name
from vbrprov.diff.secrecy import as_secret_as
from vbrprov.diff.stored import encode_attributes, mark_by_schema
from vbrprov.plan.environment import Environment
from vbrprov.plan.owners import Owners
from vbrprov.sdk.model import Attribute, BlockType, Schema
from vbrprov.sdk.resource import ResourceType
from vbrprov.sdk.terraform import TerraformPart
from vbrprov.state.errors import StateError
from vbrprov.state.model import Instance, Status
from vbrprov.state.session import StateSession
from vbrprov.values import SENSITIVE, ConversionError, ListV, Null, Value, make_set, mark
from vbrprov.values.types import has_dynamic, type_from_json
from vbrprov.values.wire import decode, escape
from vbrprov.workflow.backend import open_session
from vbrprov.workflow.planning import Surroundings
from vbrprov.workflow.request import Request
from vbrprov.workflow.states import find_backend
from vbrprov.workflow.terraform_file import (
    TerraformFile,
    TerraformInstance,
    TerraformResource,
    block_of,
    provider_address,
    texts_in,
)


class Report(msgspec.Struct):
    """What became of each object: (address, what it took in) and (address, why it was left)."""

    taken: list[tuple[str, list[str]]] = []
    left: list[tuple[str, str]] = []


class _Found(msgspec.Struct):
    """An object of the file with a type of ours."""

    address: str
    provider: str
    kind: ResourceType[Any, Any]
    attributes: dict[str, Any]
    instance: TerraformInstance
    parts: list[str] = []
    sensitive: set[str] = set()


def import_terraform(request: Request, runtime: Surroundings, file: TerraformFile, *,
                     dry_run: bool) -> Report:
    """Record the objects of *file* whose types we know; all of them, or none after an error."""
    environment = runtime.environment()
    _learn(file, environment)
    found, report = _Reader(environment).read(file)
    backend = find_backend(request, runtime)
    if backend is None or runtime.diags.has_errors:
        return Report()
    environment.book.keeps_values = backend.codec.encrypts
    try:
        with open_session(backend, "state import-terraform", request, runtime.diags) as session:
            runtime.diags.extend(session.diagnostics)
            made = list(_made(found, session, environment, report))
            if runtime.diags.has_errors:
                return Report()
            if made and not dry_run:
                session.begin(len(made))
                stack = session.data.lineage[:8]
                session.move([], [msgspec.structs.replace(
                    item, token=f"{stack}-{uuid.uuid4().hex[:16]}") for item in made])
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return Report()
    report.taken.sort()
    report.left.sort()
    return report


def _learn(file: TerraformFile, environment: Environment) -> None:
    """Hide what the file holds of secrets: nothing of it may be shown, whatever goes wrong."""
    for output in file.outputs.values():
        if isinstance(output, dict) and output.get("sensitive"):
            for text in texts_in(output.get("value")):
                environment.redactor.add(text)


class _Reader:
    """Finds objects and the parts that belong to them."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._registry = environment.registry
        names = {name: self._registry.provider(name) for name in self._registry.provider_names()}
        self._names = {"/".join(p.registry.rsplit("/", 2)[-2:]): name
                       for name, p in names.items() if p is not None}
        self._parts: dict[str, dict[str, tuple[str, TerraformPart]]] = {}

    def read(self, file: TerraformFile) -> tuple[list[_Found], Report]:
        """The objects with their parts in them, and what is left."""
        found: list[_Found] = []
        pieces: list[tuple[str, str, str, TerraformPart, TerraformInstance]] = []
        report = Report([], [])
        for resource in file.resources:
            for instance in resource.instances:
                try:
                    address = resource.address_of(instance)
                except AddressError:
                    report.left.append((f"{resource.module} {resource.type}.{resource.name}".strip(
                        ), "its address cannot be written here"))
                    continue
                provider = provider_address(resource.provider, self._names)
                why = self._unwanted(resource, instance, provider)
                if why:
                    if resource.mode == "managed":
                        report.left.append((address, why))
                    continue
                names, secrets = instance.take_secrets()
                for text in texts_in(secrets):
                    self._environment.redactor.add(text)
                name = provider_name(provider)
                kind = self._registry.resource_type(name, resource.type)
                part = self._part(name, resource.type) if kind is None else None
                if kind is not None:
                    given = dict(kind.from_terraform(instance.attributes or {}))
                    found.append(_Found(address, provider, kind, given, instance, [], names))
                elif part is not None:
                    pieces.append((address, provider, part[0], part[1], instance))
                else:
                    report.left.append((address, f"there is no type {resource.type} here"))
        for address, provider, owner_type, piece, instance in pieces:
            attributes = instance.attributes or {}
            owner = next((f for f in found if f.provider == provider
                          and f.kind.type_name == owner_type
                          and f.attributes.get("id") == attributes.get(piece.owner)), None)
            if owner is None:
                report.left.append((address, f"it is part of a {owner_type} that is not in the "
                                    "file"))
            else:
                owner.attributes.update(piece.take(attributes))
                owner.parts.append(address)
        return found, report

    def _unwanted(self, resource: TerraformResource, instance: TerraformInstance,
                  provider: str) -> str:
        """Why an instance is left without a look at its type."""
        if resource.mode != "managed":
            return "a data source is read again by every plan"
        if instance.deposed:
            return "it is deposed: let Terraform delete it first"
        if not provider:
            return f"there is no provider {resource.provider} here"
        if not isinstance(instance.attributes, dict):
            return "the file holds no attributes of it"
        return ""

    def _part(self, provider: str, type_name: str) -> tuple[str, TerraformPart] | None:
        """The type of ours that a type of Terraform's is part of."""
        if provider not in self._parts:
            known = {}
            for name in self._registry.type_names(provider, "managed"):
                kind = self._registry.resource_type(provider, name)
                for part, how in (kind.terraform_parts if kind is not None else {}).items():
                    known[part] = (name, how)
            self._parts[provider] = known
        return self._parts[provider].get(type_name)


def _made(found: list[_Found], session: StateSession, environment: Environment,
          report: Report) -> Iterator[Instance]:
    """The records of what can be taken over."""
    owners = Owners(session.data.instances.values())
    blocks = {config_address(f.address) for f in found}
    # Whatever depended on a part depends on the object that it is part of now.
    moved = {config_address(p): config_address(f.address) for f in found for p in f.parts}
    for item in found:
        if (item.address, "") in session.data.instances:
            report.left.append((item.address, "there is an object at this address already"))
            continue
        schema = item.kind.model.schema()
        _hide(item.attributes, schema, environment)
        values = _values(item.attributes, schema)
        for name in item.sensitive & schema.attributes.keys():
            values[name] = mark(values[name], (SENSITIVE,))
        values = mark_by_schema(values, schema, item.address)
        values = as_secret_as(values, values, schema)
        known = (block_of(d) for d in item.instance.dependencies)
        needed = {moved.get(d, d) for d in known} & blocks - {config_address(item.address)}
        made = Instance(
            item.address, item.provider,
            msgspec.Raw(encode_attributes(values, schema, environment.book)),
            schema_version=item.kind.schema_version,
            status=Status.TAINTED if item.instance.status == "tainted" else Status.OK,
            dependencies=sorted(needed),
            create_before_destroy=item.instance.create_before_destroy)
        other = owners.claim(made, item.kind)
        if other:
            report.left.append((item.address, f"the object is managed as {other} already"))
            continue
        report.taken.append((item.address, sorted(item.parts)))
        yield made


def _hide(attributes: Mapping[str, Any], schema: Schema, environment: Environment) -> None:
    for name, spec in schema.attributes.items():
        if spec.sensitive or spec.write_only or spec.one_time:
            for text in texts_in(attributes.get(name)):
                environment.redactor.add(text)


def _values(attributes: Mapping[str, Any], schema: Schema) -> dict[str, Value]:
    """The values of an object; what does not fit our schema is left for a refresh to read."""
    out: dict[str, Value] = {}
    for name, spec in schema.attributes.items():
        out[name] = Null(spec.type) if spec.write_only else _value(attributes.get(name), spec)
    for name, nested in schema.blocks.items():
        out[name] = _block(attributes.get(name), nested)
    return out


def _value(data: Any, spec: Attribute) -> Value:
    if data is None:
        return Null(spec.type)
    try:
        if has_dynamic(spec.type):
            if isinstance(data, dict) and data.keys() == {"value", "type"}:
                return decode(_escaped(data["value"]), type_from_json(data["type"]))
            return decode(_escaped(data), spec.type)
        return decode(_escaped(data), spec.type)
    except (ConversionError, ValueError, KeyError, TypeError):
        return Null(spec.type)


def _block(data: Any, nested: BlockType) -> Value:
    inner = nested.model.schema()
    items = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    made = tuple(_values(item, inner) for item in items if isinstance(item, dict))
    if nested.nesting == "single":
        return made[0] if made else Null(inner.type)
    if nested.nesting == "set":
        return make_set(list(made), inner.type)
    return ListV(made, inner.type)


def _escaped(data: Any) -> Any:
    """Plain data as the state writes it."""
    if isinstance(data, dict):
        return {escape(k): _escaped(v) for k, v in data.items()}
    return [_escaped(item) for item in data] if isinstance(data, list) else data
