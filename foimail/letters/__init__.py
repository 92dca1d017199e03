"""Campaign, body and case become a letter. Pure: templates come in as text."""
