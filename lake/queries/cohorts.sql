-- title: Cohorts | Cohortes
-- about: Students by the month in which they were first active in the range, and how many of them were active in the months that followed. | Estudiantes según el mes en que tuvieron actividad por primera vez en el periodo, y cuántos de ellos siguieron activos en los meses siguientes.
-- param: type slug: Only events of this type | Solo eventos de este tipo
-- column: cohort text: Cohort | Cohorte
-- column: months_later integer: Months later | Meses después
-- column: students integer: Students of the cohort | Estudiantes de la cohorte
-- column: active integer: Active | Activos
-- column: share number: Share | Proporción
-- chart: grid cohort months_later share
WITH months AS (
    SELECT DISTINCT student, CAST(date_trunc('month', day) AS DATE) AS month
    FROM happened
    WHERE :type IS NULL OR type = :type
),
seen AS (
    SELECT student, month, min(month) OVER (PARTITION BY student) AS cohort
    FROM months
),
sizes AS (
    SELECT cohort, count(DISTINCT student) AS students
    FROM seen
    GROUP BY 1
),
active AS (
    SELECT
        cohort,
        (extract(YEAR FROM month) - extract(YEAR FROM cohort)) * 12
        + extract(MONTH FROM month) - extract(MONTH FROM cohort) AS months_later,
        count(*) AS active
    FROM seen
    GROUP BY 1, 2
)
SELECT
    substr(CAST(active.cohort AS VARCHAR), 1, 7) AS cohort,
    active.months_later,
    sizes.students,
    active.active,
    round(CAST(active.active AS DOUBLE) / sizes.students, 4) AS share
FROM active
JOIN sizes ON sizes.cohort = active.cohort
ORDER BY 1, 2
