-- title: Grading latency | Demora al calificar
-- about: How many hours passed between work being handed in and its first score, by teacher and month of the score. | Cuántas horas pasaron entre la entrega y la primera calificación, por docente y mes de la calificación.
-- param: teacher id: Only this teacher | Solo este docente
-- param: subject id: Only this subject | Solo esta materia
-- column: month text: Month | Mes
-- column: teacher id: Teacher | Docente
-- column: scores integer: Scores | Calificaciones
-- column: measured integer: With a time of submission | Con fecha de entrega
-- column: average_hours number: Average, hours | Media, horas
-- column: median_hours number: Median, hours | Mediana, horas
-- column: longest_hours number: Longest, hours | Máximo, horas
-- chart: bars month median_hours teacher
WITH scored AS (
    SELECT
        substr(CAST(CAST(
            CAST(replace(replace(first_recorded, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE)
            AT TIME ZONE :zone AS DATE
        ) AS VARCHAR), 1, 7) AS month,
        first_by AS teacher,
        CASE WHEN submitted_at <= first_recorded THEN
            CAST(date_diff(
                'millisecond',
                CAST(replace(replace(submitted_at, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE),
                CAST(replace(replace(first_recorded, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE)
            ) AS DOUBLE) / 3600000
        END AS hours
    FROM results
    WHERE (:teacher IS NULL OR first_by = :teacher)
        AND (:subject IS NULL OR subject = :subject)
),
ranked AS (
    SELECT
        month, teacher, hours,
        row_number() OVER (PARTITION BY month, teacher ORDER BY hours) AS place,
        count(hours) OVER (PARTITION BY month, teacher) AS measured
    FROM scored
)
SELECT
    month,
    teacher,
    count(*) AS scores,
    count(hours) AS measured,
    round(avg(hours), 2) AS average_hours,
    round(avg(CASE WHEN place * 2 BETWEEN measured AND measured + 2 THEN hours END), 2)
        AS median_hours,
    round(max(hours), 2) AS longest_hours
FROM ranked
GROUP BY 1, 2
ORDER BY 1, 2
