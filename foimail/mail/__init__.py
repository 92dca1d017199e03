"""Bytes in and out: MIME, SMTP, IMAP, Maildir and logins."""
