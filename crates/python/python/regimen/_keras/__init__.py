"""What the public modules of `regimen.keras` are made of."""
