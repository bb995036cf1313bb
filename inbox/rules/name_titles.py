"""Words around a name that are not part of it: titles, suffixes, articles, and words for families.

All in lower case, without accents and periods: `key` brings a word into that form.
"""

from functools import lru_cache
from unicodedata import combining, normalize


@lru_cache(20_000)
def key(word: str) -> str:
    """ "Sra." and "Ph.D" as "sra" and "phd": only the letters, without their accents."""
    plain = "".join(c for c in normalize("NFKD", word.lower()) if not combining(c))
    # It is a letter of its own, with no accent to take away: "Đặng" is written "Dang", too.
    plain = plain.replace("đ", "d")
    return "".join(c for c in normalize("NFC", plain) if c.isalpha())


TITLES = frozenset(
    # English
    "dr drs doctor mr mister mrs ms miss mx sir madam lady dame hon honorable prof professor "
    "pastor copastor ps pst ptr rev revd reverend father fr mother sister sr sis brother br bro "
    "friar deacon deaconess dcn dn elder bishop bp archbishop abp cardinal msgr monsignor minister "
    "apostle evangelist chaplain chap canon rabbi prophet prophetess coach capt captain sgt lt "
    "lieutenant colonel cpl pvt most very right rt teacher leader director president attorney atty "
    "nurse chief uncle auntie aunt grandma grandpa granny mom mommy mum dad daddy wife husband "
    "evang visitor guest imam overseer superintendent missionary adjutant vicar curate abbot "
    "abbess judge master provost verger seminarian dom presbyter archdeacon protodeacon archpriest "
    "venerable eminence excellency cantor eldress secretary treasurer "
    "usher trustee sexton organist pianist councilman councilwoman mayor officer sheriff senator "
    "ambassador governor detective lord engr kuya ate maj col cmdr cdr ltc ssg sfc msgt tsgt sgm "
    # Spanish and Portuguese
    "don dona dra doctora senor senora senorita srta sra srs sres padre madre pbro presbitero "
    "hermano hermana hno hna hnos hnas pr pra pastora copastora rvdo rvda revdo revda reverendo "
    "reverenda lic licda licenciado licenciada ing ingeniero ingeniera arq arquitecto arquitecta "
    "mtro mtra maestro maestra profe profa profesor profesora obispo diacono diaconisa anciano "
    "anciana apostol ministro ministra evangelista misionero misionera fray sor mons monsenor "
    "irmao joven tio primera dama lider directora presidente presidenta profeta bispo "
    "seminarista catequista coordinador coordinadora secretaria secretario srita "
    "ujier cura rp tesorero tesorera "
    "senhor senhora ptra hnita hnito abuela abuelo abuelita abuelito mama mami papa papi esposa "
    "esposo viuda vda dna profr rdo rda jueza padrino madrina siervo sierva "
    "visitante invitado invitada "
    # French, German, Italian, and Haitian Creole
    "monsieur madame mademoiselle mme mlle pasteur frere pere soeur sœur herr frau pfarrer "
    "pfarrerin pfr diakon schwester bruder abbe signor signora suor paste madan "
    # Arabic, also in Latin letters
    "abuna الاخ الاخت القس الاب الشماس الدكتور الدكتورة السيد السيدة الاستاذ ابونا د "
    # Russian
    "отец батюшка матушка брат сестра пастор "
    # Of several
    "pastors pastores pastoras reverends revs brothers sisters hermanos hermanas elders "
    "deacons misses messrs doctors doctores senores padres ministers".split()
)
# Titles only with a period: Min Park is called that.
DOTTED_TITLES = frozenset("dir min ev pas apost diac gen adm cap cp supt".split())
# A given name in English, too: alone, or before an initial, it is one.
ALSO_GIVEN = frozenset("don dom judge master".split())
# Without their accents they are given names.
ACCENTED_TITLES = frozenset({"tía", "irmã", "frè", "sè", "mèt"})
# These belong to the title beside them: "First Lady", "Senior Pastor", "Pastor Asociado".
WITH_TITLE = frozenset(
    "first senior lead head associate assistant executive interim youth worship music choir co new "
    "permanente permanent "
    "vice retired ret his her former emeritus principal general asociado asociada "
    "emerito emerita".split()
)
SUFFIXES = frozenset(
    "jr sr ii iii iv v esq md phd dmin dd dds dvm jd rn cpa bsn msn lcsw lmsw lmft lpc mba edd "
    "mdiv pharmd usn usaf usmc ret osb ofm ihm rsm sj op sdb svd ocd ocso cssr hijo hija".split()
)
# Distinguishes father and son.
GENERATIONS = frozenset("jr sr ii iii iv".split())
ARTICLES = frozenset("the los las".split())
# A surname begins with these. Where it stands alone, nothing says what the member is called.
PARTICLES = frozenset(
    "de del la el lo da das do dos di du des della dello degli dei delle dalla le van von "
    "vom zu zur der den het ter ten bin ibn bint af av mc st saint san santa of".split()
)
# Given names, too, unless they are written in lower case: "Al Green", but "al Rashid".
LOWER_PARTICLES = frozenset({"al", "ben"})
# A whole given name, too, where it stands alone: "Nguyen, Van".
SHORT_GIVEN = frozenset("van von le di do del lo san".split())
# Given names that are written as two words, such as "La Toya", "De Andre", and "Le Roy".
BEFORE_GIVEN = frozenset("la de le da".split())
AFTER_PARTICLE = frozenset(
    "toya tasha tanya tonya tisha tosha trice tricia trina donna verne vern vonne vonda "
    "vera keisha kisha kesha quita quinta quisha shawn shaun sean shonda shanda shay marr "
    "marcus mario mont monte monica andre andra andrew angelo angela ann anna anne ante "
    "vante von vonte wayne juan quan john jon ron roy rone royce reese rita mita nita "
    "nisha isha ona ree rhonda sha bron brandon ray ryan".split()
)
# A given name cut short, or the beginning of one. It means little alone: "Ma. Elena" and "Abdul
# Rahman" are called that.
ABBREVIATED = frozenset(
    "ma fco fca fdo gmo gpe jse wm chas thos thi abd abdul abdel abu umm عبد ابو ام".split()
)
# The same, with a period. Any other word with one is taken for a title: "Cnel. Luis Vega".
DOTTED_GIVEN = frozenset(
    "geo jas jos robt edw benj saml alex alej ant bart bern conc dol ed fern guad ign jno merc "
    "st sta trin".split()
)
# Family names that mostly stand first, even without a comma.
FAMILY_FIRST = frozenset("nguyen tran pham huynh truong duong ngo dang bui phan vu vo dinh".split())
# Those who may be called by a husband's name, and the usual names of husbands.
WIVES = frozenset("mrs sra mme".split())
HUSBANDS = frozenset(
    "albert alfred andrew anthony arthur benjamin bill bob brian carl charles christopher daniel "
    "david donald earl edward ernest eugene francis frank fred frederick gary george gerald harold "
    "harry henry herbert howard jack james jeffrey jim joe john joseph juan kenneth larry lawrence "
    "louis luis mark martin matthew michael mike paul peter philip ralph raymond richard robert "
    "tim jeff greg matt dan dave steve rob bobby jerry ken ron doug phil rick chuck brad todd "
    "kevin eric jason aaron adam jose carlos miguel pedro antonio manuel francisco "
    "roger ronald roy russell samuel scott stephen steven ted theodore thomas timothy tom walter "
    "william".split()
)
# "Wife of John" is not called either name.
RELATIVES = frozenset(
    "wife husband mother mom mommy mum father dad daddy son daughter brother sister grandma "
    "grandpa granny aunt uncle friend parent parents widow esposa esposo madre padre mama papa "
    "mami papi hijo hija hermano hermana abuela abuelo abuelita abuelito tia tio viuda vda mujer "
    "amigo amiga mae pai filho filha".split()
)
# These mean everyone in a household, or a couple.
HOUSEHOLDS = frozenset(
    "family families familia familias familie famille famiglia fam household hogar home "
    "couple couples matrimonio matrimonios esposos pareja parejas casal ehepaar eheleute "
    "fanmi residence residencia sons عايلة משפחת родина семья сімя "
    "coniugi newlyweds parents kids children siblings twins grandparents hijos ninos "
    "abuelos gemelos flia estate baby bebe".split()
)
# These mean no one in particular.
ORGANIZATIONS = frozenset(
    "church iglesia ministry ministries ministerio ministerios school escuela office "
    "oficina igreja eglise kirche legliz chapel capilla fellowship parroquia congregacion "
    "committee comite clinic clinica hospital foundation fundacion inc llc ltd desk unknown "
    "anonymous desconocido desconocida spam scam wrong name nombre "
    "newcomer newcomers member caller group grupo baptist methodist lutheran "
    "presbyterian pentecostal bautista metodista".split()
)
# Nor do these, where they stand alone.
PLACEHOLDERS = frozenset(
    "none null xxx tbd na deceased private emergency visita nuevo nueva ninguno".split()
)
# Nobody is greeted by the name of someone who died.
DEPARTED = frozenset("deceased fallecido fallecida difunto difunta finado finada falecido".split())
# Without any of these, the first word is the first name.
SPECIAL = (
    TITLES
    | ARTICLES
    | PARTICLES
    | LOWER_PARTICLES
    | ABBREVIATED
    | FAMILY_FIRST
    | RELATIVES
    | HOUSEHOLDS
    | ORGANIZATIONS
    | PLACEHOLDERS
    | DEPARTED
    | {"and", "und", "et", "n", "thi", "van", "irma", "fre", "se", "met"}
)
