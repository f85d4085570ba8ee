"""What people may ask of a school about their own data: to see all of it, and to have it erased."""
