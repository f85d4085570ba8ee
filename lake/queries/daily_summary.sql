-- title: Daily summary | Resumen diario
-- about: Each day of the school with any activity. | Cada día de la escuela con alguna actividad.
-- param: type slug: Only events of this type | Solo eventos de este tipo
-- column: day date: Day | Día
-- column: events integer: Events | Eventos
-- column: quantity integer: Quantity | Cantidad
-- column: students integer: Students | Estudiantes
-- column: types integer: Types | Tipos
-- chart: line day events
SELECT
    CAST(day AS VARCHAR) AS day,
    count(*) AS events,
    sum(quantity) AS quantity,
    count(DISTINCT student) AS students,
    count(DISTINCT type) AS types
FROM happened
WHERE :type IS NULL OR type = :type
GROUP BY 1
ORDER BY 1
