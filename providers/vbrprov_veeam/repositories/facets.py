"""Arguments that several storages share: those that a model has are written, read and planned."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import ErrorClass, Model, PlanDraft, ProviderError
from vbrprov.sdk.values import NULL, Unknown
from vbrprov_veeam import plans
from vbrprov_veeam.answers import flag, whole
from vbrprov_veeam.repositories import mounts, parts
from vbrprov_veeam.repositories.model import LinuxMountServerBlock, MountServerBlock
from vbrprov_veeam.server import Json, Server


def write(server: Server, raw: Json, place: str, planned: Any) -> None:
    """Put the shared arguments of *planned* into *raw*."""
    names = set(planned.schema().names())
    if "task_limit" in names:
        raw["taskLimitEnabled"] = planned.task_limit is not None
        if planned.task_limit is not None:
            raw["maxTaskCount"] = planned.task_limit
    if "connection" in names:
        parts.write_connection(raw, planned.connection)
    if "immutability" in names:
        _write_immutability(server, raw, place, planned)
    if "storage_limit" in names:
        parts.write_limit(raw, place, planned.storage_limit)
    if "mount_server" in names:
        mounts.write_mount_servers(server, raw, planned.mount_server, planned.linux_mount_server)


def _write_immutability(server: Server, raw: Json, place: str, planned: Any) -> None:
    from vbrprov_veeam.api import Feature, supports

    with_mode = supports(server.revision, Feature.IMMUTABILITY_MODE)
    wanted = planned.immutability
    if wanted is not None and wanted.enabled and not with_mode:
        if wanted.mode == "retention_settings":
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "API revision is not supported",
                f"{server.label} speaks revision {server.revision}, which knows no mode of "
                "immutability.", attribute="immutability")
        if raw["type"] in ("AzureBlob", "GoogleCloud"):
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "API revision is not supported",
                f"{server.label} speaks revision {server.revision}, which knows no immutability "
                f"of {raw['type']} repositories.", attribute="immutability")
    parts.write_immutability(raw, place, wanted, with_mode=with_mode)


def read(model: type[Model], raw: Json, place: str, state: Any) -> dict[str, Any]:
    """The shared arguments that *model* has, as *raw* shows them."""
    names = set(model.schema().names())
    fields: dict[str, Any] = {}
    if "task_limit" in names:
        fields["task_limit"] = (
            whole(raw.get("maxTaskCount")) if flag(raw.get("taskLimitEnabled")) else None)
    if "connection" in names:
        fields["connection"] = parts.read_connection(raw)
    if "immutability" in names:
        fields["immutability"] = parts.read_immutability(
            raw, place, state.immutability if state else None)
    if "storage_limit" in names:
        fields["storage_limit"] = parts.read_limit(raw, place)
    if "mount_server" in names:
        fields["mount_server"], fields["linux_mount_server"] = mounts.read_mount_servers(raw)
    return fields


def require_import(server: Server) -> None:
    """See that the server can look for backups while it creates a repository.

    Raises:
        ProviderError: Its revision cannot.
    """
    from vbrprov_veeam.api import at_least

    if not at_least(server.revision, "1.3-rev0"):
        raise ProviderError(
            ErrorClass.UNSUPPORTED, "API revision is not supported",
            f"{server.label} speaks revision {server.revision}, which cannot import backups while "
            "it creates a repository.", attribute="import_backups")


def plan_mount_servers(plan: PlanDraft) -> None:
    """Left out, a mount server stays where it is; a new repository has the default one."""
    _plan_block(plan, "mount_server", MountServerBlock, Unknown(MountServerBlock.schema().type))
    _plan_block(plan, "linux_mount_server", LinuxMountServerBlock, NULL)


def _plan_block(plan: PlanDraft, name: str, block: type[Model], absent: Any) -> None:
    config = plan.config.get(name)
    if plans.is_open(config):
        return
    prior = plans.part(plan.prior, name)
    if plans.is_unset(config):
        plan.planned[name] = absent if prior is None or plans.is_unset(prior) else prior
        return
    planned = plans.part(plan.planned, f"{name}.id")
    same = planned is not None and plans.part(plan.prior, f"{name}.id") == planned
    plans.keep_open(plan, name, block, same=same)
