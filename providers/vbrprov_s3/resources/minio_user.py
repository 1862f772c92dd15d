"""s3_minio_user: one user of MinIO. Its name is its access key."""

from __future__ import annotations

from typing import Any

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
    ProbeVerdict,
    ProviderError,
    Recovery,
    ResourceType,
    Step,
    StepContext,
    Steps,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import made_since
from vbrprov_s3.identities import require
from vbrprov_s3.minio.accounts import (
    check_access_key,
    check_secret,
    moment,
    or_none,
    policies_of,
    user_info,
    user_subject,
)
from vbrprov_s3.session import Clients


class MinioUserModel(Model):
    """Arguments and attributes of ``s3_minio_user``."""

    name: str = attribute(doc="Name of the user, which is its access key.", required=True,
                          replace_on_change=True, validators=(check_access_key,))
    secret_wo: str | None = attribute(
        doc="Secret key. Sent and forgotten.", default=None, sensitive=True, write_only=True,
        validators=(check_secret,))
    secret_wo_version: int | None = attribute(doc="Raise it to send the secret key again.",
                                              default=None)
    disable_user: bool | None = attribute(doc="The user cannot log in.", default=False)
    force_destroy: bool | None = attribute(
        doc="Destroy the user although policies that others attached hang on it.", default=False)
    id: str | None = computed_attribute(doc="Name of the user.")
    status: str | None = computed_attribute(doc="enabled or disabled.")


class MinioUser(ResourceType[MinioUserModel, Clients]):
    """One user; policies are attached by resources of their own."""

    type_name = "s3_minio_user"
    model = MinioUserModel
    recovery = Recovery.CLIENT_NAMED
    doc = "A user of MinIO, made through its admin API."
    source = "https://github.com/minio/minio/blob/master/cmd/admin-handlers-users.go"

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in what follows; a new user needs a secret."""
        require(plan, "minio", self.type_name)
        plan.planned["id"] = plan.planned["name"]
        disabled = known(plan.planned, "disable_user")
        if isinstance(disabled, bool):
            plan.planned["status"] = _status(disabled)
        if plan.prior is None and known(plan.config, "secret_wo") is None:
            plan.error("No secret key", "A new user needs secret_wo, such as the value of an "
                       "ephemeral vbrprov_random_password.", "secret_wo")

    def steps(self, client: Clients, prior: MinioUserModel | None,
              planned: MinioUserModel | None, ctx: StepContext) -> Steps:
        """Create, send the secret again, enable or disable; or delete."""
        if planned is None:
            if prior is not None:
                yield Step("delete", Identity.of(name=prior.name),
                           lambda: _delete(client, prior), doc="Delete the user")
            return
        identity = Identity.of(name=planned.name)
        wanted = _status(bool(planned.disable_user))
        after = planned.copy(id=planned.name, status=wanted, secret_wo=None)
        if prior is None:
            yield Step("create", identity, lambda: _create(client, planned, after), creates=True,
                       doc="Create the user")
            return
        current = after.copy(status=prior.status, disable_user=prior.disable_user,
                             secret_wo_version=prior.secret_wo_version)
        if planned.secret_wo is not None:
            # The call sets the status, too.
            current = after
            yield Step("secret", identity, lambda: _send(client, planned, wanted, after),
                       doc="Send the secret key again")
        elif wanted != prior.status:
            current = current.copy(status=wanted, disable_user=planned.disable_user)
            switched = current

            def switch() -> MinioUserModel:
                client.admin().change("PUT", "set-user-status", user_subject(planned.name),
                                      accessKey=planned.name, status=wanted)
                return switched

            yield Step("status", identity, switch, doc="Enable or disable the user")
        if current != after or prior.force_destroy != planned.force_destroy:
            yield Step("settings", identity, lambda: after, doc="Record the settings")

    def read(self, client: Clients, state: MinioUserModel,
             ctx: StepContext) -> MinioUserModel | None:
        """The user; ``None`` only when MinIO says that there is none."""
        info = user_info(client, state.name)
        if info is None:
            return None
        status = str(info.get("status") or "enabled")
        return state.copy(id=state.name, status=status, disable_user=status != "enabled")

    def import_state(self, client: Clients, import_id: str,
                     ctx: StepContext) -> MinioUserModel | None:
        """The user of that name."""
        return self.read(client, MinioUserModel(name=import_id), ctx)

    def probe(self, client: Clients, intent: OpenIntent,
              ctx: StepContext) -> Probe[MinioUserModel]:
        """Ours is a user that was not changed before the intent."""
        name = str(intent.identity["name"])
        info = user_info(client, name)
        if info is None:
            return Probe(ProbeVerdict.ABSENT)
        changed = moment(info.get("updatedAt"))
        if changed is None:
            return Probe(ProbeVerdict.UNKNOWN,
                         detail=f"MinIO does not tell when the {user_subject(name)} was made.")
        if not made_since(changed, intent.created):
            return Probe(ProbeVerdict.FOREIGN,
                         detail=f"The {user_subject(name)} was there before.")
        return Probe(ProbeVerdict.OURS, state=self.read(client, MinioUserModel(name=name), ctx))


def _status(disabled: bool) -> str:
    return "disabled" if disabled else "enabled"


def _create(client: Clients, planned: MinioUserModel, after: MinioUserModel) -> MinioUserModel:
    # MinIO takes a second creation for a change of the secret key, and would lock the owner out.
    if user_info(client, planned.name) is not None:
        raise ProviderError(
            ErrorClass.EXISTS, "Name already taken",
            f"MinIO has a {user_subject(planned.name)}. It was not created by this stack and is "
            "not taken over silently.", attribute="name",
            hint=f"Import it (vbrprov import ADDRESS {planned.name}), or choose another name.")
    return _send(client, planned, _status(bool(planned.disable_user)), after)


def _send(client: Clients, planned: MinioUserModel, status: str,
          after: MinioUserModel) -> MinioUserModel:
    if planned.secret_wo is None:
        raise ProviderError(ErrorClass.INVALID, "Secret is missing",
                            f"The secret key of the {user_subject(planned.name)} is to be sent, "
                            "and no value of it is known.", attribute="secret_wo")
    client.learn_secret(planned.secret_wo)
    body: dict[str, Any] = {"secretKey": planned.secret_wo, "status": status}
    client.admin().change("PUT", "add-user", user_subject(planned.name), body,
                          accessKey=planned.name)
    return after


def _delete(client: Clients, prior: MinioUserModel) -> None:
    info = user_info(client, prior.name)
    if info is None:
        return
    attached = policies_of(info)
    if attached and not prior.force_destroy:
        raise ProviderError(
            ErrorClass.INVALID, "User is still in use",
            f"The {user_subject(prior.name)} has the policies {', '.join(attached)}, which this "
            "stack does not manage.", attribute="force_destroy",
            hint="Detach them, or set force_destroy = true and apply first.")
    or_none(lambda: client.admin().change(
        "DELETE", "remove-user", user_subject(prior.name), accessKey=prior.name))
