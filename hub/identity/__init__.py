"""Who somebody is: password hashes and the vault of identity numbers."""
