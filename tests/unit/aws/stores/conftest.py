"""The same tests on every server, and the table of what is known to differ."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_lives import NOT_IN_MOTO
from stores import SERVERS, Store, UnavailableError

from vbrprov.sdk import ProviderContext
from vbrprov_aws.provider import CONFIG, AwsModel, EndpointsBlock

#: What a server does unlike Amazon S3: (server, test or facet) and why. Each is expected to fail,
#: and a test that passes all the same fails the run: then the row goes.
KNOWN_DIFFERENCES: dict[tuple[str, str], str] = {
    ("seaweedfs", "public_access_block"):
        "answers PutPublicAccessBlock with NotImplemented; the provider is told to leave it alone "
        "(skip_bucket_facets)",
    ("ministack", "aws_iam_user.path"): "has no UpdateUser",
    ("ministack", "aws_iam_user.drift"): "has no UpdateUser",
    ("ministack", "aws_iam_group.path"): "has no UpdateGroup",
    ("ministack", "aws_iam_group.drift"): "has no UpdateGroup",
    ("ministack", "aws_iam_role.description"):
        "keeps the description when UpdateRole sends an empty one",
    ("ministack", "aws_iam_role.drift"):
        "keeps the description when UpdateRole sends an empty one",
    ("ministack", "aws_s3_account_public_access_block"):
        "has no S3 Control: settings of a whole account",
    **{("moto", f"{kind}.{argument}"): reason
       for (kind, argument), reason in NOT_IN_MOTO.items()},
}

#: Facets that the provider leaves alone, by server.
SKIPPED = {"seaweedfs": ["public_access_block"]}


@pytest.fixture(scope="session", params=[
    "moto", pytest.param("ministack", marks=pytest.mark.slow),
    pytest.param("seaweedfs", marks=pytest.mark.slow)])
def store(request: Any, tmp_path_factory: Any) -> Iterator[Store]:
    """A running server."""
    name: str = request.param
    try:
        with SERVERS[name](tmp_path_factory.mktemp(name)) as running:
            yield running
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def _clients(store: Store) -> Iterator[Any]:
    url = store.endpoint
    model = AwsModel(
        region=store.region, access_key=store.access_key, secret_key=store.secret_key,
        s3_use_path_style=True, max_retries=2, skip_bucket_facets=SKIPPED.get(store.name),
        endpoints=EndpointsBlock(s3=url, iam=url, sts=url, kms=url, s3control=url))
    clients = CONFIG.configure(model, ProviderContext())
    yield clients
    CONFIG.close(clients)


@pytest.fixture
def live(_clients: Any, harness: Callable[[Any], Any]) -> Any:
    """An engine on the server."""
    return harness(_clients)


@pytest.fixture
def bucket(_clients: Any) -> str:
    """A name that no other test uses: servers are shared by all tests of a session."""
    return f"t-{uuid.uuid4().hex[:20]}"


@pytest.fixture
def differs(request: Any, store: Store) -> Callable[..., None]:
    """Declares what a test is about, so that a known difference is expected."""

    def about(*names: str) -> None:
        for name in names:
            reason = KNOWN_DIFFERENCES.get((store.name, name))
            if reason:
                request.applymarker(
                    pytest.mark.xfail(strict=True, reason=f"{store.name} {reason}"))

    return about
