"""Agent jobs, agent policies and backup copy jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import bad_request
from vbrprov_veeam.doubles.vbr.handlers.agents import ENTITIES
from vbrprov_veeam.doubles.vbr.paging import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

_TARGETS = ("repositories", "scaleOutRepositories")


class Jobs(Collection):
    """Jobs of all kinds; every write but start and stop is synchronous."""

    name = "jobs"
    path = "/api/v1/jobs"
    model = "JobModel"
    kind = "Job"
    references: ClassVar[Mapping[str, Sequence[str]]] = {
        "backupRepositoryId": _TARGETS,
        "protectionGroupId": ("protectionGroups",),
        "encryptionPasswordId": ("encryptionPasswords",),
        "kmsServerId": ("kmsServers",),
        "credentialsId": ("credentials",),
        "networkCredentialsId": ("credentials",),
    }

    def build(self, call: Call, spec: Json, object_id: str) -> Json:
        """Add the switch."""
        return self._with_defaults({**spec, "id": object_id, "isDisabled": False})

    def rebuild(self, call: Call, current: Json, model: Json) -> Json:
        """Replace everything; an optional block that is missing falls back to its default."""
        switch = {"isDisabled": model.get("isDisabled", current["isDisabled"])}
        return self._with_defaults({**model, **switch, "id": current["id"]})

    def _with_defaults(self, stored: Json) -> Json:
        if stored["type"] in ("WindowsAgentBackup", "LinuxAgentBackup"):
            stored.setdefault("isHighPriority", False)
        if stored["type"].endswith(("AgentBackup", "ServerPolicy")):
            stored.setdefault("schedule", {"runAutomatically": False})
        return stored

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse computers and sources that the server does not know."""
        store = call.store
        for index, computer in enumerate(candidate.get("computers", ())):
            group = computer["type"] == "ProtectionGroup"
            if store.find("protectionGroups" if group else ENTITIES, computer["id"]) is None:
                raise bad_request(
                    f"$.computers[{index}].id: no {computer['type']} with ID {computer['id']}"
                )
            found = store.find("protectionGroups", computer["protectionGroupId"]) or {}
            self._check_group(index, candidate["type"], computer, found.get("type", ""))
        self._check_order(call, candidate)
        self._check_cluster(candidate)
        if current is not None and current.get("mode") != candidate.get("mode"):
            raise bad_request("$.mode: cannot be changed")
        for index, source in enumerate(candidate.get("objects", ())):
            if store.find("unstructuredDataServers", source["objectStorageServerId"]) is None:
                raise bad_request(f"$.objects[{index}].objectStorageServerId: not found")
        sources = candidate.get("sourceObjects", {}).get("includes", {})
        for kind, names in (("jobs", ("jobs",)), ("repositories", _TARGETS)):
            for index, source in enumerate(sources.get(kind, ())):
                if not any(store.find(name, source["id"]) for name in names):
                    raise bad_request(f"$.sourceObjects.includes.{kind}[{index}].id: not found")

    def _check_group(self, index: int, job_type: str, computer: Json, group_type: str) -> None:
        # https://helpcenter.veeam.com/docs/vbr/userguide/agents_job_mode.html and agent_policy.html
        policy = job_type.endswith("Policy")
        if policy and group_type == "CloudMachines":
            raise bad_request(f"$.computers[{index}]: a policy cannot protect cloud machines")
        if not policy and group_type == "PreInstalledAgents":
            raise bad_request(
                f"$.computers[{index}]: agents that were installed by hand need a policy"
            )
        system = "Linux" if job_type.startswith("Linux") else "Windows"
        if computer["type"] == ("WindowsComputer" if system == "Linux" else "LinuxComputer"):
            raise bad_request(f"$.computers[{index}]: {computer['name']} does not run {system}")

    def _check_order(self, call: Call, candidate: Json) -> None:
        after = candidate.get("schedule", {}).get("afterThisJob", {})
        if after.get("isEnabled"):
            names = {j["name"] for j in call.store.collection(self.name).values()}
            if after.get("jobName") not in names - {candidate["name"]}:
                raise bad_request("$.schedule.afterThisJob.jobName: there is no such job")

    def _check_cluster(self, candidate: Json) -> None:
        cluster = candidate.get("agentType") == "FailoverCluster"
        if cluster and candidate["type"] == "LinuxAgentBackup":
            raise bad_request("$.agentType: failover clusters run Windows")

    def switch(self, *, on: bool) -> Handler:
        """Return the handler that enables or disables a job."""

        def handler(call: Call) -> None:
            stored = self.get(call, call.path["id"])
            stored["isDisabled"] = not on
            call.wrote(stored["id"], stored["name"])

        return handler

    def session(self, name: str, session_type: str, *, policy_only: bool = False) -> Handler:
        """Return a handler that starts a session of a job."""

        def handler(call: Call) -> Json:
            stored = self.get(call, call.path["id"])
            if policy_only and not stored["type"].endswith("Policy"):
                raise bad_request(f"Job '{stored['name']}' is not an agent policy")
            call.wrote(stored["id"], stored["name"])
            started: Json = call.state.sessions.start(name, session_type, object_id=stored["id"])
            return started

        return handler

    def states(self, call: Call) -> Json:
        """List the jobs with their state."""
        items = [self._state(call, stored) for stored in call.store.collection(self.name).values()]
        return page(items, call.query)

    def _state(self, call: Call, stored: Json) -> Json:
        copy = stored["type"] == "BackupCopy"
        state = {
            "id": stored["id"],
            "name": stored["name"],
            "type": stored["type"],
            "description": stored.get("description", ""),
            "status": "Disabled" if stored["isDisabled"] else "Inactive",
            "lastResult": "None",
            "workload": "Vm" if copy else "Server",
            "objectsCount": len(stored.get("computers", ())),
            "highPriority": stored.get("isHighPriority", False),
            "progressPercent": 0,
        }
        for object_id in _repository_ids(stored):
            repository = next(
                (found for name in _TARGETS if (found := call.store.find(name, object_id))), None
            )
            if repository is not None:
                state["repositoryId"] = repository["id"]
                state["repositoryName"] = repository["name"]
        return state


def _repository_ids(node: JsonValue) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "backupRepositoryId":
                yield value
            else:
                yield from _repository_ids(value)


JOBS = Jobs()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    item = f"{JOBS.path}/{{id}}"
    policy = {
        ("POST", f"{item}/applyConfiguration"): JOBS.session(
            "Agent Policy", "AgentPolicy", policy_only=True
        ),
        ("POST", f"{item}/clearCache"): JOBS.session(
            "Agent Cache Clearing", "AgentOperationPurgeCache", policy_only=True
        ),
    }
    return {
        **JOBS.routes(),
        ("POST", f"{item}/enable"): JOBS.switch(on=True),
        ("POST", f"{item}/disable"): JOBS.switch(on=False),
        ("POST", f"{item}/start"): JOBS.session("Job Start", "AgentBackup"),
        ("POST", f"{item}/stop"): JOBS.session("Job Stop", "AgentBackup"),
        ("GET", f"{JOBS.path}/states"): JOBS.states,
        **policy,
    }
