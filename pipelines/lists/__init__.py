"""Any list of names, as text or Parquet: read in blocks, answered by processes side by side, written in order."""
