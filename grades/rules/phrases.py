"""The sentences of explanations, in the languages of the platform."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "input_graded_scored": "{name} ({category}): {score} of {max} points.",
    "input_graded_scored_extra": "{name} ({category}): {score} points of extra credit, of {max}.",
    "input_pending": "{name} ({category}) is handed in and not marked yet.",
    "input_pending_scored": "{name} ({category}): {score} of {max} points, to be confirmed.",
    "input_open": "{name} ({category}) is not due yet.",
    "input_missing": "{name} ({category}) has no result.",
    "input_excused": "{name} ({category}) is excused: it does not count.",
    "input_exempt": "{name} ({category}) is not asked of this student: it does not count.",
    "input_missing_because": "{name} ({category}) has no result. The reason: {reason}.",
    "input_excused_because": "{name} ({category}) is excused: it does not count. "
    "The reason: {reason}.",
    "input_exempt_because": "{name} ({category}) is not asked of this student: "
    "it does not count. The reason: {reason}.",
    "weightless": "{name} has no weight: it does not count.",
    "unweighted": "{name} has no weight in the rules: its results do not count.",
    "missing": "{name} counts {points} points although it has no result.",
    "late": "{name} was late by {intervals} started periods of {hours} hours: "
    "{from} points became {to}.",
    "curve": "The results of {name} were adjusted for everybody: {from} points became {to}.",
    "drop": "Left out, because it helps the student most: {names}.",
    "category_points": "{name}: {sum} of {over} points, which is {value}. "
    "It counts {weight} of the grade.",
    "category_mean": "{name}: the mean of the results is {value}. It counts {weight} of the grade.",
    "category_empty": "{name} has no results, and its weight is shared among the others.",
    "total": "Together that is {value}.",
    "cap": "With extra credit a grade reaches {to} at most.",
    "scale": "On the scale from {lowest} to {highest} that is {to}.",
    "half_up": "Rounded to {to}.",
    "truncate": "Cut without rounding: {to}.",
    "floor": "No grade is lower than {to}.",
    "gate_met": "{name} is {number}; at least {minimum} is needed.",
    "gate_failed": "{name} is {number}; at least {minimum} is needed, whatever the grade is.",
    "grade_current": "The grade so far is {number}.",
    "grade_final": "The grade is {number}.",
    "letter": "That is the letter {letter}.",
    "outdated": "This grade does not include the latest changes yet: with them it would be "
    "{number}.",
    "outdated_undefined": "This grade does not include the latest changes yet: with them there "
    "would be none.",
    "passed": "Passed: {minimum} is needed.",
    "failed": "Not passed: {minimum} is needed.",
    "held_back": "Not passed: the grade is enough, and a minimum is not reached.",
    "undefined": "There is no grade yet, because nothing that counts has a result.",
    "other_final": "If nothing else is handed in, it will be {number}.",
    "other_current": "Without what is missing it would be {number}.",
}

SPANISH: Mapping[str, str] = {
    "input_graded_scored": "{name} ({category}): {score} de {max} puntos.",
    "input_graded_scored_extra": "{name} ({category}): {score} puntos extra, de {max}.",
    "input_pending": "{name} ({category}) está entregado y aún no se califica.",
    "input_pending_scored": "{name} ({category}): {score} de {max} puntos, por confirmar.",
    "input_open": "{name} ({category}) aún no vence.",
    "input_missing": "{name} ({category}) no tiene resultado.",
    "input_excused": "{name} ({category}) está justificado: no cuenta.",
    "input_exempt": "{name} ({category}) no se le pide a este alumno: no cuenta.",
    "input_missing_because": "{name} ({category}) no tiene resultado. El motivo: {reason}.",
    "input_excused_because": "{name} ({category}) está justificado: no cuenta. "
    "El motivo: {reason}.",
    "input_exempt_because": "{name} ({category}) no se le pide a este alumno: no cuenta. "
    "El motivo: {reason}.",
    "weightless": "{name} no tiene peso: no cuenta.",
    "unweighted": "{name} no tiene peso en las reglas: sus resultados no cuentan.",
    "missing": "{name} cuenta {points} puntos aunque no tiene resultado.",
    "late": "{name} se entregó tarde, con {intervals} periodos iniciados de {hours} horas: "
    "de {from} puntos quedan {to}.",
    "curve": "Los resultados de {name} se ajustaron para todo el grupo: de {from} puntos a {to}.",
    "drop": "Se omite, porque es lo que más favorece al alumno: {names}.",
    "category_points": "{name}: {sum} de {over} puntos, es decir {value}. "
    "Cuenta {weight} de la calificación.",
    "category_mean": "{name}: el promedio de los resultados es {value}. "
    "Cuenta {weight} de la calificación.",
    "category_empty": "{name} no tiene resultados y su peso se reparte entre los demás.",
    "total": "En conjunto es {value}.",
    "cap": "Con puntos extra una calificación llega a {to} como máximo.",
    "scale": "En la escala de {lowest} a {highest} es {to}.",
    "half_up": "Redondeado a {to}.",
    "truncate": "Truncado, sin redondear: {to}.",
    "floor": "Ninguna calificación es menor que {to}.",
    "gate_met": "{name} es {number}; se necesita al menos {minimum}.",
    "gate_failed": "{name} es {number}; se necesita al menos {minimum}, "
    "sin importar la calificación.",
    "grade_current": "La calificación hasta ahora es {number}.",
    "grade_final": "La calificación es {number}.",
    "letter": "Equivale a la letra {letter}.",
    "outdated": "Esta calificación todavía no incluye los últimos cambios: con ellos sería "
    "{number}.",
    "outdated_undefined": "Esta calificación todavía no incluye los últimos cambios: con ellos "
    "no habría calificación.",
    "passed": "Aprobado: se necesita {minimum}.",
    "failed": "No aprobado: se necesita {minimum}.",
    "held_back": "No aprobado: la calificación alcanza, pero no un mínimo.",
    "undefined": "Aún no hay calificación, porque nada de lo que cuenta tiene resultado.",
    "other_final": "Si no se entrega nada más, será {number}.",
    "other_current": "Sin contar lo que falta sería {number}.",
}

PHRASES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
