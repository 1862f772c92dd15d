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

resource "aws_iam_user" "moved" {
  name = "moved-user"
}

moved {
  from = aws_iam_user.former
  to   = aws_iam_user.moved
}
