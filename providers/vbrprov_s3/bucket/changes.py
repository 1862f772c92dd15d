"""The steps of a bucket: create, each facet that differs, a look at the result; or destroy."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import ErrorClass, Identity, ProviderError, Step, StepContext, Steps
from vbrprov.sdk.planning import known
from vbrprov.sdk.values import Value
from vbrprov.sdk.waiting import retry
from vbrprov_s3.bucket.facet_steps import FACETS, SETTINGS, SKIPPABLE, Facet
from vbrprov_s3.bucket.model import BucketModel, VersioningBlock
from vbrprov_s3.bucket.reading import owner_of, read_bucket
from vbrprov_s3.codes import NO_BUCKET
from vbrprov_s3.errors import code_of, invoke
from vbrprov_s3.facet_writer import FacetWriter
from vbrprov_s3.facets import FacetReader
from vbrprov_s3.purge import Purge
from vbrprov_s3.store import BucketClients, Store
from vbrprov_s3.waiting import CONFLICT_SECONDS, VISIBLE_SECONDS

DEFAULT_PREFIX = "vbrprov-"
#: What S3 gives every new bucket.
CREATED_OWNERSHIP = "BucketOwnerEnforced"

PREVENTED = (
    'The bucket has deletion_policy = "PREVENT", the default, because backups may be in it. To '
    'delete it, set deletion_policy = "DELETE" and apply, then destroy. To leave it and forget it, '
    'set deletion_policy = "ABANDON" and apply, then destroy.'
)


def prevented(prior: Mapping[str, Value]) -> str | None:
    """Why a bucket must not be destroyed: ``deletion_policy``, or a retention that runs."""
    policy = known(prior, "deletion_policy")
    if policy not in ("DELETE", "ABANDON"):
        return PREVENTED
    lock = known(prior, "live_lock")
    if policy == "DELETE" and isinstance(lock, str):
        return (f"{lock} Retention is never bypassed. Wait until it ends, or leave the bucket "
                'with deletion_policy = "ABANDON".')
    return None


def change(
    client: BucketClients, prior: BucketModel | None, planned: BucketModel, ctx: StepContext,
) -> Steps:
    """From *prior* (``None``: nothing is there) to *planned*."""
    planned = planned.copy(tags_all={**client.default_tags, **(planned.tags or {})})
    fresh = prior is None
    if prior is None:
        name = planned.bucket or (
            (planned.bucket_prefix or DEFAULT_PREFIX) + secrets.token_hex(13))
        region = planned.region or client.region
        planned = planned.copy(**client.store.names(name, region))
        made = (yield Step(
            "create", _identity(client, planned), lambda: _create(client, planned, ctx),
            creates=True, doc="Create the bucket"))
        current = made or _fresh(planned)
    else:
        planned = planned.copy(bucket=prior.bucket, region=planned.region or prior.region)
        current = prior
    writer = FacetWriter(client.store.service, client.s3(planned.region), planned.bucket or "", ctx,
                         owner_of(planned), fresh=fresh)
    identity = Identity.of(bucket=planned.bucket, region=planned.region)
    written = fresh
    for facet in FACETS:
        if facet.due(current, planned):
            after = current.copy(**facet.result(planned))
            yield Step(facet.id, identity, _setter(
                client.store, facet, writer, planned, after), doc=facet.doc)
            current, written = after, True
    settings = (*SETTINGS, *planned.recorded)
    final = current.copy(**{name: getattr(planned, name) for name in settings})
    if written:
        yield Step("verify", identity, lambda: _verify(client, final, planned, ctx),
                   doc="Read the bucket back")
    elif final != current:
        yield Step("settings", identity, lambda: final, doc="Record the settings")


def _identity(client: BucketClients, planned: BucketModel) -> Identity:
    known: dict[str, Any] = {"bucket": planned.bucket, "region": planned.region}
    account = client.account_id()
    if account:
        known["account"] = account
    return Identity(known)


def _setter(store: Store, facet: Facet, writer: FacetWriter, planned: BucketModel,
            after: BucketModel) -> Any:
    def run() -> BucketModel:
        try:
            facet.write(writer, planned)
        except ProviderError as error:
            if error.kind is ErrorClass.UNSUPPORTED and facet.name in SKIPPABLE:
                error.hint = store.skip_hint.format(facet=facet.name) or error.hint
            raise
        return after

    return run


def _fresh(planned: BucketModel) -> BucketModel:
    """What is known of a bucket right after its creation; what is not set yet is left out."""
    lock = bool(planned.object_lock_enabled)
    status = "Enabled" if lock else "Disabled"
    owner = planned.ownership_controls
    if owner is not None and owner.object_ownership != CREATED_OWNERSHIP:
        # The creation asks for it, and some stores do not listen.
        owner = owner.copy(object_ownership=CREATED_OWNERSHIP)
    return planned.copy(
        ownership_controls=owner,
        versioning=VersioningBlock(status=status), versioning_status=status,
        object_lock_configuration=None, live_default_retention=None,
        server_side_encryption_configuration=None, public_access_block=None,
        lifecycle_rule=[], live_lifecycle_rules=[], tags_all={}, replication_enabled=False,
        intelligent_tiering_count=0, unreadable_facets=[])


def _create(client: BucketClients, planned: BucketModel, ctx: StepContext) -> BucketModel:
    name, region = planned.bucket or "", planned.region or client.region
    _refuse_existing(client, name, region, ctx)
    parameters: dict[str, Any] = {"Bucket": name}
    location = planned.location() or client.store.location(region)
    if location:
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": location}
    if planned.object_lock_enabled:
        parameters["ObjectLockEnabledForBucket"] = True
    if planned.ownership_controls is not None:
        parameters["ObjectOwnership"] = planned.ownership_controls.object_ownership
    s3 = client.s3(region, once=True)

    def call() -> None:
        invoke(client.store.service, s3.create_bucket, f'bucket "{name}"', **parameters)

    try:
        retry(call, ctx, frozenset({ErrorClass.THROTTLED, ErrorClass.CONFLICT}), CONFLICT_SECONDS)
    except ProviderError as error:
        if error.kind is ErrorClass.CONFLICT:
            error.hint = ("S3 keeps the name of a bucket that was deleted a short time ago busy, "
                          "sometimes for an hour. Apply again later.")
        elif error.kind is ErrorClass.EXISTS:
            own = code_of(error) == "BucketAlreadyOwnedByYou"
            raise _exists(client.store, name, own) from error
        raise
    return _fresh(planned)


def _refuse_existing(client: BucketClients, name: str, region: str, ctx: StepContext) -> None:
    # In us-east-1 S3 answers a second creation of one's own bucket with success, so that without
    # this a bucket that somebody filled years ago would be taken over.
    try:
        head = FacetReader(client.store.service, client.s3(region), name, ctx=ctx).exists()
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.EXISTS) and code_of(error) in (
                "403", "301", "AccessDenied", "PermanentRedirect"):
            raise _exists(client.store, name, own=False) from error
        raise
    if head is not None:
        raise _exists(client.store, name, own=True)


def _exists(store: Store, name: str, own: bool) -> ProviderError:
    if own:
        return ProviderError(
            ErrorClass.EXISTS, "Bucket already exists",
            f'A bucket "{name}" exists and your credentials reach it. It was not created by this '
            "stack and is not taken over silently, since it may hold data of others.",
            attribute="bucket",
            hint=f"Import it (vbrprov import ADDRESS {name}), or choose another name.")
    return ProviderError(
        ErrorClass.EXISTS, "Bucket name taken",
        f'The name "{name}" is taken by a bucket that your credentials do not reach: bucket names '
        f"are unique in {'the world' if store.world else 'the store'}, and it belongs to another "
        "account, or lies in another region, or s3:ListBucket on it is not allowed.",
        attribute="bucket", hint="Choose another name, or use bucket_prefix.")


def _verify(
    client: BucketClients, expected: BucketModel, planned: BucketModel, ctx: StepContext,
) -> BucketModel:
    def look() -> BucketModel:
        found = read_bucket(client, expected, ctx)
        if found is None:
            raise ProviderError(ErrorClass.NOT_YET, "Bucket not visible yet",
                                f'S3 does not show bucket "{expected.bucket}" after its creation.')
        denied = found.unreadable_facets or []
        open_ = [f.id for f in FACETS if f.name not in denied and f.due(found, planned)]
        if open_:
            raise ProviderError(
                ErrorClass.NOT_YET, "Setting not visible yet",
                f'Bucket "{expected.bucket}" took {", ".join(open_)} but shows something else. '
                "Either somebody changes the bucket at the same time, or S3 has not caught up.",
                hint="Apply again; what was done is recorded.")
        return found

    return retry(look, ctx, frozenset({ErrorClass.NOT_YET}), client.store.settle_seconds)


def destroy(client: BucketClients, prior: BucketModel, ctx: StepContext) -> Steps:
    """Delete, abandon or refuse, as ``deletion_policy`` says."""
    if prior.deletion_policy == "ABANDON":
        return
    if prior.deletion_policy != "DELETE":
        raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", PREVENTED,
                            attribute="deletion_policy")
    identity = _identity(client, prior)
    purge = Purge(client.store.service, client.s3(prior.region), prior.bucket or "", ctx,
                  owner_of(prior))
    if prior.force_destroy:
        yield Step("empty", identity, lambda: _empty(purge, bool(prior.object_lock_enabled)),
                   doc="Delete all object versions")
    yield Step("delete", identity, lambda: _delete(client, prior, purge, ctx),
               doc="Delete the bucket")


def _empty(purge: Purge, locked: bool) -> None:
    try:
        purge.run(locked=locked)
    except ProviderError as error:
        if code_of(error) not in NO_BUCKET:
            raise


def _delete(
    client: BucketClients, prior: BucketModel, purge: Purge, ctx: StepContext,
) -> None:
    s3, subject = client.s3(prior.region), f'bucket "{prior.bucket}"'
    owner = owner_of(prior)
    try:
        if not prior.force_destroy and not _looks_empty(purge):
            raise _not_empty(prior)
        retry(lambda: invoke(client.store.service, s3.delete_bucket, subject, Bucket=prior.bucket,
                             **owner),
              ctx, frozenset({ErrorClass.CONFLICT, ErrorClass.THROTTLED}), CONFLICT_SECONDS)
    except ProviderError as error:
        if code_of(error) == "BucketNotEmpty":
            raise _not_empty(prior) from error
        if code_of(error) in NO_BUCKET:
            return
        raise

    def gone() -> None:
        reader = FacetReader(client.store.service, s3, prior.bucket or "", owner, ctx)
        if reader.exists() is not None:
            raise ProviderError(ErrorClass.NOT_YET, "Bucket still visible",
                                f"S3 still shows {subject} after deleting it.")

    retry(gone, ctx, frozenset({ErrorClass.NOT_YET}), VISIBLE_SECONDS)


def _looks_empty(purge: Purge) -> bool:
    try:
        return purge.is_empty()
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            # The look is a courtesy: S3 itself refuses to delete a bucket that holds anything.
            return True
        raise


def _not_empty(prior: BucketModel) -> ProviderError:
    return ProviderError(
        ErrorClass.INVALID, "Bucket is not empty",
        f'Bucket "{prior.bucket}" holds object versions or delete markers, so it is not deleted.',
        attribute="force_destroy",
        hint="Set force_destroy = true and apply first if all data in it may go.")
