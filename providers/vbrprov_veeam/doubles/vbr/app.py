"""The request pipeline: from a request's text to the answer's, without any networking."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from vbrprov_veeam.doubles.vbr import document, translate
from vbrprov_veeam.doubles.vbr.context import Call, State
from vbrprov_veeam.doubles.vbr.errors import ApiError, bad_request
from vbrprov_veeam.doubles.vbr.faults import Fault, bend
from vbrprov_veeam.doubles.vbr.handlers import all_routes
from vbrprov_veeam.doubles.vbr.ledger import Violation
from vbrprov_veeam.doubles.vbr.router import Match, match
from vbrprov_veeam.doubles.vbr.validation import UNKNOWN, Validator, validator_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vbrprov_veeam.doubles.vbr.control import Control
    from vbrprov_veeam.doubles.vbr.json_types import JsonValue

_LOGIN = "/api/oauth2/token"
_VERSION_HEADER = "x-api-version"
# POSTs that change nothing, so that they are no writes in the ledger.
_READING_POSTS = frozenset(
    {
        "/api/v1/cloudBrowser",
        "/api/v1/cloudBrowser/{vaultId}",
        "/api/v1/connectionCertificate",
        "/api/v1/encryptionPasswords/{id}/verify",
        "/api/v1/inventory/physical",
        "/api/v1/inventory/physical/{protectionGroupId}",
        "/api/oauth2/token",
        "/api/oauth2/logout",
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client.

    Attributes:
        status: HTTP status.
        body: Decoded JSON, or None for an empty body.
        dropped: True to close the connection without a word.
        retry_after: The header of that name, or None for none.
    """

    status: int
    body: JsonValue = None
    dropped: bool = False
    retry_after: str | None = None

    def payload(self) -> bytes:
        """Return the body's text."""
        return b"" if self.body is None else json.dumps(self.body).encode()


_DROPPED = Answer(0, dropped=True)


@dataclass(slots=True)
class _Progress:
    """How far a request got: filled in on the way, for the ledger."""

    revision: str = ""
    found: Match | None = None
    call: Call | None = None
    body: JsonValue = None
    faults: list[Fault] = field(default_factory=list)


class Application:
    """Answers requests from a `State`."""

    def __init__(self, state: State, control: Control, revisions: tuple[str, ...]) -> None:
        """Serve *revisions*; the first is the server's own."""
        self.state = state
        self._control = control
        self._revisions = revisions
        self._routes = all_routes()

    def handle(self, method: str, target: str, headers: Mapping[str, str], raw: bytes) -> Answer:
        """Answer one request.

        Args:
            method: HTTP method.
            target: Path and query.
            headers: Headers; names in lower case.
            raw: Body.
        """
        parts = urlsplit(target)
        path = unquote(parts.path)
        if path.startswith("/_double/"):
            return Answer(*self._control.handle(method, path, raw))
        with self.state.ledger.running():
            return self._answered(method, path, parts.query, headers, raw)

    def _answered(
        self, method: str, path: str, query: str, headers: Mapping[str, str], raw: bytes
    ) -> Answer:
        progress = _Progress(faults=self.state.faults.take(method, path))
        try:
            early = self._before(progress.faults)
            if early is None and path.startswith("/swagger/"):
                return self._swagger(path)
            status, body = early or self._run(progress, method, path, query, headers, raw)
        except ApiError as error:
            status, body = error.status, error.body()
        except Exception as error:  # noqa: BLE001  # must show as what it is, not as a lost answer
            text = f"{type(error).__name__}: {error}"
            self.state.ledger.violation(Violation("response", method, path, (text,)))
            status, body = 500, {"errorCode": "UnknownError", "message": f"double bug: {text}"}
        if status == 0:
            return _DROPPED
        status, body = self._checked(progress, method, path, status, body)
        actions = {fault.action for fault in progress.faults}
        self._log(progress, method, path, headers, status, answered="drop_after" not in actions)
        if "drop_after" in actions:
            return _DROPPED
        if progress.found is not None:
            shapes = self._validator(progress.revision).shapes
            body = bend(body, progress.faults, progress.found.operation, shapes, status)
        return Answer(status, body, retry_after=_retry_after(progress.faults))

    def _validator(self, revision: str) -> Validator:
        # Revisions without a document are served by that of 1.3-rev1.
        documented = revision in document.DOCUMENTED_REVISIONS
        return validator_of(revision if documented else "1.3-rev1")

    def _swagger(self, path: str) -> Answer:
        revision = path.removeprefix("/swagger/v").removesuffix("/swagger.json")
        if revision not in self._revisions:
            return Answer(404)
        return Answer(200, {"openapi": "3.0.1", "info": {"version": revision}, "paths": {}})

    def _before(self, faults: list[Fault]) -> tuple[int, JsonValue] | None:
        """Let faults happen that come before the work."""
        for fault in faults:
            options = fault.options
            if fault.action == "delay":
                time.sleep(float(options.get("seconds", 1.0)))
            elif fault.action == "drop_before":
                return 0, None
            elif fault.action == "restart":
                self._restart(int(options.get("busy", 0)))
                return 0, None
            elif fault.action == "empty_401":
                return 401, None
            elif fault.action == "status":
                code = options.get("error_code", "UnknownError")
                message = options.get("message", "Injected by the double")
                raise ApiError(int(options.get("status", 500)), code, message)
        return None

    def _restart(self, busy: int) -> None:
        """Forget logins and end sessions, as a service does that starts again."""
        self.state.auth.forget_all()
        self.state.sessions.interrupt()
        if busy:
            match = {"path_regex": ""}
            self.state.faults.add(Fault.parse({
                "action": "status", "match": match, "times": busy, "status": 503,
                "error_code": "ServiceUnavailable", "message": "The service is starting"}))

    def _run(
        self,
        progress: _Progress,
        method: str,
        path: str,
        query_text: str,
        headers: Mapping[str, str],
        raw: bytes,
    ) -> tuple[int, JsonValue]:
        progress.revision = self._revision(headers)
        validator = self._validator(progress.revision)
        progress.found = match(validator.revision, method, path)
        operation = progress.found.operation
        token = ""
        if operation.path != _LOGIN:
            token = self.state.auth.check(headers.get("authorization"))
        query = parse_qs(query_text, keep_blank_values=True)
        progress.body = body = _decoded(operation, headers, raw)
        errors = validator.query_errors(query, operation)
        if body is None and operation.needs_body:
            errors.append("$: the request has no body")
        elif body is not None and operation.request is not None:
            errors += validator.errors(_normal(operation, body), operation.request)
        if method == "PUT":
            # The document closes no schema, so a server takes back what it showed itself, be it
            # newer than the document. It is noted all the same: it may be a slip of the client.
            unknown = [error for error in errors if error.endswith(UNKNOWN)]
            errors = [error for error in errors if not error.endswith(UNKNOWN)]
            if unknown:
                self.state.ledger.violation(Violation("unknown", method, path, tuple(unknown)))
        if errors:
            self.state.ledger.violation(Violation("request", method, path, tuple(errors)))
            raise bad_request("; ".join(errors))
        if progress.revision != self.state.revision and self.state.revision == "1.3-rev2":
            body = translate.upgrade(body)
        progress.call = call = Call(
            state=self.state,
            operation=operation,
            revision=progress.revision,
            # Objects are kept in the words of the server's own revision.
            validator=self._validator(self.state.revision),
            path=progress.found.path,
            query=query,
            body=body,
            token=token,
        )
        return operation.success, self._call(call, progress.faults)

    def _call(self, call: Call, faults: list[Fault]) -> JsonValue:
        sessions = self.state.sessions
        sessions.settle()
        if call.operation.path == "/api/v1/sessions/{id}":
            sessions.poll(call.path["id"])
        handler = self._routes[call.operation.method, call.operation.path]
        failures = [fault for fault in faults if fault.action == "session_failed"]
        slow = [fault for fault in faults if fault.action == "session_slow"]
        with self.state.store.lock:
            for fault in slow:
                sessions.slow_down(int(fault.options.get("polls", 10)))
            for fault in failures:
                sessions.force_failure(fault.options.get("message", "Injected by the double"))
            try:
                return handler(call)
            finally:
                sessions.drop_forced_failures()

    def _revision(self, headers: Mapping[str, str]) -> str:
        revision = headers.get(_VERSION_HEADER)
        if not revision:
            raise bad_request(f"Header {_VERSION_HEADER} is required")
        if revision not in self._revisions:
            raise bad_request(f"Version {revision} in header {_VERSION_HEADER} is not supported")
        return revision

    def _checked(
        self, progress: _Progress, method: str, path: str, status: int, body: JsonValue
    ) -> tuple[int, JsonValue]:
        """Bring an answer into the form of the client's revision, and check our own work."""
        # A refused request may have no operation, or a status that its operation does not list.
        schema_name = "Error" if status >= 400 else None
        if progress.found is not None:
            schema_name = progress.found.operation.responses.get(status, schema_name)
        if schema_name is None:
            return status, None
        validator = self._validator(progress.revision)
        if progress.revision != self.state.revision:
            body = translate.downgrade(body)
        if status < 300:
            body = validator.shapes.project(body, schema_name)
        errors = [] if body is None else validator.errors(body, schema_name)
        if not errors:
            return status, body
        self.state.ledger.violation(Violation("response", method, path, tuple(errors)))
        return 500, {"errorCode": "UnknownError", "message": f"double bug: {'; '.join(errors)}"}

    def _log(
        self,
        progress: _Progress,
        method: str,
        path: str,
        headers: Mapping[str, str],
        status: int,
        *,
        answered: bool,
    ) -> None:
        operation = progress.found.operation if progress.found else None
        template = operation.path if operation else path
        if method == "GET" or template in _READING_POSTS:
            self.state.ledger.read(method, path, status)
            return
        call = progress.call
        self.state.ledger.write(
            {
                "method": method,
                "path": path,
                "operation": operation.operation_id if operation else None,
                "kind": _kind(template),
                "status": status,
                "answered": answered,
                "object_id": call.object_id if call else None,
                "name": call.object_name if call else None,
                "query": {k: v[-1] for k, v in call.query.items()} if call else {},
                "body": progress.body,
                "revision": progress.revision,
                "user_agent": headers.get("user-agent", ""),
            }
        )


def _retry_after(faults: list[Fault]) -> str | None:
    found = [fault.options["retry_after"] for fault in faults if "retry_after" in fault.options]
    return str(found[0]) if found else None


def _kind(template: str) -> str:
    """Return the collection that a path belongs to, such as ``repositories``."""
    parts = [part for part in template.split("/") if part]
    skipped = {"api", "v1", "backupInfrastructure", "agents"}
    return next((part for part in parts if part not in skipped), "")


def _decoded(operation: document.Operation, headers: Mapping[str, str], raw: bytes) -> JsonValue:
    if operation.path == _LOGIN:
        form = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True)
        return {key: values[-1] for key, values in form.items()}
    if not raw.strip():
        return None
    if "json" not in headers.get("content-type", ""):
        raise ApiError(400, "UnexpectedContent", "Content-Type must be application/json")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ApiError(400, "UnexpectedContent", "The request body is not valid JSON") from error


def _normal(operation: document.Operation, body: JsonValue) -> JsonValue:
    """Return a login form as the document spells it; any other body as it is."""
    if operation.path != _LOGIN:
        return body
    form = dict(body)
    if "grant_type" in form:
        form["grant_type"] = form["grant_type"][:1].upper() + form["grant_type"][1:]
    if "use_short_term_refresh" in form:
        form["use_short_term_refresh"] = form["use_short_term_refresh"].lower() == "true"
    return form
