"""Imported by fork servers: what takes a new process long is there before it is forked, so that a kill strikes work."""

from notifications.registry import open_channel

for _url in ("vnmail://127.0.0.1/?from=dondoc@stc.example", "zalooa://oa1/", "zns://oa1/"):
    open_channel(_url).close()
