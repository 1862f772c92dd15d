"""IAM as AWS has it and its likes offer it: users, keys, managed policies, attachments.

Here: models, steps and the bases of the resource types. The types themselves are each provider's.
"""
