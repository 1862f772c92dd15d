"""aws_iam_access_key: one access key of an IAM user. Its secret is told once and never kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, cast

from vbrprov.sdk import (
    ErrorClass,
    Identity,
    InstanceFacts,
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
    View,
    attribute,
    computed_attribute,
)
from vbrprov.sdk.planning import known
from vbrprov.sdk.recovery import made_since
from vbrprov.sdk.values import STRING, Unknown
from vbrprov.sdk.waiting import retry
from vbrprov_s3.clients import IamClients
from vbrprov_s3.codes import BAD_CREDENTIALS
from vbrprov_s3.errors import code_of, invoke
from vbrprov_s3.iam.calls import call, found, gone_is_fine, list_keys, user_subject
from vbrprov_s3.iam.services import STS

#: Keys that a user may have; Amazon does not raise it.
KEYS_PER_USER: Final = 2
#: Answers in a row that count as "the key works everywhere", and the longest wait for them.
SUCCESSES: Final = 3
USABLE_SECONDS: Final = 60.0
#: Seconds until a user that was made just now is known everywhere.
NEW_USER_SECONDS: Final = 30.0
_QUOTAS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"


def _at_least_a_day(value: Any) -> str | None:
    return None if value >= 1 else "A key is at least a day old before it is replaced."


class AccessKeyModel(Model):
    """Arguments and attributes of an access key of an IAM user."""

    user: str = attribute(doc="Name of the user.", required=True, replace_on_change=True)
    status: str | None = attribute(doc="Whether the key works.", default="Active",
                                   choices=("Active", "Inactive"))
    keepers: dict[str, str] | None = attribute(
        doc="Anything; a change makes a new key, and the old one goes once nothing uses it.",
        default=None, replace_on_change=True)
    rotate_after: int | None = attribute(
        doc="Age at which a plan makes a new key; the old one goes once nothing uses it.",
        unit="days", default=None, validators=(_at_least_a_day,))
    id: str | None = computed_attribute(doc="Access key id.")
    secret: str | None = computed_attribute(
        doc="Secret access key. Told once: only write-only arguments may take it.", one_time=True)
    create_date: str | None = computed_attribute(doc="When the key was made (RFC 3339).")


M = TypeVar("M", bound=AccessKeyModel)
C = TypeVar("C", bound=IamClients)


class AccessKeyType(ResourceType[M, C]):
    """One key, never made twice by mistake.

    Its creation is not repeated, and a key whose secret got lost on the way is found by the list
    of ids that was taken before, and deleted.
    """

    recovery = Recovery.LISTED_BEFORE
    source = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html"
    create_before_destroy = True
    settle_seconds = 15.0

    def plan_modify(self, plan: PlanDraft) -> None:
        """Replace a key that is due; refuse one for which the user has no room."""
        if plan.prior is not None:
            self._rotate(plan)
        user = known(plan.planned, "user")
        # A replacement is planned as a creation, with no prior object, after it was planned as a
        # change: so this is asked once. One that destroys first makes room itself.
        if (plan.client is None or plan.prior is not None or plan.destroy_first
                or not isinstance(user, str)):
            return
        try:
            keys = found(lambda: list_keys(plan.client, user)) or []
        except ProviderError:
            # The plan is not refused for a look that is a courtesy; the apply tells it all.
            return
        if len(keys) < KEYS_PER_USER:
            return
        shown = ", ".join(
            f"{key['AccessKeyId']} ({key['Status'].lower()}, {_made(key)})"
            for key in keys)
        plan.error(
            "No room for another access key",
            f"The {user_subject(user)} already has {KEYS_PER_USER} access keys, the most that "
            f"Amazon allows: {shown}. A rotation also needs room, since the new key is made before "
            "the old one goes. Delete a key that nothing uses, or give backups a user of their "
            "own.", "user")

    def _rotate(self, plan: PlanDraft) -> None:
        days, made = known(plan.planned, "rotate_after"), known(plan.prior, "create_date")
        if not isinstance(days, int) or not isinstance(made, str):
            return
        age = datetime.now(UTC) - datetime.fromisoformat(made)
        if age < timedelta(days=days):
            return
        plan.planned["create_date"] = Unknown(STRING)
        plan.require_replace("create_date")
        plan.warn(
            "Access key is due for rotation",
            f"Access key {known(plan.prior, 'id')} is {age.days} days old, and rotate_after is "
            f"{days} days. The plan makes a new one, gives it to everything that uses the secret, "
            "and deletes the old one last.", "rotate_after")

    def steps(self, client: C, prior: M | None,
              planned: M | None, ctx: StepContext) -> Steps:
        """Make the key, wait until it works, set its status; or delete it."""
        if planned is None:
            if prior is not None:
                yield Step("delete", _identity(prior), lambda: _delete(client, prior, ctx),
                           doc="Delete the access key")
            return
        current = prior
        if current is None:
            made = yield Step("create", Identity.of(user=planned.user),
                              lambda: _create(client, planned, ctx), creates=True,
                              doc="Create the access key")
            current = cast("M", made) if made is not None else planned
            if made is not None and not client.sandbox:
                yield Step("usable", _identity(current), lambda: _wait_usable(client, made, ctx),
                           doc="Wait until the access key works")
        wanted = planned.status or "Active"
        if wanted != (current.status or "Active"):
            key = current

            def switch() -> M:
                call(ctx, client.iam().update_access_key, user_subject(key.user),
                     UserName=key.user, AccessKeyId=key.id, Status=wanted)
                return key.copy(status=wanted)

            yield Step("status", _identity(current), switch, doc="Set the status")
            current = current.copy(status=wanted)
        if current.rotate_after != planned.rotate_after:
            recorded = current.copy(rotate_after=planned.rotate_after)
            yield Step("settings", _identity(current), lambda: recorded,
                       doc="Record the settings")

    def read(self, client: C, state: M,
             ctx: StepContext) -> M | None:
        """The key; ``None`` when the user has no such key, or is gone itself.

        The secret stays what *state* says: IAM never tells it again.
        """
        keys = found(lambda: list_keys(client, state.user, ctx)) or []
        for key in keys:
            if key["AccessKeyId"] == state.id:
                return state.copy(status=key["Status"], create_date=_moment(key))
        return None

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """As guardrails see it."""
        from vbrprov_s3.iam.viewed import access_key_view

        return access_key_view(facts)

    def import_state(self, client: C, import_id: str,
                     ctx: StepContext) -> M | None:
        """``USER/ACCESS_KEY_ID``; the secret of an imported key stays unknown for good."""
        user, slash, key = import_id.partition("/")
        if not slash or not key:
            raise ProviderError(ErrorClass.INVALID, "Import id not understood",
                                f'"{import_id}" is not of the form USER/ACCESS_KEY_ID.')
        return self.read(client, self._blank(user=user, id=key), ctx)

    def list_ids(self, client: C, planned: M) -> list[str]:
        """Ids of the keys that the user has already."""
        keys = found(lambda: list_keys(client, planned.user)) or []
        return sorted(str(key["AccessKeyId"]) for key in keys)

    def probe(self, client: C, intent: OpenIntent,
              ctx: StepContext) -> Probe[M]:
        """A key that was not in the list is ours, and useless: its secret went with the answer."""
        user = str(intent.identity["user"])
        keys = found(lambda: list_keys(client, user, ctx)) or []
        new = [key for key in keys if key["AccessKeyId"] not in intent.listed_before
               and ("CreateDate" not in key or made_since(key["CreateDate"], intent.created))]
        if not new:
            return Probe(ProbeVerdict.ABSENT)
        ids = ", ".join(sorted(str(key["AccessKeyId"]) for key in new))
        if len(new) > 1:
            return Probe(
                ProbeVerdict.UNKNOWN,
                detail=f"The {user_subject(user)} got several access keys since the interrupted "
                       f"run began ({ids}); at most one of them is from it. Delete the one that "
                       "nothing uses.")
        orphan = self._blank(user=user, id=str(new[0]["AccessKeyId"]))
        return Probe(
            ProbeVerdict.ORPHAN, state=orphan,
            detail=f"Access key {ids} of the {user_subject(user)} was made by the interrupted run "
                   "and its secret is lost.",
            discard=lambda: _delete(client, orphan, ctx))

    def _blank(self, **known: Any) -> M:
        return cast("M", self.model(**known))



def _identity(model: AccessKeyModel) -> Identity:
    return Identity.of(user=model.user, id=model.id)


def _moment(key: Mapping[str, Any]) -> str | None:
    # Stores that are not Amazon's may leave it out.
    made = key.get("CreateDate")
    return None if made is None else str(made.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _made(key: Mapping[str, Any]) -> str:
    return f"made {key['CreateDate']:%Y-%m-%d}" if "CreateDate" in key else "of unknown age"


def _create(
    client: IamClients, planned: AccessKeyModel, ctx: StepContext,
) -> AccessKeyModel:
    subject = user_subject(planned.user)
    try:
        # "No such user" may pass when the user was made a moment ago, and no key was made then.
        answer = retry(
            lambda: call(ctx, client.iam(once=True).create_access_key, subject,
                         UserName=planned.user),
            ctx, frozenset({ErrorClass.NOT_FOUND}), 0.0 if client.sandbox else NEW_USER_SECONDS)
    except ProviderError as error:
        if code_of(error) == "LimitExceeded":
            raise ProviderError(
                ErrorClass.INVALID, "No room for another access key",
                f"The {subject} already has {KEYS_PER_USER} access keys, the most that Amazon "
                f"allows ({_QUOTAS}).", attribute="user",
                hint="Delete a key that is not in use.") from error
        raise
    key = answer["AccessKey"]
    client.learn_secret(key["SecretAccessKey"])
    return planned.copy(id=key["AccessKeyId"], secret=key["SecretAccessKey"],
                        status=key["Status"], create_date=_moment(key))


def _delete(client: IamClients, key: AccessKeyModel, ctx: StepContext) -> None:
    gone_is_fine(lambda: call(ctx, client.iam().delete_access_key, user_subject(key.user),
                              UserName=key.user, AccessKeyId=key.id))


def _wait_usable(client: IamClients, made: AccessKeyModel, ctx: StepContext) -> None:
    """Ask with the new key until it is known everywhere: VBR tries a key once and gives up."""
    sts = client.sts_as(made.id or "", made.secret or "")
    deadline = time.monotonic() + USABLE_SECONDS
    good = 0
    while good < SUCCESSES:
        try:
            invoke(STS, sts.get_caller_identity, f"access key {made.id}")
            good += 1
        except ProviderError as error:
            good = 0
            refused = code_of(error) in BAD_CREDENTIALS
            if not refused and error.kind is not ErrorClass.UNREACHABLE:
                # Known, and denied for another reason: the key itself works.
                return
            if time.monotonic() > deadline or ctx.stop.is_set():
                raise ProviderError(
                    ErrorClass.NOT_YET, "Access key does not work yet",
                    f"Access key {made.id} was not accepted {USABLE_SECONDS:.0f} seconds after it "
                    f"was made. {error.detail}", hint="Apply again in a minute.") from error
        if good < SUCCESSES:
            ctx.sleep(1.0)
