"""Named defects that a real CRM could have, and the proof that the suite sees each of them."""
