"""An application's TwiML response to an inbound text; only <Message> matters here."""

from xml.etree import ElementTree

from .webhooks import Answer

XML_TYPES = {"text/xml", "application/xml", "text/html"}


def replies_in(answer: Answer) -> list[str]:
    """The texts to send back, usually none. Raises TwimlError where Twilio would report one."""
    text = answer.text.strip()
    if not text:
        return []
    if answer.content_type == "text/plain":
        return [text]
    if answer.content_type not in XML_TYPES:
        raise TwimlError(12300, "the answer has a content type that Twilio does not read")
    if "<!DOCTYPE" in text:
        raise TwimlError(12100, "the answer is not TwiML")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise TwimlError(12100, "the answer is not well-formed XML") from error
    if root.tag != "Response":
        raise TwimlError(12100, "the answer is not TwiML")
    found = ["".join(message.itertext()).strip() for message in root.iter("Message")]
    if len(found) > 10:
        raise TwimlError(14109, "more than ten replies to one text")
    return [reply for reply in found if reply]


class TwimlError(Exception):
    def __init__(self, code: int, sentence: str) -> None:
        self.code, self.sentence = code, sentence
        super().__init__(sentence)
