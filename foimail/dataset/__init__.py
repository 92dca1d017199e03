"""The answers of all bodies, side by side: what each letter gives, what a person has confirmed, what it adds up to."""
