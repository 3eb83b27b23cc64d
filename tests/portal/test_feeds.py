"""Feeds as calendar clients fetch them."""

import gzip
import subprocess
import sys
from datetime import timedelta

from sqlmodel import select

from models.engine import open_database
from models.tables import FeedToken
from obligations.services.feeds.access import issue_token, list_tokens, revoke_token
from obligations.services.feeds.body import FeedBody
from obligations.services.feeds.publish_feed import refresh_feeds
from portal.feed_answer import FeedAnswer
from portal.feed_cache import FeedCache, Kept
from tests.portal.conftest import LATE, Site, soon
from tests.statements import statements

PUBLIC = "/f/p/197-kh-ubnd/lich.ics"
PLAIN = {"accept-encoding": "identity"}


def private(site: Site, code: str = "so-tu-phap") -> str:
    with site.app.write(LATE, "test") as ctx:
        token = issue_token(ctx, code, "máy của văn thư")
        refresh_feeds(ctx)
    return f"/f/a/{token}/so-tu-phap.ics"


def test_a_public_feed_may_be_cached_and_says_what_it_is(site: Site) -> None:
    response = site.client().get(PUBLIC, headers=PLAIN)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["content-disposition"] == 'inline; filename="lich.ics"'
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert site.client().get("/f/p/197-kh-ubnd/ten-khac.ics", headers=PLAIN).content == response.content


def test_a_known_tag_answers_304_in_every_form_clients_send(site: Site) -> None:
    client = site.client()
    first = client.get(PUBLIC, headers=PLAIN)
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*", f'{tag[:-1]}-gzip"'):
        again = client.get(PUBLIC, headers={**PLAIN, "if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), known
    assert client.get(PUBLIC, headers={"if-none-match": '"other"', "if-modified-since": changed}).status_code == 200
    assert client.get(PUBLIC, headers={"if-modified-since": changed}).status_code == 304
    assert client.get(PUBLIC, headers={"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}).status_code == 200
    assert client.get(PUBLIC, headers={"if-modified-since": "yesterday"}).status_code == 200


def test_gzip_only_when_asked_with_a_tag_of_its_own(site: Site) -> None:
    client = site.client()
    plain = client.get(PUBLIC, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in client.get(PUBLIC, headers={"accept-encoding": "gzip;q=0"}).headers
    with client.stream("GET", PUBLIC, headers={"accept-encoding": "gzip"}) as zipped:
        raw = b"".join(zipped.iter_raw())
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.headers["etag"] != plain.headers["etag"]
    assert gzip.decompress(raw) == plain.content


def test_head_and_refused_methods(site: Site) -> None:
    client = site.client()
    head = client.head(PUBLIC, headers=PLAIN)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == client.get(PUBLIC, headers=PLAIN).headers["etag"]
    for method in ("PROPFIND", "PUT", "REPORT", "DELETE"):
        refused = client.request(method, PUBLIC)
        assert refused.status_code == 405
        assert "GET" in refused.headers["allow"]


def test_a_private_feed_is_for_its_holder_until_revoked(site: Site) -> None:
    client = site.client()
    path = private(site)
    response = client.get(path, headers=PLAIN)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.headers["x-robots-tag"] == "noindex"
    assert "[Đang mở]" in response.content.decode().replace("\r\n ", ""), "not overdue before the initial review"
    assert path.split("/")[3] not in response.text
    assert client.get("/f/a/unknown/x.ics").status_code == 404
    with site.app.write(LATE, "test") as ctx:
        revoke_token(ctx, list_tokens(ctx)[0].public_id)
    assert client.get(path).status_code == 410


def noted(site: Site) -> tuple[object, str]:
    with site.app.read(LATE) as ctx:
        row = ctx.session.exec(select(FeedToken)).one()
        return row.last_used_at, row.last_user_agent


def test_use_of_a_token_is_noted_once_an_hour(site: Site) -> None:
    client = site.client()
    path = private(site)
    client.get(path, headers={"user-agent": "Thunderbird"})
    soon(lambda: noted(site)[1] == "Thunderbird")
    first = noted(site)
    client.get(path, headers={"user-agent": "Other"})
    assert noted(site) == first
    site.now = LATE + timedelta(hours=2)
    client.get(path, headers={"user-agent": "Other"})
    soon(lambda: noted(site)[1] == "Other")


def test_a_feed_that_was_read_is_handed_out_again_without_the_database(site: Site) -> None:
    client = site.client()
    for path in (PUBLIC, private(site)):
        client.get(path, headers=PLAIN)
        if path != PUBLIC:  # its use is written down, which is a change
            soon(lambda: noted(site)[0] is not None)
        first = client.get(path, headers=PLAIN)
        with statements(site.app.database) as asked:
            again = client.get(path, headers=PLAIN)
            held = client.get(path, headers={**PLAIN, "if-none-match": first.headers["etag"]})
        assert asked == []
        assert again.content == first.content
        assert held.status_code == 304
        same = [name for name in first.headers if name not in ("date", "x-request-id")]
        assert [again.headers[name] for name in same] == [first.headers[name] for name in same]


def test_what_another_process_commits_shows_in_the_next_answer(site: Site) -> None:
    client, path = site.client(), private(site)
    first = client.get(path, headers=PLAIN)
    assert client.get(path, headers=PLAIN).content == first.content
    code = (
        "import sys; from obligations.services.context import open_app; from obligations.settings import Settings;"
        "from obligations.services.feeds.access import list_tokens, revoke_token; from datetime import datetime, UTC\n"
        "app = open_app(Settings(database_url=sys.argv[1], home=sys.argv[2]))\n"
        "with app.write(datetime(2026, 11, 19, 3, tzinfo=UTC), 'other') as ctx:\n"
        "    revoke_token(ctx, list_tokens(ctx)[0].public_id)\n"
    )
    settings = site.app.settings
    subprocess.run([sys.executable, "-c", code, settings.database, str(settings.home)], check=True, timeout=60)
    assert client.get(path).status_code == 410
    assert client.get(path).status_code == 410


def test_what_is_kept_is_bounded() -> None:
    cache = FeedCache(open_database("sqlite://").changes, most_bytes=3 * 1000)
    for number in range(50):
        feed = FeedBody(f'"{number}"', LATE, b"x" * 100)
        cache.keep(f"/f/p/{number}/x.ics", Kept(FeedAnswer(feed, "x", {}), "1", None))
        cache.find("/f/p/0/x.ics")
    assert [n for n in range(50) if cache.find(f"/f/p/{n}/x.ics")] == [0, *range(41, 50)]
    huge = Kept(FeedAnswer(FeedBody('"h"', LATE, b"x" * 1001), "x", {}), "1", None)
    cache.keep("/f/p/huge/x.ics", huge)
    assert cache.find("/f/p/huge/x.ics") is None


def test_an_unknown_plan_has_no_feed(site: Site) -> None:
    assert site.client().get("/f/p/none/x.ics").status_code == 404
