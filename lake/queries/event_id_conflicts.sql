-- title: Conflicting event ids | Identificadores de evento en conflicto
-- about: Events that were sent with different contents under one id. The last one is kept; the table cannot tell. | Eventos enviados con contenidos distintos bajo un mismo identificador. Se conserva el último; la tabla no lo distingue.
-- param: most integer =100 1..1000: Most rows | Máximo de filas
-- column: student id: Student | Estudiante
-- column: event_id id: Event | Evento
-- column: contents integer: Different contents | Contenidos distintos
-- column: writes integer: Writes | Escrituras
-- column: first_written text: First written | Primera escritura
-- column: last_written text: Last written | Última escritura
-- column: conflicts integer: Conflicts in all | Conflictos en total
-- chart: table event_id contents
WITH conflicting AS (
    SELECT
        student,
        event_id,
        count(DISTINCT digest) AS contents,
        count(*) AS writes,
        min(written_at) AS first_written,
        max(written_at) AS last_written
    FROM event_rows
    WHERE change = 'put' AND last_change = 'put' AND time >= :start AND time < :end
    GROUP BY student, event_id, pk, sk
    HAVING count(DISTINCT digest) > 1
)
SELECT
    student, event_id, contents, writes, first_written, last_written,
    count(*) OVER () AS conflicts
FROM conflicting
ORDER BY last_written DESC, student, event_id
LIMIT :most
