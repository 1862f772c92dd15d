"""The configurations of the trials, and their objects as text: as asked for, and as they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

Json = dict[str, Any]

#: Buckets are named by us and have parts; records refer to buckets; half of the volumes are
#: replaced by making the new one first, as are all keys; logins need the secret of a key.
CONFIGURATION = """
variable "endpoint" {}
variable "world" {}
variable "flavor" { default = "plain" }
variable "note" { default = "first" }
variable "share" {
  type    = number
  default = 1
}

provider "ledger" {
  endpoint = var.endpoint
  world    = var.world
}

resource "ledger_bucket" "b" {
  count = 10 * var.share
  name  = "b-${var.flavor}-${count.index}"
  note  = var.note
  parts = { left = var.note, right = "same" }
}

resource "ledger_record" "r" {
  count  = 12 * var.share
  name   = "r-${count.index}"
  flavor = var.flavor
  note   = var.note
  bucket = count.index < 10 ? ledger_bucket.b[count.index].id : null
}

resource "ledger_volume" "v" {
  count  = 7 * var.share
  name   = "v-${count.index}"
  flavor = var.flavor
  note   = var.note
}

resource "ledger_volume" "w" {
  count  = 7 * var.share
  name   = "w-${count.index}"
  flavor = var.flavor
  note   = var.note

  lifecycle {
    create_before_destroy = true
  }
}

resource "ledger_key" "k" {
  count  = 2 * var.share
  user   = "user-${count.index}"
  flavor = var.flavor
}

resource "ledger_login" "l" {
  count  = 2 * var.share
  name   = "l-${count.index}"
  key    = ledger_key.k[count.index].id
  note   = var.note
  secret = ledger_key.k[count.index].secret
}

output "buckets" {
  value = length(ledger_bucket.b)
}
"""


#: Objects with names of ours only: to make one a second time is refused.
NAMED = """
variable "endpoint" {}
variable "world" {}

provider "ledger" {
  endpoint = var.endpoint
  world    = var.world
}

resource "ledger_bucket" "b" {
  count = 40
  name  = "b-named-${count.index}"
}
"""


def wanted_named() -> Counter[str]:
    """What ``NAMED`` asks for."""
    return Counter(f"bucket b-named-{n}  {{}}" for n in range(40))


def wanted(*, flavor: str = "plain", note: str = "first", share: int = 1) -> Counter[str]:
    """What the configuration asks for, one line an object."""
    if not share:
        return Counter()
    lines = [f"bucket b-{flavor}-{n} {note} {{'left': '{note}', 'right': 'same'}}"
             for n in range(10 * share)]
    lines += [f"record r-{n} {flavor} {note} {f'b-{flavor}-{n}' if n < 10 else None}"
              for n in range(12 * share)]
    lines += [f"volume {letter}-{n} {flavor} {note}" for letter in "vw" for n in range(7 * share)]
    lines += [f"key user-{n} {flavor}" for n in range(2 * share)]
    lines += [f"login l-{n} {note} key of user-{n}, {flavor}" for n in range(2 * share)]
    return Counter(lines)


def existing(world: Json) -> Counter[str]:
    """What the ledger says there is, in the same words."""
    objects = world["objects"]
    keys = objects["keys"]
    lines = [f"bucket {o['name']} {o['note']} {dict(sorted(o['parts'].items()))}"
             for o in objects["buckets"].values()]
    lines += [f"record {o['name']} {o['flavor']} {o['note']} {o['bucket']}"
              for o in objects["records"].values()]
    lines += [f"volume {o['name']} {o['flavor']} {o['note']}" for o in objects["volumes"].values()]
    lines += [f"key {o['user']} {o['flavor']}" for o in keys.values()]
    for login in objects["logins"].values():
        key = keys.get(login["key"])
        whose = "no key"
        if key is not None:
            whose = (f"key of {key['user']}, {key['flavor']}"
                     if key["secret_hash"] == login["secret_hash"] else "the secret of another key")
        lines.append(f"login {login['name']} {login['note']} {whose}")
    return Counter(lines)
