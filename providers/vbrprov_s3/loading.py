"""Which parts of the AWS library are imported, and when: see `vbrprov.sdk.loading`."""

from __future__ import annotations

from vbrprov.sdk.loading import load as load_modules


def load() -> None:
    """See that what all calls need is imported."""
    load_modules("botocore.session", "botocore.config", "botocore.exceptions")
