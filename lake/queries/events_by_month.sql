-- title: Events by type and month | Eventos por tipo y mes
-- about: What students did each month, by type of event. | Lo que hicieron los estudiantes cada mes, por tipo de evento.
-- param: type slug: Only events of this type | Solo eventos de este tipo
-- column: month text: Month | Mes
-- column: type text: Type | Tipo
-- column: events integer: Events | Eventos
-- column: quantity integer: Quantity | Cantidad
-- column: students integer: Students | Estudiantes
-- chart: bars month events type
SELECT
    substr(CAST(day AS VARCHAR), 1, 7) AS month,
    type,
    count(*) AS events,
    sum(quantity) AS quantity,
    count(DISTINCT student) AS students
FROM happened
WHERE :type IS NULL OR type = :type
GROUP BY 1, 2
ORDER BY 1, 2
