"""What people can do: one function = one deed = one transaction."""
