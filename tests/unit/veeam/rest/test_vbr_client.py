"""The client against the double: login, failures, retries, sessions, secrets."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from vbrprov_veeam.api import (
    VbrAlreadyExists,
    VbrAmbiguousObject,
    VbrAuthError,
    VbrClient,
    VbrError,
    VbrLostAnswer,
    VbrNotFound,
    VbrRequestError,
    VbrRevisionError,
    VbrServerError,
    VbrSessionError,
    VbrSessionTimeout,
    VbrTlsError,
    VbrUnreachable,
    without_nulls,
)
from vbrprov_veeam.doubles.vbr import VbrDouble
from vbrprov_veeam.doubles.vbr.samples import GROUPS, REPOSITORIES, Samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

    Connect = Callable[..., VbrClient]

Json = dict[str, Any]
PASSWORD = "correct horse battery"


class TestRevisions:
    def test_newest_common_one(self, client: VbrClient, client2: VbrClient) -> None:
        assert (client.revision, client2.revision) == ("1.3-rev1", "1.3-rev2")

    def test_pinned_one_is_not_negotiated(self, double2: RemoteDouble, connect: Connect) -> None:
        client = connect(double2, revision="1.3-rev1")
        assert client.get("serverInfo")["buildVersion"] == "13.1.0.411"
        assert client.revision == "1.3-rev1"

    def test_older_servers(self, connect: Connect) -> None:
        with VbrDouble(older_revisions=("1.3-rev0", "1.2-rev1")) as double:
            assert connect(double, revision="1.2-rev1").get("serverInfo")["vbrId"]

    def test_pinned_one_may_be_unknown_to_the_server(
        self, double: RemoteDouble, connect: Connect
    ) -> None:
        # The login is refused already, with the server's words.
        with pytest.raises(VbrError, match=r"Version 1\.3-rev2 .* is not supported"):
            connect(double, revision="1.3-rev2").get("serverInfo")

    def test_no_common_one(self, double: RemoteDouble, connect: Connect) -> None:
        client = connect(double)
        client._exchange._transport._prefix = "/elsewhere"
        with pytest.raises(VbrRevisionError, match=r"12\.3 or later"):
            client.get("serverInfo")

    def test_a_failing_server_is_no_old_server(
        self, double2: RemoteDouble, connect: Connect
    ) -> None:
        client = connect(double2, sleep=lambda _: None)
        double2.fault("status", path="swagger", status=503, times=2)
        double2.fault("drop_before", path="swagger", skip=2)
        assert client.revision == "1.3-rev2"
        double2.fault("status", path="swagger", status=503, times=-1)
        with pytest.raises(VbrServerError, match=r"swagger\.json: 503"):
            connect(double2, sleep=lambda _: None).get("serverInfo")

    def test_a_wrong_word(self, double: RemoteDouble, connect: Connect) -> None:
        with pytest.raises(ValueError, match="unknown revision"):
            connect(double, revision="2.0")


class TestConnection:
    def test_nobody_listens(self, connect: Connect, double: RemoteDouble) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        pauses: list[float] = []
        client = VbrClient(
            f"https://127.0.0.1:{port}", "u", "p", revision="1.3-rev1", sleep=pauses.append
        )
        with pytest.raises(VbrUnreachable, match=rf"127\.0\.0\.1:{port}: Connection refused"):
            client.get("serverInfo")
        assert len(pauses) == 3
        # A write that cannot have reached the server is not a lost answer.
        with pytest.raises(VbrUnreachable):
            client.post("jobs", {})
        assert len(pauses) == 3
        client.logout()

    def test_unknown_name(self) -> None:
        client = VbrClient(
            "https://host.invalid", "u", "p", revision="1.3-rev1", sleep=lambda _: None
        )
        with pytest.raises(VbrUnreachable, match=r"host\.invalid:9419"):
            client.get("serverInfo")
        client.logout()

    @pytest.mark.parametrize("url", ["http://127.0.0.1", "https://", "ftp://x"])
    def test_bad_addresses(self, url: str) -> None:
        with pytest.raises(ValueError, match="https://"):
            VbrClient(url, "u", "p")

    def test_no_tls_at_the_port(self) -> None:
        def answer_in_plain(server: socket.socket) -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=answer_in_plain, args=(server,))
            thread.start()
            port = server.getsockname()[1]
            client = VbrClient(f"https://127.0.0.1:{port}", "u", "p", revision="1.3-rev1")
            with pytest.raises(VbrUnreachable):
                client.post("jobs", {})
            thread.join()
            client.logout()

    def test_wrong_fingerprint_shows_the_right_one(
        self, double: RemoteDouble, connect: Connect
    ) -> None:
        with pytest.raises(VbrTlsError, match="not the one with the fingerprint") as caught:
            connect(double, fingerprint="0" * 64).get("serverInfo")
        assert caught.value.fingerprint == double.fingerprint
        shown = ":".join(
            double.fingerprint[i : i + 2].upper() for i in range(0, len(double.fingerprint), 2)
        )
        assert shown in str(caught.value)
        assert connect(double, fingerprint=shown).get("serverInfo")

    def test_untrusted_certificate(self, double: RemoteDouble, connect: Connect) -> None:
        with pytest.raises(VbrTlsError, match="self-signed certificate") as caught:
            connect(double, fingerprint=None).get("serverInfo")
        assert caught.value.fingerprint == double.fingerprint

    def test_sha1_is_not_enough(self, double: RemoteDouble, connect: Connect) -> None:
        with pytest.raises(ValueError, match="SHA-256"):
            connect(double, fingerprint="0" * 40)

    def test_ca_file(self, double: RemoteDouble, connect: Connect, tmp_path: Path) -> None:
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(double.certificate)
        assert connect(double, fingerprint=None, ca_file=str(ca_file)).get("serverInfo")

    def test_name_must_fit_the_certificate(self, connect: Connect, tmp_path: Path) -> None:
        other = VbrDouble(host="127.0.0.2")  # an address that its certificate does not have
        try:
            other.start()
        except OSError:
            pytest.skip("this system has one loopback address only")
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(other.certificate)
        client = connect(other, fingerprint=None, ca_file=str(ca_file))
        with pytest.raises(VbrTlsError, match="IP address mismatch"):
            client.get("serverInfo")
        other.stop()

    def test_threads_share_connections_and_one_login(
        self, client: VbrClient, double: RemoteDouble
    ) -> None:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: client.get("serverInfo"), range(64)))
        assert len({answer["vbrId"] for answer in answers}) == 1
        assert double.stats()["login"] == 1


class TestLogin:
    def test_wrong_password_is_tried_once(self, double: RemoteDouble, connect: Connect) -> None:
        client = connect(double, password=PASSWORD)
        for _ in range(3):
            with pytest.raises(VbrAuthError, match="does not accept the user name") as caught:
                client.get("serverInfo")
            assert PASSWORD not in str(caught.value)
        # More attempts could lock the account.
        assert double.stats()["refused"] == 1

    def test_expired_token_is_renewed_once(self, client: VbrClient, double: RemoteDouble) -> None:
        client.get("serverInfo")
        double.expire_tokens()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: client.get("serverInfo"), range(16)))
        assert double.stats()["login"] == 2

    def test_a_write_survives_an_expired_token(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        double.expire_tokens()
        client.post("cloudCredentials", samples.amazon())
        assert len(double.writes()) == 1

    @pytest.mark.parametrize("action", ["empty_401", "status"])
    def test_rejections_with_and_without_a_body(
        self, action: str, client: VbrClient, double: RemoteDouble
    ) -> None:
        client.get("serverInfo")
        double.fault(action, path="serverInfo", status=401, error_code="AccessDenied")
        assert client.get("serverInfo")
        double.fault(action, path="serverInfo", times=2, status=401)
        with pytest.raises(VbrAuthError, match="rejects the login"):
            client.get("serverInfo")

    def test_forbidden(self, client: VbrClient, double: RemoteDouble) -> None:
        double.fault("status", path="serverInfo", status=403, message="Custom roles may not")
        with pytest.raises(VbrAuthError, match=r"denies .* Custom roles may not"):
            client.get("serverInfo")

    def test_refresh_happens_before_the_end(self, double: RemoteDouble, connect: Connect) -> None:
        now = [1000.0]
        client = connect(double, clock=lambda: now[0])
        client.get("serverInfo")
        now[0] += 860.0
        client.get("serverInfo")
        assert double.stats()["refresh"] == 0
        now[0] += 20.0
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: client.get("serverInfo"), range(16)))
        stats = double.stats()
        assert (stats["login"], stats["refresh"], stats["refused"]) == (1, 1, 0)

    def test_a_dead_refresh_token_falls_back_to_the_password(
        self, double: RemoteDouble, connect: Connect
    ) -> None:
        now = [1000.0]
        client = connect(double, clock=lambda: now[0])
        client.get("serverInfo")
        double.expire_tokens(refresh=True)
        now[0] += 890.0
        client.get("serverInfo")
        assert double.stats()["login"] == 2

    def test_logout(self, double: RemoteDouble) -> None:
        with VbrClient(double.url, "sandbox", "sandbox", fingerprint=double.fingerprint) as client:
            client.get("serverInfo")
        assert double.stats()["logout"] == 1
        client.logout()
        assert double.stats()["logout"] == 1

    def test_logout_of_a_server_that_is_gone(self, connect: Connect) -> None:
        with VbrDouble() as gone:
            client = connect(gone, sleep=lambda _: None)
            client.get("serverInfo")
        client.logout()


class TestReads:
    @pytest.mark.parametrize("action", ["drop_before", "drop_after", "status"])
    def test_are_repeated(self, action: str, double: RemoteDouble, connect: Connect) -> None:
        pauses: list[float] = []
        client = connect(double, sleep=pauses.append)
        client.get("serverTime")
        double.fault(action, path="serverInfo", times=3, status=503)
        assert client.get("serverInfo")
        assert len(pauses) == 3
        assert pauses == sorted(pauses)

    def test_give_up(self, double: RemoteDouble, connect: Connect) -> None:
        client = connect(double, sleep=lambda _: None)
        double.fault("status", path="serverInfo", times=-1, status=500, message="Boom")
        with pytest.raises(VbrServerError, match="GET /api/v1/serverInfo: 500 UnknownError: Boom"):
            client.get("serverInfo")
        double.clear_faults()
        double.fault("drop_before", path="serverInfo", times=-1)
        with pytest.raises(VbrUnreachable, match="ended before the answer"):
            client.get("serverInfo")

    def test_time_out(self, double: RemoteDouble, connect: Connect) -> None:
        client = connect(double, timeout=0.1, sleep=lambda _: None)
        client.get("serverTime")
        double.fault("delay", path="serverInfo", seconds=0.4)
        assert client.get("serverInfo")
        double.fault("delay", path="serverInfo", seconds=0.4, times=4)
        with pytest.raises(VbrUnreachable, match=r"no answer within 0\.1 s"):
            client.get("serverInfo")

    def test_refusals_are_not_repeated(self, client: VbrClient, double: RemoteDouble) -> None:
        with pytest.raises(VbrNotFound) as caught:
            client.get("jobs/88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec")
        assert (caught.value.status, caught.value.error_code) == (404, "NotFound")
        assert len([r for r in double.reads() if "/jobs/" in r["path"]]) == 1

    def test_a_post_that_reads_is_repeated(self, double: RemoteDouble, connect: Connect) -> None:
        client = connect(double, sleep=lambda _: None)
        client.get("serverTime")
        double.fault("status", path="inventory", times=2, status=503)
        assert client.post("inventory/physical", {}, reads=True)["data"]

    def test_every_page_is_read(self, client: VbrClient, double: RemoteDouble) -> None:
        for number in range(450):
            double.seed(
                "protectionGroups",
                {"name": f"g{number}", "description": "", "type": "Unmanaged", "isDisabled": False},
            )
        names = [group["name"] for group in client.list(GROUPS)]
        assert len(names) == len(set(names)) == 452
        pages = [r for r in double.reads() if "protectionGroups" in r["path"]]
        assert len(pages) == 3

    def test_odd_answers_are_read(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        for action in ("nulls", "extra_fields", "unknown_enum"):
            double.fault(action, times=-1, field="sessionType", value="AddedLater")
        made = client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
        assert made["proxyAppliance"] is None
        assert "proxyAppliance" not in without_nulls(made)
        assert "addedInALaterBuild" in made["bucket"]

    def test_an_answer_that_is_not_json(self, client: VbrClient) -> None:
        from vbrprov_veeam.api.transport import Answer

        with pytest.raises(VbrRequestError, match="not JSON"):
            client._exchange.decoded("GET", "/x", Answer(200, b"<html>"), None)
        with pytest.raises(VbrServerError, match="502: no explanation"):
            client._exchange.decoded("GET", "/x", Answer(502, b"<html>"), None)
        # A write that was taken is not undone by a broken answer.
        with pytest.raises(VbrLostAnswer, match="not JSON"):
            client._exchange.decoded("POST", "/x", Answer(201, b'{"id": "1'), None)


class TestWrites:
    def test_lost_before_and_after(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        for action, kept in (("drop_before", 0), ("drop_after", 1)):
            double.fault(action, method="POST", path="cloudCredentials")
            with pytest.raises(VbrLostAnswer, match="may have been made") as caught:
                client.post("cloudCredentials", samples.amazon())
            assert (caught.value.method, caught.value.path) == (
                "POST",
                "/api/v1/cloudCredentials",
            )
            # The client cannot tell the two apart, and repeats neither.
            assert len(list(client.list("cloudCredentials"))) == kept

    def test_time_out_is_a_lost_answer(
        self, double: RemoteDouble, connect: Connect, samples: Samples
    ) -> None:
        client = connect(double, timeout=0.1)
        client.get("serverTime")
        double.fault("delay", path="cloudCredentials", seconds=0.3)
        with pytest.raises(VbrLostAnswer, match=r"no answer within 0\.1 s"):
            client.post("cloudCredentials", samples.amazon())

    def test_server_errors_are_not_repeated(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        double.fault("status", method="POST", path="cloudCredentials", status=500)
        with pytest.raises(VbrServerError):
            client.post("cloudCredentials", samples.amazon())
        assert len(double.ledger()) == 1

    def test_queries_in_path_and_arguments(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        session = client.post(f"{REPOSITORIES}?overwriteOwner=true", samples.s3_compatible())
        client.wait_session(session)
        (made,) = client.find_by_name(REPOSITORIES, "repo", "S3Compatible")
        client.delete(f"{REPOSITORIES}/{made['id']}", deleteBackups=True)
        queries = [entry["query"] for entry in double.writes()]
        assert queries[-2:] == [{"overwriteOwner": "true"}, {"deleteBackups": "true"}]
        assert client.find_by_name(REPOSITORIES, "repo", ["S3Compatible"]) == []


class TestSessions:
    def test_pauses_grow_to_the_limit(
        self, double: RemoteDouble, connect: Connect, samples: Samples
    ) -> None:
        pauses: list[float] = []
        with VbrDouble(session_polls=6, session_seconds=None) as slow:
            client = connect(slow, poll_interval=(1.0, 5.0), sleep=pauses.append)
            body = Samples(client).s3_compatible()
            client.create_async(REPOSITORIES, body, name="repo")
            client.logout()
        assert pauses == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0, 5.0]

    def test_failure_shows_the_log(
        self, client: VbrClient, double: RemoteDouble, samples: Samples
    ) -> None:
        double.fault("session_failed", method="POST", path="repositories$", message="No bucket")
        body = samples.s3_compatible()
        with pytest.raises(VbrSessionError, match="failed: No bucket") as caught:
            client.create_async(REPOSITORIES, body, name="repo")
        assert caught.value.records == ("Infrastructure Item Saving failed: No bucket",)
        assert client.create_async(REPOSITORIES, body, name="repo")["name"] == "repo"

    def test_cancelled(self, client: VbrClient, samples: Samples) -> None:
        session = client.post(REPOSITORIES, samples.s3_compatible())
        client.post(f"sessions/{session['id']}/stop")
        with pytest.raises(VbrSessionError, match="was cancelled: Stopped by user"):
            client.wait_session(session)

    def test_time_out(self, connect: Connect) -> None:
        now = [0.0]

        def sleep(seconds: float) -> None:
            now[0] += seconds

        with VbrDouble(session_polls=10_000, session_seconds=None) as slow:
            client = connect(
                slow,
                clock=lambda: now[0],
                sleep=sleep,
                session_timeout=60.0,
                poll_interval=(1.0, 5.0),
            )
            body = Samples(client).s3_compatible()
            with pytest.raises(VbrSessionTimeout, match="goes on at the server"):
                client.create_async(REPOSITORIES, body, name="repo")
            client.logout()
        assert now[0] == pytest.approx(60.0)

    @pytest.mark.parametrize(
        ("session", "outcome"),
        [
            ({"state": "ActionRequired"}, "waits for an action"),
            ({"state": "Stopped", "result": {"result": "None"}}, "failed"),
            ({"state": "Stopped", "result": None}, "failed"),
            ({"state": "Stopped", "result": {"result": "Success", "isCanceled": True}}, "cancel"),
        ],
    )
    def test_odd_ends(self, session: Json, outcome: str, client: VbrClient) -> None:
        with pytest.raises(VbrSessionError, match=outcome):
            client.wait_session({"id": "x", "name": "n", **session})

    def test_warning_is_a_success(self, client: VbrClient) -> None:
        session = {"id": "x", "state": "Stopped", "result": {"result": "Warning", "message": "m"}}
        assert client.wait_session(session) is session

    def test_wait_if_session(self, client: VbrClient, samples: Samples) -> None:
        assert client.wait_if_session(None) is None
        assert client.wait_if_session({"id": "x"}) == {"id": "x"}
        answer = client.post(REPOSITORIES, samples.s3_compatible())
        assert client.wait_if_session(answer)["state"] == "Stopped"


class TestCreate:
    def test_a_taken_name_sends_nothing(
        self, client: VbrClient, double: RemoteDouble, repository: Json, samples: Samples
    ) -> None:
        body = samples.s3_compatible()
        before = len(double.ledger())
        with pytest.raises(VbrAlreadyExists, match="import it"):
            client.create_async(REPOSITORIES, body, name="repo")
        assert len(double.ledger()) == before

    def test_other_objects_with_the_name_in_a_description(
        self, client: VbrClient, samples: Samples
    ) -> None:
        other = samples.s3_compatible("other", description="repo")
        client.create_async(REPOSITORIES, other, name="other")
        made = client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
        assert made["name"] == "repo"

    def test_the_session_id_comes_before_the_wait(
        self, client: VbrClient, double: RemoteDouble, samples: Samples, connect: Connect
    ) -> None:
        seen: list[str] = []

        class CrashError(Exception):
            pass

        def crash(session_id: str) -> None:
            seen.append(session_id)
            raise CrashError

        with pytest.raises(CrashError):
            client.create_async(
                REPOSITORIES, samples.s3_compatible(), name="repo", on_session=crash
            )
        again = connect(double)
        made = again.finish_create({"id": seen[0]}, REPOSITORIES, name="repo")
        assert made["name"] == "repo"

    def test_several_candidates(self, connect: Connect) -> None:
        with VbrDouble(resource_id="none", session_polls=1, session_seconds=None) as double:
            client = connect(double)
            samples = Samples(client)
            session = client.post(REPOSITORIES, samples.s3_compatible())
            twin_id = "88788f9e-d8f5-4eb4-bc4f-9b3f5403bce0"
            twin = {"id": twin_id, "name": "repo", "description": "", "type": "ElevenElevenS3"}
            double.state.store.collection("repositories")[twin_id] = twin
            with pytest.raises(VbrSessionError, match="already exists"):
                client.finish_create(session, REPOSITORIES, name="repo")
            twin["name"] = "elsewhere"
            session = client.post(REPOSITORIES, samples.s3_compatible())
            client.wait_session(session)
            twin["name"] = "repo"
            with pytest.raises(VbrAmbiguousObject, match="2 objects"):
                client.finish_create(session, REPOSITORIES, name="repo")
            made = client.finish_create(session, REPOSITORIES, name="repo", type="S3Compatible")
            assert made["type"] == "S3Compatible"
            client.logout()


class TestSecrets:
    def test_nowhere(
        self, double: RemoteDouble, connect: Connect, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        secret = "canary-4711"
        client = connect(double)
        echo = f"cannot use {secret} with sandbox"
        double.fault("status", method="POST", path="cloudCredentials", status=400, message=echo)
        body = {"type": "Amazon", "accessKey": "a", "secretKey": secret}
        with pytest.raises(VbrRequestError) as caught:
            client.post("cloudCredentials", body)
        assert str(caught.value).endswith("cannot use (sensitive) with (sensitive)")
        assert "sandbox" not in repr(client)
        assert caplog.records
        assert secret not in caplog.text
        assert "Bearer" not in caplog.text

    def test_session_logs_are_cleaned(
        self, double: RemoteDouble, client: VbrClient, samples: Samples
    ) -> None:
        double.fault("session_failed", path="repositories$", message="login sandbox refused")
        with pytest.raises(VbrSessionError) as caught:
            client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
        assert "sandbox" not in "".join(caught.value.records)
        assert "sandbox" not in str(caught.value)


def test_importing_the_provider_does_not_import_urllib3() -> None:
    import subprocess
    import sys

    code = "import sys, vbrprov_veeam; sys.exit('urllib3' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tls_is_modern(double: RemoteDouble) -> None:
    context = ssl.create_default_context(cadata=double.certificate)
    port = int(double.url.rsplit(":", 1)[1])
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as secured,
    ):
        assert secured.version() == "TLSv1.3"
