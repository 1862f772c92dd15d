"""Reading a state file of Terraform or OpenTofu, version 4.

Format: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/states/statefile/version4.go
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from vbrprov.addrs import AddressError, parse_address
from vbrprov.addrs.address import format_key
from vbrprov.config.blocks.resource import TYPE_ALIASES

_PROVIDER = re.compile(
    r'((?:module\.[^.\[]+(?:\[(?:\d+|"[^"]*")\])?\.)*)provider'
    r'(?:\["([^"]+)"\]|\.([\w-]+))(?:\.([\w-]+))?(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')
_KEYS = re.compile(r'\[(?:\d+|"[^"]*")\]')


class TerraformFileError(Exception):
    """The file is none that can be read. The text is a full sentence."""


class TerraformInstance(msgspec.Struct):
    """One instance in the file."""

    attributes: dict[str, Any] | None = None
    index_key: str | int | None = None
    status: str = ""
    deposed: str = ""
    dependencies: list[str] = []
    create_before_destroy: bool = False
    sensitive_attributes: list[list[dict[str, Any]]] = []

    def take_secrets(self) -> tuple[set[str], list[Any]]:
        """Names of attributes in which something is sensitive, and the sensitive values.

        Deeper down, below lists of blocks, sensitive values are taken out of the attributes.
        """
        names, values = set(), []
        for path in self.sensitive_attributes:
            steps = [step.get("value") for step in path]
            holder, at = None, self.attributes
            for step in steps:
                holder, at = at, _at(at, step)
            if holder is None:
                continue
            values.append(at)
            names.add(str(steps[0]))
            if len(steps) > 2 and isinstance(holder, dict):
                holder[str(steps[-1])] = None
        return names, values


class TerraformResource(msgspec.Struct):
    """One block of the file."""

    mode: str
    type: str
    name: str
    provider: str
    instances: list[TerraformInstance] = []
    module: str = ""

    def address_of(self, instance: TerraformInstance) -> str:
        """The address of an instance, as we write it.

        Raises:
            AddressError: It has none that we could write.
        """
        prefix = f"{self.module}." if self.module else ""
        mode = "data." if self.mode == "data" else ""
        kind = TYPE_ALIASES.get(self.type, self.type)
        return str(parse_address(
            f"{prefix}{mode}{kind}.{self.name}{format_key(instance.index_key)}"))


class TerraformFile(msgspec.Struct):
    """The content of the file, as far as it is used. Outputs are made anew by an apply."""

    resources: list[TerraformResource] = []
    outputs: dict[str, Any] = {}


def read_file(raw: bytes) -> TerraformFile:
    """Decode a state file.

    Raises:
        TerraformFileError: It is no state file of version 4.
    """
    try:
        head = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        raise TerraformFileError("It is not JSON, so it is no state file of Terraform.") from None
    if not isinstance(head, dict):
        raise TerraformFileError("It is no state file of Terraform.")
    if "encrypted_data" in head:
        raise TerraformFileError("It is encrypted by OpenTofu. Print it in plain with: tofu state "
                                 "pull")
    if "values" in head and "format_version" in head:
        raise TerraformFileError("It is the output of show -json. Print the state itself with: "
                                 "terraform state pull")
    if head.get("version") != 4:
        raise TerraformFileError(
            f"It has the version {head.get('version', 'none')}, but only version 4 can be read. "
            "Any run of Terraform 0.12 or later writes that.")
    try:
        return msgspec.convert(head, TerraformFile)
    except msgspec.ValidationError as error:
        raise TerraformFileError(f"It is not as Terraform writes it: {error}.") from None


def provider_address(text: str, names: dict[str, str]) -> str:
    """The address of a provider configuration as we write it; empty when there is none.

    Args:
        text: As in the file: ``module.m.provider["registry.terraform.io/hashicorp/aws"].west``.
        names: Local names by the last two parts of registry addresses.
    """
    found = _PROVIDER.fullmatch(text)
    if found is None:
        return ""
    module, registry, old, alias, key = found.groups()
    name = old or names.get("/".join((registry or "").lower().rsplit("/", 2)[-2:]), "")
    if not name:
        return ""
    return f"{_KEYS.sub('', module)}provider.{name}{f'.{alias}' if alias else ''}{key or ''}"


def block_of(text: str) -> str:
    """A dependency of the file as we write it; empty when it is no address of ours."""
    try:
        parsed = parse_address(text)
    except AddressError:
        return ""
    kind = TYPE_ALIASES.get(parsed.type_name, parsed.type_name)
    module = "".join(f"module.{name}." for name, _ in parsed.module)
    mode = "data." if parsed.mode == "data" else ""
    return f"{module}{mode}{kind}.{parsed.name}"


def _at(data: Any, step: Any) -> Any:
    """What a step of a path leads to; ``None`` for nothing."""
    if isinstance(step, dict):
        # An index, with its type.
        step = step.get("value")
    if isinstance(data, dict):
        # A value of any type is kept together with its type.
        inside = data["value"] if data.keys() == {"value", "type"} else data
        return inside.get(step) if isinstance(inside, dict) else None
    if isinstance(data, list) and isinstance(step, int | float) and 0 <= step < len(data):
        return data[int(step)]
    return None


def texts_in(data: Any) -> Iterator[str]:
    """Every string in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for item in data.values() if isinstance(data, dict) else data:
            yield from texts_in(item)
