provider "aws" {
  region = "us-east-1"
}

locals {
  users = { one = "adopted-user" }
}

import {
  to = aws_s3_bucket.a
  id = "adopted-backup"
}

import {
  for_each = local.users
  to       = aws_iam_user.a[each.key]
  id       = each.value
}

resource "aws_iam_user" "a" {
  for_each = local.users
  name     = each.value
  tags     = { adopted = "yes" }
}

resource "aws_iam_user" "moved" {
  name = "moved-user"
}
