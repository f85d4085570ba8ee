-- title: Activity against grades | Actividad y calificaciones
-- about: Students of each course in four groups of equal size by how much they did in the range (1: least), and the grades they have now. The correlation is that of the whole course. | Estudiantes de cada curso en cuatro grupos del mismo tamaño según lo que hicieron en el periodo (1: menos), y las calificaciones que tienen ahora. La correlación es la de todo el curso.
-- param: period id: Only this period | Solo este periodo
-- param: subject id: Only this subject | Solo esta materia
-- column: period text: Period | Periodo
-- column: subject text: Subject | Materia
-- column: quarter integer: Quarter | Cuarto
-- column: students integer: Students | Estudiantes
-- column: average_events number: Events, average | Eventos, promedio
-- column: average_days number: Active days, average | Días activos, promedio
-- column: average_grade number: Grade, average | Calificación promedio
-- column: lowest_grade number: Grade, lowest | Calificación mínima
-- column: highest_grade number: Grade, highest | Calificación máxima
-- column: correlation number: Correlation | Correlación
-- chart: bars quarter average_grade subject
WITH active AS (
    SELECT student, count(*) AS events, count(DISTINCT day) AS days
    FROM happened
    GROUP BY 1
),
both_known AS (
    SELECT
        official.period, official.subject, official.student, official.score,
        coalesce(active.events, 0) AS events,
        coalesce(active.days, 0) AS days
    FROM official
    LEFT JOIN active ON active.student = official.student
    WHERE official.score IS NOT NULL
        AND (:period IS NULL OR official.period = :period)
        AND (:subject IS NULL OR official.subject = :subject)
),
related AS (
    SELECT period, subject, corr(CAST(events AS DOUBLE), score) AS correlation
    FROM both_known
    GROUP BY 1, 2
    HAVING count(DISTINCT events) > 1 AND count(DISTINCT score) > 1
),
quartered AS (
    SELECT
        period, subject, student, score, events, days,
        ntile(4) OVER (PARTITION BY period, subject ORDER BY events, days, student) AS quarter
    FROM both_known
)
SELECT
    quartered.period,
    quartered.subject,
    quartered.quarter,
    count(*) AS students,
    round(avg(quartered.events), 2) AS average_events,
    round(avg(quartered.days), 2) AS average_days,
    round(avg(quartered.score), 2) AS average_grade,
    min(quartered.score) AS lowest_grade,
    max(quartered.score) AS highest_grade,
    round(max(related.correlation), 4) AS correlation
FROM quartered
LEFT JOIN related ON related.period = quartered.period AND related.subject = quartered.subject
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
