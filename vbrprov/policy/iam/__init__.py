"""The language of IAM policies: reading, evaluating, comparing.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""
