-- reads: events during
-- Every write once: a row that was read twice is there twice, and one that was filled from the
-- table (it has no sequence) counts only where the stream's own row of that state is missing.
SELECT
    student, event_id, pk, sk, kind, change, type, time, digest, received, written_at, last_change
FROM (
    SELECT
        split_part(pk, '#', 4) AS student,
        split_part(sk, '#', 3) AS event_id,
        pk, sk, sequence, kind, change, type, time, digest, received, written_at,
        row_number() OVER (PARTITION BY pk, sk, sequence, item_version ORDER BY written_at) AS copy,
        max(sequence) OVER (PARTITION BY pk, sk, item_version) AS told_as,
        first_value(change) OVER (
            PARTITION BY pk, sk ORDER BY written_at DESC, sequence DESC
        ) AS last_change
    FROM events
    WHERE :folders AND split_part(sk, '#', 2) >= :early AND split_part(sk, '#', 2) < :late
) AS rows_of_items
WHERE copy = 1 AND (sequence <> '' OR told_as = '')
