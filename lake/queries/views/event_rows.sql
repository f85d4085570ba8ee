-- reads: events during
-- Every write once: a row that was read twice is there twice, and one that was filled from the
-- table (it has no sequence) counts only if it says neither what the row before it says, nor what
-- the stream tells later.
SELECT
    split_part(pk, '#', 4) AS student,
    split_part(sk, '#', 3) AS event_id,
    pk, sk, kind, change, type, time, digest, received, written_at, last_change
FROM (
    SELECT
        pk, sk, sequence, kind, change, type, time, digest, item_version, received, written_at,
        lag(change) OVER (PARTITION BY pk, sk ORDER BY written_at, sequence) AS change_before,
        lag(item_version) OVER (PARTITION BY pk, sk ORDER BY written_at, sequence)
            AS version_before,
        max(CASE WHEN sequence <> '' THEN written_at END)
            OVER (PARTITION BY pk, sk, change, item_version) AS last_told,
        first_value(change) OVER (
            PARTITION BY pk, sk ORDER BY written_at DESC, sequence DESC
        ) AS last_change
    FROM (
        SELECT DISTINCT
            pk, sk, sequence, kind, change, type, time, digest, item_version, received, written_at
        FROM events
        WHERE :folders AND split_part(sk, '#', 2) >= :early AND split_part(sk, '#', 2) < :late
    ) AS rows_once
) AS rows_of_items
WHERE sequence <> ''
    OR (
        (version_before IS NULL OR version_before <> item_version OR change_before <> change)
        AND (last_told IS NULL OR last_told < written_at)
    )
