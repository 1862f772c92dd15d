resource "aws_iam_user" "nobody" {
  name = "nobody"
}

import {
  to = aws_iam_user.nobody
  id = "nobody"
}
