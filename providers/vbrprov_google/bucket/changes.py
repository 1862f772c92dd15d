"""The steps of a bucket: create, each setting that differs, a look at the result; or destroy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vbrprov.sdk import ErrorClass, Identity, ProviderError, Step, StepContext, Steps
from vbrprov.sdk.waiting import retry
from vbrprov_google.bucket.model import StorageBucketModel
from vbrprov_google.bucket.purge import Purge
from vbrprov_google.bucket.reading import get_bucket, names_of, read_bucket, subject_of
from vbrprov_google.bucket.settings import (
    LEFT,
    SETTINGS,
    Setting,
    all_labels,
    next_labels,
    wanted,
)
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, cause_of, found

#: Seconds until a new bucket must be visible everywhere.
VISIBLE_SECONDS: Final = 60.0
#: Seconds until a grant on a key of Cloud KMS is known to Cloud Storage.
GRANT_SECONDS: Final = 60.0
#: Seconds for which somebody else may go on changing the same bucket.
BUSY_SECONDS: Final = 120.0
UPDATE: Final = "storage.buckets.update"

PREVENTED = (
    'The bucket has deletion_policy = "PREVENT", the default, because backups may be in it. To '
    'delete it, set deletion_policy = "DELETE" and apply, then destroy. To leave it and forget it, '
    'set deletion_policy = "ABANDON" and apply, then destroy.'
)
#: Arguments that no call sets: they steer this provider only.
_STEERING: Final = ("force_destroy", "deletion_policy", "purge_lifecycle_rules", "lifecycle_rule",
                    "retention_policy", "autoclass", "hierarchical_namespace", "labels", "location")


def identity_of(name: str, project: str) -> Identity:
    """What finds a bucket again."""
    return Identity.of(name=name, project=project)


def change(client: GoogleClients, prior: StorageBucketModel | None, planned: StorageBucketModel,
           ctx: StepContext) -> Steps:
    """From *prior* (``None``: nothing is there) to *planned*."""
    project = planned.project or client.project
    planned = planned.copy(project=project, **names_of(planned.name))
    identity = identity_of(planned.name, project)
    if prior is None:
        yield Step("create", identity, lambda: _create(client, planned, ctx), creates=True,
                   doc="Create the bucket")
        yield Step("verify", identity, lambda: _verify(client, planned, ctx),
                   doc="Read the bucket back")
        return
    current = prior
    for setting in SETTINGS:
        value, before = wanted(setting, current, planned), setting.wanted(current)
        live = _recorded(setting, current)
        if value is LEFT or value == live:
            continue
        after = current.copy(**setting.result(planned))
        yield Step(setting.id, identity, _setter(client, ctx, setting, planned, live
                                                 if before is LEFT else before, value, after),
                   doc=setting.doc)
        current = after
    labels = next_labels(client, prior, planned, prior.effective_labels or {})
    if labels != (prior.effective_labels or {}):
        after = current.copy(labels=planned.labels, effective_labels=labels)
        yield Step("labels", identity, _label(client, ctx, prior, planned, after), doc="Set labels")
        current = after
    final = current.copy(**{name: getattr(planned, name) for name in _STEERING})
    if current is not prior:
        yield Step("verify", identity, lambda: _verify(client, final, ctx),
                   doc="Read the bucket back")
    elif final != prior:
        yield Step("settings", identity, lambda: _verify(client, final, ctx),
                   doc="Record the settings")


def _recorded(setting: Setting, current: StorageBucketModel) -> Any:
    """What the bucket had when it was read for the plan, also where nobody manages it."""
    if setting.id == "lifecycle_rule" and not current.lifecycle_rule:
        return () if not current.live_lifecycle_rules else LEFT
    if setting.id == "retention_policy":
        return current.live_retention_period
    if setting.id == "autoclass" and current.autoclass is None:
        return (False, None) if not current.live_autoclass_enabled else LEFT
    return setting.wanted(current)


def _setter(client: GoogleClients, ctx: StepContext, setting: Setting, planned: StorageBucketModel,
            before: Any, value: Any, after: StorageBucketModel) -> Callable[[], StorageBucketModel]:
    def apply(bucket: Any) -> bool:
        live = setting.actual(bucket)
        if live == value:
            return False
        if before is not LEFT and live != before:
            raise ProviderError(
                ErrorClass.INVALID, "Changed since the plan",
                f"{setting.id} of {subject_of(planned.name)} is not what it was when the plan was "
                "made: somebody else changes the bucket.", attribute=setting.id,
                hint="Plan again, and look at the difference.")
        setting.write(bucket, value)
        return True

    def run() -> StorageBucketModel:
        modify(client, ctx, planned.name, apply)
        return after

    return run


def _label(client: GoogleClients, ctx: StepContext, prior: StorageBucketModel,
           planned: StorageBucketModel, after: StorageBucketModel,
           ) -> Callable[[], StorageBucketModel]:
    def apply(bucket: Any) -> bool:
        live = dict(bucket.labels)
        labels = next_labels(client, prior, planned, live)
        if labels != live:
            bucket.labels = labels
        return labels != live

    def run() -> StorageBucketModel:
        modify(client, ctx, planned.name, apply)
        return after

    return run


def modify(client: GoogleClients, ctx: StepContext, name: str,
           apply: Callable[[Any], bool]) -> None:
    """Read a bucket, change it, and send that on condition that nobody was faster.

    ``apply`` sets what is to be sent and says whether there is anything. It is asked again, about
    the bucket as it is then, when somebody else was faster.
    """
    subject = subject_of(name)

    def attempt() -> None:
        bucket = get_bucket(client, ctx, name)
        if bucket is None:
            raise ProviderError(ErrorClass.NOT_FOUND, "Bucket is gone",
                                f"There is no {subject} any more.")
        if apply(bucket):
            match = bucket.metageneration
            call(ctx, UPDATE, subject,
                 lambda: bucket.patch(if_metageneration_match=match, retry=None))

    # A repeated patch whose first answer was lost fails on its own condition, and is then found
    # to be done.
    retry(attempt, ctx, frozenset({ErrorClass.CONFLICT}), BUSY_SECONDS)


def _create(client: GoogleClients, planned: StorageBucketModel,
            ctx: StepContext) -> StorageBucketModel:
    _refuse_existing(client, planned, ctx)
    storage, subject = client.storage(), subject_of(planned.name)
    bucket = storage.bucket(planned.name)
    for setting in SETTINGS:
        value = wanted(setting, None, planned)
        if value is not LEFT and value not in (None, (), (False, None)):
            setting.write(bucket, value)
    labels = all_labels(client, planned)
    if labels:
        bucket.labels = labels
    if planned.hierarchical_namespace is not None and planned.hierarchical_namespace.enabled:
        bucket.hierarchical_namespace_enabled = True
    placement = planned.custom_placement_config

    def send() -> None:
        # Everything in one request: a bucket takes one change a second.
        try:
            call(ctx, "storage.buckets.create", subject, lambda: storage.create_bucket(
                bucket, project=planned.project or client.project, location=planned.location,
                enable_object_retention=bool(planned.enable_object_retention),
                data_locations=placement.data_locations if placement else None, retry=None),
                repeat=False)
        except ProviderError as error:
            if error.kind is ErrorClass.EXISTS:
                raise _exists(planned, own="already own" in cause_of(error).message) from error
            if error.kind is ErrorClass.DENIED and "KMS" in cause_of(error).message:
                raise _no_key(planned, error) from error
            raise

    retry(send, ctx, frozenset({ErrorClass.NOT_YET}), 0.0 if client.sandbox else GRANT_SECONDS)
    return planned.copy(effective_labels=labels)


def _no_key(planned: StorageBucketModel, error: ProviderError) -> ProviderError:
    """The key is not granted; or it was granted a moment ago, which takes a while to be known."""
    return ProviderError(
        ErrorClass.NOT_YET, "Key not usable", error.detail, attribute="encryption",
        hint="Grant roles/cloudkms.cryptoKeyEncrypterDecrypter on the key to the service agent "
             "(data google_storage_project_service_account) with a "
             "google_kms_crypto_key_iam_member, and let the bucket depend on that.")


def _refuse_existing(client: GoogleClients, planned: StorageBucketModel, ctx: StepContext) -> None:
    try:
        there = get_bucket(client, ctx, planned.name)
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED and cause_of(error).status == 403:
            raise _exists(planned, own=False) from error
        raise
    if there is not None:
        raise _exists(planned, own=True)


def _exists(planned: StorageBucketModel, *, own: bool) -> ProviderError:
    if own:
        return ProviderError(
            ErrorClass.EXISTS, "Bucket already exists",
            f"A {subject_of(planned.name)} exists and your credentials reach it. It was not "
            "created by this stack and is not taken over silently, since it may hold data of "
            "others.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {planned.name}), or choose another name.")
    return ProviderError(
        ErrorClass.EXISTS, "Bucket name taken",
        f'The name "{planned.name}" is taken by a bucket that your credentials do not reach: '
        "bucket names are unique in the world, and it belongs to somebody else, or "
        "storage.buckets.get on it is not allowed.", attribute="name",
        hint="Choose another name.")


def _verify(client: GoogleClients, expected: StorageBucketModel,
            ctx: StepContext) -> StorageBucketModel:
    def look() -> StorageBucketModel:
        seen = read_bucket(client, expected, ctx)
        if seen is None:
            raise ProviderError(
                ErrorClass.NOT_YET, "Bucket not visible yet",
                f"Google does not show {subject_of(expected.name)} after writing to it.")
        open_ = [s.id for s in SETTINGS
                 if (value := s.wanted(expected)) is not LEFT and value != s.wanted(seen)]
        if open_:
            raise ProviderError(
                ErrorClass.NOT_YET, "Setting not visible yet",
                f"{subject_of(expected.name).capitalize()} took {', '.join(open_)} but shows "
                "something else. Either somebody changes the bucket at the same time, or Google "
                "has not caught up.", hint="Apply again; what was done is recorded.")
        return seen

    return retry(look, ctx, frozenset({ErrorClass.NOT_YET}), VISIBLE_SECONDS)


def destroy(client: GoogleClients, prior: StorageBucketModel, ctx: StepContext) -> Steps:
    """Delete, abandon or refuse, as ``deletion_policy`` says."""
    if prior.deletion_policy == "ABANDON":
        return
    if prior.deletion_policy != "DELETE":
        raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", PREVENTED,
                            attribute="deletion_policy")
    identity = identity_of(prior.name, prior.project or client.project)
    purge = Purge(client, prior.name, ctx)
    if prior.force_destroy:
        yield Step("empty", identity, purge.run, doc="Delete all object versions")
    yield Step("delete", identity, lambda: _delete(client, prior, ctx), doc="Delete the bucket")


def _delete(client: GoogleClients, prior: StorageBucketModel, ctx: StepContext) -> None:
    bucket, subject = client.storage().bucket(prior.name), subject_of(prior.name)
    try:
        found(lambda: call(ctx, "storage.buckets.delete", subject,
                           lambda: bucket.delete(retry=None)))
    except ProviderError as error:
        if cause_of(error).status == 409:
            raise ProviderError(
                ErrorClass.INVALID, "Bucket is not empty",
                f"{subject.capitalize()} holds objects or noncurrent versions, so it is not "
                "deleted.", attribute="force_destroy",
                hint="Set force_destroy = true and apply first if all data in it may go.",
            ) from error
        raise

    def gone() -> None:
        if get_bucket(client, ctx, prior.name) is not None:
            raise ProviderError(ErrorClass.NOT_YET, "Bucket still visible",
                                f"Google still shows {subject} after deleting it.")

    retry(gone, ctx, frozenset({ErrorClass.NOT_YET}), VISIBLE_SECONDS)
