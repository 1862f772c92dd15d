"""A small PowerShell: it runs the scripts of steps against the double of a VBR server.

Here: the part of the language that the scripts use, and the cmdlets that they call, which refuse
what the vendor's reference does not list. Not here: anything else that PowerShell can do; what is
not known is an error, never skipped. It has been compared with no real PowerShell.
"""
