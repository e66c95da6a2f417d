"""What the United Kingdom's simulated universities report: knowledge exchange, money and staff, year by year."""
