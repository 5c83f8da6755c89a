"""What the policy says: plain values in, plain values out; no web, no database."""
