"""What every key provider must do: run by the tests of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vbrprov.evaluate.body import with_defaults
from vbrprov.sdk.keys import LEAST_KEY_BYTES, KeyContext, KeyProvider
from vbrprov.sdk.model import to_value
from vbrprov.values import Null


def config_of(provider: KeyProvider[Any], arguments: Mapping[str, Any]) -> Any:
    """The arguments as the engine hands them over: with defaults."""
    schema = provider.model.schema()
    values = {name: to_value(arguments[name], spec.type) if name in arguments else Null(spec.type)
              for name, spec in schema.attributes.items()}
    assert not arguments.keys() - values.keys()
    return provider.model.from_values(with_defaults(values, schema))


def check_key_provider(provider: KeyProvider[Any], arguments: Mapping[str, Any],
                       secrets: tuple[str, ...] = ()) -> None:
    """The contract: keys come back, notes are plain data without secrets."""
    config = config_of(provider, arguments)
    learned: list[str] = []
    context = KeyContext(learned.append)
    first, second = provider.new_key(config, context), provider.new_key(config, context)
    for key in (first, second):
        assert isinstance(key.material, bytes)
        assert len(key.material) >= LEAST_KEY_BYTES
        text = json.dumps(key.meta)
        # What is stored beside the data is read back from JSON, in another run.
        assert provider.key_again(config, json.loads(text), KeyContext()) == key.material
        assert provider.is_current(config, json.loads(text))
        for secret in (*secrets, key.material.hex()):
            assert secret not in text
    assert set(secrets) <= set(learned)
    assert provider.doc
    assert provider.source.startswith("https://")
    for name, spec in provider.model.schema().attributes.items():
        assert spec.doc, name
