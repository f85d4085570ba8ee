-- reads: events during
SELECT
    split_part(pk, '#', 4) AS student,
    split_part(sk, '#', 3) AS event_id,
    type,
    time,
    CAST(replace(replace(time, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE) AS moment,
    CAST(
        CAST(replace(replace(time, 'T', ' '), 'Z', ' UTC') AS TIMESTAMP WITH TIME ZONE)
        AT TIME ZONE :zone AS DATE
    ) AS day,
    quantity,
    source,
    metadata,
    received,
    written_at
FROM (
    -- An item that was written again has a row for each time: the last one is what it is.
    SELECT
        pk, sk, change, type, time, quantity, source, metadata, received, written_at,
        row_number() OVER (PARTITION BY pk, sk ORDER BY written_at DESC, sequence DESC) AS place
    FROM events
    WHERE :folders AND split_part(sk, '#', 2) >= :early AND split_part(sk, '#', 2) < :late
) AS rows_of_items
WHERE place = 1 AND change = 'put' AND time >= :start AND time < :end
