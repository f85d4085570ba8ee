-- reads: grades since
SELECT pk, sk, sequence, kind, change, recorded_at, written_at
FROM grades
WHERE :folders AND written_at >= :start AND written_at < :end
