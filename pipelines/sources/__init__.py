"""One module per source; the listing of this folder is the registry."""
