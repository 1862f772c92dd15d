"""Names of character sets (IANA) that the text encoding functions know."""

from __future__ import annotations

from vbrprov.sdk import FunctionError

# IANA names and common aliases, in lower case, by the name of Python's codec.
_ALIASES = {
    "ascii": "us-ascii ascii iso-ir-6 ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us "
             "ibm367 cp367 csascii",
    "utf-8": "utf-8 csutf8",
    "utf-16-be": "utf-16be csutf16be",
    "utf-16-le": "utf-16le csutf16le",
    "utf-16": "utf-16 csutf16",
    "iso-8859-1": "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 "
                  "csisolatin1",
    "iso-8859-2": "iso-8859-2 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
    "iso-8859-3": "iso-8859-3 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
    "iso-8859-4": "iso-8859-4 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
    "iso-8859-5": "iso-8859-5 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
    "iso-8859-6": "iso-8859-6 iso_8859-6 iso_8859-6:1987 iso-ir-127 ecma-114 asmo-708 arabic "
                  "csisolatinarabic iso-8859-6-e iso-8859-6-i",
    "iso-8859-7": "iso-8859-7 iso_8859-7 iso_8859-7:1987 iso-ir-126 elot_928 ecma-118 greek greek8 "
                  "csisolatingreek",
    "iso-8859-8": "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew csisolatinhebrew "
                  "iso-8859-8-e iso-8859-8-i",
    "iso-8859-9": "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
    "iso-8859-10": "iso-8859-10 iso-ir-157 l6 iso_8859-10:1992 csisolatin6 latin6",
    "iso-8859-13": "iso-8859-13 csiso885913",
    "iso-8859-14": "iso-8859-14 iso-ir-199 iso_8859-14:1998 iso_8859-14 latin8 iso-celtic l8",
    "iso-8859-15": "iso-8859-15 iso_8859-15 latin-9",
    "iso-8859-16": "iso-8859-16 iso-ir-226 iso_8859-16:2001 iso_8859-16 latin10 l10",
    "cp037": "ibm037 cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csibm037",
    "cp437": "ibm437 cp437 437 cspc8codepage437",
    "cp850": "ibm850 cp850 850 cspc850multilingual",
    "cp852": "ibm852 cp852 852 cspcp852",
    "cp855": "ibm855 cp855 855 csibm855",
    "cp858": "ibm00858 ccsid00858 cp00858 pc-multilingual-850+euro",
    "cp860": "ibm860 cp860 860 csibm860",
    "cp862": "ibm862 cp862 862 cspc862latinhebrew",
    "cp863": "ibm863 cp863 863 csibm863",
    "cp865": "ibm865 cp865 865 csibm865",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp1140": "ibm01140 ccsid01140 cp01140 ebcdic-us-37+euro",
    "koi8-r": "koi8-r cskoi8r",
    "koi8-u": "koi8-u",
    "mac-roman": "macintosh mac csmacintosh",
    "cp874": "windows-874 cswindows874",
    "gbk": "gbk cp936 ms936 windows-936",
    "gb18030": "gb18030",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 csbig5",
    "euc-jp": "euc-jp extended_unix_code_packed_format_for_japanese cseucpkdfmtjapanese",
    "iso-2022-jp": "iso-2022-jp csiso2022jp",
    "shift_jis": "shift_jis ms_kanji csshiftjis",
    "euc-kr": "euc-kr cseuckr",
}
_CODECS = {alias: codec for codec, aliases in _ALIASES.items() for alias in aliases.split()}
_CODECS.update({f"windows-{page}": f"cp{page}" for page in range(1250, 1259)})


def codec_of(name: str) -> str:
    """The Python codec of the character set *name*.

    Raises:
        FunctionError: It is not known here.
    """
    codec = _CODECS.get(name.lower())
    if codec is None:
        raise FunctionError(1, f'"{name}" is not a supported IANA encoding name or alias')
    return codec
