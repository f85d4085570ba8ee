"""The JSON of grades: what comes in, what goes out, and how the schema describes both."""
