-- reads: grades always
-- Evaluations that are there, each with when, and by whom, its score was first recorded:
-- a correction replaces both in the item.
SELECT
    student, subject, period, assessment, class_group, submitted_at, first_recorded, first_by
FROM (
    SELECT
        change, student, subject, period, assessment, class_group, submitted_at,
        row_number() OVER (PARTITION BY pk, sk ORDER BY written_at DESC, sequence DESC) AS place,
        min(CASE WHEN score IS NOT NULL THEN recorded_at END)
            OVER (PARTITION BY pk, sk) AS first_recorded,
        first_value(recorded_by) OVER (
            PARTITION BY pk, sk
            ORDER BY CASE WHEN score IS NOT NULL THEN recorded_at END, written_at, sequence
        ) AS first_by
    FROM grades
    WHERE :folders AND kind = 'evaluation'
) AS rows_of_items
WHERE place = 1 AND change = 'put' AND first_recorded >= :start AND first_recorded < :end
