"""Reading, creating, changing and deleting one kind of object: what all kinds share."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.context import Call, Handler
from vbrprov_veeam.doubles.vbr.errors import already_exists, bad_request, not_found
from vbrprov_veeam.doubles.vbr.paging import page
from vbrprov_veeam.doubles.vbr.store import NO_ID, new_id, without_secrets

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

Routes = Mapping[tuple[str, str], Handler]


class Collection:
    """One kind of object at one path.

    Attributes:
        name: Name of the collection in the store.
        path: Path of the collection.
        model: Schema of a stored object.
        kind: Word for people.
        name_property: Property that must be unique, or None.
        shared_names: Other collections whose names count as taken too.
        references: Property name -> collections that its value must be an id of. It is looked
            for at any depth.
        frozen: Dotted paths of properties that a PUT may not change.
        saves_in_session: Whether POST and PUT answer with a session.
        deletes_in_session: Whether DELETE does.
        session_type: Type of those save sessions.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    model: ClassVar[str]
    kind: ClassVar[str]
    name_property: ClassVar[str | None] = "name"
    shared_names: ClassVar[Sequence[str]] = ()
    references: ClassVar[Mapping[str, Sequence[str]]] = {}
    frozen: ClassVar[Sequence[str]] = ("type",)
    saves_in_session: ClassVar[bool] = False
    deletes_in_session: ClassVar[bool] = False
    session_type: ClassVar[str] = "Infrastructure"

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Return the handlers by method and path template."""
        item = f"{self.path}/{{id}}"
        return {
            ("GET", self.path): self.list,
            ("POST", self.path): self.create,
            ("GET", item): self.read,
            ("PUT", item): self.update,
            ("DELETE", item): self.delete,
        }

    # Hooks for the kinds.

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Return the object that *spec* makes; secrets are already gone from *spec*."""
        return {**spec, "id": object_id}

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Return the object that a PUT of *model* makes of *current*."""
        return {**model, "id": current["id"]}

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse an object that the product would refuse; raises `ApiError`."""

    def precheck(self, call: Call, candidate: Json) -> JsonValue:
        """Return the check that a save session makes, or None."""
        return None

    def check_delete(self, call: Call, current: Json) -> None:
        """Refuse the deletion of an object in use; raises `ApiError`."""
        for collection, user in self.users(call, current):
            label = user.get("name") or user.get("description") or user.get("id", "?")
            raise bad_request(
                f"Unable to delete {self.kind} '{self.label(current)}': "
                f"it is used by '{label}' ({collection})"
            )

    def users(self, call: Call, current: Json) -> Iterator[tuple[str, Json]]:
        """Yield what refers to the object."""
        return call.store.users_of(current["id"])

    def saved(self, call: Call, saved: Json) -> None:
        """Do what the product does by itself after a save."""

    def deleted(self, call: Call, current: Json) -> None:
        """Do what the product does by itself after a deletion."""

    def visible(self, call: Call, stored: Json) -> Json:
        """Return a stored object as the API shows it."""
        return stored

    # What all kinds share.

    def label(self, stored: Json) -> str:
        """Return a name of the object for people."""
        return str(stored.get("name") or stored.get("description") or stored["id"])

    def get(self, call: Call, object_id: str) -> Json:
        """Return a stored object or answer 404."""
        stored = call.store.find(self.name, object_id)
        if stored is None:
            raise not_found(self.kind, object_id)
        return stored

    def show(self, call: Call, stored: Json) -> Json:
        """Return a copy of a stored object in the shape of its model."""
        return copy.deepcopy(self.visible(call, stored))

    def list(self, call: Call) -> Json:
        """Answer GET of the collection."""
        items = [self.show(call, stored) for stored in call.store.collection(self.name).values()]
        return page(items, call.query)

    def read(self, call: Call) -> Json:
        """Answer GET of one object."""
        return self.show(call, self.get(call, call.path["id"]))

    def create(self, call: Call) -> Json:
        """Answer POST of the collection."""
        secrets: Json = {}
        spec: Json = without_secrets(copy.deepcopy(call.body), secrets)
        object_id = new_id()
        candidate = self.build(call, spec, object_id)
        self._check(call, candidate, None)

        def problem() -> str | None:
            taken = self._taken_by(call, candidate)
            return f"{self.kind} '{taken}' already exists" if taken else None

        return self._save(call, object_id, candidate, secrets, problem)

    def _save(self, call: Call, object_id: str, candidate: Json, secrets: Json,
              problem: Callable[[], str | None]) -> Json:
        """Store *candidate*, in a session where such objects are saved in one.

        *problem* says right before what is wrong by then.
        """
        call.wrote(object_id, candidate.get("name"))
        store = call.store

        def work() -> str | None:
            if found := problem():
                return found
            store.collection(self.name)[object_id] = candidate
            store.secrets(self.name, object_id).update(secrets)
            self.saved(call, candidate)
            return None

        if self.saves_in_session:
            return self.save_session(call, object_id, self.precheck(call, candidate), work)
        work()
        return self.show(call, candidate)

    def save_session(self, call: Call, object_id: str, check: JsonValue, work: JsonValue) -> Json:
        """Start the session that a POST or PUT answers with."""
        return call.state.sessions.start(
            "Infrastructure Item Saving",
            self.session_type,
            object_id=object_id,
            check=check,
            work=work,
        )

    def update(self, call: Call) -> Json:
        """Answer PUT of one object: a full replace, as there is no PATCH."""
        current = self.get(call, call.path["id"])
        object_id = current["id"]
        if call.body.get("id", object_id) != object_id:
            raise bad_request("$.id: does not match the ID in the path")
        secrets: Json = {}
        model: Json = without_secrets(copy.deepcopy(call.body), secrets)
        candidate = self.rebuild(call, current, model)
        for path in self.frozen:
            if _at(current, path) != _at(candidate, path):
                raise bad_request(f"$.{path}: cannot be changed")
        self._check(call, candidate, current)

        def problem() -> str | None:
            there = object_id in call.store.collection(self.name)
            return None if there else f"{self.kind} no longer exists"

        return self._save(call, object_id, candidate, secrets, problem)

    def delete(self, call: Call) -> Json | None:
        """Answer DELETE of one object."""
        current = self.get(call, call.path["id"])
        self.check_delete(call, current)
        object_id = current["id"]
        call.wrote(object_id, current.get("name"))

        def work() -> str | None:
            call.store.forget(self.name, object_id)
            self.deleted(call, current)
            return None

        if self.deletes_in_session:
            return call.state.sessions.start(
                "Infrastructure Item Deletion", "InfrastructureItemDeletion", work=work
            )
        work()
        return None

    def _check(self, call: Call, candidate: Json, current: Json | None) -> None:
        if taken := self._taken_by(call, candidate):
            raise already_exists(self.kind, taken)
        for path, prop, value in walk(candidate):
            targets = self.references.get(prop)
            if targets is None or value == NO_ID or not isinstance(value, str):
                continue
            if not any(value in call.store.collection(target) for target in targets):
                raise bad_request(f"{path}: no object with ID {value} ({', '.join(targets)})")
        self.check(call, candidate, current)

    def _taken_by(self, call: Call, candidate: Json) -> str | None:
        if self.name_property is None:
            return None
        wanted = str(candidate.get(self.name_property, "")).casefold()
        for collection in (self.name, *self.shared_names):
            for other in call.store.collection(collection).values():
                name = str(other.get(self.name_property, ""))
                if other["id"] != candidate["id"] and name.casefold() == wanted:
                    return name
        return None


def walk(node: JsonValue, path: str = "$") -> Iterator[tuple[str, str, JsonValue]]:
    """Yield (path, property, value) of every value in *node*; list items count as values."""
    if isinstance(node, dict):
        for key, value in node.items():
            here = f"{path}.{key}"
            if isinstance(value, list):
                for index, item in enumerate(value):
                    yield f"{here}[{index}]", key, item
                    yield from walk(item, f"{here}[{index}]")
            else:
                yield here, key, value
                yield from walk(value, here)


def _at(node: JsonValue, path: str) -> JsonValue:
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node
