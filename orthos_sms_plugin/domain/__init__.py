"""Values and rules. Standard library only (and phonenumberslite where a phone is hard to read)."""
