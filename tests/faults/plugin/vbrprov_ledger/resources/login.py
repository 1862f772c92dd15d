"""ledger_login: an object that takes a secret and never shows it."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import Recovery, StepContext, attribute
from vbrprov_ledger.objects import LedgerObject, ObjectModel


class LoginModel(ObjectModel):
    """Arguments and attributes."""

    name: str = attribute(doc="Name.", required=True)
    key: str | None = attribute(doc="Id of the key.")
    note: str = attribute(doc="A note.", default="")
    secret: str | None = attribute(doc="Sent and forgotten.", sensitive=True, write_only=True)


class Login(LedgerObject[LoginModel]):
    """A consumer of a one-time secret."""

    type_name = "ledger_login"
    model = LoginModel
    recovery = Recovery.UNIQUE_ID
    kind = "logins"
    fields = ("name", "key", "note")
    mutable = ("name", "key", "note")

    def mark(self, ctx: StepContext) -> dict[str, Any]:
        return {"unique": f"{ctx.token}/{ctx.address}"}

    def token_of(self, raw: dict[str, Any]) -> str:
        return str(raw["unique"]).partition("/")[0]

    def body(self, planned: LoginModel) -> dict[str, Any]:
        return super().body(planned) | {"secret": planned.secret}

    def changes(self, prior: LoginModel, planned: LoginModel) -> dict[str, Any]:
        changed = super().changes(prior, planned)
        return changed | ({"secret": planned.secret} if planned.secret is not None else {})
