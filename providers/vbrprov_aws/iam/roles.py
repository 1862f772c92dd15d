"""The calls that make, change and delete a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vbrprov.sdk import ErrorClass, Identity, ProviderError, Step, StepContext, Steps
from vbrprov.sdk.waiting import retry
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import after, already, call, found, gone_is_fine, pages, write_tags
from vbrprov_s3.iam.holders import ROLE
from vbrprov_s3.policy_json import compact, same_policy
from vbrprov_s3.tags import wire_tags

if TYPE_CHECKING:
    from vbrprov_aws.resources.iam_role import IamRoleModel

#: Seconds until a user or role that was made just now may be a principal.
PRINCIPAL_SECONDS: Final = 120.0
_NEW_PRINCIPAL: Final = frozenset({ErrorClass.NOT_YET})


def create_role(client: AwsClients, wanted: IamRoleModel, ctx: StepContext) -> IamRoleModel:
    """Make the role; one of that name is never taken over."""
    name = wanted.name or ""
    subject = ROLE.subject(name)
    if found(lambda: call(ctx, client.iam().get_role, subject, RoleName=name)):
        raise already(subject, name, "name")
    parameters: dict[str, Any] = {
        "RoleName": name, "Path": wanted.path,
        "AssumeRolePolicyDocument": compact(wanted.assume_role_policy),
        "MaxSessionDuration": wanted.max_session_duration}
    if wanted.description:
        parameters["Description"] = wanted.description
    if wanted.permissions_boundary:
        parameters["PermissionsBoundary"] = wanted.permissions_boundary
    if wanted.tags_all:
        parameters["Tags"] = wire_tags(wanted.tags_all)
    try:
        answer = _waiting(client, ctx, lambda: call(ctx, client.iam(once=True).create_role, subject,
                                                    **parameters))
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise already(subject, name, "name") from error
        raise
    role = answer["Role"]
    return wanted.copy(arn=role["Arn"], unique_id=role["RoleId"],
                       create_date=f"{role['CreateDate']:%Y-%m-%dT%H:%M:%SZ}")


def _waiting(client: AwsClients, ctx: StepContext, change: Any) -> Any:
    """Wait for principals that were made a moment ago; IAM calls them invalid until then."""
    try:
        return retry(change, ctx, _NEW_PRINCIPAL, 0 if client.sandbox else PRINCIPAL_SECONDS)
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_YET:
            error.hint = "Check that every user, role and account in the trust policy exists."
        raise


def change_role(client: AwsClients, prior: IamRoleModel, planned: IamRoleModel,
                identity: Identity, ctx: StepContext) -> Steps:
    """One step for each part that differs."""
    iam, name = client.iam(), prior.name or ""
    subject = ROLE.subject(name)
    current = prior
    if not same_policy(prior.assume_role_policy, planned.assume_role_policy):
        current = current.copy(assume_role_policy=planned.assume_role_policy)
        yield Step("assume_role_policy", identity, after(
            lambda: _waiting(client, ctx, lambda: call(
                ctx, iam.update_assume_role_policy, subject, RoleName=name,
                PolicyDocument=compact(planned.assume_role_policy))), current),
            doc="Set who may take the role on")
    settings = ("description", "max_session_duration")
    if any((getattr(prior, n) or None) != (getattr(planned, n) or None) for n in settings):
        current = current.copy(**{n: getattr(planned, n) for n in settings})
        yield Step("description", identity, after(
            lambda: call(ctx, iam.update_role, subject, RoleName=name,
                         Description=planned.description or "",
                         MaxSessionDuration=planned.max_session_duration), current),
            doc="Set description and session length")

    def bound() -> None:
        if planned.permissions_boundary:
            call(ctx, iam.put_role_permissions_boundary, subject, RoleName=name,
                 PermissionsBoundary=planned.permissions_boundary)
        else:
            gone_is_fine(lambda: call(ctx, iam.delete_role_permissions_boundary, subject,
                                      RoleName=name))

    if (planned.permissions_boundary or None) != (prior.permissions_boundary or None):
        current = current.copy(permissions_boundary=planned.permissions_boundary)
        yield Step("permissions_boundary", identity, after(bound, current),
                   doc="Set the permissions boundary")
    if (planned.tags_all or {}) != (prior.tags_all or {}):
        current = current.copy(tags=planned.tags, tags_all=planned.tags_all)
        yield Step("tags", identity, after(
            lambda: write_tags(ctx, iam.tag_role, iam.untag_role, subject, prior.tags_all or {},
                               planned.tags_all or {}, RoleName=name), current), doc="Set tags")
    final = current.copy(assume_role_policy=planned.assume_role_policy, tags=planned.tags,
                         description=planned.description,
                         force_detach_policies=planned.force_detach_policies)
    if final != current:
        yield Step("settings", identity, lambda: final, doc="Record the settings")


def delete_role(client: AwsClients, prior: IamRoleModel, identity: Identity,
                ctx: StepContext) -> Steps:
    """With ``force_detach_policies`` what hangs on the role goes first."""
    if prior.force_detach_policies:
        yield Step("detach", identity, lambda: gone_is_fine(
            lambda: _strip(client, prior.name or "", ctx)), doc="Remove what hangs on the role")
    yield Step("delete", identity, lambda: _delete(client, prior.name or "", ctx),
               doc="Delete the role")


def _strip(client: AwsClients, name: str, ctx: StepContext) -> None:
    iam, subject = client.iam(), ROLE.subject(name)
    ROLE.strip_policies(iam, name, ctx)
    for profile in list(pages(iam.list_instance_profiles_for_role, "InstanceProfiles", subject,
                              RoleName=name)):
        call(ctx, iam.remove_role_from_instance_profile, subject, RoleName=name,
             InstanceProfileName=profile["InstanceProfileName"])


def _delete(client: AwsClients, name: str, ctx: StepContext) -> None:
    subject = ROLE.subject(name)
    try:
        gone_is_fine(lambda: call(ctx, client.iam().delete_role, subject, RoleName=name))
    except ProviderError as error:
        if code_of(error) == "DeleteConflict":
            raise ProviderError(
                ErrorClass.INVALID, "Role is still in use",
                f"{error.detail} Policies or instance profiles that this stack does not manage "
                f"hang on the {subject}.", attribute="force_detach_policies",
                hint="Remove them, or set force_detach_policies = true and apply first.",
            ) from error
        raise
