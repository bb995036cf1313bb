"""The cast: the same few people in every test."""

from dataclasses import dataclass

from inbox.models import Church, Conversation, Member, PhoneNumber, Session, Staff
from inbox.models.permissions import Role
from inbox.seal import Seal

GRACE_SID, GRACE_TOKEN = "AC" + "9" * 32, "a9" * 16
HOPE_SID, HOPE_TOKEN = "AC" + "4" * 32, "b4" * 16
GRACE_NUMBER, HOPE_NUMBER = "+12025550100", "+13035550100"
NAOMI, GEORGE, LYDIA = "+12025550142", "+12025550143", "+13035550142"
STRANGER = "+12025550199"
PASSWORD = "a practice password"
# The hash of PASSWORD at the lowest cost, because hashing is slow on purpose.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$LnEfmxqqoEhB6Hz2OmuMDw$B3bmBlApD6dNLAq2PdITiwnSEkdGS5hQwgpqMLi8T7o"
)


@dataclass
class Cast:
    """Grace Chapel with Pastor Ruth, Daniel and Mercy; and Hope Fellowship with Pastor Sam."""

    grace: Church
    ruth: Staff
    daniel: Staff
    mercy: Staff
    grace_number: PhoneNumber
    naomi: Member
    george: Member
    hope: Church
    sam: Staff
    hope_number: PhoneNumber
    lydia: Member

    async def conversation(self, member: Member | None = None) -> Conversation:
        """Everything a verb needs, with Naomi as the default member."""
        member = member or self.naomi
        number = self.grace_number if member.church_id == self.grace.id else self.hope_number
        made = await Conversation.between(member, number)
        return await Conversation.whole().get(id=made.id)


async def assemble(seal: Seal, send_rate: float = 0) -> Cast:
    grace = await _church("Grace Chapel", GRACE_SID, GRACE_TOKEN, seal)
    hope = await _church("Hope Fellowship", HOPE_SID, HOPE_TOKEN, seal)
    return Cast(
        grace=grace,
        ruth=await _staff(grace, "Ruth Adeyemi", "ruth@grace.example", "owner"),
        daniel=await _staff(grace, "Daniel Ortiz", "daniel@grace.example", "editor"),
        mercy=await _staff(grace, "Mercy Lind", "mercy@grace.example", "volunteer"),
        grace_number=await PhoneNumber.connect(grace, GRACE_NUMBER, "PN" + "9" * 32, send_rate),
        naomi=await Member.with_phone(grace.id, NAOMI, "Naomi Park"),
        george=await Member.with_phone(grace.id, GEORGE, "George Bell"),
        hope=hope,
        sam=await _staff(hope, "Sam Reid", "sam@hope.example", "owner"),
        hope_number=await PhoneNumber.connect(hope, HOPE_NUMBER, "PN" + "4" * 32, send_rate),
        lydia=await Member.with_phone(hope.id, LYDIA, "Lydia Cole"),
    )


async def _church(name: str, account_sid: str, auth_token: str, seal: Seal) -> Church:
    church = await Church.open(name)
    await church.connect(account_sid, auth_token, seal)
    return church


async def _staff(church: Church, name: str, email: str, role: Role) -> Staff:
    # Texts are sent without an undo window; tests of undo set one.
    return await Staff.create(
        church=church,
        name=name,
        email=email,
        role=role,
        password_hash=PASSWORD_HASH,
        undo_seconds=0,
    )


async def token_of(staff: Staff) -> str:
    """A session token for this person, as their browser would hold it."""
    _, token = await Session.begin(staff, "a test")
    return token
