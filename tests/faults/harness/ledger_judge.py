"""What the ledger says against the state; nothing here knows how the product works."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from vbrprov.state.model import Instance, Intent, StateData, Status

Json = dict[str, Any]


def unrecorded(world: Json, data: StateData) -> list[str]:
    """I1: objects that are neither recorded nor announced."""
    recorded = {(_kind(i.address), attributes(i)["id"]) for i in data.instances.values()
                if "id" in attributes(i)}
    return [f"{kind}/{id_}" for kind, objects in world["objects"].items()
            for id_, raw in objects.items()
            if (kind, id_) not in recorded and not any(
                _announces(intent, kind, raw) for intent in data.intents.values())]


def not_whole(world: Json, data: StateData) -> list[str]:
    """I5: objects that are recorded as whole while a part of them is not there."""
    found = []
    for instance in data.instances.values():
        if instance.status is not Status.OK or _kind(instance.address) != "buckets":
            continue
        recorded = attributes(instance)
        raw = world["objects"]["buckets"].get(recorded["id"])
        if raw is not None and not recorded.get("parts", {}).items() <= raw["parts"].items():
            found.append(instance.address)
    return found


def made(world: Json) -> int:
    """How many objects came into being, whatever became of them."""
    return sum(each["status"] == 200 and (each["method"] == "POST" or (
        each["method"] == "PUT" and each["path"].count("/") == 1)) for each in world["log"])


def struck(world: Json) -> int:
    """How many calls met a fault that is not the client's death."""
    return sum(bool(each["what"]) and not each["what"].startswith("kill") for each in world["log"])


def secrets(world: Json) -> dict[str, str]:
    """I8: the secrets of all keys; the cloud keeps hashes, and makes them from what it shows."""
    found = {}
    for id_, key in world["objects"]["keys"].items():
        secret = hashlib.sha256(f"{id_} {key['created']}".encode()).hexdigest()
        if hashlib.sha256(secret.encode()).hexdigest() == key.get("secret_hash"):
            found[id_] = secret
    return found


def spelled(secrets_: Iterable[str], data: bytes) -> bool:
    """Whether one of the secrets (hexadecimal digits, so there is one spelling) is in *data*."""
    return any(secret.encode() in data for secret in secrets_)


def attributes(instance: Instance) -> Json:
    """An instance's attributes as JSON data."""
    found: Json = json.loads(bytes(instance.attributes))
    return found


def _kind(address: str) -> str:
    return address.split(".")[0].removeprefix("ledger_") + "s"


def _announces(intent: Intent, kind: str, raw: Json) -> bool:
    """Whether an open intent names an object of the ledger."""
    if _kind(intent.address) != kind:
        return False
    if kind == "keys":
        return raw["user"] == intent.identity.get("user") and raw["id"] not in intent.listed_before
    return all(raw.get(name) == value for name, value in intent.identity.items())
