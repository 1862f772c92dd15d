from_option = "secret-of-another-option"
