"""aws_iam_instance_profile: the shell in which an EC2 machine gets a role."""

from __future__ import annotations

from typing import Any

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
from vbrprov.sdk.waiting import retry
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import (
    after,
    already,
    call,
    check_path,
    found,
    gone_is_fine,
    made_up,
    name_validator,
    write_tags,
)
from vbrprov_s3.iam.naming import judged, plan_name
from vbrprov_s3.iam.quotas import QUOTAS
from vbrprov_s3.tags import own_tags, plan_tags_all, unwire_tags, wire_tags, without_system

#: Seconds until a role that was made just now is known everywhere.
NEW_SECONDS = 60.0


class IamInstanceProfileModel(Model):
    """Arguments and attributes of ``aws_iam_instance_profile``."""

    name: str | None = attribute(doc="Name of the profile; made up when left out.", default=None,
                                 computed=True, replace_on_change=True,
                                 validators=(name_validator(128),), source=QUOTAS)
    name_prefix: str | None = attribute(doc="Beginning of a name that is made up.", default=None,
                                        replace_on_change=True, validators=(name_validator(102),))
    path: str | None = attribute(doc="Path of the profile.", default="/", replace_on_change=True,
                                 validators=(check_path,))
    role: str | None = attribute(doc="Name of the one role in it.", default=None)
    tags: dict[str, str] | None = attribute(doc="Tags of the profile.", default=None)
    id: str | None = computed_attribute(doc="Name of the profile.")
    arn: str | None = computed_attribute(doc="ARN of the profile.")
    unique_id: str | None = computed_attribute(doc="Id of the profile that is never used again.")
    create_date: str | None = computed_attribute(doc="When the profile was made (RFC 3339).")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the profile, default_tags of the provider included.")


class IamInstanceProfile(ResourceType[IamInstanceProfileModel, AwsClients]):
    """One profile with at most one role in it, which is all that IAM allows."""

    type_name = "aws_iam_instance_profile"
    model = IamInstanceProfileModel
    recovery = Recovery.CLIENT_NAMED
    doc = "An instance profile, which gives an EC2 machine a role."
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``id`` and ``tags_all``; refuse two names."""
        plan_tags_all(plan)
        plan_name(plan)

    def steps(self, client: AwsClients, prior: IamInstanceProfileModel | None,
              planned: IamInstanceProfileModel | None, ctx: StepContext) -> Steps:
        """Create, put the role in, set tags; or empty and delete the profile."""
        iam = client.iam()
        if planned is None:
            if prior is not None:
                old, name = prior, prior.name or ""
                if prior.role:
                    yield Step("role", _identity(prior), after(
                        lambda: _take_out(client, name, old.role or "", ctx),
                        prior.copy(role=None)), doc="Take the role out")
                yield Step("delete", _identity(prior), lambda: gone_is_fine(
                    lambda: call(ctx, iam.delete_instance_profile, _subject(name),
                                 InstanceProfileName=name)), doc="Delete the profile")
            return
        planned = planned.copy(path=planned.path or "/", role=planned.role or None,
                               tags_all={**client.default_tags, **(planned.tags or {})})
        if prior is None:
            name = planned.name or made_up(planned.name_prefix)
            planned = planned.copy(name=name, id=name)
            wanted = planned
            made = yield Step("create", _identity(planned), lambda: _create(client, wanted, ctx),
                              creates=True, doc="Create the profile")
            current = made or planned.copy(role=None)
        else:
            current = prior
        yield from self._change(client, current, planned, ctx)

    def _change(self, client: AwsClients, current: IamInstanceProfileModel,
                planned: IamInstanceProfileModel, ctx: StepContext) -> Steps:
        iam, name = client.iam(), current.name or ""
        identity, before = _identity(current), current
        if (current.role or None) != planned.role:
            if current.role:
                out = current.role
                current = current.copy(role=None)
                yield Step("remove_role", identity, after(
                    lambda: _take_out(client, name, out, ctx), current), doc="Take the role out")
            if planned.role:
                role = planned.role
                current = current.copy(role=role)
                yield Step("role", identity, after(
                    lambda: _put_in(client, name, role, ctx), current), doc="Put the role in")
        if (planned.tags_all or {}) != (before.tags_all or {}):
            current = current.copy(tags=planned.tags, tags_all=planned.tags_all)
            yield Step("tags", identity, after(lambda: write_tags(
                ctx, iam.tag_instance_profile, iam.untag_instance_profile, _subject(name),
                before.tags_all or {}, planned.tags_all or {}, InstanceProfileName=name),
                current), doc="Set tags")
        if current.tags != planned.tags:
            recorded = current.copy(tags=planned.tags)
            yield Step("settings", identity, lambda: recorded, doc="Record the arguments")

    def read(self, client: AwsClients, state: IamInstanceProfileModel,
             ctx: StepContext) -> IamInstanceProfileModel | None:
        """The profile; ``None`` only when IAM says that there is none."""
        profile = _get(client, state.name or "", ctx)
        if profile is None:
            return None
        tags = without_system(unwire_tags(profile.get("Tags", [])))
        roles = [role["RoleName"] for role in profile.get("Roles", [])]
        return state.copy(
            name=profile["InstanceProfileName"], id=profile["InstanceProfileName"],
            path=profile["Path"], arn=profile["Arn"], unique_id=profile["InstanceProfileId"],
            create_date=_moment(profile), role=roles[0] if roles else None,
            tags=own_tags(client, tags, state.tags), tags_all=tags)

    def import_state(self, client: AwsClients, import_id: str,
                     ctx: StepContext) -> IamInstanceProfileModel | None:
        """The profile of that name."""
        return self.read(client, IamInstanceProfileModel(name=import_id), ctx)

    def probe(self, client: AwsClients, intent: OpenIntent,
              ctx: StepContext) -> Probe[IamInstanceProfileModel]:
        """Ours is a profile on the intended path that is not older than the intent."""
        name = str(intent.identity["name"])
        return judged(_get(client, name, ctx), intent, _subject(name), lambda: self.read(
            client, IamInstanceProfileModel(name=name), ctx))


def _identity(model: IamInstanceProfileModel) -> Identity:
    return Identity.of(name=model.name, path=model.path or "/")


def _subject(name: str) -> str:
    return f'instance profile "{name}"'


def _moment(profile: dict[str, Any]) -> str:
    return f"{profile['CreateDate']:%Y-%m-%dT%H:%M:%SZ}"


def _get(client: AwsClients, name: str, ctx: StepContext) -> dict[str, Any] | None:
    answer = found(lambda: call(ctx, client.iam().get_instance_profile, _subject(name),
                                InstanceProfileName=name))
    return None if answer is None else answer["InstanceProfile"]


def _create(client: AwsClients, wanted: IamInstanceProfileModel,
            ctx: StepContext) -> IamInstanceProfileModel:
    name = wanted.name or ""
    parameters: dict[str, Any] = {"InstanceProfileName": name, "Path": wanted.path}
    if wanted.tags_all:
        parameters["Tags"] = wire_tags(wanted.tags_all)
    if _get(client, name, ctx) is not None:
        raise already(_subject(name), name, "name")
    try:
        answer = call(ctx, client.iam(once=True).create_instance_profile, _subject(name),
                      **parameters)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise already(_subject(name), name, "name") from error
        raise
    made = answer["InstanceProfile"]
    return wanted.copy(arn=made["Arn"], unique_id=made["InstanceProfileId"], role=None,
                       create_date=_moment(made))


def _put_in(client: AwsClients, name: str, role: str, ctx: StepContext) -> None:
    def put() -> None:
        try:
            call(ctx, client.iam().add_role_to_instance_profile, _subject(name),
                 InstanceProfileName=name, RoleName=role)
        except ProviderError as error:
            if code_of(error) != "LimitExceeded":
                raise
            # There is one in it already: from an attempt whose answer was lost, or another one.
            there = (_get(client, name, ctx) or {}).get("Roles", [])
            if [entry["RoleName"] for entry in there] != [role]:
                raise

    retry(put, ctx, frozenset({ErrorClass.NOT_FOUND}), 0 if client.sandbox else NEW_SECONDS)


def _take_out(client: AwsClients, name: str, role: str, ctx: StepContext) -> None:
    gone_is_fine(lambda: call(ctx, client.iam().remove_role_from_instance_profile, _subject(name),
                              InstanceProfileName=name, RoleName=role))
