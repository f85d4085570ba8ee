-- title: Weekly active students | Estudiantes activos por semana
-- about: How many students did anything in a week, and how many of them had done nothing in the range before. Weeks begin on Monday. | Cuántos estudiantes hicieron algo en la semana, y cuántos de ellos no habían hecho nada antes en el periodo. Las semanas comienzan en lunes.
-- param: type slug: Only events of this type | Solo eventos de este tipo
-- column: week date: Week of | Semana del
-- column: students integer: Active students | Estudiantes activos
-- column: fresh integer: For the first time | Por primera vez
-- column: events integer: Events | Eventos
-- column: events_per_student number: Events per student | Eventos por estudiante
-- chart: line week students
WITH active AS (
    SELECT CAST(date_trunc('week', day) AS DATE) AS week, student, count(*) AS events
    FROM happened
    WHERE :type IS NULL OR type = :type
    GROUP BY 1, 2
),
seen AS (
    SELECT week, student, events, min(week) OVER (PARTITION BY student) AS first_week
    FROM active
)
SELECT
    CAST(week AS VARCHAR) AS week,
    count(*) AS students,
    sum(CASE WHEN week = first_week THEN 1 ELSE 0 END) AS fresh,
    sum(events) AS events,
    round(CAST(sum(events) AS DOUBLE) / count(*), 2) AS events_per_student
FROM seen
GROUP BY 1
ORDER BY 1
