"""aws_iam_user: one IAM user."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    Model,
    OpenIntent,
    PlanDraft,
    Probe,
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
from vbrprov_s3.clients import IamClients
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import (
    after,
    already,
    call,
    check_path,
    found,
    gone_is_fine,
    list_keys,
    moved,
    name_validator,
    pages,
    unset,
    user_subject,
    write_tags,
)
from vbrprov_s3.iam.holders import USER
from vbrprov_s3.iam.naming import judged
from vbrprov_s3.tags import own_tags, plan_tags_all, unwire_tags, wire_tags, without_system

_SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"


class UserModel(Model):
    """Arguments and attributes of an IAM user."""

    name: str = attribute(doc="Name of the user; unique in the account without regard to case.",
                          required=True, replace_on_change=True, validators=(name_validator(64),),
                          source=_SOURCE)
    path: str | None = attribute(doc="Path of the user.", default="/", validators=(check_path,))
    permissions_boundary: str | None = attribute(
        doc="ARN of the policy that limits what the user can be allowed.", default=None)
    tags: dict[str, str] | None = attribute(doc="Tags of the user.", default=None)
    force_destroy: bool | None = attribute(
        doc="Remove access keys, policies, groups and the console password that others gave the "
            "user when it is destroyed.", default=False)
    id: str | None = computed_attribute(doc="Name of the user.")
    arn: str | None = computed_attribute(doc="ARN of the user.")
    unique_id: str | None = computed_attribute(doc="Id of the user that is never used again.")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the user, default_tags of the provider included.")


M = TypeVar("M", bound=UserModel)
C = TypeVar("C", bound=IamClients)


class UserType(ResourceType[M, C]):
    """One user; its keys, policies and attachments are resources of their own."""

    recovery = Recovery.CLIENT_NAMED
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``tags_all``, ``id``, and the ARN that follows from a new path."""
        plan_tags_all(plan)
        name, path = known(plan.planned, "name"), known(plan.planned, "path")
        if isinstance(name, str):
            plan.planned["id"] = name
        arn = known(plan.prior, "arn") if plan.prior is not None else None
        if isinstance(name, str) and isinstance(path, str) and isinstance(arn, str):
            plan.planned["arn"] = moved(arn, "user", path, name)

    def steps(self, client: C, prior: M | None,
              planned: M | None, ctx: StepContext) -> Steps:
        """Create or change, one call each; or remove what hangs on the user and delete it."""
        if planned is None:
            if prior is not None:
                yield from self._destroy(client, prior, ctx)
            return
        planned = planned.copy(id=planned.name, path=planned.path or "/",
                               tags_all={**client.default_tags, **(planned.tags or {})})
        identity = Identity.of(name=planned.name, path=planned.path)
        if prior is None:
            yield Step("create", identity, lambda: self._create(client, planned, ctx),
                       creates=True, doc="Create the user")
            return
        yield from self._update(client, prior, planned, ctx, identity)

    def _create(self, client: C, planned: M, ctx: StepContext) -> M:
        subject = user_subject(planned.name)
        if found(lambda: call(ctx, client.iam().get_user, subject, UserName=planned.name)):
            raise already(subject, planned.name, "name")
        parameters: dict[str, Any] = {"UserName": planned.name, "Path": planned.path}
        if planned.permissions_boundary:
            parameters["PermissionsBoundary"] = planned.permissions_boundary
        if planned.tags_all:
            parameters["Tags"] = wire_tags(planned.tags_all)
        try:
            answer = call(ctx, client.iam(once=True).create_user, subject, **parameters)
        except ProviderError as error:
            if error.kind is ErrorClass.EXISTS:
                raise already(subject, planned.name, "name") from error
            raise
        user = answer["User"]
        return planned.copy(arn=user.get("Arn"), unique_id=user.get("UserId"))

    def _update(self, client: C, prior: M, planned: M,
                ctx: StepContext, identity: Identity) -> Steps:
        iam, subject, name = client.iam(), user_subject(planned.name), planned.name
        current = prior
        if planned.path != (prior.path or "/"):
            current = current.copy(path=planned.path,
                                   arn=moved(
                prior.arn or "", "user", planned.path or "/", name))
            yield Step("path", identity, after(
                lambda: call(ctx, iam.update_user, subject, UserName=name, NewPath=planned.path),
                current), doc="Move the user to another path")

        def bound() -> None:
            if planned.permissions_boundary:
                call(ctx, iam.put_user_permissions_boundary, subject, UserName=name,
                     PermissionsBoundary=planned.permissions_boundary)
            else:
                gone_is_fine(lambda: call(ctx, iam.delete_user_permissions_boundary, subject,
                                          UserName=name))

        if (planned.permissions_boundary or None) != (prior.permissions_boundary or None):
            current = current.copy(permissions_boundary=planned.permissions_boundary)
            yield Step("permissions_boundary", identity, after(bound, current),
                       doc="Set the permissions boundary")
        if (planned.tags_all or {}) != (prior.tags_all or {}):
            current = current.copy(tags=planned.tags, tags_all=planned.tags_all)
            yield Step("tags", identity, after(
                lambda: write_tags(ctx, iam.tag_user, iam.untag_user, subject,
                                   prior.tags_all or {}, planned.tags_all or {}, UserName=name),
                current), doc="Set tags")
        final = current.copy(tags=planned.tags, force_destroy=planned.force_destroy)
        if final != current:
            yield Step("settings", identity, lambda: final, doc="Record the settings")

    def _destroy(self, client: C, prior: M, ctx: StepContext) -> Steps:
        identity = Identity.of(name=prior.name, path=prior.path)
        if prior.force_destroy:
            yield Step("detach", identity,
                       lambda: gone_is_fine(lambda: _strip(client, prior.name, ctx)),
                       doc="Remove what hangs on the user")
        yield Step("delete", identity, lambda: self._delete(client, prior, ctx),
                   doc="Delete the user")

    def _delete(self, client: C, prior: M, ctx: StepContext) -> None:
        subject = user_subject(prior.name)
        try:
            gone_is_fine(lambda: call(ctx, client.iam().delete_user, subject, UserName=prior.name))
        except ProviderError as error:
            if code_of(error) == "DeleteConflict":
                raise ProviderError(
                    ErrorClass.INVALID, "User is still in use",
                    f"{error.detail} Access keys, policies or groups that this stack does not "
                    f"manage hang on the {subject}.", attribute="force_destroy",
                    hint="Remove them, or set force_destroy = true and apply first.") from error
            raise

    def read(self, client: C, state: M,
             ctx: StepContext) -> M | None:
        """The user; ``None`` only when IAM says that there is none."""
        subject = user_subject(state.name)
        answer = found(lambda: call(ctx, client.iam().get_user, subject, UserName=state.name))
        if answer is None:
            return None
        user = answer["User"]
        tags = without_system(unwire_tags(user.get("Tags", [])))
        return state.copy(
            name=user["UserName"], id=user["UserName"], path=user.get("Path", "/"),
            arn=user.get("Arn"), unique_id=user.get("UserId"),
            tags=own_tags(client, tags, state.tags), tags_all=tags,
            permissions_boundary=(user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
                                  or unset(state.permissions_boundary)))

    def import_state(self, client: C, import_id: str,
                     ctx: StepContext) -> M | None:
        """The user of that name."""
        return self.read(client, self._blank(name=import_id), ctx)

    def probe(self, client: C, intent: OpenIntent,
              ctx: StepContext) -> Probe[M]:
        """Ours is a user on the intended path that is not older than the intent."""
        name = str(intent.identity["name"])
        subject = user_subject(name)
        answer = found(lambda: call(ctx, client.iam().get_user, subject, UserName=name))
        return judged(None if answer is None else answer["User"], intent, subject,
                      lambda: self.read(client, self._blank(name=name), ctx))

    def _blank(self, **known: Any) -> M:
        return cast("M", self.model(**known))



def _strip(client: IamClients, name: str, ctx: StepContext) -> None:
    """Remove everything that keeps IAM from deleting the user and that backups' users can have."""
    iam, subject = client.iam(), user_subject(name)
    for key in list_keys(client, name):
        call(ctx, iam.delete_access_key, subject, UserName=name, AccessKeyId=key["AccessKeyId"])
    USER.strip_policies(iam, name, ctx)
    for group in list(pages(iam.list_groups_for_user, "Groups", subject, UserName=name)):
        call(ctx, iam.remove_user_from_group, subject, UserName=name, GroupName=group["GroupName"])
    gone_is_fine(lambda: call(ctx, iam.delete_login_profile, subject, UserName=name))
