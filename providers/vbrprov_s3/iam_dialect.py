"""Policies in the language of AWS IAM, as the S3 family shares it.

A vendor's dialect says what is different: actions that are unknown or named otherwise, the form of
ARNs, condition keys, sizes.

Sources:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    https://www.veeam.com/kb3151
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from vbrprov.policy.catalogue import never_granted
from vbrprov.sdk import Level, Need, PolicyDialect, PolicyDocument, PolicyError, PolicyRequest
from vbrprov_s3 import sosapi

Statement = dict[str, Any]

_LISTING = ("s3:ListBucket", "s3:ListBucketVersions")


class IamDialect(PolicyDialect):
    """AWS's language; the class variables say what a vendor does otherwise."""

    family = "s3"
    #: Actions under another name.
    renamed: ClassVar[dict[str, str]] = {}
    #: Actions that the vendor does not know, with the reason.
    unknown: ClassVar[dict[str, str]] = {}
    #: Why agents cannot be given users, where the vendor has no IAM like AWS's.
    no_iam: ClassVar[str] = ""
    #: Why objects cannot be restored from an archive.
    no_restore: ClassVar[str] = ""
    #: Form of an account's id, and an example of it.
    account: ClassVar[tuple[str, str]] = (r"\d{12}", "123456789012")
    account_required: ClassVar[bool] = False
    #: ``aws:SecureTransport`` and ``aws:MultiFactorAuthPresent``: why not, where not.
    no_tls_key: ClassVar[str] = ""
    no_mfa_key: ClassVar[str] = "the vendor's documentation does not name the key"
    #: Whether operators may end in ``IfExists``.
    if_exists: ClassVar[bool] = True
    #: Whether listing can be narrowed to a folder while the bucket is still seen to be there.
    narrows_listing: ClassVar[bool] = True
    attach: ClassVar[str] = "user"
    #: Formats for programs that can put the policy of an identity in place.
    tools: ClassVar[tuple[str, ...]] = ("awscli", "terraform")
    #: Sizes, blanks not counted: of a policy, and of one that is longer and managed.
    limit: ClassVar[int] = 2048
    managed_limit: ClassVar[int] = 6144
    bucket_limit: ClassVar[int] = 20480
    unit: ClassVar[str] = "characters"
    #: Actions that only an identity can be allowed.
    identity_only: ClassVar[tuple[str, ...]] = ("s3:ListAllMyBuckets", "s3:CreateBucket")
    no_bucket_policy: ClassVar[str] = ""
    notes: ClassVar[tuple[str, ...]] = ()
    #: Said with the policy of an identity only.
    identity_notes: ClassVar[tuple[str, ...]] = ()

    def render(self, request: PolicyRequest) -> PolicyDocument:
        """The policy as a document of IAM."""
        self._check(request)
        notes = [*self.notes, *(() if request.principals else self.identity_notes)]
        needs, spelling = self._spelled(request, notes)
        statements = self._statements(request, needs)
        if request.hardened:
            statements.append(self._hardened(request, needs))
        if request.mfa_free:
            for statement in statements:
                if statement["Effect"] == "Allow":
                    statement.setdefault("Condition", {})["BoolIfExists"] = {
                        "aws:MultiFactorAuthPresent": "false"}
        if request.tls_only:
            statements.append({
                "Sid": "DenyWithoutTls", "Effect": "Deny", "Action": "s3:*",
                "Resource": self._everything(request) if request.principals else "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
        if request.principals:
            named = list(request.principals)
            for statement in statements:
                # A denial without exception holds for everyone, or it could be walked around.
                one = "*" if statement.get("Sid") == "DenyWithoutTls" else {
                    "AWS": named[0] if len(named) == 1 else named}
                effect = statement.pop("Effect")
                rest = dict(statement)
                statement.clear()
                statement.update({"Sid": rest.pop("Sid"), "Effect": effect, "Principal": one,
                                  **rest})
        body = {"Version": "2012-10-17", "Statement": statements}
        attach = self._sized(body, bool(request.principals))
        tools = ("awscli", "terraform") if attach == "bucket" else (
            () if attach == "key" else self.tools)
        return PolicyDocument("iam", body, attach, spelling, tuple(notes), tools)

    # What is refused

    def _check(self, request: PolicyRequest) -> None:
        account = request.scope.account
        pattern, example = self.account
        if account and not re.fullmatch(pattern, account):
            raise PolicyError(
                "account_id", "Bad account",
                f'"{account}" is no account of {self.title}; one looks like {example}.')
        if self.account_required and not account:
            raise PolicyError(
                "account_id", "Account is missing",
                f"ARNs of identities of {self.title} hold it; one looks like {example}.")
        if request.tls_only and self.no_tls_key:
            raise PolicyError("tls_only", "Condition not known to the vendor",
                              f"{self.title} cannot ask for TLS in a policy: {self.no_tls_key}.")
        if request.mfa_free and self.no_mfa_key:
            raise PolicyError("mfa_free", "Condition not known to the vendor",
                              f"{self.title} cannot tell sessions with MFA apart: "
                              f"{self.no_mfa_key}.")
        services = {need.action.partition(":")[0] for need in request.needs}
        if self.no_iam and "iam" in services:
            raise PolicyError(
                "agent_access", "Vendor has no IAM",
                f"{self.no_iam} So the backup server cannot make users for agents there.",
                'Let agents reach it by agent_access = "backup_server" or "shared".')
        if self.no_restore and any(n.action == "s3:RestoreObject" for n in request.needs):
            raise PolicyError("purpose", "Vendor has no archive", self.no_restore)
        if request.principals:
            self._check_bucket_policy(request)

    def _check_bucket_policy(self, request: PolicyRequest) -> None:
        keyed = any(need.level is Level.KEY for need in request.needs)
        if keyed:
            return
        if self.no_bucket_policy:
            raise PolicyError("principals", "Vendor has no such bucket policy",
                              self.no_bucket_policy)
        if len(request.scope.buckets) != 1:
            raise PolicyError("principals", "Policy of several buckets",
                              "The policy of a bucket is about this bucket alone.",
                              "Name one bucket, or leave principals out.")

    # Actions

    def _spelled(self, request: PolicyRequest, notes: list[str],
                 ) -> tuple[list[tuple[Need, str]], dict[str, tuple[str, ...]]]:
        """Needs with the vendor's spelling; what the vendor does not know is noted."""
        out: list[tuple[Need, str]] = []
        dropped: dict[str, list[str]] = {}
        elsewhere: list[str] = []
        for need in request.needs:
            reason = self.unknown.get(need.action)
            outside = need.level not in (Level.BUCKET, Level.OBJECT, Level.KEY)
            if reason is not None:
                dropped.setdefault(reason, []).append(need.action)
            elif request.principals and (outside or need.action in self.identity_only):
                elsewhere.append(need.action)
            else:
                out.append((need, self.renamed.get(need.action, need.action)))
        for reason, names in dropped.items():
            notes.append(f"Left out, since {reason}: {', '.join(names)}.")
        if request.scope.child_buckets:
            notes.append("Child buckets get names that cannot be foreseen, so the policy is for "
                         "all buckets: use an account that holds no others.")
        if elsewhere:
            notes.append("Left out, since only an identity can be allowed this: "
                         f"{', '.join(elsewhere)}.")
        if not out:
            raise PolicyError("principals" if elsewhere else "purpose", "Nothing left to allow",
                              notes[-1])
        return out, {need.action: (name,) for need, name in out}

    # Resources

    def bucket_arn(self, request: PolicyRequest, bucket: str) -> str:
        """The ARN of a bucket, or of what is in it."""
        return f"arn:{request.scope.partition}:s3:::{bucket}"

    def identity_arn(self, request: PolicyRequest, kind: str) -> str:
        """The ARN of all users, policies or roles of the account."""
        partition, account = request.scope.partition, request.scope.account or "*"
        return f"arn:{partition}:iam::{account}:{kind}/*"

    def _buckets(self, request: PolicyRequest) -> Sequence[str]:
        # Child buckets get names that nobody can foresee.
        return ("*",) if request.scope.child_buckets else request.scope.buckets

    def _objects(self, request: PolicyRequest) -> list[str]:
        scope = request.scope
        paths = ["*"]
        if scope.folder:
            paths = [f"Veeam/{tier}/{scope.folder}/*" for tier in scope.tiers]
        return [self.bucket_arn(request, f"{bucket}/{path}")
                for bucket in self._buckets(request) for path in paths]

    def _everything(self, request: PolicyRequest) -> Any:
        names = [name for bucket in self._buckets(request) for name in (bucket, f"{bucket}/*")]
        if not names or "*" in names:
            names = ["*"]
        return few([self.bucket_arn(request, name) for name in names])

    # Statements

    def _statements(self, request: PolicyRequest,
                    needs: Sequence[tuple[Need, str]]) -> list[Statement]:
        scope = request.scope
        out: list[Statement] = []

        def allow(sid: str, actions: Iterable[str], resources: Any, **more: Any) -> None:
            listed = list(dict.fromkeys(actions))
            if listed:
                out.append({"Sid": sid, "Effect": "Allow", "Action": few(listed),
                            "Resource": resources, **more})

        def at(*levels: Level) -> list[tuple[Need, str]]:
            return [(need, name) for need, name in needs if need.level in levels]

        buckets = few([self.bucket_arn(request, bucket) for bucket in self._buckets(request)])
        narrowed = [(n, a) for n, a in at(Level.BUCKET)
                    if scope.folder and self.narrows_listing and n.action in _LISTING]
        allow("Bucket", (a for n, a in at(Level.BUCKET) if (n, a) not in narrowed), buckets)
        for sid, condition in self._listing(request):
            allow(sid, (a for _, a in narrowed), buckets, Condition=condition)
        allow("Objects", (a for _, a in at(Level.OBJECT)), few(self._objects(request)))
        reading = [a for n, a in at(Level.OBJECT) if n.action == "s3:GetObject"]
        if scope.folder and self.family == "s3":
            allow("Capabilities", reading,
                  few([self.bucket_arn(request, f"{bucket}/{sosapi.FOLDER}/*")
                       for bucket in self._buckets(request)]))
        allow("Account", (a for n, a in at(Level.ACCOUNT) if n.action.startswith("s3:")), "*")
        allow("Users", (a for _, a in at(Level.USER)), self.identity_arn(request, "user"))
        allow("Policies", (a for _, a in at(Level.POLICY)), self.identity_arn(request, "policy"))
        allow("Roles", (a for _, a in at(Level.ROLE)), self.identity_arn(request, "role"))
        allow("Services", (a for n, a in at(Level.ACCOUNT) if not n.action.startswith("s3:")), "*")
        allow("Key", (a for _, a in at(Level.KEY)), "*")
        return out

    def _listing(self, request: PolicyRequest) -> list[tuple[str, dict[str, Any]]]:
        """Listing of a folder, and looking whether the bucket is there, which has no prefix."""
        scope = request.scope
        values = ["Veeam/", *(text for tier in scope.tiers for text in (
            f"Veeam/{tier}/", f"Veeam/{tier}/{scope.folder}", f"Veeam/{tier}/{scope.folder}/*"))]
        if self.if_exists:
            return [("ListFolder", {"StringLikeIfExists": {"s3:prefix": values}})]
        return [("ListFolder", {"StringLike": {"s3:prefix": values}}),
                ("HeadBucket", {"Null": {"s3:prefix": "true"}})]

    def _hardened(self, request: PolicyRequest, needs: Sequence[tuple[Need, str]]) -> Statement:
        allowed = {need.action for need, _ in needs}
        denied = [self.renamed.get(a, a) for a in never_granted()
                  if a not in allowed and a not in self.unknown]
        return {"Sid": "DenyWhatVeeamNeverNeeds", "Effect": "Deny", "Action": few(denied),
                "Resource": self._everything(request)}

    # Sizes

    def _sized(self, body: Any, of_bucket: bool) -> str:
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        size = len(text.encode()) if self.unit == "bytes" else len(text)
        most = self.bucket_limit if of_bucket else self.managed_limit
        if size > most:
            raise PolicyError(
                "buckets", "Policy is too long",
                f"The policy has {size} {self.unit}; {self.title} takes {most}, blanks not "
                "counted.", "Make a policy for each group of buckets.")
        if of_bucket:
            keyed = any("kms:" in str(s.get("Action")) for s in body["Statement"])
            return "key" if keyed else "bucket"
        return self.attach if size <= self.limit else "managed"


def few(values: Sequence[str]) -> Any:
    """A single value as such, several as a list."""
    return values[0] if len(values) == 1 else list(values)
