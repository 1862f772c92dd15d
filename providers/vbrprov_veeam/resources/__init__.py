"""Resource types of the veeam provider, one module a type, named as the type without ``veeam_``.

Here: the arguments of each type and how they look on the wire. Not here: the order of calls
(``objects``), what repositories share (``repositories``).
"""
