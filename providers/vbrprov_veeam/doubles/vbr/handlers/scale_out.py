"""Scale-out backup repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import bad_request
from vbrprov_veeam.doubles.vbr.handlers.repositories import scale_out_extents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json


class ScaleOutRepositories(Collection):
    """Repositories made of extents."""

    name = "scaleOutRepositories"
    path = "/api/v1/backupInfrastructure/scaleOutRepositories"
    model = "ScaleOutRepositoryModel"
    kind = "Scale-out backup repository"
    shared_names = ("repositories",)
    references: ClassVar[Mapping[str, Sequence[str]]] = {
        "extentId": ("repositories",),
        "encryptionPasswordId": ("encryptionPasswords",),
        "kmsServerId": ("kmsServers",),
    }
    frozen = ()
    saves_in_session = True

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add names and states of the extents."""
        return self._named(call, {"uniqueId": object_id, **spec, "id": object_id}, {})

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Replace everything but the states of the extents, which have calls of their own."""
        states = {
            extent["id"]: extent["status"]
            for extent in current["performanceTier"]["performanceExtents"]
        }
        stored = {**model, "id": current["id"], "uniqueId": current["uniqueId"]}
        return self._named(call, stored, states)

    def _named(self, call: Call, stored: Json, states: Json) -> Json:
        extents = stored["performanceTier"]["performanceExtents"]
        for extent in extents:
            repository = call.store.find("repositories", extent["id"])
            if repository is None:
                raise bad_request(f"$.performanceTier: no repository with ID {extent['id']}")
            extent["name"] = repository["name"]
            extent["status"] = states.get(extent["id"], ["Normal"])
        stored.setdefault("placementPolicy", {"type": "DataLocality"})
        stored.setdefault("capacityTier", {"isEnabled": False})
        stored.setdefault("archiveTier", {"isEnabled": False})
        return stored

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse extents that do not exist or belong to another scale-out repository."""
        own = [e["id"] for e in candidate["performanceTier"]["performanceExtents"]]
        if not own:
            raise bad_request("$.performanceTier.performanceExtents: at least one extent is needed")
        own += [e["id"] for e in candidate["capacityTier"].get("extents", ())]
        for object_id in own:
            if call.store.find("repositories", object_id) is None:
                raise bad_request(f"$.capacityTier: no repository with ID {object_id}")
        for extent in scale_out_extents(call.state):
            if extent["repositoryId"] in own and extent["sobrId"] != candidate["id"]:
                raise bad_request(
                    f"Repository {extent['repositoryId']} is already an extent of "
                    f"'{extent['sobrName']}'"
                )

    def set_mode(self, mode: str, *, on: bool) -> Handler:
        """Return the handler that switches *mode* of extents on or off."""

        def handler(call: Call) -> Json:
            stored = self.get(call, call.path["id"])
            extents = {e["id"]: e for e in stored["performanceTier"]["performanceExtents"]}
            for object_id in call.body["repositoryIds"]:
                if object_id not in extents:
                    raise bad_request(f"$.repositoryIds: {object_id} is not an extent")
            call.wrote(stored["id"], stored["name"])

            def work() -> None:
                for object_id in call.body["repositoryIds"]:
                    status = [s for s in extents[object_id]["status"] if s not in (mode, "Normal")]
                    extents[object_id]["status"] = [*status, mode] if on else status or ["Normal"]

            return self.save_session(call, stored["id"], None, work)

        return handler


SCALE_OUT = ScaleOutRepositories()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{SCALE_OUT.path}/{{id}}"
    return {
        **SCALE_OUT.routes(),
        ("POST", f"{item}/enableSealedMode"): SCALE_OUT.set_mode("Sealed", on=True),
        ("POST", f"{item}/disableSealedMode"): SCALE_OUT.set_mode("Sealed", on=False),
        ("POST", f"{item}/enableMaintenanceMode"): SCALE_OUT.set_mode("Maintenance", on=True),
        ("POST", f"{item}/disableMaintenanceMode"): SCALE_OUT.set_mode("Maintenance", on=False),
    }
