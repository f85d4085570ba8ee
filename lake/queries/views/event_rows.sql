-- reads: events during
SELECT
    split_part(pk, '#', 4) AS student,
    split_part(sk, '#', 3) AS event_id,
    pk, sk, sequence, kind, change, type, time, digest, received, written_at
FROM events
WHERE :folders AND split_part(sk, '#', 2) >= :early AND split_part(sk, '#', 2) < :late
