"""Login, server facts and sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.errors import not_found
from vbrprov_veeam.doubles.vbr.paging import page

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json
    from vbrprov_veeam.doubles.vbr.sessions import Session

_VBR_ID = "6a0f3f2e-6d0a-4a57-9b8e-2f3d6a1c4b10"


def create_token(call: Call) -> Json:
    """Answer the login form."""
    return call.state.auth.token(call.body)


def logout(call: Call) -> Json:
    """End the login."""
    call.state.auth.logout(call.token)
    return {}


def server_info(call: Call) -> Json:
    """Answer with the server's facts."""
    server = call.store.collection("managedServers")[call.state.backup_server_id]
    return {
        "vbrId": _VBR_ID,
        "name": server["name"],
        "buildVersion": call.state.build,
        "patches": [],
        "databaseVendor": "PostgreSql",
        "sqlServerEdition": "",
        "sqlServerVersion": "",
        "databaseSchemaVersion": "13.0.1.1",
        "databaseContentVersion": "13.0.1.1",
        "veeamRegistration": {"isRegistered": False},
        "platform": "Linux",
    }


def server_time(call: Call) -> Json:
    """Answer with the server's clock."""
    return {"serverTime": datetime.now(UTC).isoformat(), "timeZone": "UTC"}


def list_sessions(call: Call) -> Json:
    """List sessions, newest first."""
    sessions = call.state.sessions
    return page([sessions.model(s) for s in reversed(sessions.all())], call.query)


def read_session(call: Call) -> Json:
    """Answer with one session; the pipeline has moved it on before."""
    return call.state.sessions.model(_session(call))


def session_logs(call: Call) -> Json:
    """Answer with a session's log."""
    wanted = call.query.get("statusFilter")
    records = [r for r in _session(call).records if not wanted or r["status"] in wanted]
    return {"totalRecords": len(records), "records": records}


def stop_session(call: Call) -> Json:
    """Cancel a session."""
    call.state.sessions.stop(_session(call))
    return {}


def _session(call: Call) -> Session:
    session = call.state.sessions.get(call.path["id"])
    if session is None:
        raise not_found("Session", call.path["id"])
    return session


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    return {
        ("POST", "/api/oauth2/token"): create_token,
        ("POST", "/api/oauth2/logout"): logout,
        ("GET", "/api/v1/serverInfo"): server_info,
        ("GET", "/api/v1/serverTime"): server_time,
        ("GET", "/api/v1/sessions"): list_sessions,
        ("GET", "/api/v1/sessions/{id}"): read_session,
        ("GET", "/api/v1/sessions/{id}/logs"): session_logs,
        ("POST", "/api/v1/sessions/{id}/stop"): stop_session,
    }
