"""The guard's own answers: STS, and the credentials endpoint that ECS would give a container."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from luca.localaws import policy
from luca.localaws.calls import NotUnderstood
from luca.localaws.deployment import ACCOUNT, ROLE_PREFIX, Deployment, role_arn, short
from luca.localaws.policy import Context, Question
from luca.localaws.refusals import Answer, Denied, Reason, Refused
from luca.localaws.sessions import Credentials, Mint, Session

LIFE_SECONDS = 3600  # also the most that AWS grants when a role assumes a role
CREDENTIALS_PATH = "/_luca/credentials/"

LISTS = frozenset({"Tags", "TransitiveTagKeys"})

_PARAMETERS = re.compile(
    r"Action|Version|RoleArn|RoleSessionName|DurationSeconds"
    r"|Tags\.member\.\d+\.(?:Key|Value)|TransitiveTagKeys\.member\.\d+"
)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")


class Tokens:
    def __init__(self, deployment: Deployment, mint: Mint) -> None:
        self.deployment, self.mint = deployment, mint

    def sts(self, body: bytes, session: Session | None, now: float) -> Answer:
        form = _form(body)
        if form.get("Action") == "GetCallerIdentity":
            return _xml("GetCallerIdentity", _identity(session))
        if form.get("Action") != "AssumeRole" or session is None:
            raise NotUnderstood(f"STS {form.get('Action')}")
        return self._assume(form, session, now)

    def container(self, path: str, shown: str, now: float) -> Answer:
        """A role for a process that shows the role's pass; only roles that tasks may run with."""
        name = short(path.removeprefix(CREDENTIALS_PATH))
        known = name in self.deployment.role_names()
        expected = self.mint.pass_for(name)
        if not hmac.compare_digest(expected.encode(), shown.encode()) or not known:
            raise Refused(Reason.DENIED, "The pass does not belong to this role.")
        if not self._runs_as_task(name):
            raise Refused(
                Reason.DENIED, "The trust policy of this role names no container service."
            )
        _, made = self.mint.make(ROLE_PREFIX + name, "task", {}, int(now) + LIFE_SECONDS)
        content = {
            "RoleArn": role_arn(name),
            "AccessKeyId": made.key,
            "SecretAccessKey": made.secret,
            "Token": made.token,
            "Expiration": _instant(made.expires),
        }
        return Answer(200, "application/json", json.dumps(content).encode())

    def _runs_as_task(self, name: str) -> bool:
        question = Question(
            action="sts:AssumeRole",
            resource=role_arn(name),
            context={"aws:sourceaccount": [ACCOUNT]},
            principals=frozenset({"Service:ecs-tasks.amazonaws.com"}),
        )
        return policy.verdict(self.deployment.role(name).trust, question) is True

    def _assume(self, form: Mapping[str, str], session: Session, now: float) -> Answer:
        unknown = [name for name in form if not _PARAMETERS.fullmatch(name)]
        if unknown:
            raise NotUnderstood(f"AssumeRole with {unknown}")
        tags = _tags(form)
        arn, name = form["RoleArn"], form["RoleSessionName"]
        self._check_trust(arn, session, _context(form, tags), tagged=bool(tags))
        if not _SESSION_NAME.fullmatch(name) or not all(map(_TAG_VALUE.fullmatch, tags.values())):
            raise Refused(Reason.INVALID, "A session name or tag holds a character STS refuses.")
        life = int(form.get("DurationSeconds", LIFE_SECONDS))
        if not 900 <= life <= LIFE_SECONDS:  # noqa: PLR2004 -- AWS's own lower bound
            raise Refused(Reason.INVALID, "A chained session lasts 900 to 3600 seconds.")
        made = self.mint.make(arn.rpartition("/")[2], name, tags, int(now) + life)
        return _xml("AssumeRole", _assumed(*made))

    def _check_trust(self, arn: str, session: Session, context: Context, *, tagged: bool) -> None:
        """The role must trust the caller, and the caller's own policy must allow the step.

        AWS is content with the trust policy when it names the caller's role. The guard wants
        both, so that api.json and its sisters say truly what a role may do.
        """
        caller = role_arn(short(session.role))
        principals = frozenset({f"AWS:{caller}"})
        target = self.deployment.role_name(arn)
        identity = self.deployment.role(short(session.role)).identity
        for action in ("sts:AssumeRole", "sts:TagSession") if tagged else ("sts:AssumeRole",):
            question = Question(action, arn, context, principals)
            trusted = target and policy.verdict(self.deployment.role(target).trust, question)
            if not trusted or not policy.verdict(identity, question):
                raise Denied(session.user, action, arn)


def _form(body: bytes) -> dict[str, str]:
    form = parse_qs(body.decode(), keep_blank_values=True)
    if any(len(values) > 1 for values in form.values()):
        raise NotUnderstood("a repeated parameter")
    # boto3 writes an empty list as a name without a value.
    return {name: value for name, (value,) in form.items() if value or name not in LISTS}


def _tags(form: Mapping[str, str]) -> dict[str, str]:
    keys = [name for name in form if name.startswith("Tags.") and name.endswith(".Key")]
    tags = {form[name]: form[name.removesuffix("Key") + "Value"] for name in keys}
    values = [name for name in form if name.startswith("Tags.") and name.endswith(".Value")]
    if len({key.lower() for key in tags}) != len(keys) or len(values) != len(keys):
        raise NotUnderstood("tags that do not pair")
    return tags


def _context(form: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, list[str]]:
    transitive = [v for name, v in form.items() if name.startswith("TransitiveTagKeys.")]
    context = {f"aws:requesttag/{key.lower()}": [value] for key, value in tags.items()}
    return context | {"aws:tagkeys": list(tags), "sts:transitivetagkeys": transitive}


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _identity(session: Session | None) -> str:
    user = session.user if session else f"arn:aws:iam::{ACCOUNT}:root"
    name = f"{session.role}:{session.name}" if session else ACCOUNT
    return f"<Arn>{escape(user)}</Arn><UserId>{escape(name)}</UserId><Account>{ACCOUNT}</Account>"


def _assumed(session: Session, made: Credentials) -> str:
    return (
        f"<AssumedRoleUser><AssumedRoleId>{escape(session.role)}:{escape(session.name)}"
        f"</AssumedRoleId><Arn>{escape(session.user)}</Arn>"
        f"</AssumedRoleUser><Credentials><AccessKeyId>{made.key}</AccessKeyId>"
        f"<SecretAccessKey>{made.secret}</SecretAccessKey><SessionToken>{made.token}"
        f"</SessionToken><Expiration>{_instant(made.expires)}</Expiration></Credentials>"
    )


def _xml(operation: str, content: str) -> Answer:
    text = (
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result>{content}</{operation}Result>"
        f"<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId>"
        f"</ResponseMetadata></{operation}Response>"
    )
    return Answer(200, "text/xml", text.encode())
