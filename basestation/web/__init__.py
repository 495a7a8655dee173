"""The web part: log-in, JSON API, one WebSocket a page, and the console's files."""
