"""Configuration as people write it, with its blanks and comments in disorder."""

from __future__ import annotations

import re
from random import Random

REAL = '''\
# The provider and where its state is.
vbrprov {
  required_version = ">= 1.0"

  backend "s3" {
    bucket = "state"
    key    = "stacks/one" # per stack
  }
}

variable "names" {
  type        = list(string)
  description = "Names of buckets, short ones."
  default     = ["a", "b"]
  validation {
    condition     = length(var.names) > 0 && alltrue([for n in var.names : length(n) < 63])
    error_message = "At least one name is needed, each of at most 62 characters: ${length(var.names)}."
  }
}

variable "old" { type = "string" }
variable "older" { type = "map" }
variable "oldest" {
  type = "list"
}
variable "bare" {
  type = set
}

locals {
  tags = {
    "owner"      = "backup"
    environment  = var.env
    cost-center  = 42
    (var.dynamic) = true
  }
  empty     = {}
  nothing   = []
  legacy    = "${var.names}"
  legacy_2  = "${ merge(local.tags, { a = 1 }) }"
  joined    = "${var.a}-${var.b}"
  long_line = lookup({ a = "first", b = "second", c = "third" }, var.choice, "a default that makes this line rather long")
  matrix = [
    [1, 2, 3],
    [-4, -5, - 6],
    [for i, x in var.rows : x * -i if x != null],
  ]
  by_name = { for b in var.buckets : b.name => b... if b.enabled }
  choice  = var.enabled ? aws_s3_bucket.backup[0].arn : try(data.aws_s3_bucket.old.*.arn[0], null)
  policy  = <<-EOT
    {
      "Version": "2012-10-17",
      "Resource": "${aws_s3_bucket.backup[0].arn}/*"
    %{ for n in var.names ~}
      , "${n}"
    %{ endfor ~}
    }
  EOT
  plain = <<EOT
kept   as  it = is
EOT
  calc = (1 + 2) * 3 / -4 % 5
  test = !var.off && !(a || b) ? [] : [""]
}

resource "aws_s3_bucket" "backup" {
  count    = 2
  bucket   = "backup-${count.index}"
  provider = aws.west

  versioning {
    enabled = true
  }
  empty_one {}
  lifecycle { prevent_destroy = true }

  object_lock {
    mode  = "COMPLIANCE" // as the auditors want it
    days  = 30           # a month
    years = null
  } # end of the lock
  /* Rules
     for nobody. */
  depends_on = [aws_kms_key.main, module.network]
}

module "network" {
  source  = "./network"
  for_each = toset(["x", "y"])
  providers = {
    aws = aws.west
    s3  = s3.minio # beside
  }
  cidr = cidrsubnet("10.0.0.0/8", 8, each.key == "x" ? 1 : 2)
}
output "arns" {
  value       = [for b in aws_s3_bucket.backup : b.arn]
  sensitive   = false
  description = "A (b) [c] {d} \\"e\\" $${f} %%{g}"
}
'''  # noqa: E501  # a long line is part of the sample

_BLANKS = re.compile(r"(?<=\S) +(?=\S)")
_SIGNS = re.compile(r" ?([=:?+*,<>!(){}\[\]-]+) ?")
_COMMENTS = (" # c", "// d", " /* e */", "#", "  #  f  ", " // é 日本")
_LINES = ("", "", "  ", "# alone", "\t// alone", "/* a\n b */")


def mangled(seed: int) -> str:
    """Some blocks of the sample, in disorder; now and then with errors."""
    random = Random(seed)
    blocks = re.split(r"\n(?=\w)", REAL)
    text = "\n".join(random.sample(blocks, random.randrange(1, 4)))
    heredoc = ""
    lines = []
    for line in text.split("\n"):
        if heredoc:
            heredoc = "" if line.strip() == heredoc else heredoc
            lines.append(line)
            continue
        if "<<" in line:
            heredoc = line.rpartition("<<")[2].lstrip("-")
        lines.append(_line(line, random, whole=bool(heredoc)))
        if not heredoc and random.random() < 0.08:
            lines.append(random.choice(_LINES))
    ends = "\r\n" if random.random() < 0.1 else "\n"
    return ends.join(lines) + random.choice((ends, ends, ends * 3, ""))


def _line(line: str, random: Random, *, whole: bool) -> str:
    """One line in disorder; *whole* lines get nothing at their end."""
    roll = random.random()
    if roll < 0.3:
        return line
    body = line.strip()
    if roll < 0.6:
        body = _BLANKS.sub(lambda m: " " * random.choice((1, 1, 2, 5)), body)
    elif roll < 0.8 and '"' not in body and "#" not in body and not whole:
        body = _SIGNS.sub(
            lambda m: random.choice(("", " ", "  ")) + m[1] + random.choice(("", " ")), body)
    if not whole and random.random() < 0.1:
        body += random.choice(_COMMENTS)
    if not whole and random.random() < 0.1:
        body += random.choice((" ", "\t", "   "))
    return random.choice(("", " ", "  ", "      ", "\t", "\t\t")) + body
