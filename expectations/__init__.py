"""What must hold: the contracts of the tables, the gate that judges rows, and the release's gates."""
