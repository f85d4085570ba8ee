-- reads: grades always
SELECT
    student,
    subject,
    period,
    CAST(consolidated_score AS DOUBLE) AS score,
    verdict,
    written_at
FROM (
    SELECT
        pk, sk, change, student, subject, period, consolidated_score, verdict, written_at,
        row_number() OVER (PARTITION BY pk, sk ORDER BY written_at DESC, sequence DESC) AS place
    FROM grades
    WHERE :folders AND kind = 'grade'
) AS rows_of_items
WHERE place = 1 AND change = 'put'
