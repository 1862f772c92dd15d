"""State: what exists, kept so that no crash loses it.

Here: the state model, the journal and the snapshot, their folding into one, the marker, locks and
sessions, and the backends that need no cloud SDK.
Not here: asking providers what became of an open intent (``apply``), the meaning of addresses and
attribute values (kept as text and raw JSON).
"""
