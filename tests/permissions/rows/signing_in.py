"""Signing in, who one is, and one's own account."""

from tests.permissions.words import ALL_PEOPLE, ANY_SCOPE, Row

SECOND_PROOF = "invalid_token"  # they show X-Access-Token too, which only the pool can give

ROWS = (
    Row("POST auth/login", "Entrar con contraseña", "Sign in with a password", public=True),
    Row("POST auth/challenge", "Dar el paso siguiente", "Take the next step", public=True),
    Row("POST auth/refresh", "Seguir dentro", "Stay signed in", public=True),
    Row("POST auth/logout", "Salir", "Sign out", public=True),
    Row(
        "POST auth/forgot-password",
        "Pedir un código porque olvidé la contraseña",
        "Ask for a code, the password being forgotten",
        public=True,
    ),
    Row(
        "POST auth/reset-password",
        "Elegir otra contraseña con ese código",
        "Choose another password with that code",
        public=True,
    ),
    Row("GET me", "Saber quién soy", "Ask who I am", f"{ALL_PEOPLE} {ANY_SCOPE}"),
    Row(
        "POST auth/change-password",
        "Cambiar mi contraseña",
        "Change my password",
        ALL_PEOPLE,
        body=lambda _: {"old_password": "a", "new_password": "b"},
        proof=SECOND_PROOF,
    ),
    Row(
        "POST me/totp",
        "Empezar a usar una app de códigos",
        "Begin to use an authenticator app",
        ALL_PEOPLE,
        proof=SECOND_PROOF,
    ),
    Row(
        "POST me/totp/verify",
        "Confirmar la app de códigos",
        "Confirm the authenticator app",
        ALL_PEOPLE,
        body=lambda _: {"code": "123456"},
        proof=SECOND_PROOF,
    ),
    Row(
        "DELETE me/totp",
        "Dejar de usar la app de códigos",
        "Give the authenticator app up",
        ALL_PEOPLE,
        proof=SECOND_PROOF,
    ),
)
