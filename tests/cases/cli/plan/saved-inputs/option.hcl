from_option = "secret-of-the-option"
