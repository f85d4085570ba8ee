"""What to do about a record that did not get through, in Spanish and English."""

from dataclasses import dataclass

from govsync.domain import State


@dataclass(frozen=True, slots=True)
class Advice:
    es: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.es


BY_CODE = {
    # what our own checks find
    "undefined_grade": Advice(
        "El estudiante no tiene calificación: capture resultados o una calificación final.",
        "The student has no grade: record results, or a final grade.",
    ),
    "score_out_of_scale": Advice(
        "La calificación está fuera de la escala de la autoridad: corríjala.",
        "The grade is outside the authority's scale: correct it.",
    ),
    "too_many_decimals": Advice(
        "La autoridad admite menos decimales: ajuste el redondeo en las reglas de la materia.",
        "The authority takes fewer decimals: change the rounding in the subject's rules.",
    ),
    "unknown_student": Advice(
        "El estudiante no está registrado: compruebe su CURP o su número en ambos lados.",
        "The student is not registered: check the CURP or the local id on both sides.",
    ),
    "missing_curp": Advice(
        "Falta la CURP y la autoridad la exige: captúrela en los datos del estudiante.",
        "The CURP is missing and the authority demands it: record it with the student.",
    ),
    "curp_invalid": Advice(
        "La CURP no es válida: compárela con el documento del estudiante.",
        "The CURP is not valid: compare it with the student's document.",
    ),
    "unknown_subject_code": Advice(
        "La materia no tiene clave de la autoridad: asígnela una vez y todos sus registros pasan.",
        "The subject has no code of the authority's: map it once, and all its records pass.",
    ),
    "record_twice": Advice(
        "Otra calificación es el mismo registro para la autoridad: revise la CURP del estudiante"
        " y las claves de sus materias.",
        "Another grade is the same record for the authority: check the student's CURP and the"
        " codes of the subjects.",
    ),
    "unknown_verdict": Advice(
        "La autoridad no conoce este dictamen: revise las reglas de la materia.",
        "The authority does not know this verdict: look at the subject's rules.",
    ),
    "no_cct": Advice(
        "La escuela no tiene CCT: regístrela en los datos de la escuela.",
        "The school has no CCT: record it in the school's profile.",
    ),
    "cct_invalid": Advice(
        "La CCT de la escuela no tiene el formato correcto: corríjala.",
        "The school's CCT has the wrong form: correct it.",
    ),
    # what the authority says
    "score": Advice(
        "La autoridad rechazó la calificación: compruebe la escala y corríjala.",
        "The authority refused the score: check the scale and correct it.",
    ),
    "missing": Advice(
        "A la autoridad le falta un dato: compare el registro con sus requisitos.",
        "The authority misses a field: compare the record with what it demands.",
    ),
    # what reading back finds
    "missing_there": Advice(
        "La autoridad confirmó el registro y ya no lo tiene: pregúntele, con la evidencia.",
        "The authority confirmed the record and no longer holds it: ask it, with the evidence.",
    ),
    "other_revision": Advice(
        "La autoridad tiene otro contenido: compare ambos y pregúntele, con la evidencia.",
        "The authority holds another content: compare both, and ask it with the evidence.",
    ),
    "older_revision": Advice(
        "La autoridad volvió a la calificación anterior: concilie el envío posterior.",
        "The authority went back to the older grade: reconcile the later run.",
    ),
}
# The same, in the authority's words
BY_CODE |= {
    "no_curp": BY_CODE["missing_curp"],
    "unknown_subject": BY_CODE["unknown_subject_code"],
}
BY_STATE = {
    State.REJECTED_DATA: Advice(
        "La autoridad rechazó los datos: corríjalos; el siguiente envío los toma.",
        "The authority refused the data: correct them; the next run takes them.",
    ),
    State.BLOCKED_LOCAL: Advice(
        "Corrija los datos; el siguiente envío los toma.",
        "Correct the data; the next run takes them.",
    ),
    State.REJECTED_AUTH: Advice(
        "La autoridad rechazó las credenciales: corríjalas y reanude el envío.",
        "The authority refused the credentials: correct them and resume the run.",
    ),
    State.CONFLICT: Advice(
        "La autoridad conoce esta clave con otro contenido: compare ambos; si el nuestro es el"
        " correcto, envíelo de nuevo.",
        "The authority knows this key with another content: compare both; if ours is right,"
        " resend it.",
    ),
    State.DEAD: Advice(
        "Se agotaron los intentos: cuando la autoridad esté bien, reenvíe; la clave se conserva.",
        "All attempts failed: when the authority is well again, redrive; the key stays.",
    ),
    State.VOID: Advice(
        "La calificación se retiró después de enviarla: pida a la autoridad que quite el registro.",
        "The grade was taken back after it had arrived: ask the authority to remove the record.",
    ),
    State.DRIFTED: Advice(
        "La autoridad tiene otra cosa, o nada: pregúntele, con la evidencia; luego concilie de"
        " nuevo, o envíelo de nuevo.",
        "The authority holds something else, or nothing: ask it; then reconcile again, or resend.",
    ),
}
USUAL = Advice(
    "Espere: el envío lo resuelve por sí solo y dice cómo terminó.",
    "Wait: the run settles it by itself and says how it ended.",
)


def advice(state: State, code: str) -> Advice:
    """What to do: by the code where one is known, or else by the state."""
    if state is State.DRIFTED and code == "missing":
        code = "missing_there"
    return BY_CODE.get(code) or BY_STATE.get(state, USUAL)
