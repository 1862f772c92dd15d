"""SOSAPI: the two small files in which storage tells Veeam what it is and how full it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.clients import S3Client
from vbrprov_s3.errors import Service, invoke

if TYPE_CHECKING:
    from xml.etree import ElementTree

SOURCE: Final = "https://github.com/minio/minio/blob/master/cmd/veeam-sos-api.go"
FOLDER: Final = ".system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c"
SYSTEM: Final = f"{FOLDER}/system.xml"
CAPACITY: Final = f"{FOLDER}/capacity.xml"
#: The files have a few hundred bytes; more than this is something else.
MAX_BYTES: Final = 65536


@dataclass(frozen=True, slots=True)
class Sosapi:
    """What the files say. Sizes in bytes."""

    protocol_version: str = ""
    model_name: str = ""
    iam_sts: bool = False
    upload_sessions: bool = False
    iam_endpoint: str | None = None
    sts_endpoint: str | None = None
    block_size_kb: int | None = None
    capacity: int | None = None
    available: int | None = None
    used: int | None = None


def read_sosapi(service: Service, client: S3Client, bucket: str) -> Sosapi | None:
    """SOSAPI of the store behind *bucket*, or ``None`` when it has none.

    Raises:
        ProviderError: The files may not be read, or are no SOSAPI.
    """
    system = _get(service, client, bucket, SYSTEM)
    if system is None:
        return None
    found = _parse(system, SYSTEM, bucket)
    capacity = None
    if _can(found, "CapacityInfo"):
        content = _get(service, client, bucket, CAPACITY)
        capacity = None if content is None else _parse(content, CAPACITY, bucket)
    return Sosapi(
        protocol_version=_text(found, "ProtocolVersion").strip('"'),
        model_name=_text(found, "ModelName").strip('"'),
        iam_sts=_can(found, "IAMSTS"), upload_sessions=_can(found, "UploadSessions"),
        iam_endpoint=_text(found, "APIEndpoints/IAMEndpoint") or None,
        sts_endpoint=_text(found, "APIEndpoints/STSEndpoint") or None,
        block_size_kb=_whole(found, "SystemRecommendations/KbBlockSize"),
        capacity=_whole(capacity, "Capacity"), available=_whole(capacity, "Available"),
        used=_whole(capacity, "Used"))


def balances_load(service: Service, client: S3Client, bucket: str) -> bool | None:
    """Whether Veeam spreads the load by the addresses that the store names for each session.

    Veeam's pages call it load balancing on smart entity level, ``system.xml`` upload sessions.
    ``None`` when the file may not be read, or is none.

    Raises:
        ProviderError: The store fails.
    """
    try:
        system = _get(service, client, bucket, SYSTEM)
        return system is not None and _can(_parse(system, SYSTEM, bucket), "UploadSessions")
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.FAILED):
            return None
        raise


def _get(service: Service, client: S3Client, bucket: str, key: str) -> bytes | None:
    try:
        answer = invoke(service, client.get_object, f'object "{key}" in bucket "{bucket}"',
                        Bucket=bucket, Key=key)
        content: bytes = answer["Body"].read(MAX_BYTES + 1)
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise
    return content


def _parse(content: bytes, key: str, bucket: str) -> ElementTree.Element:
    from xml.etree import ElementTree

    # Entities could blow up; SOSAPI has none.
    if len(content) <= MAX_BYTES and b"<!" not in content:
        try:
            return ElementTree.fromstring(content)  # noqa: S314  # no entities, checked above
        except ElementTree.ParseError:
            pass
    raise ProviderError(ErrorClass.FAILED, "SOSAPI not understood",
                        f'The object "{key}" in bucket "{bucket}" is no SOSAPI document.')


def _can(system: ElementTree.Element, capability: str) -> bool:
    return _text(system, f"ProtocolCapabilities/{capability}").lower() == "true"


def _text(found: ElementTree.Element | None, path: str) -> str:
    return "" if found is None else (found.findtext(path) or "").strip()


def _whole(found: ElementTree.Element | None, path: str) -> int | None:
    text = _text(found, path)
    return int(text) if text.isdecimal() else None
