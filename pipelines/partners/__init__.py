"""Choosing a partner: which institutions fit a company, and which companies an institution (INDICATORS §5).

A room a question: gather.py what a release tells of institutions and companies, query.py who asks and for what, one
file for each of the five components, rank.py the total, small.py how to begin, show.py the terminal, table.py what a
release holds of it.
"""
