"""The policies that count for one identity, read through IAM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov.sdk.held import HeldPolicies, HeldPolicy, Hold
from vbrprov_s3.clients import IamClient, S3Client, StsClient
from vbrprov_s3.errors import invoke
from vbrprov_s3.iam.calls import call, document_text, pages
from vbrprov_s3.iam.holders import GROUP, ROLE, USER, Holder
from vbrprov_s3.iam.services import STS
from vbrprov_s3.store import Store


class Reader(Protocol):
    """The client object of a provider, as far as reading policies uses it."""

    store: Store

    def s3(self) -> S3Client:
        """The S3 client."""
        ...

    def iam(self) -> IamClient:
        """The IAM client."""
        ...

    def sts(self) -> StsClient:
        """The STS client."""
        ...


def held_policies(client: Reader, user: str | None, buckets: Sequence[str]) -> HeldPolicies:
    """Those of a user or role with its groups, its boundary, and those of *buckets*.

    Raises:
        ProviderError: Something cannot be read; then nothing can be said.
    """
    iam = client.iam()
    holder, name = (USER, user) if user else _caller(client.sts())
    answer = call(None, holder.operation(iam, "get_{}"), holder.subject(name),
                  **{holder.parameter: name})
    entry: dict[str, Any] = answer[holder.noun.capitalize()]
    found = [*_of(iam, holder, name)]
    if holder is USER:
        for group in pages(iam.list_groups_for_user, "Groups", USER.subject(name), UserName=name):
            found += _of(iam, GROUP, str(group["GroupName"]))
    boundary = (entry.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if boundary:
        found.append(HeldPolicy(f"boundary {boundary}", _managed(iam, boundary), Hold.BOUNDARY))
    found += _of_buckets(client, buckets)
    return HeldPolicies(holder.subject(name), tuple(found), str(entry.get("Arn", "")))


def _caller(sts: StsClient) -> tuple[Holder, str]:
    arn = str(invoke(STS, sts.get_caller_identity, "the identity in use")["Arn"])
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind == "user":
        return USER, rest.rpartition("/")[2]
    if kind == "assumed-role":
        return ROLE, rest.partition("/")[0]
    raise ProviderError(
        ErrorClass.UNSUPPORTED, "No policies to read",
        f"The identity in use is {arn}, which has no policies of its own.",
        hint="Name the user whose policies are meant with -user=NAME.")


def _of(iam: IamClient, holder: Holder, name: str) -> Iterator[HeldPolicy]:
    subject = holder.subject(name)
    for inline in holder.inline(iam, name):
        answer = call(None, holder.operation(iam, "get_{}_policy"), subject, PolicyName=inline,
                      **{holder.parameter: name})
        yield HeldPolicy(f"{subject}, {inline}", document_text(answer["PolicyDocument"]))
    for arn in holder.attached(iam, name):
        yield HeldPolicy(f"{subject}, {arn}", _managed(iam, arn))


def _managed(iam: IamClient, arn: str) -> str:
    subject = f'policy "{arn}"'
    version = call(None, iam.get_policy, subject, PolicyArn=arn)["Policy"]["DefaultVersionId"]
    answer = call(None, iam.get_policy_version, subject, PolicyArn=arn, VersionId=version)
    return document_text(answer["PolicyVersion"]["Document"])


def _of_buckets(client: Reader, buckets: Sequence[str]) -> Iterator[HeldPolicy]:
    for bucket in buckets:
        try:
            answer = invoke(client.store.service, client.s3().get_bucket_policy,
                            f'bucket "{bucket}"', Bucket=bucket)
        except ProviderError as error:
            # Without a policy, or without the bucket, nothing of it counts.
            if error.kind in (ErrorClass.NOT_FOUND, ErrorClass.UNSUPPORTED):
                continue
            raise
        yield HeldPolicy(f'bucket "{bucket}"', str(answer["Policy"]), Hold.BUCKET)
