"""Ways of showing findings: each a pure function from reports to text."""
