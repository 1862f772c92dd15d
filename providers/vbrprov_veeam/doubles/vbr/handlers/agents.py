"""Protection groups, what they discover, the agent inventory, and AD domains."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import already_exists, bad_request, not_found
from vbrprov_veeam.doubles.vbr.paging import page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.context import Call, Handler, State
    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

ENTITIES = "discoveredEntities"
_ENTITY_SPACE = uuid.UUID("0d3f0a76-4f4b-44a4-9f4e-1f4b6c1d2e3f")
_MANUAL_GROUP_ID = "00000000-0000-0000-0000-000000000001"
_UNMANAGED_GROUP_ID = "00000000-0000-0000-0000-000000000002"
# Relative name and type of what every directory of the double holds.
_DIRECTORY = (
    ("", "Domain"),
    ("OU=Servers", "OrganizationUnit"),
    ("OU=Clients", "OrganizationUnit"),
    ("CN=Sales", "Group"),
    ("CN=SRV1,OU=Servers", "Computer"),
    ("CN=PC1,OU=Clients", "Computer"),
)
_BUILT_IN_TYPES = ("ManuallyAdded", "Unmanaged")


class ProtectionGroups(Collection):
    """Groups of protected computers."""

    name = "protectionGroups"
    path = "/api/v1/agents/protectionGroups"
    model = "ProtectionGroupModel"
    kind = "Protection group"
    references: ClassVar[Mapping[str, Sequence[str]]] = {
        "credentialsId": ("credentials", "cloudCredentials"),
        "masterCredentialsId": ("credentials",),
        "networkCredentialsId": ("credentials",),
        "distributionServerId": ("managedServers",),
        "distributionRepositoryId": ("repositories",),
        "domainId": ("adDomains",),
        "subscriptionId": ("azureSubscriptions",),
    }
    saves_in_session = True
    deletes_in_session = True

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add what the server adds; a tag is never shown again."""
        spec.pop("tag", None)
        return {**spec, "id": object_id, "isDisabled": False}

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Keep the switch: it has calls of its own."""
        return {**model, "id": current["id"], "isDisabled": current["isDisabled"]}

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Ask for credentials where the way to log in needs them."""
        known = {c["hostName"] for c in (current or {}).get("computers", ())}
        for index, computer in enumerate(candidate.get("computers", ())):
            kind = computer["connectionType"]
            given = "singleUseCredentials" in computer or computer["hostName"] in known
            if kind == "PermanentCredentials" and "credentialsId" not in computer:
                raise bad_request(f"$.computers[{index}].credentialsId: required")
            if kind == "SingleUseCredentials" and not given:
                raise bad_request(f"$.computers[{index}].singleUseCredentials: required")
        for computer in candidate.get("computers", ()):
            computer.pop("singleUseCredentials", None)

    def save_session(self, call: Call, object_id: str, check: JsonValue, work: JsonValue) -> Json:
        """Start the save, and the rescan that follows it if it was asked for."""
        related = None
        if call.flag("performRescan"):
            related = call.state.sessions.start("Rescan", "AgentDiscovery")["id"]
        return call.state.sessions.start(
            "Infrastructure Item Saving",
            self.session_type,
            object_id=object_id,
            check=check,
            work=work,
            related_id=related,
        )

    def check_delete(self, call: Call, current: Json) -> None:
        """Keep the built-in groups."""
        if current["type"] in _BUILT_IN_TYPES:
            raise bad_request(f"Protection group '{current['name']}' is built in")
        super().check_delete(call, current)

    def users(self, call: Call, current: Json) -> JsonValue:
        """Leave out what the group itself found."""
        return (u for u in super().users(call, current) if u[0] != ENTITIES)

    def saved(self, call: Call, saved: Json) -> None:
        """Discover the computers that the group names."""
        entities = call.store.collection(ENTITIES)
        keep = {}
        for computer in saved.get("computers", ()):
            object_id = str(uuid.uuid5(_ENTITY_SPACE, f"{saved['id']}/{computer['hostName']}"))
            keep[object_id] = entities.get(object_id) or _entity(saved, computer, object_id)
        for object_id, entity in list(entities.items()):
            if entity["protectionGroupId"] == saved["id"]:
                del entities[object_id]
        entities.update(keep)

    def deleted(self, call: Call, current: Json) -> None:
        """Forget what the group found."""
        self.saved(call, {"id": current["id"]})

    def switch(self, *, on: bool) -> Handler:
        """Return the handler that enables or disables a group."""

        def handler(call: Call) -> None:
            stored = self.get(call, call.path["id"])
            stored["isDisabled"] = not on
            call.wrote(stored["id"], stored["name"])

        return handler

    def rescan(self, call: Call) -> Json:
        """Rescan a group."""
        stored = self.get(call, call.path["id"])
        call.wrote(stored["id"], stored["name"])
        return call.state.sessions.start("Rescan", "AgentDiscovery", object_id=stored["id"])

    def entities(self, call: Call) -> Json:
        """List what a group found."""
        stored = self.get(call, call.path["id"])
        found = [
            e
            for e in call.store.collection(ENTITIES).values()
            if e["protectionGroupId"] == stored["id"]
        ]
        return page(found, call.query)

    def trust(self, call: Call) -> None:
        """Trust computers that were found."""
        stored = self.get(call, call.path["id"])
        for object_id in call.body["entityIds"]:
            entity = call.store.find(ENTITIES, object_id)
            if entity is None or entity["protectionGroupId"] != stored["id"]:
                raise not_found("Discovered entity", object_id)
            entity["isTrusted"] = True
        call.wrote(stored["id"], stored["name"])


def _entity(group: Json, computer: Json, object_id: str) -> Json:
    return {
        "id": object_id,
        "name": computer["hostName"],
        "parentId": group["id"],
        "protectionGroupId": group["id"],
        "type": "Computer",
        "state": "Online",
        "agentStatus": "Installed",
        "driverStatus": "NotInstalled",
        "ipAddresses": [],
        "objectId": object_id,
        "plugins": [],
        "isTrusted": False,
    }


class AdDomains(Collection):
    """Active Directory domains; the API cannot change one."""

    name = "adDomains"
    path = "/api/v1/adDomains"
    model = "ADDomainModel"
    kind = "Active Directory domain"
    references: ClassVar[Mapping[str, Sequence[str]]] = {"credentialsId": ("credentials",)}

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Return the handlers, without PUT."""
        routes = super().routes()
        del routes["PUT", f"{self.path}/{{id}}"]
        return routes

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Name the domain after its controller."""
        name = spec["serverName"].partition(".")[2] or spec["serverName"]
        return {"port": 389, **spec, "id": object_id, "name": name}

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse a controller that is known already."""
        for other in call.store.collection(self.name).values():
            if other["serverName"].casefold() == candidate["serverName"].casefold():
                raise already_exists(self.kind, candidate["serverName"])

    def browse(self, call: Call) -> Json:
        """List what the directory holds: the same few objects in every domain."""
        domain = self.get(call, call.path["id"])
        root = ",".join(f"DC={part}" for part in domain["name"].split("."))
        found = [
            {
                "id": str(uuid.uuid5(_ENTITY_SPACE, f"{domain['id']}/{name}")),
                "fullName": f"{domain['name']}/{name.partition('=')[2]}",
                "domainId": domain["id"],
                "distinguishedName": f"{name},{root}" if name else root,
                "type": kind,
            }
            for name, kind in _DIRECTORY
        ]
        return page(found, call.query)


def browse_groups(call: Call) -> Json:
    """List the protection groups as inventory objects."""
    groups = [
        {
            "platform": "Agent",
            "id": group["id"],
            "name": group["name"],
            "type": "ProtectionGroup",
            "protectionGroupId": group["id"],
        }
        for group in call.store.collection(ProtectionGroups.name).values()
    ]
    return _inventory(call, groups)


def browse_members(call: Call) -> Json:
    """List the computers of one group as inventory objects."""
    group = GROUPS.get(call, call.path["protectionGroupId"])
    members = [
        {
            "platform": "Agent",
            "id": entity["id"],
            "name": entity["name"],
            "type": _member_type(entity["name"]),
            "parentObjectId": group["id"],
            "protectionGroupId": group["id"],
        }
        for entity in call.store.collection(ENTITIES).values()
        if entity["protectionGroupId"] == group["id"]
    ]
    return _inventory(call, members)


def _member_type(name: str) -> str:
    # The double looks into no computer: its name says what it is.
    if name.startswith("linux"):
        return "LinuxComputer"
    return "WindowsCluster" if name.startswith("cluster") else "WindowsComputer"


def _inventory(call: Call, items: list[Json]) -> Json:
    body = call.body or {}
    expression = body.get("filter")
    kept = [item for item in items if expression is None or _fits(item, expression)]
    paging = body.get("pagination", {})
    return page(kept, {key: [str(paging[key])] for key in ("skip", "limit") if key in paging})


def _fits(item: Json, expression: Json) -> bool:
    if expression["type"] == "GroupExpression":
        parts = [_fits(item, part) for part in expression["items"]]
        return {"And": all(parts), "Or": any(parts), "Not": not any(parts)}[expression["operation"]]
    prop = expression["property"]
    actual = str(item.get(prop[:1].lower() + prop[1:], "")).casefold()
    wanted = str(expression.get("value", "")).casefold()
    tests = {
        "Equals": actual == wanted,
        "NotEquals": actual != wanted,
        "Contains": wanted in actual,
        "StartsWith": actual.startswith(wanted),
        "EndsWith": actual.endswith(wanted),
    }
    operation = expression["operation"]
    if operation not in tests:
        raise bad_request(f"$.filter: the double does not know the operation {operation}")
    return tests[operation]


def seed(state: State) -> None:
    """Put the two groups there that every server has."""
    groups = state.store.collection(ProtectionGroups.name)
    for object_id, name, kind in (
        (_MANUAL_GROUP_ID, "Manually Added", "ManuallyAdded"),
        (_UNMANAGED_GROUP_ID, "Unmanaged", "Unmanaged"),
    ):
        groups[object_id] = {
            "id": object_id,
            "name": name,
            "description": f"{name} computers",
            "type": kind,
            "isDisabled": False,
        }


GROUPS = ProtectionGroups()
AD_DOMAINS = AdDomains()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{GROUPS.path}/{{id}}"
    return {
        **GROUPS.routes(),
        ("POST", f"{item}/rescan"): GROUPS.rescan,
        ("POST", f"{item}/enable"): GROUPS.switch(on=True),
        ("POST", f"{item}/disable"): GROUPS.switch(on=False),
        ("GET", f"{item}/discoveredEntities"): GROUPS.entities,
        ("POST", f"{item}/discoveredEntities/trust"): GROUPS.trust,
        **AD_DOMAINS.routes(),
        ("GET", "/api/v1/inventory/activeDirectory/domains/{id}"): AD_DOMAINS.browse,
        ("POST", "/api/v1/inventory/physical"): browse_groups,
        ("POST", "/api/v1/inventory/physical/{protectionGroupId}"): browse_members,
    }
