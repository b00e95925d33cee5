"""The page of a film: one HTML file that plays every reference and every take of a shot in sync."""
