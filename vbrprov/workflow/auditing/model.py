"""What an audit hands from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from vbrprov.addrs import format_key
from vbrprov.diag import Diagnostic, Severity
from vbrprov.sdk.facts import InstanceFacts
from vbrprov.sdk.resource import ErrorClass, ProviderError, ResourceType

#: Errors that say of one object that it cannot be seen, and nothing of the service.
UNSEEN: Final = (ErrorClass.DENIED, ErrorClass.UNSUPPORTED, ErrorClass.LOCKED)


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider configuration with its client. ``text`` is its address."""

    text: str
    name: str
    client: Any

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.text.removeprefix("provider.")


@dataclass(frozen=True, slots=True)
class Known:
    """One object of the estate: what rules see of it, and where it comes from."""

    facts: InstanceFacts
    provider: str
    import_id: str = ""
    kind: ResourceType[Any, Any] | None = None


def address_of(type_name: str, name: str) -> str:
    """The address of an object that no state has."""
    return type_name + format_key(name)


def not_read(error: ProviderError, address: str, what: str = "") -> Diagnostic:
    """The diagnostic of an object, or of the list *what*, that could not be read."""
    severity = Severity.WARNING if error.kind in UNSEEN else Severity.ERROR
    detail = f"{error.summary}: {error.detail}" if error.detail else f"{error.summary}."
    return Diagnostic(severity, f"Not read{': ' + what if what else ''}", detail,
                      address=address or None, hint=error.hint)
