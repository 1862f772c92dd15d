"""The double's protocol: versions, logins, paging, sessions, faults, ledger."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from vbrprov_veeam.doubles.vbr import VbrDouble
from vbrprov_veeam.doubles.vbr.samples import GROUPS, REPOSITORIES, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vbrprov_veeam.api import VbrClient
    from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

Raw = tuple[int, Any]


class RawClient:
    """Sends requests as they are, to see what a correct client hides."""

    def __init__(self, double: RemoteDouble | VbrDouble) -> None:
        context = ssl.create_default_context(cadata=double.certificate)
        self.connection = http.client.HTTPSConnection(urlsplit(double.url).netloc, context=context)
        self.headers = {"x-api-version": "1.3-rev1"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Raw:
        sent = {**self.headers, **headers}
        if isinstance(body, dict):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None

    def login(self, **form: str) -> Raw:
        fields = {"grant_type": "password", "username": "sandbox", "password": "sandbox", **form}
        kind = "application/x-www-form-urlencoded"
        status, answer = self.ask(
            "POST", "/api/oauth2/token", urlencode(fields), **{"Content-Type": kind}
        )
        if status == 200:
            self.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return status, answer


@pytest.fixture
def raw(double: RemoteDouble) -> Iterator[RawClient]:
    client = RawClient(double)
    yield client
    client.connection.close()


def test_version_header_is_required_everywhere(raw: RawClient) -> None:
    raw.headers = {}
    assert raw.login()[0] == 400
    status, error = raw.ask("GET", "/api/v1/serverInfo")
    assert status == 400
    assert "x-api-version" in error["message"]
    raw.headers["x-api-version"] = "1.3-rev9"
    status, error = raw.ask("GET", "/api/v1/serverInfo")
    assert (status, error["errorCode"]) == (400, "UnknownError")


def test_swagger_tells_the_revisions_without_login(raw: RawClient) -> None:
    raw.headers = {}
    assert raw.ask("GET", "/swagger/v1.3-rev1/swagger.json")[0] == 200
    assert raw.ask("GET", "/swagger/v1.3-rev2/swagger.json")[0] == 404


@pytest.mark.parametrize("grant", ["password", "Password"])
def test_login_takes_both_spellings(raw: RawClient, grant: str) -> None:
    status, token = raw.login(grant_type=grant)
    assert status == 200
    assert token["expires_in"] == 900
    assert raw.ask("GET", "/api/v1/serverInfo")[0] == 200


def test_wrong_password(raw: RawClient) -> None:
    status, error = raw.login(password="wrong")
    assert (status, error["errorCode"]) == (401, "AccessDenied")


def test_refresh_tokens_work_once(raw: RawClient) -> None:
    _, token = raw.login()
    form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    status, renewed = raw.login(**form)
    assert status == 200
    assert renewed["refresh_token"] != token["refresh_token"]
    assert raw.login(**form)[0] == 401
    # The first access token died with the refresh.
    old = {"Authorization": f"Bearer {token['access_token']}"}
    assert raw.ask("GET", "/api/v1/serverInfo", **old)[0] == 401


def test_logout_kills_both_tokens(raw: RawClient) -> None:
    _, token = raw.login()
    assert raw.ask("POST", "/api/oauth2/logout")[0] == 200
    status, error = raw.ask("GET", "/api/v1/serverInfo")
    assert (status, error["errorCode"]) == (401, "InvalidToken")
    assert raw.login(grant_type="refresh_token", refresh_token=token["refresh_token"])[0] == 401


def test_tokens_expire(double: RemoteDouble, raw: RawClient) -> None:
    raw.login()
    double.expire_tokens()
    status, error = raw.ask("GET", "/api/v1/serverInfo")
    assert (status, error["errorCode"]) == (401, "ExpiredToken")


def test_short_lived_tokens() -> None:
    with VbrDouble(token_seconds=0.0) as double:
        raw = RawClient(double)
        assert raw.login()[1]["expires_in"] == 0
        assert raw.ask("GET", "/api/v1/serverInfo")[0] == 401
        raw.connection.close()


def test_unknown_paths_and_methods(raw: RawClient) -> None:
    raw.login()
    assert raw.ask("GET", "/api/v1/nothing")[0] == 404
    status, error = raw.ask("DELETE", "/api/v1/jobs")
    assert (status, error["errorCode"]) == (405, "MethodNotAllowed")
    status, error = raw.ask("GET", "/api/v1/jobs/88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec")
    assert (status, error["errorCode"]) == (404, "NotFound")


def test_bad_bodies(double: RemoteDouble, raw: RawClient) -> None:
    raw.login()
    kind = {"Content-Type": "application/json"}
    assert raw.ask("POST", "/api/v1/credentials", "{", **kind)[1]["errorCode"] == (
        "UnexpectedContent"
    )
    assert "no body" in raw.ask("POST", "/api/v1/credentials")[1]["message"]
    plain = {"Content-Type": "text/plain"}
    assert raw.ask("POST", "/api/v1/credentials", "{}", **plain)[0] == 400
    status, error = raw.ask("POST", "/api/v1/credentials", {"type": "Standard"})
    assert status == 400
    assert '"username" is a required property' in error["message"]
    assert {v["side"] for v in double.violations()} == {"request"}


def test_query_parameters_are_checked(raw: RawClient) -> None:
    raw.login()
    for query in ("namefilter=x", "limit=many", "orderAsc=perhaps", "orderColumn=Colour"):
        status, error = raw.ask("GET", f"/api/v1/jobs?{query}")
        assert status == 400, query
        assert "query." in error["message"]


def test_lists_have_pages_filters_and_order(client: VbrClient, samples: Samples) -> None:
    for number in range(7):
        name = f"u{6 - number}"
        client.post("credentials", {"type": "Standard", "username": name, "password": "p"})
    page = client.get("credentials", skip=2, limit=3)
    assert page["pagination"] == {"total": 7, "count": 3, "skip": 2, "limit": 3}
    assert len(page["data"]) == 3
    ordered = client.get("credentials", orderColumn="Username", orderAsc=False)["data"]
    assert [item["username"] for item in ordered][:2] == ["u6", "u5"]
    client.post("cloudCredentials", samples.amazon())
    client.post("cloudCredentials", samples.google())
    only = client.get("cloudCredentials", typeFilter="Google")
    assert [item["type"] for item in only["data"]] == ["Google"]


def test_name_filter_matches_other_properties(client: VbrClient, samples: Samples) -> None:
    group = samples.group("first", description="second")
    client.create_async(GROUPS, group, name="first")
    group = samples.group("second")
    client.create_async(GROUPS, group, name="second")
    found = client.get(GROUPS, nameFilter="second")["data"]
    assert {item["name"] for item in found} == {"first", "second"}
    starred = client.get(GROUPS, nameFilter="*irst")["data"]
    assert [item["name"] for item in starred] == ["first"]
    exact = client.find_by_name(GROUPS, "second")
    assert [item["name"] for item in exact] == ["second"]


def test_a_session_runs_then_stops(client: VbrClient, samples: Samples) -> None:
    first = client.post(REPOSITORIES, samples.s3_compatible())
    assert first["state"] == "Starting"
    assert "resourceId" not in first
    path = f"/api/v1/sessions/{first['id']}"
    states = [client.get(path)["state"] for _ in range(3)]
    assert states == ["Starting", "Working", "Stopped"]
    last = client.get(path)
    assert last["result"]["result"] == "Success"
    assert client.get(f"{REPOSITORIES}/{last['resourceId']}")["name"] == "repo"
    log = client.get(f"{path}/logs")
    assert log["totalRecords"] == len(log["records"]) == 2
    running = client.get(
        "sessions", stateFilter="Stopped", createdAfterFilter="2020-01-01T00:00:00"
    )
    assert [s["id"] for s in running["data"]] == [first["id"]]


def test_the_object_appears_when_the_session_ends(
    client: VbrClient, double: RemoteDouble, samples: Samples
) -> None:
    client.post(REPOSITORIES, samples.s3_compatible())
    assert client.find_by_name(REPOSITORIES, "repo") == []
    double.settle()
    assert len(client.find_by_name(REPOSITORIES, "repo")) == 1


def test_a_session_can_be_stopped(client: VbrClient, samples: Samples) -> None:
    session = client.post(REPOSITORIES, samples.s3_compatible())
    client.post(f"sessions/{session['id']}/stop")
    stopped = client.get(f"sessions/{session['id']}")
    assert stopped["result"] == {
        "result": "Failed",
        "message": "Stopped by user",
        "isCanceled": True,
    }
    assert client.find_by_name(REPOSITORIES, "repo") == []


def test_a_deletion_session_shows_its_own_id(client: VbrClient, samples: Samples) -> None:
    group = client.create_async(GROUPS, samples.group(), name="group")
    session = client.wait_session(client.delete(f"{GROUPS}/{group['id']}"))
    assert session["sessionType"] == "InfrastructureItemDeletion"
    assert session["resourceId"] == session["id"]
    assert client.find_by_name(GROUPS, "group") == []


@pytest.mark.parametrize("shown", ["session", "none"])
def test_resource_id_may_be_useless(shown: str, connect: Callable[..., VbrClient]) -> None:
    with VbrDouble(resource_id=shown) as double:
        client = connect(double)
        body = Samples(client).s3_compatible()
        assert client.create_async(REPOSITORIES, body, name="repo")["name"] == "repo"
        client.logout()


def test_sessions_end_by_themselves(connect: Callable[..., VbrClient]) -> None:
    with VbrDouble(session_polls=1000, session_seconds=0.0) as double:
        client = connect(double)
        client.post(REPOSITORIES, Samples(client).s3_compatible())
        assert len(client.find_by_name(REPOSITORIES, "repo")) == 1
        client.logout()


def test_ledger_holds_digests_instead_of_secrets(
    client: VbrClient, double: RemoteDouble, samples: Samples
) -> None:
    record = client.post("cloudCredentials", samples.amazon())
    client.get("cloudCredentials")
    client.put(f"cloudCredentials/{record['id']}", {**record, "description": "new"})
    client.delete(f"cloudCredentials/{record['id']}")
    ledger = double.ledger()
    assert [entry["method"] for entry in ledger] == ["POST", "PUT", "DELETE"]
    assert {entry["object_id"] for entry in ledger} == {record["id"]}
    assert {entry["kind"] for entry in ledger} == {"cloudCredentials"}
    assert {entry["user_agent"] for entry in ledger} == {"vbrprov"}
    digest = hashlib.sha256(b"amazon-secret-value").hexdigest()
    assert ledger[0]["body"]["secretKey"] == {"sha256": digest}
    assert "amazon-secret-value" not in json.dumps([ledger, double.objects("cloudCredentials")])
    assert double.stats()["login"] == 1


def test_a_post_that_reads_is_no_write(client: VbrClient, double: RemoteDouble) -> None:
    client.post("inventory/physical", {}, reads=True)
    client.post("connectionCertificate", {"serverName": "h", "type": "LinuxHost"}, reads=True)
    assert double.ledger() == []


def test_edit_and_remove_at_the_console(
    client: VbrClient, double: RemoteDouble, samples: Samples
) -> None:
    record = client.post("cloudCredentials", samples.amazon())
    double.edit("cloudCredentials", record["id"], {"description": "changed"})
    changed = client.get(f"cloudCredentials/{record['id']}")
    assert changed["description"] == "changed"
    assert changed["lastModified"] > record["lastModified"]
    double.remove("cloudCredentials", record["id"])
    assert list(client.list("cloudCredentials")) == []
    with pytest.raises(ValueError, match="KeyError"):
        double.edit("cloudCredentials", record["id"], {})


def test_faults_need_a_known_action(double: RemoteDouble) -> None:
    with pytest.raises(ValueError, match="unknown action"):
        double.fault("explode")
    with pytest.raises(ValueError, match="path_regex"):
        double.fault("delay", path="(")


def test_a_fault_can_let_some_requests_pass(raw: RawClient, double: RemoteDouble) -> None:
    raw.login()
    double.fault("status", method="GET", path="serverInfo", skip=1, times=2, status=503)
    statuses = [raw.ask("GET", "/api/v1/serverInfo")[0] for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


def test_nulls_extra_fields_and_unknown_values(client: VbrClient, double: RemoteDouble) -> None:
    double.fault("nulls", path="repositories")
    stored = next(iter(client.list(REPOSITORIES)))
    assert stored["mountServer"]["windows"] is None
    double.fault("extra_fields", path="repositories")
    assert "addedInALaterBuild" in next(iter(client.list(REPOSITORIES)))
    double.fault("unknown_enum", path="repositories", field="type", value="Future")
    assert next(iter(client.list(REPOSITORIES)))["type"] == "Future"
    assert "addedInALaterBuild" not in next(iter(client.list(REPOSITORIES)))


def test_a_crash_of_the_double_shows() -> None:
    with VbrDouble() as broken:
        broken.state.store.collection("managedServers").clear()
        raw = RawClient(broken)
        raw.login()
        status, error = raw.ask("GET", "/api/v1/serverInfo")
        raw.connection.close()
        assert status == 500
        assert error["message"].startswith("double bug: KeyError")
        assert broken.state.ledger.violations()[0]["side"] == "response"


def test_filters(client: VbrClient, double: RemoteDouble, samples: Samples) -> None:
    for name in ("alpha-one", "alpha-two", "beta-two"):
        client.create_async(GROUPS, samples.group(name), name=name)

    def names(pattern: str) -> list[str]:
        found = client.get(GROUPS, nameFilter=pattern)["data"]
        return [item["name"] for item in found]

    assert names("alpha*") == ["alpha-one", "alpha-two"]
    assert names("*TWO") == ["alpha-two", "beta-two"]
    assert names("*a-t*") == ["alpha-two", "beta-two"]
    assert names("alpha") == []
    sessions = client.get("sessions", resultFilter="Success", endedAfterFilter="2020-01-01T00:00")
    assert sessions["pagination"]["total"] == 3
    assert client.get("sessions", resultFilter="Failed")["data"] == []
    first = sessions["data"][0]["creationTime"]
    assert client.get("sessions", createdBeforeFilter=first)["pagination"]["total"] == 3
    assert client.get("sessions", createdAfterFilter=first)["pagination"]["total"] == 1


def test_a_bug_of_the_double_shows(client: VbrClient, connect: Callable[..., VbrClient]) -> None:
    with VbrDouble() as broken:
        server = next(iter(broken.state.store.collection("managedServers").values()))
        server["status"] = 5
        raw = RawClient(broken)
        raw.login()
        status, error = raw.ask("GET", "/api/v1/backupInfrastructure/managedServers")
        raw.connection.close()
        assert status == 500
        assert "double bug: $.data[0].status" in error["message"]
        assert broken.state.ledger.violations()[0]["side"] == "response"
