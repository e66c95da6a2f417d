"""Open Patent Services of the European Patent Office: who is asked for, how it is asked, and what documents say."""
