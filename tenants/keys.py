"""Where the items of schools and people live.

`T` is `TENANT#<school>`; `<hash>` is SHA-256 over the school, the kind of look-up and the
normalised value, so that no e-mail address or CURP stands in a key (of attempts: keyed with our
secret, over the address or the school and person; they expire an hour after the last one, the note
that a password was reset after 30 days); *name* is `<family and given name, folded>#<id>`.

| item | kind | PK | SK | GSI1 |
|---|---|---|---|---|
| school of the directory | ``school`` | `PLATFORM#SCHOOLS` | `<school>` | |
| attempts to sign in | ``attempts`` | `PLATFORM#SIGNIN#<hash>` | what was attempted | |
| the school's profile | ``profile`` | `T#CONFIG` | `PROFILE` | |
| period | ``period`` | `T#CONFIG` | `PERIOD#<period>` | |
| group, for the list of groups | ``group_listed`` | `T#CONFIG` | `GROUP#<group>` | |
| a subject's name | ``subject`` | `T#CONFIG` | `COURSENAME#<subject>` | |
| course | ``course`` | `T#CONFIG` | `COURSE#<period>#<subject>` | |
| student | ``student`` | `T#STUDENT#<id>` | `PROFILE` | `T#PEOPLE#STUDENT` / *name* |
| teacher | ``teacher`` | `T#TEACHER#<id>` | `PROFILE` | `T#PEOPLE#TEACHER` / *name* |
| guardian | ``guardian`` | `T#GUARDIAN#<id>` | `PROFILE` | `T#PEOPLE#GUARDIAN` / *name* |
| a guardian's child | ``child`` | `T#GUARDIAN#<id>` | `CHILD#<student>` | |
| a student's guardian | ``contact`` | `T#STUDENT#<id>` | `CONTACT#<guardian>` | |
| a student's course | ``course_of_student`` | `T#STUDENT#<id>` | `COURSE#<period>#<subject>` | |
| member of a group | ``member`` | `T#GROUP#<id>` | `MEMBER#<student>` | |
| who teaches a group | ``taught`` | `T#GROUP#<id>` | `TAUGHT#<subject>#<teacher>` | |
| what a teacher teaches | ``teaches`` | `T#TEACHER#<id>` | `TEACHES#<group>#<subject>` | |
| enrolment | ``enrolled`` | `T#COURSE#<subject>#<period>` | `ENROLLED#<student>` | |
| its history | ``enrolment_change`` | `T#STUDENT#<id>` | `ENROLMENT#<time>#<id>` | |
| word of a name | ``word`` | `T#NAME#<role>#<first two letters>` | `<word>#<id>` | |
| look-up by e-mail | ``lookup`` | `T#EMAIL#<hash>` | `<role>#<id>` | |
| look-up by CURP | ``lookup`` | `T#CURP#<hash>` | `-` | |
| look-up by external id | ``lookup`` | `T#EXTERNAL#<role>#<hash>` | `-` | |
| whose login an address is | ``lookup`` | `T#LOGIN#<hash>` | `-` | |
| a person's account | ``account`` | `T#ACCOUNT#<id>` | `-` | `T#ACCOUNTS` / `<id>` |
| invitation | ``invitation`` | `T#INVITATION#<id>` | `-` | `T#INVITATIONS` / `<state>#<id>` |
| account's order | ``account_order`` | `T#ACCOUNTORDER#<id>` | `-` | see below |
| import of a table | ``people_import`` | `T#IMPORT#<id>` | `-` | `T#IMPORTS` / `<id>` |
| session of the admin | ``session`` | `T#SESSION#<person>` | SHA-256 of its number | |
| who can sign in as school admin | ``admins`` | `T#CONFIG` | `ADMINS` | |

Orders are in GSI1 by person: `T#ACCOUNTORDERS` / `<person>#<id>`.
Invitations and orders that a worker has still to look at stand in GSI2:
`T#PENDING#ACCOUNTS` / `<when to look again>#<kind>#<id>`.

Groups are listed from `T#CONFIG` because an index is behind its table: a group that
was made a moment ago must be in the list. A school has some dozens of each.
"""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings

from luca.aws.table import SEPARATOR, checked, key, platform_key, prefix, tenant_key
from luca.kernel import clock, context
from luca.kernel.ids import GroupId, GuardianId, PeriodId, StudentId, SubjectId, TeacherId

PROFILE = "PROFILE"
ADMINS = "ADMINS"
ONLY = "-"  # the sort key of an item that is alone in its partition
PERIODS = prefix("PERIOD")
GROUPS = prefix("GROUP")
COURSES = prefix("COURSE")
SUBJECTS = prefix("COURSENAME")  # right behind the courses: one question finds both
CHILDREN = prefix("CHILD")
CONTACTS = prefix("CONTACT")
MEMBERS = prefix("MEMBER")
TAUGHT = prefix("TAUGHT")
TEACHES = prefix("TEACHES")
ENROLLED = prefix("ENROLLED")
ENROLMENTS = prefix("ENROLMENT")
BUCKET = 2  # letters of a word that choose its partition; a search needs as many
LONGEST_NAME = 800  # bytes of a sort key


def schools() -> str:
    return platform_key("SCHOOLS")


def attempts(account: str) -> str:
    """Nobody may learn from the table who has an account: the hash needs our secret."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"attempts\0{account}".encode(), "sha256")
    return platform_key("SIGNIN", digest.hexdigest())


def config() -> str:
    return tenant_key("CONFIG")


def person(role: str, identity: str) -> str:
    return tenant_key(role, *checked(identity))


def person_of(pk: str) -> str:
    """Whose partition it is."""
    return pk.rpartition(SEPARATOR)[2]


def student(identity: StudentId) -> str:
    return person("STUDENT", identity)


def teacher(identity: TeacherId) -> str:
    return person("TEACHER", identity)


def guardian(identity: GuardianId) -> str:
    return person("GUARDIAN", identity)


def group(identity: GroupId) -> str:
    return tenant_key("GROUP", *checked(identity))


def course(subject: SubjectId, period: PeriodId) -> str:
    return tenant_key("COURSE", *checked(subject, period))


def period(identity: PeriodId) -> str:
    return key("PERIOD", *checked(identity))


def group_listed(identity: GroupId) -> str:
    return key("GROUP", *checked(identity))


def subject_listed(identity: SubjectId) -> str:
    return key("COURSENAME", *checked(identity))


def course_listed(subject: SubjectId, of: PeriodId) -> str:
    return key("COURSE", *checked(of, subject))


def courses_of_period(of: PeriodId) -> str:
    """The prefix that all courses of a period share."""
    return prefix("COURSE", *checked(of))


def course_of_student(subject: SubjectId, of: PeriodId) -> str:
    return key("COURSE", *checked(of, subject))


def child(identity: StudentId) -> str:
    return key("CHILD", *checked(identity))


def contact(identity: GuardianId) -> str:
    return key("CONTACT", *checked(identity))


def member(identity: StudentId) -> str:
    return key("MEMBER", *checked(identity))


def taught(subject: SubjectId, by: TeacherId) -> str:
    return key("TAUGHT", *checked(subject, by))


def teaches(to: GroupId, subject: SubjectId) -> str:
    return key("TEACHES", *checked(to, subject))


def enrolled(identity: StudentId) -> str:
    return key("ENROLLED", *checked(identity))


def people(role: str) -> str:
    """GSI1: everybody of a role, by name."""
    return tenant_key("PEOPLE", role)


def by_name(folded_name: str, identity: str) -> str:
    """GSI1's sort key. The id makes it unique; a name that folds to nothing sorts first."""
    cut = folded_name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return key(cut or "-", *checked(identity))


def words(role: str, beginning: str) -> str:
    """Where the words of names that share their first two letters are."""
    return tenant_key("NAME", role, beginning[:BUCKET])


def word(text: str, identity: str) -> str:
    return key(text, *checked(identity))


def enrolment_change(at: datetime, identity: str) -> str:
    return key("ENROLMENT", clock.stamp(at), identity)


def email(address: str) -> str:
    return tenant_key("EMAIL", _hash("email", address))


def known_as(role: str, identity: str) -> str:
    """Who has an e-mail address. Siblings may share their parent's."""
    return key(role, *checked(identity))


def curp(code: str) -> str:
    return tenant_key("CURP", _hash("curp", code))


def external(role: str, identity: str) -> str:
    return tenant_key("EXTERNAL", role, _hash("external", identity))


def login(address: str) -> str:
    """Whose login an address is, or is to be: one person's, unlike a contact address."""
    return tenant_key("LOGIN", _hash("login", address))


def account(identity: str) -> str:
    return tenant_key("ACCOUNT", *checked(identity))


def accounts() -> str:
    """GSI1: every account of the school."""
    return tenant_key("ACCOUNTS")


def invitation(identity: str) -> str:
    return tenant_key("INVITATION", *checked(identity))


def invitations() -> str:
    """GSI1: every invitation of the school."""
    return tenant_key("INVITATIONS")


def invitations_in(state: str) -> str:
    """The prefix that the invitations in a state share."""
    return prefix(state)


def invitation_listed(state: str, identity: str) -> str:
    return key(state, *checked(identity))


def sessions(person: str) -> str:
    """All of a person's: they are shown to them, ended and erased by who they are."""
    return tenant_key("SESSION", *checked(person))


def people_import(identity: str) -> str:
    return tenant_key("IMPORT", *checked(identity))


def people_imports() -> str:
    """GSI1: every import of the school; ids begin with their time."""
    return tenant_key("IMPORTS")


def session(digest: str) -> str:
    return key(*checked(digest))


def account_order(identity: str) -> str:
    return tenant_key("ACCOUNTORDER", *checked(identity))


def account_orders() -> str:
    """GSI1: every order of the school, by person."""
    return tenant_key("ACCOUNTORDERS")


def account_order_listed(person: str, identity: str) -> str:
    return key(*checked(person, identity))


def account_orders_of(person: str) -> str:
    """The prefix that all orders on a person's account share."""
    return prefix(*checked(person))


def pending_accounts() -> str:
    """GSI2: what a worker has still to do about accounts."""
    return tenant_key("PENDING", "ACCOUNTS")


def look_again(at: datetime, kind: str = "", identity: str = "") -> str:
    """GSI2's sort key: by the time, then by what it is. Without the rest, an upper bound."""
    return key(clock.stamp(at), kind, *checked(identity)) if kind else clock.stamp(at)


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{context.school()}\0{kind}\0{value}".encode()).hexdigest()
