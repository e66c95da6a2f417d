"""How NIH's records come in: three layouts of one project record, the interface by pages, and what they become."""
