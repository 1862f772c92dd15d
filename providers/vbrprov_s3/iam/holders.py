"""The kinds of identity that policies hang on, and IAM's calls for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vbrprov.sdk import Model, StepContext
from vbrprov_s3.clients import IamClient, Response
from vbrprov_s3.iam.calls import call, gone_is_fine, pages


@dataclass(frozen=True, slots=True)
class Holder:
    """A kind of identity: ``noun`` is its word in IAM's calls and the argument that names one."""

    noun: str

    @property
    def parameter(self) -> str:
        """The parameter of IAM's calls that names one (``UserName``)."""
        return f"{self.noun.capitalize()}Name"

    def name(self, model: Model) -> str:
        """The name of the identity that *model* is about."""
        return str(getattr(model, self.noun))

    def subject(self, name: str) -> str:
        """How messages name one."""
        return f'{self.noun} "{name}"'

    def operation(self, iam: IamClient, name: str) -> Callable[..., Response]:
        """The call *name*, in which ``{}`` stands for the noun."""
        found: Callable[..., Response] = getattr(iam, name.format(self.noun))
        return found

    def inline(self, iam: IamClient, name: str,
               ctx: StepContext | None = None) -> list[str]:
        """Names of the inline policies of one identity."""
        listed: Any = pages(self.operation(iam, "list_{}_policies"), "PolicyNames",
                            self.subject(name), ctx=ctx, **{self.parameter: name})
        return list(listed)

    def attached(self, iam: IamClient, name: str,
                 ctx: StepContext | None = None) -> list[str]:
        """ARNs of the managed policies of one identity."""
        listed = pages(self.operation(iam, "list_attached_{}_policies"), "AttachedPolicies",
                       self.subject(name), ctx=ctx, **{self.parameter: name})
        return [str(entry["PolicyArn"]) for entry in listed]

    def strip_policies(self, iam: IamClient, name: str, ctx: StepContext) -> None:
        """Take all policies away from one identity."""
        for arn in self.attached(iam, name, ctx):
            self._drop(ctx, self.operation(iam, "detach_{}_policy"), name, PolicyArn=arn)
        for inline in self.inline(iam, name, ctx):
            self._drop(ctx, self.operation(iam, "delete_{}_policy"), name, PolicyName=inline)

    def _drop(self, ctx: StepContext, operation: Callable[..., Response], name: str,
              **what: str) -> None:
        gone_is_fine(lambda: call(ctx, operation, self.subject(name),
                                  **{self.parameter: name}, **what))


USER: Final = Holder("user")
GROUP: Final = Holder("group")
ROLE: Final = Holder("role")
