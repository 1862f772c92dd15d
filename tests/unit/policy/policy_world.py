"""Random policies and requests, and what they are for the evaluator and for a server."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from vbrprov.policy.iam.conditions import Context
from vbrprov.policy.iam.evaluate import Request

BUCKET, OTHER = "agents-backup", "other-backup"
USER = "veeam"
ACCOUNT = "000000000000"
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:user/{USER}"
KEYS = ("Veeam/Backup/site1/a", "Veeam/Backup/site10/b", "Veeam/Archive/site1/c", "x")
PREFIXES = ("Veeam/", "Veeam/Backup/site1/", "Veeam/Backup/site10/", "x", "")

ACTIONS = ("s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation",
           "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration", "s3:GetObject",
           "s3:PutObject", "s3:DeleteObject", "s3:GetObjectRetention", "s3:ListAllMyBuckets",
           "iam:GetUser", "iam:ListAccessKeys")
PATTERNS = (*ACTIONS, "s3:*", "*", "s3:Get*", "s3:List*", "S3:getobject", "s3:*Object", "iam:*",
            "s3:Get?bject", "s3:ListBucket*", "iam:List*")
RESOURCES = ("*", "arn:aws:s3:::*", f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*",
             f"arn:aws:s3:::{BUCKET}/Veeam/*", f"arn:aws:s3:::{BUCKET}/Veeam/Backup/site1/*",
             f"arn:aws:s3:::{OTHER}*", "arn:aws:s3:::*-backup", "arn:aws:s3:::agents-backu?/x",
             f"arn:aws:s3:::{BUCKET}/*/site1?/*", f"arn:aws:iam::{ACCOUNT}:user/*", PRINCIPAL,
             "arn:aws:iam::*:user/other")

Call = Callable[[Any, Any], Any]
Json = dict[str, Any]


def requests(rng: random.Random) -> tuple[Request, Call]:
    """One request: for the evaluator, and as a call of clients of S3 and IAM."""
    bucket = rng.choice((BUCKET, BUCKET, OTHER))
    key, prefix = rng.choice(KEYS), rng.choice((*PREFIXES, None))
    at, inside = f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{key}"
    listing: Json = {} if prefix is None else {"Prefix": prefix}
    more = rng.choice((None, 5, 1000))
    if more is not None:
        listing["MaxKeys"] = more
    keys = {f"s3:{name}": str(listing[field]) for name, field in (
        ("prefix", "Prefix"), ("max-keys", "MaxKeys")) if field in listing}
    kinds: list[tuple[str, str, Json, Call]] = [
        ("s3:ListBucket", at, keys, lambda s3, iam: s3.list_objects_v2(Bucket=bucket, **listing)),
        ("s3:ListBucketVersions", at, keys,
         lambda s3, iam: s3.list_object_versions(Bucket=bucket, **listing)),
        ("s3:ListBucket", at, {}, lambda s3, iam: s3.head_bucket(Bucket=bucket)),
        ("s3:GetBucketLocation", at, {}, lambda s3, iam: s3.get_bucket_location(Bucket=bucket)),
        ("s3:GetBucketVersioning", at, {},
         lambda s3, iam: s3.get_bucket_versioning(Bucket=bucket)),
        ("s3:GetBucketObjectLockConfiguration", at, {},
         lambda s3, iam: s3.get_object_lock_configuration(Bucket=bucket)),
        ("s3:GetObject", inside, {}, lambda s3, iam: s3.get_object(Bucket=bucket, Key=key)),
        ("s3:GetObject", inside, {}, lambda s3, iam: s3.head_object(Bucket=bucket, Key=key)),
        ("s3:PutObject", inside, {},
         lambda s3, iam: s3.put_object(Bucket=bucket, Key=key, Body=b"1")),
        ("s3:DeleteObject", inside, {}, lambda s3, iam: s3.delete_object(Bucket=bucket, Key=key)),
        ("s3:GetObjectRetention", inside, {},
         lambda s3, iam: s3.get_object_retention(Bucket=bucket, Key=key)),
        ("s3:ListAllMyBuckets", "*", {}, lambda s3, iam: s3.list_buckets()),
        ("iam:GetUser", PRINCIPAL, {}, lambda s3, iam: iam.get_user(UserName=USER)),
        ("iam:ListAccessKeys", PRINCIPAL, {}, lambda s3, iam: iam.list_access_keys(UserName=USER)),
    ]
    action, resource, own, call = rng.choice(kinds)
    context = {
        "aws:securetransport": ("false",), "aws:sourceip": ("127.0.0.1",),
        "aws:principalarn": (PRINCIPAL,), "aws:username": (USER,),
        "aws:currenttime": (datetime.now(UTC).isoformat(),),
        **{name: (value,) for name, value in own.items()},
    }
    return Request(action, resource, Context(context), PRINCIPAL), call


def conditions(rng: random.Random) -> Json:
    """Some conditions, most of which may hold."""
    choices: list[tuple[str, str, Any]] = [
        ("Bool", "aws:SecureTransport", rng.choice(("true", "false"))),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", rng.choice(("true", "false"))),
        ("Bool", "aws:MultiFactorAuthPresent", "false"),
        ("IpAddress", "aws:SourceIp", rng.choice(("127.0.0.0/8", "10.0.0.0/8"))),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.168.0.0/16"]),
        ("StringLike", "s3:prefix", ["Veeam/*", ""]),
        ("StringEquals", "s3:prefix", rng.choice(PREFIXES)),
        ("StringNotEquals", "s3:prefix", rng.choice(PREFIXES)),
        ("StringNotLike", "s3:prefix", ["Veeam/Backup/site1?/*", "x*"]),
        ("StringLikeIfExists", "s3:prefix", "Veeam/Backup/site1/*"),
        ("StringNotEqualsIfExists", "s3:prefix", "x"),
        ("ForAnyValue:StringLike", "s3:prefix", ["Veeam/*"]),
        ("ForAllValues:StringEquals", "s3:prefix", ["Veeam/", "x"]),
        ("Null", "s3:prefix", rng.choice(("true", "false"))),
        ("NumericLessThanEquals", "s3:max-keys", "10"),
        ("NumericGreaterThanIfExists", "s3:max-keys", "10"),
        ("ArnLike", "aws:PrincipalArn", rng.choice((f"arn:aws:iam::*:user/{USER}",
                                                    "arn:aws:iam::*:role/*"))),
        ("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/other"),
        ("StringEquals", "aws:username", rng.choice((USER, "other"))),
        ("StringEqualsIgnoreCase", "aws:username", USER.upper()),
        ("DateGreaterThan", "aws:CurrentTime", rng.choice(("2020-01-01T00:00:00Z",
                                                           "2099-01-01T00:00:00Z"))),
    ]
    out: Json = {}
    for operator, key, values in rng.sample(choices, rng.choice((1, 1, 2))):
        out.setdefault(operator, {})[key] = values
    return out


def statement(rng: random.Random, principal: bool = False) -> Json:
    """One statement."""
    out: Json = {"Effect": "Allow" if rng.random() < 0.7 else "Deny"}
    if principal:
        out["Principal"] = rng.choice((
            "*", {"AWS": "*"}, {"AWS": PRINCIPAL}, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/other"},
            {"AWS": [PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:user/other"]}))
    element = "NotAction" if rng.random() < 0.1 else "Action"
    patterns = PATTERNS if not principal else tuple(p for p in PATTERNS if p.startswith("s3:"))
    chosen = rng.sample(patterns, rng.choice((1, 2, 4)))
    out[element] = chosen[0] if len(chosen) == 1 else chosen
    element = "NotResource" if rng.random() < 0.1 else "Resource"
    places = RESOURCES if not principal else tuple(r for r in RESOURCES if BUCKET in r)
    chosen = rng.sample(places, rng.choice((1, 2)))
    out[element] = chosen[0] if len(chosen) == 1 else chosen
    if rng.random() < 0.4:
        out["Condition"] = conditions(rng)
    return out


def policy(rng: random.Random, principal: bool = False, near: Request | None = None) -> Json:
    """One policy; with *near*, often one that speaks of this request."""
    statements = [statement(rng, principal) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
    if near is not None and rng.random() < 0.7:
        fitting = near.action.startswith("s3:") and BUCKET in near.resource
        if fitting or not principal:
            for one in rng.sample(statements, rng.choice((1, len(statements)))):
                for element, value in (("Action", near.action), ("Resource", near.resource)):
                    if element in one:
                        given = one[element]
                        one[element] = [*(given if isinstance(given, list) else [given]), value]
    return {"Version": "2012-10-17", "Statement": statements}
