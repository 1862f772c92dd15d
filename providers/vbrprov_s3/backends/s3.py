"""State in a bucket of Amazon S3 or of a store with conditional writes like its.

If-None-Match and If-Match on PutObject:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol

from vbrprov.sdk import BackendType, ObjectStore, Setting, StoreConflictError, Stored, StoreError
from vbrprov.sdk.store import flag

_PASSING = frozenset({
    "ConditionalRequestConflict", "InternalError", "OperationAborted", "RequestTimeout",
    "ServiceUnavailable", "SlowDown", "Throttling", "ThrottlingException"})
_AT_ONCE = 1000


class Client(Protocol):
    """The calls that are used, with parameters as the service's API names them."""

    get_object: Callable[..., dict[str, Any]]
    put_object: Callable[..., dict[str, Any]]
    delete_objects: Callable[..., dict[str, Any]]
    list_objects_v2: Callable[..., dict[str, Any]]


class S3Store(ObjectStore):
    """Objects below a key of a bucket.

    Args:
        settings: As ``S3Backend.settings`` lists them.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._bucket = settings["bucket"]
        self._root = settings["key"].strip("/") + "/"
        self._made: Client | None = None
        self._making = threading.Lock()
        self._extra: dict[str, str] = {}
        if settings["kms_key_id"]:
            self._extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": settings["kms_key_id"]}
        elif flag(settings["encrypt"]):
            self._extra = {"ServerSideEncryption": "AES256"}

    @property
    def description(self) -> str:
        """The usual ``s3://`` form; with the endpoint where it is not Amazon's."""
        at = self._settings["endpoint"]
        return f"s3://{self._bucket}/{self._root.rstrip('/')}" + (f" at {at}" if at else "")

    @property
    def _client(self) -> Client:
        with self._making:
            if self._made is None:
                self._made = _make_client(self._settings)
            return self._made

    def get(self, name: str) -> Stored | None:
        """GetObject."""
        try:
            with _errors(self._bucket):
                found = self._client.get_object(Bucket=self._bucket, Key=self._root + name)
                return Stored(found["Body"].read(), found["ETag"])
        except _AbsentError:
            return None

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """PutObject with If-None-Match or If-Match; the version is the ETag."""
        condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        try:
            with _errors(self._bucket):
                answer = self._client.put_object(
                    Bucket=self._bucket, Key=self._root + name, Body=data, **condition,
                    **self._extra)
        except _AbsentError as error:
            # What was to be replaced is gone.
            raise StoreConflictError(f"{name} is gone.") from error
        return str(answer["ETag"])

    def delete(self, names: Sequence[str]) -> None:
        """DeleteObjects; the last one in a call of its own."""
        keys = [self._root + name for name in names]
        chunks = [keys[at:at + _AT_ONCE] for at in range(0, len(keys) - 1, _AT_ONCE)]
        chunks = [[key for key in chunk if key != keys[-1]] for chunk in chunks]
        for chunk in [*filter(None, chunks), keys[-1:]]:
            with _errors(self._bucket):
                answer = self._client.delete_objects(Bucket=self._bucket, Delete={
                    "Objects": [{"Key": key} for key in chunk], "Quiet": True})
            for failed in answer.get("Errors", ()):
                raise StoreError(f"{failed['Key']} was not deleted: {failed.get('Code')}, "
                                 f"{failed.get('Message')}")

    def names(self, prefix: str) -> list[str]:
        """ListObjectsV2, all pages."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            with _errors(self._bucket):
                page = self._client.list_objects_v2(Bucket=self._bucket,
                                                    Prefix=self._root + prefix, **more)
            found += [item["Key"].removeprefix(self._root) for item in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return sorted(found)
            more = {"ContinuationToken": page["NextContinuationToken"]}


class _AbsentError(Exception):
    """There is no such object."""


@contextmanager
def _errors(bucket: str) -> Iterator[None]:
    """Turn the SDK's errors into the store's."""
    from botocore import exceptions as known

    try:
        yield
    except known.ClientError as error:
        raise _refused(bucket, error) from error
    except (known.NoCredentialsError, known.PartialCredentialsError, known.ProfileNotFound,
            known.CredentialRetrievalError, known.TokenRetrievalError, known.SSOError) as error:
        raise StoreError(f"no credentials: {error}.".replace("..", "."),
                         hint="Set profile, or the usual environment variables.") from error
    except (known.ParamValidationError, known.NoRegionError, known.InvalidRegionError) as error:
        raise StoreError(f"{error}.".replace("..", ".")) from error
    except known.BotoCoreError as error:
        raise StoreError(f"no answer ({type(error).__name__}).",
                         hint="Check the network, the proxy, region and endpoint.",
                         passing=True) from error


def _refused(bucket: str, error: Any) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    message = str(error.response.get("Error", {}).get("Message", ""))
    if code == "PreconditionFailed" or status == 412:
        return StoreConflictError("it has changed.")
    if code in ("NoSuchKey", "404"):
        return _AbsentError()
    if code == "NoSuchBucket":
        return StoreError(f'there is no bucket "{bucket}".', hint="Make it first; a bucket for "
                          "states should keep versions and be open to nobody else.")
    hint = ""
    if code == "NotImplemented" or status == 501:
        hint = "The store does not know conditional writes. Use another one."
    elif status == 403:
        hint = "Allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket there."
    return StoreError(f"{code or status}: {message}"[:500], hint=hint,
                      passing=code in _PASSING or (status >= 500 and status != 501))


def _make_client(settings: Mapping[str, str]) -> Client:
    import boto3
    from botocore.config import Config

    session = boto3.session.Session(
        aws_access_key_id=settings["access_key"] or None,
        aws_secret_access_key=settings["secret_key"] or None,
        aws_session_token=settings["token"] or None, profile_name=settings["profile"] or None,
        region_name=settings["region"] or None)
    options: dict[str, Any] = {}
    if settings["endpoint"]:
        # Stores other than Amazon's do not all take the checksums that the SDK adds by itself.
        options = {"request_checksum_calculation": "when_required",
                   "response_checksum_validation": "when_required"}
    path_style = flag(settings["use_path_style"]) or flag(settings["force_path_style"])
    made: Client = session.client(
        "s3", endpoint_url=settings["endpoint"] or None,
        verify=not flag(settings["insecure"]),
        config=Config(connect_timeout=10, read_timeout=60, max_pool_connections=20,
                      retries={"mode": "standard", "max_attempts": 3},
                      s3={"addressing_style": "path" if path_style else "auto"}, **options))
    return made


class S3Backend(BackendType):
    """A bucket."""

    name: ClassVar[str] = "s3"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("bucket", "The bucket.", required=True),
        Setting("key", "What all names begin with.", required=True),
        Setting("region", "The region of the bucket.", environ=("AWS_REGION",
                                                                "AWS_DEFAULT_REGION")),
        Setting("endpoint", "The URL of the store, where it is not Amazon's.",
                environ=("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")),
        Setting("access_key", "The access key; better in AWS_ACCESS_KEY_ID.", secret=True),
        Setting("secret_key", "The secret key; better in AWS_SECRET_ACCESS_KEY.", secret=True),
        Setting("token", "The session token; better in AWS_SESSION_TOKEN.", secret=True),
        Setting("profile", "The profile of the AWS configuration files.",
                environ=("AWS_PROFILE",)),
        Setting("encrypt", "Ask for server-side encryption (AES256).", default="false"),
        Setting("kms_key_id", "Ask for encryption with this KMS key."),
        Setting("use_path_style", "Name the bucket in the path.", default="false"),
        Setting("force_path_style", "The older name of use_path_style.", default="false"),
        Setting("insecure", "Do not check the server's certificate.", default="false"),
        Setting("use_lockfile", "", unused="the lock is always an object beside the state."),
        Setting("dynamodb_table", "", unused="the lock is an object beside the state; no table is "
                "needed."),
        Setting("skip_credentials_validation", "", unused="nothing is asked beforehand."),
        Setting("skip_metadata_api_check", "", unused="nothing is asked beforehand."),
        Setting("skip_region_validation", "", unused="nothing is asked beforehand."),
        Setting("skip_requesting_account_id", "", unused="nothing is asked beforehand."),
        Setting("skip_s3_checksum", "", unused="checksums are left out where endpoint is set."),
        Setting("workspace_key_prefix", "", unused="each workspace has a folder below key."),
    )

    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """Check the key."""
        if not settings["key"].strip("/"):
            raise StoreError('"key" must not be empty.')
        return S3Store(settings)


BACKEND = S3Backend()
