"""Finding out whether an object was made by an interrupted run; it is the SDK's."""

from vbrprov.sdk.recovery import made_since as made_since
