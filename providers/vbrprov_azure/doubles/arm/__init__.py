"""Azure Resource Manager on loopback: storage, resource groups, roles, identities, locks.

Requests and answers are checked against the tables of the Azure libraries (``specs``). What it
refuses carries the code that Azure gives; ``refusals`` names the source of each.
"""
