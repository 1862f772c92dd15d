"""The steps of an account: create, each facet that differs, a look at the result; or destroy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vbrprov.sdk import ErrorClass, Identity, ProviderError, Step, StepContext, Steps
from vbrprov.sdk.waiting import retry
from vbrprov_azure.account.creating import create_account
from vbrprov_azure.account.kinds import KINDS
from vbrprov_azure.account.model import StorageAccountModel
from vbrprov_azure.account.reading import (
    get_account,
    get_keys,
    id_of,
    key_values,
    read_account,
)
from vbrprov_azure.account.wire import changes_of, sku_of
from vbrprov_azure.account.writing import CONFLICT_SECONDS, Writer
from vbrprov_azure.clients import AzureClients
from vbrprov_azure.errors import found
from vbrprov_azure.ids import AccountId

Account = StorageAccountModel
#: Seconds until a change must show.
VISIBLE_SECONDS: Final = 60.0
#: Arguments that are recorded and sent nowhere.
SETTINGS: Final = ("force_destroy", "deletion_policy", "purge_lifecycle_rules", "key_rotation")

PREVENTED: Final = (
    'The storage account has deletion_policy = "PREVENT", the default, because backups may be in '
    'it. To delete it, set deletion_policy = "DELETE" and apply, then destroy. To leave it and '
    'forget it, set deletion_policy = "ABANDON" and apply, then destroy.'
)


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: ``due`` decides from the account now and planned, ``write`` sets it.

    ``result`` is what the record then says; ``read`` is the facet that must be readable to check.
    """

    id: str
    doc: str
    due: Callable[[Account, Account], bool]
    write: Callable[[Writer, Account, Account], None]
    result: Callable[[Account], dict[str, Any]]
    read: str = "account"


def _lifecycle_due(now: Account, planned: Account) -> bool:
    if planned.lifecycle_rule or now.lifecycle_rule:
        return now.lifecycle_rule != planned.lifecycle_rule
    return bool(planned.purge_lifecycle_rules and now.live_lifecycle_rules)


_CHANGEABLE: Final = (
    "https_traffic_only_enabled", "min_tls_version", "allow_nested_items_to_be_public",
    "shared_access_key_enabled", "default_to_oauth_authentication",
    "public_network_access_enabled", "cross_tenant_replication_enabled", "local_user_enabled",
    "sftp_enabled", "access_tier", "sas_policy", "network_rules",
)

FACETS: Final[tuple[Facet, ...]] = (
    Facet("kind", "Upgrade the kind of the account",
          lambda now, planned: now.account_kind != planned.account_kind,
          lambda writer, now, planned: writer.patch({
              "kind": planned.account_kind,
              "properties": {"accessTier": planned.access_tier}}),
          lambda p: {"account_kind": p.account_kind, "access_tier": p.access_tier}),
    Facet("replication", "Change the redundancy",
          lambda now, planned: sku_of(now) != sku_of(planned),
          lambda writer, now, planned: writer.patch({"sku": {"name": sku_of(planned)}}),
          lambda p: {"account_replication_type": p.account_replication_type}),
    Facet("settings", "Change settings of the account",
          lambda now, planned: bool(changes_of(now, planned)),
          lambda writer, now, planned: writer.settings(changes_of(now, planned)),
          lambda p: {name: getattr(p, name) for name in _CHANGEABLE}),
    Facet("tags", "Set tags",
          lambda now, planned: (now.tags or {}) != (planned.tags or {}),
          lambda writer, now, planned: writer.patch({"tags": dict(planned.tags or {})}),
          lambda p: {"tags": p.tags}),
    Facet("blob_service", "Set the blob service",
          lambda now, planned: now.blob_properties != planned.blob_properties,
          lambda writer, now, planned: writer.service(planned),
          lambda p: {"blob_properties": p.blob_properties}, "blob_service"),
    Facet("lifecycle", "Set the lifecycle rules", _lifecycle_due,
          lambda writer, now, planned: writer.lifecycle(planned),
          lambda p: {"lifecycle_rule": p.lifecycle_rule,
                     "live_lifecycle_rules": p.live_lifecycle_rules}, "lifecycle"),
)


def change(client: AzureClients, prior: Account | None, planned: Account,
           ctx: StepContext) -> Steps:
    """From *prior* (``None``: nothing is there) to *planned*."""
    account = id_of(client, planned.copy(id=prior.id if prior is not None else None))
    planned = planned.copy(id=str(account))
    identity = Identity.of(id=str(account))
    written, fresh = prior is None, prior is None
    if prior is None:
        made = yield Step("create", identity, lambda: create_account(client, account, planned, ctx),
                          creates=True, doc="Create the storage account")
        current: Account = made or planned
    else:
        current = prior
    writer = Writer(client, account, ctx)
    for facet in FACETS:
        # A new account gets its blob service said in so many words, whatever Azure gave it.
        if facet.due(current, planned) or (fresh and facet.id == "blob_service"
                                           and planned.blob_properties is not None):
            after = current.copy(**facet.result(planned))
            yield Step(facet.id, identity, _setter(facet, writer, current, planned, after),
                       doc=facet.doc)
            current, written = after, True
    rotation = planned.key_rotation
    if not fresh and rotation is not None and rotation != current.key_rotation:
        rotated = yield Step("rotate_key", identity,
                             _rotation(writer, current.copy(key_rotation=rotation)),
                             doc="Make an access key anew")
        current = rotated or current
        written = True
    final = current.copy(**{name: getattr(planned, name) for name in SETTINGS})
    if written:
        yield Step("verify", identity, lambda: _verify(client, final, planned, ctx),
                   doc="Read the storage account back")
    elif final != current:
        yield Step("record", identity, lambda: _recorded(client, account, final),
                   doc="Record the settings")


def _setter(facet: Facet, writer: Writer, now: Account, planned: Account, after: Account) -> Any:
    def run() -> Account:
        facet.write(writer, now, planned)
        return after

    return run


def _rotation(writer: Writer, after: Account) -> Callable[[], Account]:
    def run() -> Account:
        assert after.key_rotation is not None
        return after.copy(**key_values(after, writer.rotate(after.key_rotation.key)))

    return run


def _recorded(client: AzureClients, account: AccountId, final: Account) -> Account:
    # Which key is the active one may just have changed.
    try:
        return final.copy(**key_values(final, get_keys(client, account)))
    except ProviderError as error:
        if error.kind in (ErrorClass.DENIED, ErrorClass.LOCKED):
            return final
        raise


def _verify(client: AzureClients, expected: Account, planned: Account,
            ctx: StepContext) -> Account:
    def look() -> Account:
        read = read_account(client, expected)
        if read is None:
            raise ProviderError(
                ErrorClass.NOT_YET, "Storage account not visible yet",
                f'Azure does not show storage account "{expected.name}" after its creation.')
        unread = read.unreadable_facets or []
        open_ = [f.id for f in FACETS if f.read not in unread and f.due(read, planned)]
        if open_:
            raise ProviderError(
                ErrorClass.NOT_YET, "Setting not visible yet",
                f'Storage account "{expected.name}" took {", ".join(open_)} but shows something '
                "else. Either somebody changes it at the same time, or Azure has not caught up.",
                hint="Apply again; what was done is recorded.")
        return read

    return retry(look, ctx, frozenset({ErrorClass.NOT_YET}), VISIBLE_SECONDS)


def destroy(client: AzureClients, prior: Account, ctx: StepContext) -> Steps:
    """Delete, abandon or refuse, as ``deletion_policy`` says."""
    if prior.deletion_policy == "ABANDON":
        return
    if prior.deletion_policy != "DELETE":
        raise ProviderError(ErrorClass.INVALID, "Destroying is prevented", PREVENTED,
                            attribute="deletion_policy")
    account = id_of(client, prior)
    yield Step("delete", Identity.of(id=str(account)), lambda: _delete(client, account, prior, ctx),
               doc="Delete the storage account")


def _delete(client: AzureClients, account: AccountId, prior: Account, ctx: StepContext) -> None:
    if get_account(client, account) is None:
        return
    writer = Writer(client, account, ctx)
    if not prior.force_destroy and KINDS[prior.account_kind or "StorageV2"].blobs:
        names = writer.containers()
        if names:
            shown = ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
            raise ProviderError(
                ErrorClass.INVALID, "Storage account is not empty",
                f"The {account.shown} still has {len(names)} containers ({shown}), so it is not "
                "deleted: Azure would delete them with all that they hold.",
                attribute="force_destroy",
                hint="Set force_destroy = true and apply first if all data in it may go.")
    found(writer.delete)

    def gone() -> None:
        if get_account(client, account) is not None:
            raise ProviderError(ErrorClass.NOT_YET, "Storage account still visible",
                                f"Azure still shows the {account.shown} after deleting it.")

    retry(gone, ctx, frozenset({ErrorClass.NOT_YET}), CONFLICT_SECONDS)


