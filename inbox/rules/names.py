"""A person's name as lists have it, and as one says it."""

# What stands behind a comma and is no first name.
_TITLES = frozenset("jr sr ii iii iv v esq md do phd dmin dd dds dvm jd rn cpa hijo hija".split())


def turned_round(name: str) -> str:
    """ "Park, Naomi" as Naomi Park; any other name stays, such as Naomi Park, MD."""
    given, family = _parts(name)
    return f"{given} {family}" if given and name.count(",") == 1 else name


def first_name(name: str) -> str | None:
    """What one calls them, whichever way round their name was written; None if it has none."""
    given, _ = _parts(name)
    words = (given or name).replace(",", " ").split()
    return words[0].rstrip(";:-") or None if words else None


def _parts(name: str) -> tuple[str, str]:
    """The given and the family name of "Family, Given"; nothing of what is not written so."""
    parts = [part.strip() for part in name.split(",")]
    while len(parts) > 1 and _is_title(parts[-1]):
        parts.pop()
    if len(parts) != 2 or not all(map(_is_name, parts)) or _is_remark(*parts):
        return "", ""
    return parts[1], parts[0]


def _is_title(part: str) -> bool:
    """Nothing at all is none, either."""
    letters = "".join(c for c in part.lower() if c.isalpha())
    return not part or letters in _TITLES


def _is_name(part: str) -> bool:
    return any(c.isalpha() for c in part) and not any(c.isdigit() for c in part)


def _is_remark(before: str, behind: str) -> bool:
    """As in "Naomi Park, youth leader"."""
    return behind[0].islower() and not before[0].islower()
