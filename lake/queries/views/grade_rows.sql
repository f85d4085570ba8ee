-- reads: grades since
SELECT pk, sk, kind, change, written_at
FROM (
    SELECT
        pk, sk, sequence, kind, change, written_at,
        row_number() OVER (PARTITION BY pk, sk, sequence, item_version ORDER BY written_at) AS copy
    FROM grades
    WHERE :folders AND written_at >= :start AND written_at < :end
) AS rows_of_items
WHERE copy = 1
