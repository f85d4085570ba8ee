"""Somebody with an account, and the application that they sign in with, on the wire."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from luca.localaws import authenticator
from luca.localaws.deployment import REGION
from luca.localaws.home import Home
from luca.localaws.tests.wire import Wire

PASSWORD, OTHER = "Una-Clave-Larga-1", "Otra-Clave-Larga-2"


@dataclass
class Application:
    """What knows the client's secret: our API, and here the tests."""

    wire: Wire

    def __post_init__(self) -> None:
        found = self.wire.aws.environment("api")
        self.pool, self.client = found["LUCA_COGNITO_POOL_ID"], found["LUCA_COGNITO_CLIENT_ID"]
        self.secret = found["LUCA_COGNITO_CLIENT_SECRET"]
        # Validities that the SDK itself would refuse: the emulator's minutes are too long for us.
        config = Config(
            signature_version=UNSIGNED, retries={"max_attempts": 0}, parameter_validation=False
        )
        self.call: Any = boto3.client(
            "cognito-idp", REGION, endpoint_url=self.wire.endpoint, config=config
        )

    def proof(self, name: str) -> str:
        digest = hmac.digest(self.secret.encode(), (name + self.client).encode(), "sha256")
        return base64.b64encode(digest).decode()

    def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        """Tokens or a challenge."""
        return self.call.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={
                "USERNAME": name,
                "PASSWORD": password,
                "SECRET_HASH": self.proof(name),
            },
        )

    def tokens(self, name: str, password: str = PASSWORD) -> Any:
        return self.sign_in(name, password)["AuthenticationResult"]

    def respond(self, step: str, session: object, name: str, **answers: str) -> Any:
        return self.call.respond_to_auth_challenge(
            ClientId=self.client,
            ChallengeName=step,
            Session=session,
            ChallengeResponses={"USERNAME": name, "SECRET_HASH": self.proof(name), **answers},
        )

    def renew(self, token: str) -> Any:
        return self.call.get_tokens_from_refresh_token(
            ClientId=self.client, ClientSecret=self.secret, RefreshToken=token
        )

    def renew_by_initiating(self, token: str, sub: str) -> Any:
        return self.call.initiate_auth(
            ClientId=self.client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token, "SECRET_HASH": self.proof(sub)},
        )

    def forgot(self, name: str) -> Any:
        return self.call.forgot_password(
            ClientId=self.client, Username=name, SecretHash=self.proof(name)
        )

    def confirm(self, name: str, code: str, password: str = OTHER) -> Any:
        return self.call.confirm_forgot_password(
            ClientId=self.client,
            Username=name,
            ConfirmationCode=code,
            Password=password,
            SecretHash=self.proof(name),
        )

    def revoke(self, token: str) -> Any:
        return self.call.revoke_token(ClientId=self.client, ClientSecret=self.secret, Token=token)

    def enrol(self, access_token: str) -> str:
        """Set an authenticator app up, whole; returns its secret."""
        secret = self.call.associate_software_token(AccessToken=access_token)["SecretCode"]
        code = authenticator.code(secret, steps=-1)
        self.call.verify_software_token(AccessToken=access_token, UserCode=code)
        self.call.set_user_mfa_preference(
            AccessToken=access_token,
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        )
        return str(secret)

    def mail(self, address: str) -> list[str]:
        """All messages to an address, oldest first."""
        files = sorted(Home(self.wire.aws.home).outbox.iterdir())
        texts = [file.read_text(encoding="utf-8") for file in files]
        return [text for text in texts if text.startswith(f"To: {address}\n")]

    def mailed(self, address: str) -> str:
        """The password or code of the last message."""
        found = re.search(r": (\S+)\n(?:Vale|It is good)", self.mail(address)[-1])
        assert found
        return found[1]

    @property
    def operator(self) -> Any:
        return self.wire.client("cognito-idp", self.wire.role("platform"))

    @property
    def owner(self) -> Any:
        """Whoever set the pool up; no role of ours may."""
        keys = self.wire.bootstrap
        return boto3.client(
            "cognito-idp",
            REGION,
            endpoint_url=self.wire.endpoint,
            aws_access_key_id=keys.key,
            aws_secret_access_key=keys.secret,
            config=Config(parameter_validation=False, retries={"max_attempts": 0}),
        )

    @contextmanager
    def with_client(self, **settings: Any) -> Iterator[None]:
        """The application with other validities, for as long as the block runs."""
        where = {"UserPoolId": self.pool, "ClientId": self.client}
        before = self.owner.describe_user_pool_client(**where)["UserPoolClient"]
        self.owner.update_user_pool_client(**where, **settings)
        try:
            yield
        finally:
            again = {name: before[name] for name in settings}
            self.owner.update_user_pool_client(**where, **again)

    def invite(self, **more: Any) -> str:
        """An account with a temporary password, in the outbox."""
        name = f"ana-{secrets.token_hex(4)}@example.org"
        self.operator.admin_create_user(
            UserPoolId=self.pool,
            Username=name,
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[
                {"Name": "email", "Value": name},
                {"Name": "email_verified", "Value": "true"},
            ],
            **more,
        )
        return name

    def account(self) -> str:
        """Somebody who has signed in before."""
        name = self.invite(MessageAction="SUPPRESS")
        self.operator.admin_set_user_password(
            UserPoolId=self.pool, Username=name, Password=PASSWORD, Permanent=True
        )
        return name
