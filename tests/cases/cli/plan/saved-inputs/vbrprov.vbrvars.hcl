from_file       = "secret-of-the-file"
plain_from_file = 7
