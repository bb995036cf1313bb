"""Words around a name that are not part of it: titles, suffixes, articles, and words for families.

All in lower case, without accents and full stops: `key` brings a word into that form.
"""

from functools import lru_cache
from unicodedata import combining, normalize


@lru_cache(20_000)
def key(word: str) -> str:
    """ "Sra." and "Ph.D" as "sra" and "phd": only the letters, without their accents."""
    plain = "".join(c for c in normalize("NFKD", word.lower()) if not combining(c))
    return "".join(c for c in normalize("NFC", plain) if c.isalpha())


TITLES = frozenset(
    # English
    "dr drs doctor mr mister mrs ms miss mx sir madam lady dame hon honorable prof professor "
    "pastor ps pst ptr rev revd reverend father fr mother sister sr sis brother br bro friar "
    "deacon deaconess dcn dn elder bishop bp archbishop abp cardinal msgr monsignor minister "
    "apostle evangelist chaplain chap canon rabbi prophet prophetess coach capt captain sgt lt "
    "lieutenant colonel cpl pvt most very right rt "
    # Spanish and Portuguese
    "don dona dra doctora senor senora senorita srta sra srs sres padre madre pbro presbitero "
    "hermano hermana hno hna hnos hnas pr pra pastora rvdo rvda revdo revda reverendo reverenda "
    "lic licda licenciado licenciada ing ingeniero ingeniera arq arquitecto arquitecta mtro mtra "
    "maestro maestra profe profa profesor profesora obispo diacono diaconisa anciano anciana "
    "apostol ministro ministra evangelista misionero misionera fray sor mons monsenor irmao "
    "irma joven tio tia "
    # Of several
    "pastors pastores pastoras reverends revs brothers sisters hermanos hermanas elders deacons "
    "misses messrs doctors doctores senores padres ministers".split()
)
# A given name in English, too: alone, or before an initial, it is one.
ALSO_GIVEN = frozenset({"don"})
SUFFIXES = frozenset("jr sr ii iii iv v esq md phd dmin dd dds dvm jd rn cpa hijo hija".split())
# Distinguishes father and son.
GENERATIONS = frozenset("jr sr ii iii iv".split())
ARTICLES = frozenset("the los las".split())
# The same, but at home in first names such as La Toya and De Andre, too.
PARTICLES = frozenset("la el lo de del".split())
# These mean everyone in a household.
HOUSEHOLDS = frozenset("family families familia familias fam household hogar home".split())
# These mean no one in particular.
ORGANIZATIONS = frozenset(
    "church iglesia ministry ministries ministerio ministerios school escuela office oficina "
    "inc llc ltd".split()
)
# Without any of these, the first word is the first name.
SPECIAL = TITLES | ARTICLES | PARTICLES | HOUSEHOLDS | ORGANIZATIONS | {"and", "und"}
