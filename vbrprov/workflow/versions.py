"""Version constraints: ``>= 1.2, < 2.0``, ``~> 1.2``."""

from __future__ import annotations


def satisfies(version: str, constraint: str) -> bool:
    """Whether *version* meets all parts of *constraint*.

    Raises:
        ValueError: Not a constraint.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import Version

    if not constraint.strip():
        raise ValueError('A version constraint cannot be empty. Write one such as ">= 0.1".')

    parts = []
    for item in constraint.split(","):
        text = item.strip().replace(" ", "")
        if text.startswith("~>"):
            # "~> 1.2" lets the last part grow, as packaging's compatible release does; "~> 1" there
            # needs two parts.
            bare = text[2:]
            text = f"~={bare}" if "." in bare else f">={bare}"
        elif text.startswith("=") and not text.startswith("=="):
            text = f"={text}"
        elif text[:1].isdigit():
            text = f"=={text}"
        parts.append(text)
    try:
        return Version(version) in SpecifierSet(",".join(parts), prereleases=True)
    except InvalidSpecifier:
        raise ValueError(f'"{constraint}" is not a version constraint, such as ">= 0.1, < '
                         '1.0".') from None
