"""Requests to answers: routing, versions, bodies, locks, faults, the ledger."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.faults import Fault, Script
from vbrprov_azure.doubles.arm.handlers import HANDLERS, OWN_ROUTES
from vbrprov_azure.doubles.arm.refusals import CODES, Refused
from vbrprov_azure.doubles.arm.store import Settings, Store, end
from vbrprov_azure.doubles.arm.tables import Route, check_body, documented, problems

Json = dict[str, Any]
CONTROL: Final = "/_double/"


class Dropped(Exception):  # noqa: N818  # no error: what a test asked for
    """The connection is to be cut."""


class Application:
    """The double without networking."""

    def __init__(self) -> None:
        self.store = Store()
        self.script = Script()
        self._routes = (*documented(), *OWN_ROUTES)

    def reset(self) -> None:
        """Forget all objects, faults, settings and ledger entries."""
        self.store = Store()
        self.script = Script()

    def handle(self, method: str, target: str, headers: Mapping[str, str], raw: bytes,
               base: str) -> Answer:
        """Answer one request; header names in lower case.

        Raises:
            Dropped: The connection is to be cut.
        """
        parts = urlsplit(target)
        path = unquote(parts.path).rstrip("/") or "/"
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        try:
            if path.startswith(CONTROL):
                return self._control(path.removeprefix(CONTROL), method, raw)
            if "/operations/" in path and method == "GET":
                return self._operation(path, query)
            if not headers.get("authorization"):
                raise Refused("AuthenticationFailedMissingToken",
                              "Authentication failed. The 'Authorization' header is missing.")
            return self._route(method, path, query, headers, raw, base)
        except Refused as refused:
            return Answer(refused.status, refused.body())

    def _route(self, method: str, path: str, query: Mapping[str, str],
               headers: Mapping[str, str], raw: bytes, base: str) -> Answer:
        route, names = self._find(method, path, query.get("api-version", ""))
        fault = self.script.next_fault(route.operation, path)
        if fault is not None:
            answer = self._before(fault, route, path)
            if answer is not None:
                return answer
        failing = ((fault.code, fault.message)
                   if fault is not None and fault.kind == "async_error" else None)
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        try:
            if not isinstance(body, dict):
                raise Refused("InvalidRequestContent", "The request content is no JSON object.")
            if route.body:
                check_body(route.body, body)
            call = Call(self.store, route.operation, path, names, query, body, headers, base,
                        failing)
            with self.store.lock:
                self.store.settle()
                self._locked(call, method)
                answer = HANDLERS[route.operation](call)
        except Refused as refused:
            if route.writes:
                self.script.record(route.operation, path, refused.status, refused.code)
            raise
        self._checked(route, answer)
        if route.writes:
            self.script.record(route.operation, path, answer.status,
                               fault.kind if fault is not None else "")
        if fault is not None and fault.kind == "drop_after":
            raise Dropped
        return answer

    def _find(self, method: str, path: str, version: str) -> tuple[Route, Mapping[str, str]]:
        versions = []
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match is None or route.method != method:
                continue
            if route.version == version:
                return route, match.groupdict()
            versions.append(route.version)
        if versions:
            raise Refused("InvalidApiVersionParameter",
                          f"The api-version '{version}' is invalid. The supported versions are "
                          f"'{','.join(versions)}'.")
        raise Refused("ResourceNotFound", f"The double has nothing at {method} {path}.")

    def _before(self, fault: Fault, route: Route, path: str) -> Answer | None:
        if fault.kind == "delay":
            time.sleep(fault.seconds)
        elif fault.kind == "drop_before":
            self.script.record(route.operation, path, 0, fault.kind)
            raise Dropped
        elif fault.kind == "error":
            known = CODES.get(fault.code)
            status = fault.status or (known.status if known else 400)
            if route.writes:
                self.script.record(route.operation, path, status, fault.code)
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
            return Answer(status, {"error": {"code": fault.code, "message": fault.message}},
                          headers)
        return None

    def _locked(self, call: Call, method: str) -> None:
        """Management locks count for everything below their scope.

        https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/lock-resources
        """
        if "/providers/microsoft.authorization/locks/" in call.id:
            return
        writes = method in ("PUT", "PATCH", "DELETE", "POST")
        for own, lock in self.store.locks.items():
            scope = own.partition("/providers/microsoft.authorization/locks/")[0]
            level = lock["properties"]["level"]
            below = call.id == scope or call.id.startswith(scope + "/")
            # Deleting a group deletes what is locked in it.
            above = method == "DELETE" and scope.startswith(call.id + "/")
            stops = method == "DELETE" or (level == "ReadOnly" and writes)
            if (below or above) and stops and "checknameavailability" not in call.id:
                raise Refused(
                    "ScopeLocked",
                    f"The scope '{call.path}' cannot perform this operation because following "
                    f"scope(s) are locked: '{scope}'. Please remove the lock and try again.")

    def _checked(self, route: Route, answer: Answer) -> None:
        """The double's own answers obey the tables as well."""
        if answer.status not in route.accepted:
            raise RuntimeError(f"{route.operation} answered {answer.status}")
        if route.answer and answer.body is not None:
            for problem in problems(route.answer, answer.body, "", answer=True):
                raise RuntimeError(f"{route.operation}: {problem}")

    def _operation(self, path: str, query: Mapping[str, str]) -> Answer:
        with self.store.lock:
            job = self.store.jobs.get(path.rpartition("/")[2])
            if job is None:
                raise Refused("ResourceNotFound", "There is no such operation.")
            wait = self.store.settings.retry_after
            headers = {"Retry-After": str(wait)} if wait else {}
            self.store.settle()
            asynchronous = query.get("monitor") == "async"
            if job.result is None and job.polls > 0:
                job.polls -= 1
                body = {"status": "InProgress"} if asynchronous else None
                return Answer(200 if asynchronous else 202, body, headers)
            status, body = end(job)
            if status == 0:
                error = {"error": body}
                return Answer(200, {"status": "Failed", **error}) if asynchronous else Answer(
                    409, error)
            return Answer(200, {"status": "Succeeded"}) if asynchronous else Answer(status, body)

    def _unreachable(self, account: str, key: str, container: str) -> str | None:
        """Why somebody with an account key does not get to a container.

        An account that is not here is nobody's business.
        """
        with self.store.lock:
            found = next((each for own, each in self.store.accounts.items()
                          if own.rpartition("/")[2] == account.lower()), None)
            if found is None:
                return None
            if not found.properties.get("allowSharedKeyAccess", True):
                return "Key based authentication is not permitted on this storage account."
            if key not in (each["value"] for each in found.keys.values()):
                return ("Server failed to authenticate the request. Make sure the value of the "
                        "Authorization header is formed correctly including the signature.")
            return None if container in found.containers else (
                f"The specified container {container} does not exist.")

    def _control(self, what: str, method: str, raw: bytes) -> Answer:
        """Steer the double from another process."""
        try:
            data = json.loads(raw) if raw else None
            if (what, method) == ("ledger", "GET"):
                return Answer(200, {"value": self.script.ledger()})
            if (what, method) == ("faults", "GET"):
                return Answer(200, {"value": self.script.faults()})
            if (what, method) == ("faults", "POST"):
                for rule in data if isinstance(data, list) else [data or {}]:
                    self.script.add(rule)
            elif (what, method) == ("faults", "DELETE"):
                self.script.clear_faults()
            elif (what, method) == ("reset", "POST"):
                self.reset()
            elif (what, method) == ("settings", "POST"):
                self.store.settings = Settings(**{**asdict(self.store.settings), **(data or {})})
            elif (what, method) == ("taken", "POST"):
                self.store.taken.add(str((data or {})["name"]))
            elif (what, method) == ("reach", "POST"):
                return Answer(200, {"problem": self._unreachable(**(data or {}))})
            elif (what, method) == ("blobs", "POST"):
                account, _, name = str((data or {})["id"]).lower().partition(
                    "/blobservices/default/containers/")
                self.store.accounts[account].containers[name].blobs = int((data or {})["count"])
            else:
                return Answer(404, {"error": {"code": "NotFound", "message": "no such control"}})
        except (ValueError, TypeError, KeyError) as error:
            return Answer(400, {"error": {"code": "BadControl", "message": repr(error)}})
        return Answer(200, {})
