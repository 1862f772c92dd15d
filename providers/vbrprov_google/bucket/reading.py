"""The bucket as it is now."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import StepContext
from vbrprov_google.bucket.lifecycle import block_of, normal, shown, wire
from vbrprov_google.bucket.model import (
    AutoclassBlock,
    EncryptionBlock,
    HierarchicalNamespaceBlock,
    LifecycleRuleBlock,
    PlacementBlock,
    RetentionPolicyBlock,
    SoftDeleteBlock,
    StorageBucketModel,
    VersioningBlock,
)
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call, found

GET = "storage.buckets.get"


def subject_of(name: str) -> str:
    """How messages name a bucket."""
    return f'bucket "{name}"'


def names_of(name: str) -> dict[str, str]:
    """Everything that follows from the name."""
    return {"id": name, "url": f"gs://{name}",
            "self_link": f"https://www.googleapis.com/storage/v1/b/{name}"}


def get_bucket(client: GoogleClients, ctx: StepContext, name: str) -> Any:
    """The SDK's bucket, or ``None`` when there is none of that name.

    Raises:
        ProviderError: It cannot be looked at; denied is never gone.
    """
    return found(lambda: call(ctx, GET, subject_of(name),
                              lambda: client.storage().get_bucket(name, retry=None)))


def read_bucket(client: GoogleClients, state: StorageBucketModel,
                ctx: StepContext) -> StorageBucketModel | None:
    """The bucket with all its settings; ``None`` when it is gone."""
    bucket = get_bucket(client, ctx, state.name)
    return None if bucket is None else project(client, bucket, state)


def project(client: GoogleClients, bucket: Any, state: StorageBucketModel) -> StorageBucketModel:
    """What was read as a model; what nobody manages shows in the ``live`` attributes only."""
    labels = dict(bucket.labels)
    namespace = bool(bucket.hierarchical_namespace_enabled)
    key = bucket.default_kms_key_name
    return state.copy(
        **names_of(bucket.name), location=_kept(state.location, bucket.location),
        project=state.project or client.project, project_number=str(bucket.project_number),
        time_created=bucket.time_created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        storage_class=bucket.storage_class,
        enable_object_retention=bool(bucket.object_retention_mode),
        versioning=VersioningBlock(enabled=bool(bucket.versioning_enabled)),
        soft_delete_policy=SoftDeleteBlock(retention_duration_seconds=int(
            bucket.soft_delete_policy.retention_duration_seconds or 0)),
        uniform_bucket_level_access=bool(
            bucket.iam_configuration.uniform_bucket_level_access_enabled),
        public_access_prevention=bucket.iam_configuration.public_access_prevention,
        retention_policy=_retention(state, bucket), live_retention_period=bucket.retention_period,
        lifecycle_rule=_rules(state, bucket), live_lifecycle_rules=shown(bucket.lifecycle_rules),
        autoclass=_autoclass(state, bucket), live_autoclass_enabled=bool(bucket.autoclass_enabled),
        hierarchical_namespace=HierarchicalNamespaceBlock(enabled=True) if namespace else
        state.hierarchical_namespace, live_hierarchical_namespace=namespace,
        custom_placement_config=_placement(state, bucket),
        encryption=EncryptionBlock(default_kms_key_name=key) if key else None,
        default_event_based_hold=bool(bucket.default_event_based_hold),
        requester_pays=bool(bucket.requester_pays), rpo=bucket.rpo,
        labels=_labels(client, state, labels), effective_labels=labels,
    )


def _kept(stated: str, found_: str) -> str:
    """The value of the state where it means the same; Google writes locations in capitals."""
    return stated if stated and stated.upper() == str(found_).upper() else str(found_)


def _retention(state: StorageBucketModel, bucket: Any) -> RetentionPolicyBlock | None:
    if state.retention_policy is None or bucket.retention_period is None:
        return None
    return RetentionPolicyBlock(retention_period=bucket.retention_period,
                                is_locked=bool(bucket.retention_policy_locked))


def _rules(state: StorageBucketModel, bucket: Any) -> list[LifecycleRuleBlock]:
    # Rules are managed only once one is stated.
    live = list(bucket.lifecycle_rules)
    if not state.lifecycle_rule or normal(map(wire, state.lifecycle_rule)) == normal(live):
        return state.lifecycle_rule
    return [block_of(rule) for rule in live]


def _autoclass(state: StorageBucketModel, bucket: Any) -> AutoclassBlock | None:
    if state.autoclass is None:
        return None
    on = bool(bucket.autoclass_enabled)
    return AutoclassBlock(enabled=on, terminal_storage_class=(
        bucket.autoclass_terminal_storage_class if on else None))


def _placement(state: StorageBucketModel, bucket: Any) -> PlacementBlock | None:
    regions = bucket.data_locations
    if not regions:
        return None
    stated = state.custom_placement_config
    if stated is not None and sorted(map(str.upper, stated.data_locations)) == sorted(regions):
        return stated
    return PlacementBlock(data_locations=list(regions))


def _labels(client: GoogleClients, state: StorageBucketModel,
            live: dict[str, str]) -> dict[str, str] | None:
    """Labels under the keys that the state has; those of the provider block do not show."""
    if state.labels is None:
        return None
    return {key: value for key, value in live.items() if key in state.labels}
