"""Credentials of servers and computers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.store import without_secrets

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json


class Credentials(Collection):
    """User names with passwords or keys. Names repeat: nothing but the id identifies one."""

    name = "credentials"
    path = "/api/v1/credentials"
    model = "CredentialsModel"
    kind = "Credentials"
    name_property = None

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add what the server adds."""
        return {
            "description": "",
            "uniqueId": object_id,
            **spec,
            "id": object_id,
            "creationTime": call.store.now(),
        }

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep what only the server sets."""
        kept: Json = {k: current[k] for k in ("creationTime", "uniqueId") if k in current}
        return {**model, **kept, "id": current["id"]}

    def label(self, stored: Json) -> str:
        """Name a record by its user."""
        return str(stored["username"])

    def change_secret(self, call: Call) -> Json:
        """Take a new password or key."""
        stored = self.get(call, call.path["id"])
        secrets: Json = {}
        without_secrets(call.body, secrets)
        call.store.secrets(self.name, stored["id"]).update(secrets)
        call.wrote(stored["id"], None)
        return {}


CREDENTIALS = Credentials()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{CREDENTIALS.path}/{{id}}"
    return {
        **CREDENTIALS.routes(),
        ("POST", f"{item}/changepassword"): CREDENTIALS.change_secret,
        ("POST", f"{item}/changeprivatekey"): CREDENTIALS.change_secret,
        ("POST", f"{item}/changerootpassword"): CREDENTIALS.change_secret,
    }
