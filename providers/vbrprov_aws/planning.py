"""Small tools for ``plan_modify``; they are the SDK's."""

from vbrprov.sdk.planning import LATER as LATER
from vbrprov.sdk.planning import is_known as is_known
from vbrprov.sdk.planning import known as known
from vbrprov.sdk.planning import silent as silent
