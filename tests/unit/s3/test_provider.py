"""The provider block, the capability probe and SOSAPI."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_s3.data_sources.bucket import S3CompatibleBucketData, S3CompatibleBucketDataModel
from vbrprov_s3.data_sources.capability import CapabilityData, CapabilityModel
from vbrprov_s3.provider import CONFIG, EndpointsBlock, S3Model
from vbrprov_s3.resources.bucket import S3CompatibleBucket
from vbrprov_s3.resources.bucket_policy import S3CompatibleBucketPolicy
from vbrprov_s3.sosapi import CAPACITY, SYSTEM, read_sosapi
from vbrprov_s3.vendors import VENDORS

CAPABILITY, BUCKET, POLICY = CapabilityData(), S3CompatibleBucket(), S3CompatibleBucketPolicy()
DATA = S3CompatibleBucketData()
KEYS = {"access_key": "a" * 8, "secret_key": "canary-secret"}


def fault(store: Any, operation: str, **rule: Any) -> None:
    """Let moto answer the next call of *operation* otherwise."""
    with urllib.request.urlopen(urllib.request.Request(
            f"{store.endpoint}/_double/faults", method="POST",
            data=json.dumps({"operation": operation, **rule}).encode()), timeout=10):
        pass


@pytest.mark.parametrize(("arguments", "attribute"), [
    ({"vendor": "minio", "endpoint": "http://x"}, "access_key"),
    ({"vendor": "minio", "endpoint": "http://x", "access_key": "a"}, "secret_key"),
    ({"vendor": "minio", **KEYS}, "endpoint"),
    ({"vendor": "minio", "endpoint": "http://x", **KEYS,
      "endpoints": EndpointsBlock(s3="http://y")}, "endpoint"),
    ({"vendor": "minio", "endpoint": "http://x", "custom_ca_bundle": "/nowhere", **KEYS},
     "custom_ca_bundle"),
])
def test_a_block_that_contradicts_itself(arguments: Any, attribute: str) -> None:
    with pytest.raises(ProviderError) as caught:
        CONFIG.configure(S3Model(**arguments), ProviderContext())
    assert (caught.value.kind, caught.value.attribute) == (ErrorClass.INVALID, attribute)
    assert "canary" not in repr(caught.value.__dict__)


@pytest.mark.parametrize(("vendor", "region", "s3", "iam"), [
    ("wasabi", "eu-central-1", "https://s3.eu-central-1.wasabisys.com",
     "https://iam.wasabisys.com"),
    ("wasabi", None, "https://s3.us-east-1.wasabisys.com", "https://iam.wasabisys.com"),
    ("ibm", "eu-de", "https://s3.eu-de.cloud-object-storage.appdomain.cloud", None),
])
def test_addresses_follow_from_the_region(vendor: str, region: Any, s3: str, iam: Any) -> None:
    client = CONFIG.configure(S3Model(vendor=vendor, region=region, **KEYS), ProviderContext())
    assert client.settings.endpoints["s3"] == s3
    assert client.settings.endpoints.get("iam") == iam
    assert client.s3().meta.endpoint_url == s3
    CONFIG.close(client)


def test_every_vendor_can_be_configured() -> None:
    for name in VENDORS:
        client = CONFIG.configure(S3Model(vendor=name, endpoint="https://store.example", **KEYS),
                                  ProviderContext())
        assert client.store.service.title == VENDORS[name].title
        CONFIG.close(client)


def test_requests_carry_what_old_stores_need(harness: Any) -> None:
    """Path style, an MD5 digest where a digest is needed, and no checksum where none is."""
    seen: list[tuple[str, str, dict[str, str]]] = []

    class Recorder(BaseHTTPRequestHandler):
        def _do(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path,
                         {k.lower(): v for k, v in self.headers.items()}))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = _do  # noqa: N815  # the name that http.server asks for

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = CONFIG.configure(S3Model(
        vendor="generic", endpoint=f"http://127.0.0.1:{server.server_port}", max_retries=0,
        **KEYS), ProviderContext())
    s3: Any = client.s3()
    s3.put_object_lock_configuration(
        Bucket="b", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    s3.put_object(Bucket="b", Key="k", Body=b"x")
    CONFIG.close(client)
    server.shutdown()
    server.server_close()
    (_, lock, headers), (_, put, plain) = seen
    assert (lock, put) == ("/b?object-lock", "/b/k")
    assert headers["content-md5"]
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256")
    assert not [name for name in plain if name.startswith(("x-amz-checksum", "x-amz-sdk-check"))]


class TestCapability:
    def test_reading_only(self, s3: Any, store: Any, name: str) -> None:
        s3.apply(BUCKET, bucket=name)
        found = CAPABILITY.read(s3.client, CapabilityModel(bucket=name), s3.ctx)
        assert (found.versioning, found.object_lock, found.bucket_policy, found.tagging) == (
            True, True, True, True)
        assert (found.conditional_writes, found.checksums) == (None, None)
        assert found.public_access_block is ("no_public_access_block" not in store.differs)
        assert found.vendor == "S3-compatible storage"
        assert found.sosapi is ("own_sosapi" in store.differs)

    def test_writing(self, s3: Any) -> None:
        before = {b["Name"] for b in s3.client.s3().list_buckets()["Buckets"]}
        found = CAPABILITY.read(s3.client, CapabilityModel(allow_write_probe=True), s3.ctx)
        assert (found.versioning, found.object_lock, found.object_lock_on_existing_bucket,
                found.conditional_writes, found.checksums, found.tagging) == (True,) * 6
        after = {b["Name"] for b in s3.client.s3().list_buckets()["Buckets"]}
        assert not {b for b in after - before if b.startswith("vbrprov-probe-")}

    def test_sosapi(self, s3: Any, store: Any, name: str) -> None:
        s3.apply(BUCKET, bucket=name)
        if "own_sosapi" in store.differs:
            found = CAPABILITY.read(s3.client, CapabilityModel(bucket=name), s3.ctx)
            assert (found.sosapi, found.sosapi_version) == (True, "1.0")
            assert str(found.sosapi_model).startswith("SeaweedFS")
            assert found.capacity_bytes is not None
            return
        put = s3.client.s3().put_object
        put(Bucket=name, Key=SYSTEM, Body=(
            b'<?xml version="1.0" encoding="UTF-8"?><SystemInfo><ProtocolVersion>"1.0"'
            b'</ProtocolVersion><ModelName>"Store 9"</ModelName><ProtocolCapabilities>'
            b"<CapacityInfo>true</CapacityInfo><UploadSessions>false</UploadSessions>"
            b"<IAMSTS>true</IAMSTS></ProtocolCapabilities><APIEndpoints><IAMEndpoint>iam.x"
            b"</IAMEndpoint><STSEndpoint>sts.x</STSEndpoint></APIEndpoints>"
            b"<SystemRecommendations><KbBlockSize>4096</KbBlockSize></SystemRecommendations>"
            b"</SystemInfo>"))
        put(Bucket=name, Key=CAPACITY, Body=(
            b"<CapacityInfo><Capacity>100</Capacity><Available>60</Available><Used>40</Used>"
            b"</CapacityInfo>"))
        found = CAPABILITY.read(s3.client, CapabilityModel(bucket=name), s3.ctx)
        assert (found.sosapi, found.sosapi_version, found.sosapi_model, found.sosapi_iam_sts) == (
            True, "1.0", "Store 9", True)
        assert (found.capacity_bytes, found.available_bytes, found.used_bytes,
                found.sosapi_block_size_kb) == (100, 60, 40, 4096)

    def test_load_balancing(self, s3: Any, store: Any, name: str) -> None:
        made = s3.apply(BUCKET, bucket=name).state
        assert made.smart_entities is False
        if "own_sosapi" in store.differs:
            return
        for said, smart in ((b"false", False), (b"true", True)):
            s3.client.s3().put_object(Bucket=name, Key=SYSTEM, Body=(
                b"<SystemInfo><ProtocolCapabilities><UploadSessions>" + said
                + b"</UploadSessions></ProtocolCapabilities></SystemInfo>"))
            found = DATA.read(s3.client, S3CompatibleBucketDataModel(bucket=name), s3.ctx)
            assert found.smart_entities is smart
            assert s3.read(BUCKET, made).smart_entities is smart
        for code, smart in (("AccessDenied", None), ("NoSuchKey", False)):
            fault(store, "GetObject", code=code)
            assert s3.read(BUCKET, made).smart_entities is smart
        s3.client.s3().put_object(Bucket=name, Key=SYSTEM, Body=b"not xml")
        assert s3.read(BUCKET, made).smart_entities is None

    @pytest.mark.parametrize("content", [b"not xml", b"<!DOCTYPE a><a/>", b"<a/>" * 20_000])
    def test_what_is_no_sosapi(self, moto: Any, configure: Any, name: str, content: bytes) -> None:
        client = configure(moto)
        client.s3().create_bucket(Bucket=name)
        client.s3().put_object(Bucket=name, Key=SYSTEM, Body=content)
        with pytest.raises(ProviderError, match="SOSAPI"):
            read_sosapi(client.store.service, client.s3(), name)

    def test_a_store_that_is_not_there(self, configure: Any, harness: Any, moto: Any) -> None:
        client = CONFIG.configure(S3Model(
            vendor="generic", endpoint="http://127.0.0.1:1", max_retries=0, **KEYS),
            ProviderContext())
        with pytest.raises(ProviderError) as caught:
            CAPABILITY.read(client, CapabilityModel(), harness(client).ctx)
        assert caught.value.kind is ErrorClass.UNREACHABLE
        planned = harness(client).plan(BUCKET, bucket="b-1", object_lock_enabled=True)
        assert [w[0] for w in planned.draft.warnings] == ["Store not probed"]
        CONFIG.close(client)


def test_a_bucket_that_exists(s3: Any, name: str) -> None:
    s3.apply(BUCKET, bucket=name, object_lock_enabled=True, tags={"a": "b"})
    found = DATA.read(s3.client, S3CompatibleBucketDataModel(bucket=name), s3.ctx)
    assert (found.object_lock_enabled, found.versioning_status, found.tags) == (
        True, "Enabled", {"a": "b"})
    with pytest.raises(ProviderError, match="no bucket"):
        DATA.read(s3.client, S3CompatibleBucketDataModel(bucket=f"{name}-not"), s3.ctx)


class TestVendors:
    def test_lock_on_an_existing_bucket(self, moto: Any, configure: Any, harness: Any,
                                        name: str) -> None:
        minio = harness(configure(moto, vendor="minio"))
        state = minio.apply(BUCKET, bucket=name).state
        planned = minio.plan(BUCKET, state, bucket=name, object_lock_enabled=True)
        assert planned.errors == ["Object lock must be on from the beginning"]

    def test_what_a_vendor_lacks_is_refused_with_a_reason(self, moto: Any, configure: Any,
                                                          harness: Any) -> None:
        planned = harness(configure(moto, vendor="ibm")).plan(
            BUCKET, bucket="b-1", server_side_encryption_configuration={})
        assert planned.errors == ["Not supported by this store"]
        assert "kms_key_crn" in planned.draft.errors[0][1]

    def test_facts_have_sources(self) -> None:
        for name, vendor in VENDORS.items():
            assert vendor.sources or name == "eleven_eleven", name
            assert all(source.startswith("https://") for source in vendor.sources)


class TestPolicy:
    DOCUMENT = ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
                '"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::BUCKET/*"]}]}')

    def test_life(self, s3: Any, name: str) -> None:
        s3.apply(BUCKET, bucket=name)
        first = self.DOCUMENT.replace("BUCKET", name)
        state = s3.apply(POLICY, bucket=name, policy=first).state
        s3.settled(POLICY, state, bucket=name, policy=first)
        second = first.replace("s3:GetObject", "s3:ListBucket").replace("/*", "")
        run = s3.apply(POLICY, state, bucket=name, policy=second)
        assert run.steps == ["policy"]
        s3.settled(POLICY, run.state, bucket=name, policy=second)
        s3.destroy(POLICY, run.state)
        assert s3.read(POLICY, run.state) is None
