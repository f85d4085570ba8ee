"""What the admin's pages of all apps have in common: the way to them, and the first page."""
