-- title: Data freshness | Actualidad de los datos
-- about: Rows in the lake by kind, when the last one was written in the table, and how long ago that is. | Filas en el lago por tipo, cuándo se escribió la última en la tabla y cuánto hace de eso.
-- column: dataset text: Data set | Conjunto
-- column: kind text: Kind | Tipo
-- column: rows_kept integer: Rows | Filas
-- column: items integer: Items | Elementos
-- column: last_written text: Last written | Última escritura
-- column: age_hours number: Age, hours | Antigüedad, horas
-- column: slowest_seconds number: Slowest from receipt to table, seconds | Más lento de la recepción a la tabla, segundos
-- chart: table kind last_written
WITH every_row AS (
    SELECT 'events' AS dataset, kind, pk, sk, written_at, received FROM event_rows
    UNION ALL
    SELECT 'grades' AS dataset, kind, pk, sk, written_at, CAST(NULL AS VARCHAR) FROM grade_rows
),
counted AS (
    SELECT
        dataset, kind, written_at, received,
        row_number() OVER (PARTITION BY dataset, pk, sk ORDER BY written_at) AS place
    FROM every_row
)
SELECT
    dataset,
    kind,
    count(*) AS rows_kept,
    sum(CASE WHEN place = 1 THEN 1 ELSE 0 END) AS items,
    max(written_at) AS last_written,
    round(CAST(date_diff(
        'millisecond',
        CAST(replace(replace(max(written_at), 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE),
        CAST(replace(replace(:now, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE)
    ) AS DOUBLE) / 3600000, 2) AS age_hours,
    round(max(CAST(date_diff(
        'millisecond',
        CAST(replace(replace(received, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE),
        CAST(replace(replace(written_at, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE)
    ) AS DOUBLE) / 1000), 1) AS slowest_seconds
FROM counted
GROUP BY 1, 2
ORDER BY 1, 2
