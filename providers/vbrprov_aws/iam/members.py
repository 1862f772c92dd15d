"""Users in groups: looking and changing, one user and one group at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from vbrprov.sdk import ErrorClass, Identity, Model, Step, StepContext
from vbrprov.sdk.waiting import retry
from vbrprov_aws.clients import AwsClients
from vbrprov_s3.iam.calls import after, call, gone_is_fine, pages
from vbrprov_s3.iam.holders import GROUP, USER

#: Seconds until a user or group that was made just now is known everywhere.
NEW_SECONDS = 60.0


def users_of(client: AwsClients, group: str, ctx: StepContext | None = None) -> list[str]:
    """Names of the users in a group."""
    listed = pages(client.iam().get_group, "Users", GROUP.subject(group), ctx=ctx,
                   GroupName=group)
    return [str(user["UserName"]) for user in listed]


def groups_of(client: AwsClients, user: str, ctx: StepContext | None = None) -> list[str]:
    """Names of the groups that a user is in."""
    listed = pages(client.iam().list_groups_for_user, "Groups", USER.subject(user), ctx=ctx,
                   UserName=user)
    return [str(group["GroupName"]) for group in listed]


def add(client: AwsClients, ctx: StepContext, user: str, group: str) -> None:
    """Put a user into a group; one who is in it stays."""
    retry(lambda: call(ctx, client.iam().add_user_to_group, GROUP.subject(group),
                       UserName=user, GroupName=group),
          ctx, frozenset({ErrorClass.NOT_FOUND}), 0 if client.sandbox else NEW_SECONDS)


def remove(client: AwsClients, ctx: StepContext, user: str, group: str) -> None:
    """Take a user out of a group."""
    gone_is_fine(lambda: call(ctx, client.iam().remove_user_from_group, GROUP.subject(group),
                              UserName=user, GroupName=group))


def change_steps(
    identity: Identity, there: Collection[str], wanted: Collection[str],
    add_one: Callable[[str], None], remove_one: Callable[[str], None],
    state: Callable[[list[str]], Model],
) -> Iterator[Step[Model]]:
    """A step for each name that comes and each that goes; *state* is what is recorded then."""
    now = set(there)
    for name in sorted(set(wanted) - now):
        now.add(name)
        yield Step(f"add:{name}", identity, after(partial(add_one, name), state(sorted(now))),
                   doc=f"Add {name}")
    for name in sorted(now - set(wanted)):
        now.discard(name)
        yield Step(f"remove:{name}", identity,
                   after(partial(remove_one, name), state(sorted(now))), doc=f"Remove {name}")
