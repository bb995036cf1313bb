"""Twilio's errors: a code, a sentence, and an HTTP status."""

from typing import Any

MORE_INFO = "https://www.twilio.com/docs/errors/{code}"

# The HTTP status of a code is 400 unless listed here.
STATUSES = {
    20003: 401,
    20004: 405,
    20005: 403,
    20008: 403,
    20009: 409,
    20403: 403,
    20404: 404,
    20429: 429,
    20500: 500,
    30409: 409,
}

SENTENCES = {
    20001: "Invalid parameter: {0}",
    20003: "Authenticate",
    20004: "Method not allowed",
    20005: "Account not active",
    20008: "Resource not accessible with Test Account Credentials",
    20009: "The message is not finished, so it cannot be deleted yet",
    20404: "The requested resource {0} was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21211: "Invalid 'To' Phone Number: {0}",
    21212: "Invalid From Number (caller ID): {0}",
    21402: "Invalid URL: {0}",
    21403: "Invalid HTTP method: {0}",
    21406: "SmsFallbackUrl cannot be set without SmsUrl",
    21408: "Permission to send an SMS has not been enabled for the region of the 'To' number: {0}",
    21421: "The phone number {0} is not valid",
    21422: "The phone number {0} is not available for purchase",
    21452: "No phone numbers found in area code {0}",
    21602: "A text message body or media urls must be specified",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The From phone number {0} is not a valid, SMS-capable phone number for your account",
    21609: "The StatusCallback URL {0} is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This From number {0} has exceeded the maximum number of queued messages",
    21612: "The 'To' number {0} is not currently reachable using the 'From' number",
    21614: "'To' number {0} is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body, media urls or a content sid must be specified",
    21620: "Invalid media URL: {0}",
    21623: "Number of media files exceeds the allowed limit of 10",
    21624: "The ValidityPeriod {0} is out of range, it must be between 1 and 36000 seconds",
    21658: "The parameter {0} exceeds its length limit",
    21701: "The Messaging Service {0} does not exist",
    21704: "The Messaging Service contains no phone numbers",
    30400: "The body of a message can only be emptied, and not while it is being canceled",
    30409: "The message is not scheduled any more, so it cannot be canceled",
    35111: "SendAt is missing",
    35114: "SendAt must be between 300 seconds and 35 days ahead: {0}",
    35118: "MessagingServiceSid is required to schedule a message",
    35126: "Invalid ScheduleType: {0}",
    90002: "The AccountSid {0} is invalid",
}


class TwilioError(Exception):
    """An error response. `subject` fills the sentence (a number, a path, a parameter)."""

    def __init__(self, code: int, subject: str = "", *, retry_after: int | None = None) -> None:
        self.code = code
        self.status = STATUSES.get(code, 400)
        self.message = SENTENCES[code].format(subject)
        self.retry_after = retry_after
        super().__init__(f"{code}: {self.message}")

    def payload(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": MORE_INFO.format(code=self.code),
            "status": self.status,
        }


# Errors that occur later, at the carrier: the text shown beside the code.
DELIVERY_SENTENCES = {
    11200: "HTTP retrieval failure",
    11751: "Media message exceeds size limit",
    12300: "Invalid Content-Type",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
    30036: "Validity period expired",
}

# With these, Twilio never gives the message to a carrier, so it ends as failed, not undelivered.
NEVER_HANDED_OVER = {11200, 11751, 12300, 30001, 30002, 30010, 30020, 30021, 30036, 30037, 30500}
