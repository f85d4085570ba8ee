"""Loading and saving runs, their books and the authority's rate: domain values in and out."""
