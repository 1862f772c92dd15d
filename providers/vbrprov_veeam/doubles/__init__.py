"""Doubles: stand-ins for Veeam products that tests, rehearsals and the sandbox talk to.

Only servers that speak a product's wire protocol belong here. Nothing here may be imported by the
code that manages real infrastructure.
"""
