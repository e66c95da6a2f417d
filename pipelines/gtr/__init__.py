"""Readers of the Gateway to Research: its lists page by page, and the rows that projects and outcomes give."""
