provider "aws" {
  region = "us-east-1"
}

removed {
  from = aws_s3_bucket.a
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_user.a
  lifecycle {
    destroy = false
  }
}
