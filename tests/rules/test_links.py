"""Where a link in a text begins and ends. Each row: a text, and the part that links."""

import time

import pytest

from inbox.rules.links import links

SIGNS = (
    "! ? ; : , . … ... !!! ?! 。 、 ， ！ ？ ； ： \" ' ” ’ “ » › ) ] } > "
    "؟ ، ؛ ۔ 」 』 】 ） 》 * ** 🙏 — । ॥ ። ։ ׃ ¡ ‽"
).split()
ADDRESSES = (
    "https://example.org/map",
    "http://example.org",
    "https://example.org/?day=sunday&time=10",
    "https://example.org/a_(b)",
    "www.example.org/a_(b)",
    "bit.ly/3abc",
    "forms.gle/abc",
    "gracechurch.church/give",
    "example.org",
    "https://ja.wikipedia.org/wiki/教会",
    "https://example.org/שלום",
)


def linked(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links(text)]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("sign", SIGNS)
def test_punctuation_after_an_address_is_not_part_of_it(address: str, sign: str) -> None:
    for text in (f"See {address}{sign} ok?", f"{address}{sign}", f"שלום {address}{sign} תודה"):
        assert linked(text) == [address]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "quotes",
    [
        '""',
        "''",
        "“”",
        "‘’",
        "«»",
        "„“",
        "‹›",
        "「」",
        "『』",
        "【】",
        "《》",
        "()",
        "[]",
        "{}",
        "<>",
        "（）",
    ],
)
def test_quotes_and_brackets_do_not_hide_an_address(address: str, quotes: str) -> None:
    opening, closing = tuple(quotes)
    for text in (
        f"Go to {opening}{address}{closing}.",
        f"({opening}{address}{closing})",
        f"{opening}{address}!{closing}, ok",
        f"{opening}see {address}{closing}",
    ):
        assert linked(text) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://EXAMPLE.ORG/MAP",
        "Https://Example.org/Map",
        "https://example.org:8080/x?a=1#b",
        "https://web.archive.org/web/https://example.org",
        "https://[::1]:8000/x",
        "https://example.org/@ruth",
        "https://youtu.be/abc-",
        "https://café.example/menú",
        "https://xn--caf-dma.example/x",
        "EXAMPLE.ORG",
        "Example.org",
        "example.co.uk",
        "gracechurch.org.uk",
        "iglesia.mx",
        "hope.church",
        "www.grace.life",
        "maps.app.goo.gl/abc",
        "youtu.be/dQw4?t=3",
        "us02web.zoom.us/j/123?pwd=x",
        "zoom.us/j/123",
        "t.me/grace",
        "wa.me/12025550100",
        "linktr.ee/grace",
        "tithe.ly/give",
        "pushpay.com/g/grace",
        "cash.app/$grace",
        "tinyurl.com/abc",
        "amzn.to/3abc",
        "grace.life/give",
        "gracechurch.online",
        "hopechapel.family",
        "example.org/#about",
        "Www.Gracechurch.Org",
        "Www.gracechurch.Org/give",
        "first-church.org:8080/x",
        "naver.me/abc",
        "kko.to/abc",
        "me2.do/abc",
        "iglesiapeña.org",
        "IGLESIAPEÑA.ORG",
        "www.iglesiapeña.org/niños",
        "ñandú.mx/mapa",
        "café.com",
        "gracechurch.ca",
        "stpatricks.ie",
        "stmarys.ca",
        "grace.ca",
        "moody.info",
        "gracechurch.info",
        "grace.ca/give",
        "www.army.mil",
    ],
)
def test_common_addresses_are_linked_as_written(address: str) -> None:
    assert linked(f"Look: {address}, please") == [address]
    assert linked(f"Link:{address}") == [address]
    assert linked(f"-{address}\n-{address}") == [address, address]
    assert linked(f"請看{address}。") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "notes.md readme.txt photo.jpg list.csv file.zip main.py run.sh budget.xlsx flyer.pdf",
        "e.g.this i.e.that v1.2 1.2.3.4 12.30pm Rom.8:28 John 3.16/17 Mt.5:3 1Cor.13",
        "a.m./p.m. p.m./a.m. 9.am/10.pm U.S./Mexico w.w.jd D.C./VA",
        "he.is/was Join.us/tonight It was.so/so no.in/out lo que.se/sabe de.la/el",
        "See you at seven.Me too. The end.Net gain. Thank you.Will you come? I know.in the hall",
        "and/or and/or.com St.Paul/Peter Mr.Smith/Jones Dr.Who ok...com",
        "http:// https://… http:///x www. www.gracechurch @gracechurch.org ruth@ ruth@home",
        "ftp://example.org/x javascript:alert(1) data:text/html,x file:///etc/passwd",
        "$5.00/week 10.5% 3.14 .com .org/x 4.church",
        "ok.so home.In I am in.ca 7 ça va.ca ira merci.au revoir malade.il viendra bukas.sa church",
        "gracias.mil bendiciones. Please bring food.eg cake, or to share.ie cake. more.info",
        "See you at.church, I go to.church, in.the.church",
        "El niño.es alto. Mañana.no puedo. El año.me gusta. Seven.Me too. Www.So tired, ok.so.You",
    ],
)
def test_text_that_only_looks_like_an_address_is_not_linked(text: str) -> None:
    assert linked(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("gracechurch.org.See you", "gracechurch.org"),
        ("gracechurch.org.In the hall", "gracechurch.org"),
        ("gracechurch.org.uk.Thanks", "gracechurch.org.uk"),
        ("hope.church.Come at 7", "hope.church"),
        ("www.gracechurch.org.See you", "www.gracechurch.org"),
        ("https://gracechurch.org.Thanks", "https://gracechurch.org"),
        ("ruth@gracechurch.org.Thanks", "ruth@gracechurch.org"),
        ("Www.Gracechurch.Org.", "Www.Gracechurch.Org"),
        ("WWW.HOPE.CHURCH", "WWW.HOPE.CHURCH"),
        ("www.hope.Church", "www.hope.Church"),
        ("www.iglesia.com.Mx", "www.iglesia.com.Mx"),
        ("pastor@iglesiapeña.org", "pastor@iglesiapeña.org"),
    ],
)
def test_a_sentence_behind_an_address_is_not_part_of_it(text: str, address: str) -> None:
    assert linked(text) == [address]


def test_an_email_address_is_never_a_web_link() -> None:
    text = "ruth@gracechurch.org, (tina.cole+x@grace.church) <sam@example.co.uk>. ana@bit.ly/x"
    assert [link.href for link in links(text)] == [
        "mailto:ruth@gracechurch.org",
        "mailto:tina.cole+x@grace.church",
        "mailto:sam@example.co.uk",
        "mailto:ana@bit.ly",
    ]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("example.org/x", "https://example.org/x"),
        ("http://example.org/x", "http://example.org/x"),
        # Text that a browser reads differently from a person.
        (r"https://example.org\@evil.example/x", "https://example.org"),
        ("https://example.org/\u202egpj.exe", "https://example.org/"),
        ("https://exam\u00adple.org", "https://exam"),
        ("https://example.org\u200b.evil.example", "https://example.org"),
    ],
)
def test_a_link_leads_to_what_it_shows(text: str, href: str) -> None:
    [link] = links(text)
    assert link.href == href and href.endswith(text[link.start : link.end])


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example@evil.example/",
        "https://bank.example:443@evil.example/",
        "https://user:password@example.org/",
        "https://аpple.com/",  # The first letter is Cyrillic.
        "https://gοοgle.com/",  # Greek letters.
    ],
)
def test_text_that_imitates_another_address_is_not_linked(text: str) -> None:
    assert linked(text) == []


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("https://a.example/x,https://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("example.org;example.com", ["example.org", "example.com"]),
        ("请看https://example.org/map谢谢", ["https://example.org/map"]),
        ("https://example.orgを見て", ["https://example.org"]),
        ("https://example.org/map에서 만나요", ["https://example.org/map"]),
        ("ดูhttps://example.org/mapนะ", ["https://example.org/map"]),
        ("https://www.한국.example/길", ["https://www.한국.example/길"]),
        ("ב-https://example.org", ["https://example.org"]),
        (
            "gracechurch.org’s page, https://example.org/x's",
            ["gracechurch.org", "https://example.org/x"],
        ),
        ("https://example.org—come", ["https://example.org"]),
        (
            "_https://example.org/x_ ~https://example.org/y~ *https://example.org/z*",
            ["https://example.org/x", "https://example.org/y", "https://example.org/z"],
        ),
        (
            "https://youtu.be/abc_ https://example.org/~ruth",
            ["https://youtu.be/abc_", "https://example.org/~ruth"],
        ),
        ("https://example.org/a–b", ["https://example.org/a–b"]),
    ],
)
def test_an_address_ends_where_the_sentence_continues(text: str, addresses: list[str]) -> None:
    assert linked(text) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "a." * 5_000,
        "a-" * 5_000,
        "a@" * 5_000,
        "https://" * 1_000,
        "https://a.b/" + ")" * 10_000,
        "a.b-" * 2_500,
    ],
)
def test_no_text_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    list(links(text))
    assert time.process_time() - began < 0.5


def test_markdown_with_an_address_as_its_text_is_two_links() -> None:
    address = "https://example.org/a"
    assert linked(f"[{address}]({address})") == [address, address]


@pytest.mark.parametrize("text", ["lu.ma/grace", "gofund.me/ruth", "iglesiavida.es/contacto"])
def test_a_word_behind_a_known_or_long_name_is_its_path(text: str) -> None:
    assert linked(f"Ver {text}.") == [text]
    assert linked("he.is/was here") == []
