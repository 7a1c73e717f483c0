"""What producers drop: the inbox (dropped.Inbox) and the line of films for the night (line.queued).

Both are folders of the studio that are looked at again and again; nothing here waits, and nothing here starts a film.
"""
