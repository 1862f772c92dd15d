"""aws_iam_policy: one customer managed policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar, cast

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
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
    View,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known, silent
from vbrprov_s3.clients import IamClients
from vbrprov_s3.errors import code_of
from vbrprov_s3.iam.calls import (
    after,
    already,
    call,
    check_path,
    document_text,
    found,
    gone_is_fine,
    made_up,
    name_validator,
    pages,
    unset,
    write_tags,
)
from vbrprov_s3.iam.naming import judged
from vbrprov_s3.policy_json import compact, document_validator, same_policy
from vbrprov_s3.tags import own_tags, plan_tags_all, unwire_tags, wire_tags, without_system

_QUOTAS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
#: Characters of a managed policy, blanks not counted.
MAX_CHARACTERS: Final = 6144
#: Versions that IAM keeps of one policy.
MAX_VERSIONS: Final = 5


class PolicyModel(Model):
    """Arguments and attributes of a customer managed IAM policy."""

    name: str | None = attribute(doc="Name of the policy; made up when left out.", default=None,
                                 computed=True, replace_on_change=True,
                                 validators=(name_validator(128),))
    name_prefix: str | None = attribute(doc="Beginning of a name that is made up.", default=None,
                                        replace_on_change=True, validators=(name_validator(102),))
    path: str | None = attribute(doc="Path of the policy.", default="/", replace_on_change=True,
                                 validators=(check_path,))
    description: str | None = attribute(doc="What it is for; IAM cannot change it later.",
                                        default=None, replace_on_change=True)
    policy: str = attribute(doc="The policy document as JSON.", required=True, same=same_policy,
                            validators=(document_validator(MAX_CHARACTERS),), source=_QUOTAS)
    tags: dict[str, str] | None = attribute(doc="Tags of the policy.", default=None)
    id: str | None = computed_attribute(doc="ARN of the policy.")
    arn: str | None = computed_attribute(doc="ARN of the policy.")
    policy_id: str | None = computed_attribute(doc="Id of the policy that is never used again.")
    tags_all: dict[str, str] | None = computed_attribute(
        doc="Tags of the policy, default_tags of the provider included.")


M = TypeVar("M", bound=PolicyModel)
C = TypeVar("C", bound=IamClients)


class PolicyType(ResourceType[M, C]):
    """A managed policy.

    A change of the document makes a new default version; of the five that IAM keeps, the oldest
    one goes when there is no room.
    """

    recovery = Recovery.CLIENT_NAMED
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Fill in ``tags_all``; refuse two names."""
        plan_tags_all(plan)
        if not silent(plan.config, "name") and not silent(plan.config, "name_prefix"):
            plan.error("Name stated twice", "name and name_prefix exclude each other.",
                       "name_prefix")
        arn, policy = known(plan.prior, "arn"), known(plan.planned, "policy")
        if (plan.client is not None and isinstance(arn, str) and isinstance(policy, str)
                and not same_policy(policy, known(plan.prior, "policy"))):
            self._tell_of_room(plan, arn)

    def _tell_of_room(self, plan: PlanDraft, arn: str) -> None:
        try:
            versions = list(pages(plan.client.iam().list_policy_versions, "Versions",
                                  f'policy "{arn}"', PolicyArn=arn))
        except ProviderError:
            # A look that is a courtesy; the apply tells it all.
            return
        if len(versions) >= MAX_VERSIONS:
            oldest = _oldest(versions)
            plan.warn(
                "Oldest version of the policy goes",
                f"IAM keeps {MAX_VERSIONS} versions of a policy ({_QUOTAS}). To make room for the "
                f"new one, version {oldest['VersionId']} of {_day(oldest)}, the "
                "oldest that is not in force, is deleted.", "policy")

    def steps(self, client: C, prior: M | None,
              planned: M | None, ctx: StepContext) -> Steps:
        """Create, set the document, set tags; or delete all versions and the policy."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _delete(client, prior, ctx),
                           doc="Delete the policy and its versions")
            return
        planned = planned.copy(
            path=planned.path or "/",
            tags_all={**client.default_tags, **(planned.tags or {})})
        if prior is None:
            planned = planned.copy(name=planned.name or made_up(planned.name_prefix))
            yield Step("create", _identity(planned), lambda: _create(client, planned, ctx),
                       creates=True, doc="Create the policy")
            return
        yield from _update(client, prior, planned, ctx)

    def read(self, client: C, state: M,
             ctx: StepContext) -> M | None:
        """The policy with the document of its default version."""
        iam, arn = client.iam(), state.arn or state.id or ""
        subject = f'policy "{arn}"'
        answer = found(lambda: call(ctx, iam.get_policy, subject, PolicyArn=arn))
        if answer is None:
            return None
        entry = answer["Policy"]
        version = found(lambda: call(ctx, iam.get_policy_version, subject, PolicyArn=arn,
                                     VersionId=entry["DefaultVersionId"]))
        if version is None:
            return None
        live = document_text(version["PolicyVersion"]["Document"])
        tags = without_system(unwire_tags(entry.get("Tags", [])))
        return state.copy(
            name=entry["PolicyName"], path=entry.get("Path", "/"), arn=entry["Arn"],
            id=entry["Arn"],
            description=entry.get("Description") or unset(state.description),
            policy_id=entry.get("PolicyId"),
            policy=state.policy if same_policy(live, state.policy) else live,
            tags=own_tags(client, tags, state.tags), tags_all=tags)

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """As guardrails see it."""
        from vbrprov_s3.iam.viewed import managed_policy_view

        return managed_policy_view(facts)

    def import_state(self, client: C, import_id: str,
                     ctx: StepContext) -> M | None:
        """The policy of that ARN."""
        if not import_id.startswith(("arn:", "urn:")):
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not the ARN of a policy.')
        return self.read(client, self._blank(arn=import_id, policy=""), ctx)

    def probe(self, client: C, intent: OpenIntent,
              ctx: StepContext) -> Probe[M]:
        """Ours is a policy of that path and name that is not older than the intent."""
        name, path = str(intent.identity["name"]), str(intent.identity["path"])
        entry = _find(client, path, name)
        return judged(entry, intent, f'policy "{name}"', lambda: self.read(
            client, self._blank(arn=entry["Arn"] if entry else "", policy=""), ctx))

    def _blank(self, **known: Any) -> M:
        return cast("M", self.model(**known))



def _identity(model: PolicyModel) -> Identity:
    return Identity.of(name=model.name, path=model.path or "/")


def _day(version: Mapping[str, Any]) -> str:
    made = version.get("CreateDate")
    return "unknown age" if made is None else f"{made:%Y-%m-%d}"


def _find(client: IamClients, path: str, name: str) -> dict[str, Any] | None:
    entries = pages(client.iam().list_policies, "Policies", f'policy "{name}"', Scope="Local",
                    PathPrefix=path)
    return next((e for e in entries if e["PolicyName"] == name and e.get("Path", "/") == path),
                None)


def _create(client: IamClients, planned: PolicyModel, ctx: StepContext) -> PolicyModel:
    subject = f'policy "{planned.name}"'
    parameters: dict[str, Any] = {
        "PolicyName": planned.name, "Path": planned.path,
        "PolicyDocument": compact(planned.policy)}
    if planned.description:
        parameters["Description"] = planned.description
    if planned.tags_all:
        parameters["Tags"] = wire_tags(planned.tags_all)
    try:
        # IAM itself refuses a second policy of one name, so there is no look before.
        answer = call(ctx, client.iam(once=True).create_policy, subject, **parameters)
    except ProviderError as error:
        if error.kind is ErrorClass.EXISTS:
            raise already(subject, f"arn:{client.partition}:iam::ACCOUNT:policy"
                                   f"{planned.path}{planned.name}", "name") from error
        raise
    entry = answer["Policy"]
    return planned.copy(id=entry["Arn"], arn=entry["Arn"], policy_id=entry.get("PolicyId"))


def _update(
    client: IamClients, prior: PolicyModel, planned: PolicyModel, ctx: StepContext,
) -> Steps:
    iam, arn, identity = client.iam(), prior.arn or "", _identity(prior)
    subject = f'policy "{prior.name}"'
    current = prior
    if not same_policy(prior.policy, planned.policy):
        current = current.copy(policy=planned.policy)
        yield Step("document", identity,
                   after(lambda: _new_version(client, arn, planned.policy, ctx), current),
                   doc="Make a new default version")
    if (planned.tags_all or {}) != (prior.tags_all or {}):
        current = current.copy(tags=planned.tags, tags_all=planned.tags_all)
        yield Step("tags", identity, after(
            lambda: write_tags(ctx, iam.tag_policy, iam.untag_policy, subject,
                               prior.tags_all or {}, planned.tags_all or {}, PolicyArn=arn),
            current), doc="Set tags")
    final = current.copy(policy=planned.policy, tags=planned.tags)
    if final != current:
        yield Step("settings", identity, lambda: final, doc="Record the arguments")


def _oldest(versions: list[dict[str, Any]]) -> dict[str, Any]:
    """The oldest version that is not in force."""
    return min((v for v in versions if not v["IsDefaultVersion"]),
               key=lambda v: int(v["VersionId"][1:]))


def _new_version(client: IamClients, arn: str, document: str, ctx: StepContext) -> None:
    iam, subject = client.iam(), f'policy "{arn}"'
    versions = list(pages(iam.list_policy_versions, "Versions", subject, PolicyArn=arn))
    default = next(v for v in versions if v["IsDefaultVersion"])
    live = call(ctx, iam.get_policy_version, subject, PolicyArn=arn,
                VersionId=default["VersionId"])
    if same_policy(document_text(live["PolicyVersion"]["Document"]), document):
        # An earlier attempt got through; another version would cost one of the five.
        return
    if len(versions) >= MAX_VERSIONS:
        oldest = _oldest(versions)
        gone_is_fine(lambda: call(ctx, iam.delete_policy_version, subject, PolicyArn=arn,
                                  VersionId=oldest["VersionId"]))
    call(ctx, client.iam(once=True).create_policy_version, subject, PolicyArn=arn,
         PolicyDocument=compact(document), SetAsDefault=True)


def _delete(client: IamClients, prior: PolicyModel, ctx: StepContext) -> None:
    iam, arn, subject = client.iam(), prior.arn or "", f'policy "{prior.name}"'
    versions = found(lambda: list(pages(iam.list_policy_versions, "Versions", subject,
                                        PolicyArn=arn)))
    try:
        for version in versions or []:
            if not version["IsDefaultVersion"]:
                call(ctx, iam.delete_policy_version, subject, PolicyArn=arn,
                     VersionId=version["VersionId"])
        gone_is_fine(lambda: call(ctx, iam.delete_policy, subject, PolicyArn=arn))
    except ProviderError as error:
        if code_of(error) == "DeleteConflict":
            raise ProviderError(
                ErrorClass.INVALID, "Policy is still attached",
                f"{error.detail} A user, group or role that this stack does not manage has it.",
                hint="Detach it there first.") from error
        raise
