"""What tokens look like.

A group that matches names the kind of token; every pattern is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Final

# Every character outside ASCII is taken into a name here and judged later (`_check_names`): the
# classes of UAX 31 are too large for a pattern that is compiled at every start. The classes are
# written as what they leave out, which compiles faster than a range up to U+10FFFF.
NAME: Final = r"[^\0-@\[-^`{-\x7f][^\0-,./:-@\[-^`{-\x7f]*"

MAIN: Final = re.compile(
    rf"""[ \t]*+(?:
      ({NAME})(?:([ \t]*+=(?![=>]))|((?:\.{NAME})++))?       # 1 name, 2 with "=", 3 dotted
    | ((?:(?:\#|//)[^\n]*+)?\r?\n(?:[ \t]*+(?:(?:\#|//)[^\n]*+)?\r?\n)*+)  # 4 line ends
    | ("[^"\\$%\r\n]*+(?:[$%](?!\{{)[^"\\$%\r\n]*+)*+")       # 5 plain string
    | ([0-9](?:\.*+(?:[0-9]++|[eE][-+]?[0-9]))*+)              # 6 number
    | ([(\[{{])                                               # 7 opening bracket
    | ([)\]}}]|~\}})                                          # 8 closing bracket
    | (")                                                     # 9 start of a template
    | (<<-?{NAME}\r?\n)                                      # 10 start of a heredoc
    | (?:\#|//)[^\n]*()                                       # 11 comment at the end of the text
    | (/\*)                                                   # 12 start of a block comment
    | (\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[-+*/%<>!=?:,.])      # 13 operator
    | ([^ \t])                                                # 14 anything else
    | \Z()                                                   # 15 the end
    )""",
    re.VERBOSE,
)

QUOTED: Final = re.compile(
    r"""((?:[^"\\$%\r\n]++|\\[^\r\n])++)    # 1 text with escapes
    | (\$\$\{|%%\{|[$%](?!\{))              # 2 text that looks like a sequence
    | ([$%]\{~?)                            # 3 sequence
    | (")                                   # 4 end
    """,
    re.VERBOSE,
)
LINE_TEXT: Final = re.compile(
    r"""([^$%\r\n]*\r?\n)                   # 1 rest of a line
    | ([^$%\r\n]+|\$\$\{|%%\{|[$%](?!\{))   # 2 part of a line
    | ([$%]\{~?)                            # 3 sequence
    """,
    re.VERBOSE,
)
NAME_ALONE: Final = re.compile(rf"[ \t]*+({NAME})((?:\.{NAME})*+)[ \t]*+(~?\}})")
FOR_AHEAD: Final = re.compile(
    r"(?:[ \t\r\n]++|(?:#|//)[^\n]*+\n|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+"
    r"for(?![^\0-,./:-@\[-^`{-\x7f])"
)
# A line that can only start an argument or a block: whatever bracket is open above was forgotten.
RESTART: Final = re.compile(
    rf"""[ \t]*+(?!(?:in|if|for)[ \t])(?:
      {NAME}[ \t]*=(?![=>])
    | {NAME}(?:[ \t]+(?:"[^"\r\n]*"|(?!(?:in|if)[ \t]){NAME}))*[ \t]*\{{
      [ \t]*(?:\}}[ \t]*)?(?:(?:\#|//)[^\n]*)?(?:\r?\n|\Z)
    )""",
    re.VERBOSE,
)

#: White space as Go's ``unicode.IsSpace`` has it, which strip markers and heredoc ends follow.
SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# Characters of ID_Start that are not of XID_Start, which is what `str.isidentifier` tests.
_ALSO_NAME: Final = re.compile(
    "[\u037a\u0e33\u0eb3\u309b\u309c\ufc5e-\ufc63\ufdfa\ufdfb\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a"
    "\ufe7c\ufe7e\uff9e\uff9f]"
)


def is_name(text: str) -> bool:
    """Whether *text* is a name: UAX 31 with ``_`` to start and ``-`` inside."""
    plain = text.replace("-", "_")
    return plain.isidentifier() or _ALSO_NAME.sub("a", plain).isidentifier()
