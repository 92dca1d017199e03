"""Which case a reply belongs to and what kind of reply it is. Pure: a parsed message in, a decision with evidence out."""
