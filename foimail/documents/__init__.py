"""Attachments to text and tables, read in a process of their own: what a stranger sent is bounded before it is opened."""
