"""``vbrprov`` blocks (``terraform`` is an alias)."""

from __future__ import annotations

from msgspec.structs import replace

from vbrprov.config.model import Module
from vbrprov.config.reader import BlockReader


def decode(reader: BlockReader, module: Module) -> None:
    """Merge the settings into the module's."""
    if reader.labels() is None:
        return
    settings = module.settings
    version = reader.literal("required_version", str, "")
    if version:
        settings = replace(settings, required_version=version,
                           required_version_range=reader.attribute_range("required_version"))
    for nested in reader.take_blocks("required_providers"):
        names = tuple(a.name for a in nested.body.attributes)
        settings = replace(settings, required_providers=settings.required_providers + names)
    backends = reader.take_blocks("backend")
    for nested in backends:
        inner = BlockReader(nested, reader.source, reader.diags)
        labels = inner.labels("type")
        if labels is None:
            continue
        if settings.backend is not None:
            reader.diags.error("Duplicate backend configuration", "A module may have only one "
                               "backend configuration.", inner.header)
            continue
        settings = replace(settings, backend=(labels[0], inner.content()))
    reader.take("experiments")
    reader.finish()
    module.settings = settings
