"""What the encryption block asks for, as codecs for state and plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from vbrprov.config import Module
from vbrprov.config.blocks.encryption import UNENCRYPTED
from vbrprov.config.model import EncryptionTarget, KeyProviderBlock
from vbrprov.diag import Diagnostics, did_you_mean
from vbrprov.sdk.keys import KeyContext, KeyProvider
from vbrprov.secrets import Redactor
from vbrprov.state.codec import PLAIN, ConfiguredKey, StateCodec
from vbrprov.workflow.early import Early
from vbrprov.workflow.prepare import early_values
from vbrprov.workflow.registry import ProviderRegistry
from vbrprov.workflow.request import Request


class Codecs(msgspec.Struct, frozen=True):
    """How states and saved plans are kept."""

    state: StateCodec = PLAIN
    plan: StateCodec = PLAIN


def encryption_of(request: Request, root: Module | None, redactor: Redactor, diags: Diagnostics,
                  early: Early | None = None) -> Codecs:
    """The codecs that the settings ask for. Talks to no key service yet.

    A sandbox's state is not encrypted: it lives as long as the sandbox, and no key is needed to
    try something out.
    """
    block = root.settings.encryption if root is not None else None
    if root is None or block is None or request.sandbox:
        return Codecs()
    early = early or early_values(request)
    early.enter(root)
    # Only what is used: a key that is named nowhere asks for no value.
    used = {block.methods[name].keys for target in (block.state, block.plan) if target is not None
            for name in target.methods}
    keys: dict[str, ConfiguredKey] = {}
    for name in sorted(used - {""}):
        made = _key(block.key_providers[name], request, root, early, redactor, diags)
        if made is not None:
            keys[name] = made
    if diags.has_errors:
        return Codecs()

    def codec(target: EncryptionTarget, what: str) -> StateCodec:
        chosen = [None if block.methods[name].type == UNENCRYPTED
                  else keys[block.methods[name].keys] for name in target.methods]
        return StateCodec(chosen, redactor.add, what)

    state = codec(block.state, "state") if block.state is not None else PLAIN
    # A plan repeats what the state holds.
    plan_target = block.plan or block.state
    plan = codec(plan_target, "plan") if plan_target is not None else PLAIN
    if state.encrypts and not plan.encrypts and block.plan is not None:
        diags.error("Plan not encrypted", "A saved plan repeats values of the state, which is "
                    "encrypted. Encrypt plans as well, or leave the plan block out: plans are then "
                    "encrypted as the state is.", block.plan.range)
    return Codecs(state, plan)


def check_encryption(root: Module, diags: Diagnostics) -> None:
    """What can be said of the key providers without any value."""
    block = root.settings.encryption
    for found in block.key_providers.values() if block is not None else ():
        provider = _provider(found, diags)
        if provider is None:
            continue
        schema, source = provider.model.schema(), found.content.source
        given = {item.name: item for item in found.content.attributes}
        for name, item in given.items():
            if name not in schema.attributes:
                diags.error("Unsupported argument", f'An argument named "{name}" is not expected '
                            f"here. {did_you_mean(name, schema.attributes)}".strip(),
                            source.range(item.start, item.name_end))
        for name, spec in schema.attributes.items():
            if spec.required and name not in given:
                diags.error("Missing required argument", f'The argument "{name}" is required, but '
                            "no definition was found.", found.range)


def _provider(block: KeyProviderBlock, diags: Diagnostics) -> KeyProvider[Any] | None:
    provider = ProviderRegistry().key_provider(block.type)
    if provider is None:
        diags.error("Unknown key provider", f'There is no key provider "{block.type}".',
                    block.range)
    return provider


def _key(block: KeyProviderBlock, request: Request, root: Module, early: Early,
         redactor: Redactor, diags: Diagnostics) -> ConfiguredKey | None:
    provider = _provider(block, diags)
    if provider is None:
        return None
    from vbrprov.evaluate.body import with_defaults

    schema = provider.model.schema()
    values = early.body(block.content, schema, root, diags)
    if values is None:
        return None
    for name, spec in schema.attributes.items():
        if spec.sensitive:
            _hide(values, name, redactor)
    config = provider.model.from_values(with_defaults(values, schema))
    context = KeyContext(redactor.add, request.untrusted, request.directory)
    return ConfiguredKey(block.id, provider, config, context)


def _hide(values: Mapping[str, Any], name: str, redactor: Redactor) -> None:
    from vbrprov.workflow.prepare import hide

    hide(values[name], redactor.add)
