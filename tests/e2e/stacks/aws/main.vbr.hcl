provider "aws" {
  region = "us-east-1"
}
data "aws_partition" "p" {}
data "aws_region" "r" {}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.${data.aws_partition.p.dns_suffix}"]
    }
  }
}
data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:${data.aws_partition.p.partition}:s3:::b/*"]
  }
}
resource "aws_iam_user" "agent" {
  name = "agent"
}
resource "aws_iam_group" "agents" {
  name = "agents"
}
resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = aws_iam_group.agents.name
  users = [aws_iam_user.agent.name]
}
resource "aws_iam_group" "more" {
  name = "more"
}
resource "aws_iam_user_group_membership" "m" {
  user   = aws_iam_user.agent.name
  groups = [aws_iam_group.more.name]
}
resource "aws_iam_user_policy" "p" {
  user   = aws_iam_user.agent.name
  name   = "p"
  policy = data.aws_iam_policy_document.read.json
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.read.json
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy_attachment" "r" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_group_policy_attachment" "r" {
  group      = aws_iam_group.agents.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_instance_profile" "i" {
  role = aws_iam_role.r.name
}
resource "aws_kms_key" "k" {
  description         = "backups"
  enable_key_rotation = true
  deletion_policy     = "DELETE"
}
resource "aws_kms_alias" "k" {
  name          = "alias/backups"
  target_key_id = aws_kms_key.k.arn
}
resource "aws_kms_grant" "g" {
  key_id            = aws_kms_key.k.key_id
  grantee_principal = aws_iam_user.agent.arn
  operations        = ["Encrypt", "Decrypt"]
}
resource "aws_s3_account_public_access_block" "a" {}
resource "aws_iam_access_key" "k" {
  user         = aws_iam_user.agent.name
  rotate_after = 90
}
resource "aws_s3_bucket" "b" {
  bucket          = "encrypted-bucket"
  deletion_policy = "DELETE"
  server_side_encryption_configuration {
    sse_algorithm     = "aws:kms"
    kms_master_key_id = aws_kms_key.k.arn
  }
}
output "names" {
  value = [aws_kms_alias.k.target_key_arn, aws_iam_instance_profile.i.name, data.aws_region.r.s3_endpoint]
}
