-- title: Average duration | Duración media
-- about: How long sessions, attended lessons and xAPI activities lasted, by month. A session is a start and the end that follows it within the given hours. | Cuánto duraron las sesiones, las clases y las actividades xAPI, por mes. Una sesión es un inicio y el fin que le sigue en las horas indicadas.
-- param: type slug: Only events of this type | Solo eventos de este tipo
-- param: hours integer =12 1..48: Longest session that counts, in hours | Sesión más larga que cuenta, en horas
-- column: month text: Month | Mes
-- column: type text: Type | Tipo
-- column: measured integer: Measured | Medidos
-- column: students integer: Students | Estudiantes
-- column: average_minutes number: Average, minutes | Media, minutos
-- column: median_minutes number: Median, minutes | Mediana, minutos
-- column: longest_minutes number: Longest, minutes | Máximo, minutos
-- chart: line month average_minutes type
WITH steps AS (
    SELECT
        student, day, type, moment,
        lead(type) OVER (PARTITION BY student ORDER BY moment, type, event_id) AS next_type,
        lead(moment) OVER (PARTITION BY student ORDER BY moment, type, event_id) AS next_moment
    FROM happened
    WHERE type IN ('session_started', 'session_ended')
),
said AS (
    SELECT
        student, day, type,
        -- Clients spell these as they like: what is no number that can be cast is no duration.
        nullif(regexp_extract(
            metadata,
            '"duration":"(P([0-9]{1,5}D)?(T([0-9]{1,6}([.][0-9]{1,9})?H)?([0-9]{1,8}([.][0-9]{1,9})?M)?([0-9]{1,9}([.][0-9]{1,9})?S)?)?)"',
            1
        ), '') AS lasted,
        CASE WHEN type = 'attendance' THEN nullif(
            regexp_extract(metadata, '"minutes":([0-9]{1,6}([.][0-9]{1,9})?)[,}]', 1), ''
        ) END AS minutes
    FROM happened
    WHERE metadata LIKE '%"duration":"P%' OR type = 'attendance'
),
lasting AS (
    SELECT
        student, day, 'session' AS type,
        CAST(date_diff('millisecond', moment, next_moment) AS DOUBLE) / 60000 AS minutes
    FROM steps
    WHERE type = 'session_started' AND next_type = 'session_ended'
        AND date_diff('millisecond', moment, next_moment) <= :hours * 3600000
    UNION ALL
    SELECT
        student, day, type,
        coalesce(CAST(nullif(regexp_extract(lasted, '([0-9]+)D', 1), '') AS DOUBLE), 0) * 1440
        + coalesce(CAST(nullif(regexp_extract(lasted, 'T([0-9.]+)H', 1), '') AS DOUBLE), 0) * 60
        + coalesce(
            CAST(nullif(regexp_extract(lasted, 'T([0-9.]+H)?([0-9.]+)M', 2), '') AS DOUBLE), 0
        )
        + coalesce(CAST(nullif(regexp_extract(lasted, '([0-9.]+)S', 1), '') AS DOUBLE) / 60, 0)
    FROM said
    WHERE lasted IS NOT NULL
    UNION ALL
    SELECT student, day, type, CAST(minutes AS DOUBLE)
    FROM said
    WHERE lasted IS NULL AND minutes IS NOT NULL
),
ranked AS (
    SELECT
        substr(CAST(day AS VARCHAR), 1, 7) AS month, type, student, minutes,
        row_number() OVER (
            PARTITION BY substr(CAST(day AS VARCHAR), 1, 7), type ORDER BY minutes
        ) AS place,
        count(*) OVER (PARTITION BY substr(CAST(day AS VARCHAR), 1, 7), type) AS measured
    FROM lasting
    WHERE :type IS NULL OR type = :type
)
SELECT
    month,
    type,
    count(*) AS measured,
    count(DISTINCT student) AS students,
    round(avg(minutes), 2) AS average_minutes,
    round(avg(CASE WHEN place * 2 BETWEEN measured AND measured + 2 THEN minutes END), 2)
        AS median_minutes,
    round(max(minutes), 2) AS longest_minutes
FROM ranked
GROUP BY 1, 2
ORDER BY 1, 2
