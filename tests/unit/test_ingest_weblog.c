/* Lines of web logs as cells: formats, escapes, times, what is derived. */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "collect/weblog/log_address.h"
#include "collect/weblog/log_clock.h"
#include "collect/weblog/log_question.h"
#include "collect/weblog/visitor.h"
#include "collect/weblog/weblog.h"

struct seen {
	struct buf rows;	/* name=value of each cell, a line a row */
	struct buf bad;		/* LINE: message */
	size_t blanks;
	const struct weblog *log;
};

static void take_row(void *context, const struct row *row)
{
	struct seen *s = context;
	size_t count;
	const struct span *names = weblog_columns(s->log, &count);

	assert_int_equal(row->count, count);
	for (size_t i = 0; i < count; i++) {
		if (row->cells[i].kind == CELL_NONE)
			continue;
		buf_span(&s->rows, names[i]);
		buf_text_put(&s->rows, row->cells[i].kind == CELL_TEXT ? "=" : ":");
		buf_span(&s->rows, row->cells[i].text);
		buf_char(&s->rows, '|');
	}
	buf_char(&s->rows, '\n');
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	struct seen *s = context;

	assert_true(raw.len > 0);
	buf_printf(&s->bad, "%d: %s\n", (int)line, why->message);
}

static void take_blank(void *context, struct span raw)
{
	struct seen *s = context;

	assert_true(raw.len > 0);
	s->blanks++;
}

static struct seen read_text(const char *name, const char *notation,
			     struct span text, size_t cut, struct span key)
{
	struct seen s = {.rows = BUF_INIT};
	struct rows_calls calls = {take_row, take_bad, take_blank, NULL};
	struct error err = ERROR_INIT;
	struct weblog *log = weblog_new(name, notation, text, &err);
	struct weblog_reader *reader;
	struct span parts[2] = {span_sub(text, 0, cut), span_sub(text, cut, text.len)};
	uint64_t line = 1;

	if (!log)
		fail_msg("%s", err.message);
	s.log = log;
	calls.context = &s;
	reader = weblog_reader_new(log, key, &calls);
	for (int i = 0; i < 2; i++) {
		struct census census = census_take(parts[i]);

		weblog_read(reader, weblog_before(log, parts[i]), parts[i],
			    &census, &line);
	}
	weblog_reader_free(reader);
	weblog_free(log);
	return s;
}

static void seen_release(struct seen *s)
{
	buf_release(&s->rows);
	buf_release(&s->bad);
}

/* TEXT gives ROWS, in which "VISITOR" stands for any 32 digits, and BAD. */
static void expect(const char *name, const char *notation, const char *text,
		   const char *rows, const char *bad)
{
	struct seen s = read_text(name, notation, span_of(text), SIZE_MAX, SPAN(""));
	char *at = s.rows.ptr;

	buf_char(&s.rows, '\0');
	for (at = strstr(s.rows.ptr, "visitor="); at; at = strstr(at + 8, "visitor=")) {
		memcpy(at + 8, "VISITOR", 7);
		memmove(at + 15, at + 40, strlen(at + 40) + 1);
	}
	assert_string_equal(s.rows.ptr, rows);
	assert_string_equal(buf_text(&s.bad), bad);
	seen_release(&s);
}

static void test_combined(void **state)
{
	(void)state;
	expect("combined", NULL,
	       "203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a/b.gif?x=1 HTTP/1.0\" 200 2326 "
	       "\"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"\r\n",
	       "time=2000-10-10T20:55:36.000Z|host=203.0.113.9|user=frank|request=GET /a/b.gif?x=1 HTTP/1.0|"
	       "method=GET|url=/a/b.gif?x=1|path=/a/b.gif|query=x=1|protocol=HTTP/1.0|status:200|bytes:2326|"
	       "referrer=http://www.example.com/start.html|user_agent=Mozilla/4.08 [en] (Win98; I ;Nav)|"
	       "visitor=VISITOR|ip=203.0.113.9|asset:true|\n", "");
	/* A user with a blank, no bytes, no agent; IPv6; a host name. */
	expect("combined", NULL,
	       "2001:db8::1 - Ada Byron [29/Feb/2024:00:00:00 +0000] \"HEAD / HTTP/2.0\" 304 - \"-\" \"\"\n"
	       "dial.example.org - - [29/Feb/2024:00:00:00 +0000] \"GET / HTTP/1.1\" 500 0 \"-\" \"-\"\n",
	       "time=2024-02-29T00:00:00.000Z|host=2001:db8::1|user=Ada Byron|request=HEAD / HTTP/2.0|method=HEAD|"
	       "url=/|path=/|protocol=HTTP/2.0|status:304|visitor=VISITOR|ip=2001:db8::1|\n"
	       "time=2024-02-29T00:00:00.000Z|host=dial.example.org|request=GET / HTTP/1.1|method=GET|url=/|path=/|"
	       "protocol=HTTP/1.1|status:500|bytes:0|visitor=VISITOR|remote_host=dial.example.org|error:true|\n", "");
}

static void test_common_and_hosts(void **state)
{
	(void)state;
	expect("common", NULL, "192.0.2.1 - - [01/Mar/2024:09:30:00 +0100] \"GET /x HTTP/1.1\" 404 9\n",
	       "time=2024-03-01T08:30:00.000Z|host=192.0.2.1|request=GET /x HTTP/1.1|method=GET|url=/x|path=/x|"
	       "protocol=HTTP/1.1|status:404|bytes:9|visitor=VISITOR|ip=192.0.2.1|error:true|\n", "");
	expect("vcombined", NULL,
	       "www.example.com:8443 192.0.2.1 - - [01/Mar/2024:09:30:00 +0100] \"GET /x HTTP/1.1\" 200 9 \"-\" \"curl/8\"\n",
	       "time=2024-03-01T08:30:00.000Z|host=192.0.2.1|request=GET /x HTTP/1.1|method=GET|url=/x|path=/x|"
	       "protocol=HTTP/1.1|status:200|bytes:9|user_agent=curl/8|vhost=www.example.com|port=8443|"
	       "visitor=VISITOR|ip=192.0.2.1|\n", "");
}

static const char *const head = "192.0.2.1 - - [01/Mar/2024:09:30:00 +0000] ";

/* The columns that REQUEST gives, in combined with status 400. */
static void expect_request(const char *request, const char *cells)
{
	struct buf text = BUF_INIT, rows = BUF_INIT;

	buf_printf(&text, "%s\"%s\" 400 0 \"-\" \"-\"\n", head, request);
	buf_printf(&rows, "time=2024-03-01T09:30:00.000Z|host=192.0.2.1|%s\n", cells);
	expect("combined", NULL, buf_text(&text), buf_text(&rows), "");
	buf_release(&text);
	buf_release(&rows);
}

static void test_requests(void **state)
{
	static const char tail[] = "status:400|bytes:0|visitor=VISITOR|ip=192.0.2.1|error:true|";
	char cells[512];

	(void)state;
	snprintf(cells, sizeof cells, "%s", tail);
	expect_request("-", cells);
	/* TLS on a plain port: control characters stay escapes. */
	snprintf(cells, sizeof cells, "request=\\x16\\x03\\x01\\x02|%sbad_request=\\x16\\x03\\x01\\x02|", tail);
	expect_request("\\x16\\x03\\x01\\x02", cells);
	snprintf(cells, sizeof cells, "request=HELP|%sbad_request=HELP|", tail);
	expect_request("HELP", cells);
	/* HTTP/0.9; an absolute URL; CONNECT; blanks and quotes inside. */
	snprintf(cells, sizeof cells, "request=GET /old|method=GET|url=/old|path=/old|%s", tail);
	expect_request("GET /old", cells);
	snprintf(cells, sizeof cells, "request=GET http://shop.example.org:81?a=b HTTP/1.1|method=GET|"
		 "url=http://shop.example.org:81?a=b|path=/|query=a=b|protocol=HTTP/1.1|status:400|bytes:0|"
		 "vhost=shop.example.org|port=81|%s", strstr(tail, "visitor"));
	expect_request("GET http://shop.example.org:81?a=b HTTP/1.1", cells);
	snprintf(cells, sizeof cells, "request=CONNECT example.com:443 HTTP/1.1|method=CONNECT|"
		 "url=example.com:443|protocol=HTTP/1.1|%s", tail);
	expect_request("CONNECT example.com:443 HTTP/1.1", cells);
	snprintf(cells, sizeof cells, "request=GET /a \"b\\ HTTP/1.1|method=GET|url=/a \"b\\|path=/a \"b\\|"
		 "protocol=HTTP/1.1|%s", tail);
	expect_request("GET /a \\\"b\\\\ HTTP/1.1", cells);
	/* \xhh that are UTF-8 are undone, others not. */
	snprintf(cells, sizeof cells, "request=GET /\xC3\xA9 HTTP/1.1|method=GET|url=/\xC3\xA9|path=/\xC3\xA9|"
		 "protocol=HTTP/1.1|%s", tail);
	expect_request("GET /\\xC3\\xa9 HTTP/1.1", cells);
	snprintf(cells, sizeof cells, "request=GET /\\xE9 HTTP/1.1|method=GET|url=/\\xE9|path=/\\xE9|"
		 "protocol=HTTP/1.1|%s", tail);
	expect_request("GET /\\xE9 HTTP/1.1", cells);
	/* Bytes that are not UTF-8 become what a server would have written. */
	expect_request("GET /\xE9 HTTP/1.1", cells);
}

static void test_campaign(void **state)
{
	(void)state;
	expect_request("GET /p?utm_source=news+letter&utm_medium=e%2Dmail&utm_source=x&gclid=A1&utm_term=%FF&fbclid=&"
		       "utm_campaign=M%C3%A4rz&utmx=1#frag HTTP/1.1",
		       "request=GET /p?utm_source=news+letter&utm_medium=e%2Dmail&utm_source=x&gclid=A1&utm_term=%FF&fbclid=&"
		       "utm_campaign=M%C3%A4rz&utmx=1#frag HTTP/1.1|method=GET|"
		       "url=/p?utm_source=news+letter&utm_medium=e%2Dmail&utm_source=x&gclid=A1&utm_term=%FF&fbclid=&"
		       "utm_campaign=M%C3%A4rz&utmx=1#frag|path=/p|"
		       "query=utm_source=news+letter&utm_medium=e%2Dmail&utm_source=x&gclid=A1&utm_term=%FF&fbclid=&"
		       "utm_campaign=M%C3%A4rz&utmx=1|protocol=HTTP/1.1|status:400|bytes:0|visitor=VISITOR|ip=192.0.2.1|"
		       "utm_source=news letter|utm_medium=e-mail|utm_campaign=M\xC3\xA4rz|utm_term=%FF|gclid=A1|error:true|");
}

static void test_assets(void **state)
{
	static const char *const names[] = {
		"/a.CSS", "/b/c.min.js", "/favicon.ico", "/f.woff2",
	};
	static const char *const others[] = {
		"/", "/a.html", "/a.css/b", "/css", "/a.", "/a.j s", "/robots.txt", "/a.longname",
	};
	struct buf text = BUF_INIT;
	struct seen s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names) + COUNT_OF(others); i++) {
		const char *name = i < COUNT_OF(names) ? names[i] :
			others[i - COUNT_OF(names)];

		buf_clear(&text);
		buf_printf(&text, "%s\"GET %s HTTP/1.1\" 200 0\n", head, name);
		s = read_text("common", NULL, buf_view(&text), SIZE_MAX, SPAN(""));
		assert_int_equal(strstr(buf_text(&s.rows), "asset:true") != NULL,
				 i < COUNT_OF(names));
		seen_release(&s);
	}
	buf_release(&text);
}

static void test_damage(void **state)
{
	(void)state;
	expect("combined", NULL,
	       "192.0.2.1 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"Mozi\n"
	       "192.0.2.1 - - [31/Feb/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n"
	       "192.0.2.1 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 2000 1 \"-\" \"x\"\n"
	       "192.0.2.1 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1k \"-\" \"x\"\n"
	       "192.0.2.1 - - [-] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n"
	       "\n"
	       "192.0.2.1 - -\n", "",
	       "1: not a line of format combined: the quote before user_agent 'Mozi' is not closed: is the line cut short?\n"
	       "2: bad time '31/Feb/2024:09:30:00 +0000'\n"
	       "3: bad status '2000'\n"
	       "4: bad number of bytes '1k'\n"
	       "5: the request has no time\n"
	       "7: not a line of format combined: no ' [' behind user in '-'\n");
}

#define REST " [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\""

/* What FRONT, in combined, gives: the columns before the request, then who asked; or BAD. */
static void expect_front(const char *front, const char *cells, const char *who, const char *bad)
{
	struct buf text = BUF_INIT, rows = BUF_INIT, why = BUF_INIT;

	buf_printf(&text, "%s" REST "\n", front);
	if (bad)
		buf_printf(&why, "1: %s\n", bad);
	else
		buf_printf(&rows, "time=2024-03-01T09:30:00.000Z|%s|request=GET / HTTP/1.1|method=GET|url=/|path=/|"
			   "protocol=HTTP/1.1|status:200|bytes:1|user_agent=x|%s\n", cells, who);
	expect("combined", NULL, buf_text(&text), buf_text(&rows), buf_text(&why));
	buf_release(&text);
	buf_release(&rows);
	buf_release(&why);
}

#define CLIENT "host=198.51.100.7"
#define IP "visitor=VISITOR|ip=198.51.100.7|"
#define BEHIND "visitor=VISITOR|ip=198.51.100.7|remote_host=10.0.0.1|"

/* REST of the row behind user_agent: vhost, port and forwarded_for stand between. */
static void test_fronts(void **state)
{
	(void)state;
	expect_front("198.51.100.7 - -", CLIENT, IP, NULL);
	expect_front("198.51.100.7 - \"\"", CLIENT, IP, NULL);
	expect_front("198.51.100.7 - \"-\"", CLIENT, IP, NULL);
	expect_front("198.51.100.7 \"-\" \"-\"", CLIENT, IP, NULL);
	expect_front("198.51.100.7 - \"Ada Byron\"", CLIENT "|user=Ada Byron", IP, NULL);
	expect_front("198.51.100.7:4711 - ida@example.org", CLIENT "|user=ida@example.org", IP, NULL);
	expect_front("198.51.100.7, 203.0.113.9 10.0.0.1 - -", CLIENT,
		     "forwarded_for=198.51.100.7, 203.0.113.9|" BEHIND, NULL);
	expect_front("10.0.0.1 198.51.100.7, 203.0.113.9 - ida", CLIENT "|user=ida",
		     "forwarded_for=198.51.100.7, 203.0.113.9|" BEHIND, NULL);
	expect_front("198.51.100.7 , 10.0.0.1 - -", CLIENT, "forwarded_for=198.51.100.7 , 10.0.0.1|" IP, NULL);
	expect_front("\"198.51.100.7, 10.0.0.1\" - -", CLIENT, "forwarded_for=198.51.100.7, 10.0.0.1|" IP, NULL);
	expect_front("10.0.0.1 (198.51.100.7) - -", CLIENT, "forwarded_for=198.51.100.7|" BEHIND, NULL);
	expect_front("10.0.0.1 [198.51.100.7] - -", CLIENT, "forwarded_for=198.51.100.7|" BEHIND, NULL);
	expect_front("198.51.100.7 (-) - -", CLIENT, IP, NULL);
	expect_front("\"-\" 198.51.100.7 - -", CLIENT, IP, NULL);
	expect_front("- 198.51.100.7 - -", CLIENT, IP, NULL);
	expect_front("10.0.0.1 198.51.100.7 - -", CLIENT, "forwarded_for=198.51.100.7|" BEHIND, NULL);
	expect_front("198.51.100.7 - [198.51.100.7] - -", CLIENT, "forwarded_for=198.51.100.7|" IP, NULL);
	expect_front("www.example.com:443 198.51.100.7 - -", CLIENT, "vhost=www.example.com|port=443|" IP, NULL);
	expect_front("192.0.2.1:80 198.51.100.7 - -", CLIENT, "vhost=192.0.2.1|port=80|" IP, NULL);
	expect_front("www.example.com dial.example.org - -", "host=dial.example.org",
		     "vhost=www.example.com|visitor=VISITOR|remote_host=dial.example.org|", NULL);
	expect_front("192.0.2.1 198.51.100.7 - -", "", "",
		     "two addresses before the time, '192.0.2.1' and '198.51.100.7': say by --log-format which is the client's");
	expect_front("192.0.2.999 - -", "", "", "'192.0.2.999' is no address and no name of a host");
	expect_front("<b> - -", "", "", "'<b>' is no address and no name of a host");
	expect_front("198.51.100.7 - - -", "", "",
		     "bad user '- -': which fields stand before the time? --log-format says it");
}

static void test_envelopes(void **state)
{
	static const char *const before[] = {
		"Mar  1 09:30:00 web1 nginx:", "<190>Mar 11 09:30:00 web1 nginx[77]:", "Mar  1 2024 09:30:00 web1 nginx:",
		"<133>Dec 23 15:31:15 web5 acc", "Mar  1 09:30:00 nginx:", "2024-03-01T09:30:00.123456+01:00 web1 nginx[77]:",
		"<134>2024-03-01T09:30:00Z cache-fra1 endpoint[123]:", "<190>1 2024-03-01T09:30:00+01:00 web1 nginx 77 - -",
		"<190>1 2024-03-01T09:30:00Z web1 nginx - - [a b=\"x ] \\\" y\"][c d=\"\"]", "<190>1 - web1 nginx - - - \xef\xbb\xbf",
		"2024-03-01T09:30:00.123456789Z stdout F", "2024-03-01T09:30:00.123456789Z", "web-1  |",
		"web-1  | 2024-03-01T09:30:00.123456789Z", "[pod/web-1/nginx]",
	};
	struct buf front = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		buf_clear(&front);
		buf_printf(&front, "%s%s198.51.100.7 - -", before[i], strstr(before[i], "\xbf") ? "" : " ");
		expect_front(buf_text(&front), CLIENT, IP, NULL);
	}
	buf_release(&front);
	expect_front("2024-03-01T09:30:00.1Z stdout P 198.51.100.7 - -", "", "",
		     "a piece of a line, cut by the container runtime: its pieces must be joined first");
	/* A notation of one's own, too. */
	expect(NULL, "%h %t %s", "Mar  1 09:30:00 web1 app: 198.51.100.7 [01/Mar/2024:09:30:00 +0000] 200\n",
	       "time=2024-03-01T09:30:00.000Z|host=198.51.100.7|status:200|visitor=VISITOR|ip=198.51.100.7|\n", "");
}

/* Each line says itself whether it is common or combined, and what stands behind. */
static void test_mixed(void **state)
{
	static const char common[] = "198.51.100.7 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1";
	static const char cells[] = "time=2024-03-01T09:30:00.000Z|host=198.51.100.7|request=GET / HTTP/1.1|method=GET|"
		"url=/|path=/|protocol=HTTP/1.1|status:200|bytes:1|";
	struct buf text = BUF_INIT, rows = BUF_INIT;

	(void)state;
	buf_printf(&text, "%s\n%s \"-\" \"x\"\n%s \"-\" \"x\" \"-\"\n", common, common, common);
	buf_printf(&rows, "%s" IP "\n%suser_agent=x|" IP "\n%suser_agent=x|" IP "\n", cells, cells, cells);
	expect("combined", NULL, buf_text(&text), buf_text(&rows), "");
	expect("common", NULL, buf_text(&text), buf_text(&rows), "");
	buf_clear(&text);
	buf_clear(&rows);
	buf_printf(&text, "%s \"-\" \"x\" 3 \"a@b\" \"http://10.0.0.2:80\" 12ms\n%s 17 \"192.0.2.1\" z\n", common, common);
	buf_printf(&rows, "%suser_agent=x|duration:0.012|" IP "extra=3 \"a@b\" \"http://10.0.0.2:80\" 12ms|\n"
		   "time=2024-03-01T09:30:00.000Z|host=192.0.2.1%sforwarded_for=192.0.2.1|visitor=VISITOR|"
		   "ip=192.0.2.1|remote_host=198.51.100.7|extra=17 z|\n", cells, strstr(cells, "|request="));
	expect("combined", NULL, buf_text(&text),
	       buf_text(&rows), "");
	buf_release(&text);
	buf_release(&rows);
}

static void expect_client(const char *trusted, const char *list, const char *host, const char *client, bool doubt)
{
	struct log_proxies *p = trusted ? log_proxies_new(trusted, NULL) : NULL;
	bool doubtful;
	struct span got = log_client(p, span_of(list), span_of(host), &doubtful);

	assert_int_equal(got.len, strlen(client));
	assert_memory_equal(got.ptr, client, got.len);
	assert_int_equal(doubtful, doubt);
	log_proxies_free(p);
}

static void test_clients(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	expect_client(NULL, "198.51.100.7", "10.0.0.1", "198.51.100.7", false);
	expect_client(NULL, "198.51.100.7, 203.0.113.9", "10.0.0.1", "198.51.100.7", true);
	expect_client(NULL, "10.1.2.3, 198.51.100.7", "10.0.0.1", "198.51.100.7", false);
	expect_client(NULL, "198.51.100.7", "203.0.113.9", "198.51.100.7", true);
	expect_client(NULL, "192.168.1.5", "203.0.113.9", "203.0.113.9", false);
	expect_client(NULL, "192.168.1.5, 10.0.0.1", "127.0.0.1", "192.168.1.5", false);
	expect_client(NULL, "unknown, -, x<y", "203.0.113.9", "203.0.113.9", false);
	expect_client(NULL, "198.51.100.7", "", "198.51.100.7", false);
	/* The server has looked behind its proxies itself. */
	expect_client(NULL, "192.0.2.66, 198.51.100.7, 10.0.0.1", "198.51.100.7", "198.51.100.7", false);
	expect_client(NULL, "for=\"[2001:db8::7]:4711\";proto=https, for=10.0.0.1", "10.0.0.2", "2001:db8::7", false);
	expect_client(NULL, "::ffff:10.0.0.5, fe80::1, fd00::1, 100.64.0.1, 8.8.8.8:53", "", "8.8.8.8", false);
	expect_client("private", "192.0.2.66, 198.51.100.7", "10.0.0.1", "198.51.100.7", false);
	expect_client("private,198.51.100.0/24", "192.0.2.66, 198.51.100.7", "10.0.0.1", "192.0.2.66", false);
	expect_client("10.0.0.0/8,2001:db8::/33", "192.0.2.66, 2001:db8:8000::1, 2001:db8:7fff::1", "10.0.0.1",
		      "2001:db8:8000::1", false);
	expect_client("none", "192.0.2.66", "10.0.0.1", "10.0.0.1", false);
	expect_client("10.0.0.1", "10.0.0.1, 10.0.0.1", "10.0.0.1", "10.0.0.1", false);
	expect_client("10.0.0.1", "192.0.2.66", "198.51.100.7", "198.51.100.7", false);
	assert_null(log_proxies_new("10.0.0.0/33", &err));
	assert_error(&err, "--trusted-proxies: '10.0.0.0/33' is no address and no network: write 203.0.113.7, 10.0.0.0/8 "
		     "or 2001:db8::/32, separated by commas, or private");
	assert_null(log_proxies_new("private,,10.0.0.1", &err));
	assert_null(log_proxies_new("cloudflare", &err));
}

/* LINE of a log in JSON gives the cells of ROW behind the time, which is 2024-03-01T08:30:00.000Z. */
static void expect_json(const char *line, const char *row)
{
	struct buf text = BUF_INIT, rows = BUF_INIT;

	buf_printf(&text, "%s\n", line);
	buf_printf(&rows, "time=2024-03-01T08:30:00.000Z|%s|\n", row);
	assert_string_equal(weblog_sniff(buf_view(&text)) ? weblog_sniff(buf_view(&text)) : "none", "jsonlog");
	expect("jsonlog", NULL, buf_text(&text), buf_text(&rows), "");
	buf_release(&text);
	buf_release(&rows);
}

#define WHO "visitor=VISITOR|ip=192.0.2.4"

/* The names of servers, networks and people. */
static void test_json_names(void **state)
{
	(void)state;
	expect_json("{\"timestamp\":\"2024-03-01T08:30:00Z\",\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":"
		    "\"https://a.example.com/p\",\"status\":200,\"responseSize\":\"77\",\"userAgent\":\"x\",\"remoteIp\":"
		    "\"192.0.2.4\",\"latency\":\"0.0120s\",\"serverIp\":\"10.0.0.2\"},\"severity\":\"INFO\"}",
		    "host=192.0.2.4|method=GET|url=https://a.example.com/p|path=/p|status:200|bytes:77|user_agent=x|"
		    "vhost=a.example.com|duration:0.0120|" WHO "|extra=httpRequest.serverIp=10.0.0.2 severity=INFO");
	expect_json("{\"ClientIP\":\"192.0.2.4\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/p\","
		    "\"EdgeResponseStatus\":403,\"EdgeStartTimestamp\":1709281800000456789}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:403|" WHO "|error:true");
	expect_json("{\"ClientAddr\":\"192.0.2.4:63251\",\"ClientHost\":\"192.0.2.4\",\"ClientUsername\":\"-\","
		    "\"DownstreamStatus\":200,\"Duration\":12000000,\"RequestMethod\":\"GET\",\"RequestPath\":\"/p\","
		    "\"StartUTC\":\"2024-03-01T08:30:00.000999Z\",\"time\":\"2024-03-01T09:30:01+01:00\","
		    "\"request_User-Agent\":\"x\",\"level\":\"info\",\"msg\":\"\"}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:200|user_agent=x|duration:0.012|" WHO
		    "|extra=ClientAddr=192.0.2.4:63251 time=2024-03-01T09:30:01+01:00 level=info");
	expect_json("{\"@timestamp\":\"2024-03-01T08:30:00Z\",\"source\":{\"ip\":\"192.0.2.4\"},\"http\":{\"request\":{"
		    "\"method\":\"GET\"},\"response\":{\"status_code\":200}},\"url\":{\"original\":\"/p?a=b\"},"
		    "\"user_agent\":{\"original\":\"x\"},\"event\":{\"duration\":5000000}}",
		    "host=192.0.2.4|method=GET|url=/p?a=b|path=/p|query=a=b|status:200|user_agent=x|duration:0.005|" WHO);
	expect_json("{\"nginx\":{\"access\":{\"remote_ip\":\"192.0.2.4\",\"method\":\"GET\",\"url\":\"/p\",\"response_code\":"
		    "\"200\",\"agent\":\"x\"}},\"@timestamp\":\"2024-03-01T08:30:00Z\"}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:200|user_agent=x|" WHO);
	expect("jsonlog", NULL, "{\"date\":\"2024-03-01\",\"time\":\"08:30:00\",\"c-ip\":\"192.0.2.4\",\"cs-method\":\"GET\",\"cs-uri-stem\":"
		    "\"/p\",\"cs-uri-query\":\"a=b\",\"sc-status\":\"200\",\"cs(User-Agent)\":\"x%20y\"}\n",
		    "time=2024-03-01T08:30:00Z|host=192.0.2.4|method=GET|url=/p?a=b|path=/p|query=a=b|status:200|user_agent=x y|" WHO "|\n", "");
	expect_json("{\"requestTime\":\"01/Mar/2024:08:30:00 +0000\",\"ip\":\"192.0.2.4\",\"httpMethod\":\"GET\","
		    "\"resourcePath\":\"/p\",\"status\":\"200\",\"request_time\":0.5}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:200|duration:0.5|" WHO);
	expect_json("{\"time\":1709281800000,\"req\":{\"method\":\"GET\",\"url\":\"/p\",\"headers\":{\"x-forwarded-for\":"
		    "\"192.0.2.4\"},\"remoteAddress\":\"10.0.0.1\"},\"res\":{\"statusCode\":200,\"headers\":{\"host\":\"no\"}}}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:200|forwarded_for=192.0.2.4|" WHO
		    "|remote_host=10.0.0.1|extra=res.headers.host=no");
	/* A client that only the member "host" has; a request that is a path; a path with its query. */
	expect_json("{\"msec\":\"1709281800.000\",\"host\":\"192.0.2.4\",\"request\":\"/p?a=b\",\"status\":200}",
		    "host=192.0.2.4|url=/p?a=b|path=/p|query=a=b|status:200|" WHO);
	expect_json("{\"ts\":1709281800,\"client_ip\":\"192.0.2.4\",\"path\":\"/p?a=b\",\"status\":\"000\"}",
		    "host=192.0.2.4|url=/p?a=b|path=/p|query=a=b|status:0|" WHO);
	/* Caddy with proxies that it trusts has looked behind them. */
	expect_json("{\"ts\":1709281800,\"request\":{\"remote_ip\":\"10.0.0.1\",\"client_ip\":\"192.0.2.4\",\"method\":\"GET\","
		    "\"uri\":\"/p\",\"headers\":{\"X-Forwarded-For\":[\"198.51.100.66, 192.0.2.4\"]}},\"status\":200}",
		    "host=192.0.2.4|method=GET|url=/p|path=/p|status:200|forwarded_for=198.51.100.66, 192.0.2.4|" WHO
		    "|extra=request.remote_ip=10.0.0.1");
}

#define NGINX(agent) "{\"time_iso8601\":\"2024-03-01T08:30:00Z\",\"remote_addr\":\"192.0.2.4\",\"request\":\"GET /p HTTP/1.1\"," \
	"\"status\":\"200\",\"http_user_agent\":\"" agent "\"}"
#define NGINX_ROW "host=192.0.2.4|request=GET /p HTTP/1.1|method=GET|url=/p|path=/p|protocol=HTTP/1.1|status:200|"

/* nginx without escape=json, and with escape=none. */
static void test_json_escapes(void **state)
{
	(void)state;
	expect_json(NGINX("a \\x22b\\x22 \\x5C \\xC3\\xA4"), NGINX_ROW "user_agent=a \"b\" \\ \xc3\xa4|" WHO);
	expect_json(NGINX("\\xff\\x22"), NGINX_ROW "user_agent=\\xff\"|" WHO);
	expect_json(NGINX("a \"b\" \\d\tc"), NGINX_ROW "user_agent=a \"b\" \\d\tc|" WHO);
	expect_json(NGINX("a, \"b\""), NGINX_ROW "user_agent=a, \"b\"|" WHO);
	expect("jsonlog", NULL, NGINX("x\",\"status\":\"500") "\n" NGINX("\"x\": \"y") "\n[1]\n",
	       "", "1: the member status stands there twice: nginx writes JSON by log_format NAME escape=json ...\n"
	       "2: not JSON: ',' or '}' expected, found 'x' (nginx writes JSON by log_format NAME escape=json ...)\n"
	       "3: not a request in JSON, nor in another known format\n");
}

/* What servers write among requests, what carries lines, lines of another kind. */
static void test_messages(void **state)
{
	static const char text[] =
		"/docker-entrypoint.sh: launching\n"
		"2024/03/01 08:30:00 [notice] 1#1: start worker processes\n"
		"[Fri Mar 01 09:30:00.123456 2024] [core:notice] [pid 1] AH00094\n"
		"2024-03-01 09:30:00,123 [main] INFO started\n"
		"time=\"2024-03-01T09:30:00Z\" level=info msg=started\n"
		"{\"level\":\"info\",\"ts\":1709281800,\"msg\":\"serving\"}\n"
		"{\"level\":\"debug\",\"ts\":1709281800,\"logger\":\"http.handlers.reverse_proxy\",\"msg\":\"roundtrip\","
		"\"request\":{\"remote_ip\":\"192.0.2.4\",\"method\":\"GET\",\"uri\":\"/p\"},\"status\":200}\n"
		"2024/03/01 08:30:00.000\tINFO\ttls\tcleaning\t{\"a\":1}\n"
		"2024/03/01 08:30:00.000\t\x1b[34minfo\x1b[0m\tserving\n"
		"{\"log\":\"starting\\n\",\"stream\":\"stdout\",\"time\":\"2024-03-01T08:30:00Z\"}\n";
	static const char requests[] =
		NGINX("x") "\n"
		"2024/03/01 08:30:00.000\tinfo\thttp.log.access.log0\thandled request\t{\"request\":{\"remote_ip\":\"192.0.2.4\","
		"\"method\":\"GET\",\"uri\":\"/p\"},\"status\":200}\n"
		"{\"log\":\"192.0.2.4 - - [01/Mar/2024:08:30:00 +0000] \\\"GET /p HTTP/1.1\\\" 200 1\\n\",\"stream\":\"stdout\"}\n"
		"Mar  1 09:30:00 web1 nginx: " NGINX("x") "\n";
	struct buf all = BUF_INIT;
	struct seen s;

	(void)state;
	buf_text_put(&all, text);
	buf_text_put(&all, requests);
	assert_string_equal(weblog_sniff(buf_view(&all)), "jsonlog");
	s = read_text("jsonlog", NULL, buf_view(&all), SIZE_MAX, SPAN(""));
	assert_string_equal(buf_text(&s.bad), "");
	assert_int_equal(s.blanks, 10);
	for (const char *p = buf_text(&s.rows); *p; p = strchr(p, '\n') + 1)
		assert_non_null(strstr(p, "|ip=192.0.2.4|"));
	assert_int_equal(census_lines(buf_view(&s.rows)), 4);
	seen_release(&s);
	/* The same in a log of text. */
	s = read_text("common", NULL, buf_view(&all), SIZE_MAX, SPAN(""));
	assert_int_equal(s.blanks, 10);
	assert_int_equal(census_lines(buf_view(&s.rows)), 4);
	seen_release(&s);
	buf_release(&all);
	expect("jsonlog", NULL, "{\"ts\":1709281800,\"client_ip\":\"192.0.2.4\"}\n{\"client_ip\":\"192.0.2.4\",\"status\":200}\n", "",
	       "1: not a request: no member is known to be its status\n2: not a request: no member is known to be its time\n");
}

/* A hole of NUL bytes, which copytruncate leaves. */
static void test_hole(void **state)
{
	struct buf text = BUF_INIT;
	struct seen s;

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_char(&text, '\0');
	buf_text_put(&text, "198.51.100.7 - -" REST "\n");
	assert_string_equal(weblog_sniff(buf_view(&text)), "combined");
	s = read_text("combined", NULL, buf_view(&text), SIZE_MAX, SPAN(""));
	assert_non_null(strstr(buf_text(&s.rows), "|" CLIENT "|"));
	assert_int_equal(s.bad.len, 0);
	seen_release(&s);
	buf_release(&text);
}

static void test_balancers(void **state)
{
	(void)state;
	expect("elb", NULL, "2024-03-01T09:30:00.945958Z my-lb 192.0.2.4:2817 10.0.0.1:80 0.1 0.2 0.3 200 200 0 29 "
	       "\"GET http://www.example.com:80/a HTTP/1.1\" \"x\" - -\n",
	       "time=2024-03-01T09:30:00.945Z|host=192.0.2.4|request=GET http://www.example.com:80/a HTTP/1.1|method=GET|"
	       "url=http://www.example.com:80/a|path=/a|protocol=HTTP/1.1|status:200|bytes:29|user_agent=x|"
	       "vhost=www.example.com|port=80|duration:0.6|" WHO "|elb=my-lb|target=10.0.0.1:80|request_processing_time=0.1|"
	       "target_processing_time=0.2|response_processing_time=0.3|target_status=200|bytes_received=0|\n", "");
	expect("alb", NULL, "h2 2024-03-01T09:30:00Z app/my-lb/50 192.0.2.4:2817 - -1 -1 -1 460 - 0 57 \"- - - \" \"-\" - - - \"-\"\n",
	       "time=2024-03-01T09:30:00.000Z|host=192.0.2.4|request=- - - |status:460|bytes:57|" WHO "|error:true|"
	       "type=h2|elb=app/my-lb/50|request_processing_time=-1|target_processing_time=-1|response_processing_time=-1|"
	       "bytes_received=0|\n", "");
	expect("s3", NULL, "79a5 my-bucket [01/Mar/2024:09:30:00 +0000] 192.0.2.4 - 3E57 REST.GET.OBJECT a.jpg "
	       "\"GET /a.jpg HTTP/1.1\" 200 - 113 3462992 70 10 \"-\" \"x\" - s9lz= SigV2\n",
	       "time=2024-03-01T09:30:00.000Z|host=192.0.2.4|request=GET /a.jpg HTTP/1.1|method=GET|url=/a.jpg|path=/a.jpg|"
	       "protocol=HTTP/1.1|status:200|bytes:113|user_agent=x|duration:0.07|" WHO "|asset:true|extra=s9lz= SigV2|"
	       "bucket_owner=79a5|bucket=my-bucket|request_id=3E57|operation=REST.GET.OBJECT|key=a.jpg|object_size=3462992|"
	       "turn_around_ms=10|\n", "");
	expect("haproxy", NULL, "Mar  1 09:30:00 lb haproxy[77]: 10.0.1.2:33317 [01/Mar/2024:09:30:00.655] in web/s1 10/0/30/69/+109 -1 "
	       "+2750 - - ---- 1/1/1/1/0 0/0 {www.example.com|192.0.2.4} {} \"GET /a HTTP/1.1\"\n"
	       "unix:1 [01/Mar/2024:09:30:00.655] in in/<NOSRV> -1/-1/-1/-1/0 400 187 - - PR-- 1/1/1/1/0 0/0 \"<BADREQ>\"\n"
	       "Mar  1 09:30:00 lb haproxy[77]: Proxy in started.\n",
	       "time=2024-03-01T09:30:00.655|host=192.0.2.4|request=GET /a HTTP/1.1|method=GET|url=/a|path=/a|protocol=HTTP/1.1|"
	       "bytes:2750|duration:0.109|forwarded_for=192.0.2.4|" WHO "|remote_host=10.0.1.2|frontend=in|backend=web/s1|"
	       "timers=10/0/30/69/+109|termination_state=----|connections=1/1/1/1/0|"
	       "queues_and_headers=0/0 {www.example.com|192.0.2.4} {}|\n"
	       "time=2024-03-01T09:30:00.655|request=<BADREQ>|status:400|bytes:187|duration:0|error:true|bad_request=<BADREQ>|"
	       "frontend=in|backend=in/<NOSRV>|timers=-1/-1/-1/-1/0|termination_state=PR--|connections=1/1/1/1/0|"
	       "queues_and_headers=0/0|\n", "");
	expect("squid", NULL, "1709285400.586    921 192.0.2.4 TCP_MISS/200 507 POST http://www.example.com/p ida DIRECT/203.0.113.5 text/html\n",
	       "time=2024-03-01T09:30:00.586Z|host=192.0.2.4|user=ida|method=POST|url=http://www.example.com/p|path=/p|status:200|"
	       "bytes:507|vhost=www.example.com|duration:0.921|" WHO "|cache_result=TCP_MISS|hierarchy=DIRECT/203.0.113.5|"
	       "content_type=text/html|\n", "");
}

/* TEXT, which is no log that is known, is asked about (a part of the message), or is none. */
static void expect_question(const char *text, const char *message)
{
	struct error err = ERROR_INIT;

	assert_null(weblog_sniff(span_of(text)));
	assert_int_equal(weblog_ask(span_of(text), &err), message ? -1 : 0);
	if (!message)
		return;
	assert_int_equal(err.kind, ERROR_USAGE);
	if (!strstr(err.message, message))
		fail_msg("%s", err.message);
}

static void test_questions(void **state)
{
	(void)state;
	expect_question("192.0.2.4 GET /a 200 01/Mar/2024\n", "looks like a web log, but in no known format: '192.0.2.4 GET /a 200");
	expect_question("192.0.2.4, -, 03/20/01, 7:55:20, W3SVC2, 200, 0, GET, /a.gif, -,\n", "in no known format");
	expect_question("\"192.0.2.4\",\"GET\",\"/a\"\n", "in no known format");
	expect_question("2024/03/01 09:30:00 [error] 77#77: *1 open() failed\n", "none of them a request");
	expect_question("Mar  1 09:30:00 web1 sshd[77]: accepted\n", "none of them a request");
	expect_question("{\"level\":\"info\",\"ts\":1709285400,\"msg\":\"x\"}\n", "none of them a request");
	expect_question("{\"t\":\"2024-03-01T09:30:00Z\",\"method\":\"GET\",\"client_ip\":\"192.0.2.4\"}\n", "its members are not all known");
	expect_question("[\n " NGINX("x") "\n]\n", "as one JSON document: a request a line is read: jq -c '.[]' FILE");
	expect_question("{\n \"a\": 1, \"ip\":\"192.0.2.4\",\"time\":1709285400,\"url\":\"/a\",\n\"status\":200}\n", "jq -c . FILE");
	expect_question("time,method,url\n2024-03-01,GET,/a\n", NULL);
	expect_question("note\n\"GET /a HTTP/1.1\"\n", NULL);
	expect_question("{\"level\":\"gold\",\"message\":\"hi\",\"time\":\"2024-03-01T09:30:00Z\"}\n", NULL);
	expect_question("{\"ip\":\"192.0.2.4\",\"url\":\"/a\",\"time\":\"2024-03-01T09:30:00Z\",\"status\":\"active\"}\n", NULL);
	expect_question("{\"method\":\"card\",\"time\":\"2024-03-01T09:30:00Z\",\"ip\":\"192.0.2.4\"}\n", NULL);
	expect_question("", NULL);
}

static void test_unescaped_quotes(void **state)
{
	(void)state;
	expect("combined", NULL,
	       "192.0.2.1 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 000 99999999999999999999 "
	       "\"http://example.org/?q=\"shoe\"s\" \"a \"b\"c\" 0.012 x\n",
	       "time=2024-03-01T09:30:00.000Z|host=192.0.2.1|request=GET / HTTP/1.1|method=GET|url=/|path=/|"
	       "protocol=HTTP/1.1|status:0|bytes:99999999999999999999|referrer=http://example.org/?q=\"shoe\"s|"
	       "user_agent=a \"b\"c|visitor=VISITOR|ip=192.0.2.1|extra=0.012 x|\n", "");
}

static void test_nginx_notation(void **state)
{
	(void)state;
	expect(NULL, "$remote_addr - ${remote_user} [$time_iso8601] \"$request_method $request_uri $server_protocol\" "
	       "$status $bytes_sent rt=$request_time up=\"$upstream_response_time\" $scheme://$host",
	       "192.0.2.7 - eve [2024-03-01T09:30:00+01:00] \"GET /a?b=c HTTP/2.0\" 200 5 rt=0.250 up=\"0.1, 0.2\" "
	       "https://www.example.com\n",
	       "time=2024-03-01T08:30:00.000Z|host=192.0.2.7|user=eve|method=GET|url=https://www.example.com/a?b=c|"
	       "path=/a|query=b=c|protocol=HTTP/2.0|status:200|bytes:5|vhost=www.example.com|scheme=https|"
	       "duration:0.250|visitor=VISITOR|ip=192.0.2.7|upstream_response_time=0.1, 0.2|\n", "");
	/* Path and query apart, Unix time, no address but the one that the proxy names. */
	expect(NULL, "$msec $uri $args $http_x_forwarded_for",
	       "1709285400.123 /a/b x=1&utm_source=ad 203.0.113.5, 10.0.0.1\n",
	       "time=2024-03-01T09:30:00.123Z|host=203.0.113.5|url=/a/b?x=1&utm_source=ad|path=/a/b|"
	       "query=x=1&utm_source=ad|forwarded_for=203.0.113.5, 10.0.0.1|visitor=VISITOR|ip=203.0.113.5|"
	       "utm_source=ad|\n", "");
}

static void test_apache_notation(void **state)
{
	(void)state;
	expect(NULL, "%v:%p %a %{%Y-%m-%d %H:%M:%S %z}t \\\"%m %U%%%q %H\\\" %>s %O %D %{X-Id}i %{sid}C",
	       "www.example.com:80 192.0.2.7 2024-03-01 09:30:00 +0200 \"GET /a%?b=c HTTP/1.1\" 200 77 1250 - abc\n",
	       "time=2024-03-01T07:30:00.000Z|host=192.0.2.7|method=GET|url=/a?b=c|path=/a|query=b=c|"
	       "protocol=HTTP/1.1|status:200|bytes:77|vhost=www.example.com|port=80|duration:0.00125|visitor=VISITOR|"
	       "ip=192.0.2.7|cookie_sid=abc|\n", "");
	/* Without a zone the time has no Z: the run's zone decides. */
	expect(NULL, "%h %{begin:%d/%b/%Y:%T}t %s", "192.0.2.7 01/Mar/2024:09:30:00 200\n",
	       "time=2024-03-01T09:30:00.000|host=192.0.2.7|status:200|visitor=VISITOR|ip=192.0.2.7|\n", "");
	expect(NULL, "%h\\t%{usec}t\\t%{ms}T", "192.0.2.7\t1709285400123456\t1500\n",
	       "time=2024-03-01T09:30:00.123Z|host=192.0.2.7|duration:1.5|visitor=VISITOR|ip=192.0.2.7|\n", "");
}

static void expect_refused(const char *notation, const char *message, uint64_t column)
{
	struct error err = ERROR_INIT;

	assert_null(weblog_new(NULL, notation, SPAN(""), &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_error(&err, message);
	assert_int_equal(err.column, column);
}

static void test_bad_notations(void **state)
{
	(void)state;
	expect_refused("%h%l %t", "two variables need something between them", 3);
	expect_refused("%h %", "a directive is % and a letter, such as %h, %>s or %{Referer}i", 4);
	expect_refused("%h %{Referer", "the { of this directive is never closed", 4);
	expect_refused("$remote_addr $ {x}", "a variable is $name or ${name}", 14);
	expect_refused("$remote_addr ${x", "a variable is $name or ${name}", 14);
	expect_refused("$status $x $x", "this variable was here before", 12);
	expect_refused("plain", "--log-format: no variable: write it as in the server's configuration, such as "
		       "'%h %l %u %t \"%r\" %>s %b' or '$remote_addr [$time_local] ...'", 0);
	expect_refused("%h %r", "--log-format: nothing in it is the time of the request", 0);
}

static void test_alb(void **state)
{
	(void)state;
	expect("alb", NULL,
	       "https 2024-03-01T09:30:00.186641Z app/my-lb/50dc6c495c0c9188 192.0.2.131:2817 10.0.0.1:80 0.086 0.048 "
	       "0.037 200 200 0 57 \"GET https://www.example.com:443/p?gclid=Z HTTP/1.1\" \"curl/7.46.0\" "
	       "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:tg \"Root=1-58\" \"www.example.com\" \"-\" 1\n",
	       "time=2024-03-01T09:30:00.186Z|host=192.0.2.131|request=GET https://www.example.com:443/p?gclid=Z HTTP/1.1|"
	       "method=GET|url=https://www.example.com:443/p?gclid=Z|path=/p|query=gclid=Z|protocol=HTTP/1.1|status:200|"
	       "bytes:57|user_agent=curl/7.46.0|vhost=www.example.com|port=443|duration:0.171|visitor=VISITOR|"
	       "ip=192.0.2.131|gclid=Z|extra=\"www.example.com\" \"-\" 1|type=https|elb=app/my-lb/50dc6c495c0c9188|"
	       "target=10.0.0.1:80|request_processing_time=0.086|target_processing_time=0.048|"
	       "response_processing_time=0.037|target_status=200|bytes_received=0|"
	       "ssl_cipher=ECDHE-RSA-AES128-GCM-SHA256|ssl_protocol=TLSv1.2|target_group_arn=arn:tg|trace_id=Root=1-58|\n",
	       "");
}

static void test_w3c(void **state)
{
	static const char text[] =
		"#Software: Microsoft Internet Information Services 10.0\n"
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) "
		"cs(Referer) sc-status sc-substatus time-taken\n"
		"2024-03-01 09:30:00 10.0.0.1 GET /shop/a.aspx id=7&utm_medium=cpc SHOP\\ada 192.0.2.9 "
		"Mozilla/5.0+(Windows+NT+10.0) - 200 0 46\n"
		"2024-03-01 09:30:01 10.0.0.1 GET / -\n"
		"#Fields: date time c-ip cs-uri sc-status x-new\n"
		"2024-03-01 09:30:02 192.0.2.9 /b?c=d 404 \"a \"\"b\"\"\"\n";
	static const char rows[] =
		"time=2024-03-01T09:30:00Z|host=192.0.2.9|user=SHOP\\ada|method=GET|"
		"url=/shop/a.aspx?id=7&utm_medium=cpc|path=/shop/a.aspx|query=id=7&utm_medium=cpc|status:200|"
		"user_agent=Mozilla/5.0 (Windows NT 10.0)|duration:0.046|visitor=VISITOR|ip=192.0.2.9|"
		"utm_medium=cpc|s-ip=10.0.0.1|sc-substatus=0|\n"
		"time=2024-03-01T09:30:02Z|host=192.0.2.9|url=/b?c=d|path=/b|query=c=d|status:404|"
		"visitor=VISITOR|ip=192.0.2.9|error:true|extra=x-new=a \"b\"|\n";

	(void)state;
	expect("w3c", NULL, text, rows, "4: the line has 6 fields, the #Fields line has 13\n");
	/* Wherever blocks are cut, the directives before count. */
	for (const char *p = strchr(text, '\n'); p; p = strchr(p + 1, '\n')) {
		struct seen one = read_text("w3c", NULL, span_of(text), SIZE_MAX, SPAN(""));
		struct seen two = read_text("w3c", NULL, span_of(text),
					    (size_t)(p - text) + 1, SPAN(""));

		assert_string_equal(buf_text(&two.rows), buf_text(&one.rows));
		assert_string_equal(buf_text(&two.bad), buf_text(&one.bad));
		assert_int_equal(one.blanks, 3);
		assert_int_equal(two.blanks, 3);
		seen_release(&one);
		seen_release(&two);
	}
}

static void test_w3c_dates(void **state)
{
	(void)state;
	expect("w3c", NULL, "#Date: 2024-03-01 00:00:00\n#Fields: time c-ip sc-status\n23:59:59 192.0.2.1 200\n",
	       "time=2024-03-01T23:59:59Z|host=192.0.2.1|status:200|visitor=VISITOR|ip=192.0.2.1|\n", "");
	expect("w3c", NULL, "#Fields: time c-ip\n23:59:59 192.0.2.1\n", "",
	       "2: the time has no date: neither #Fields nor #Date gives one\n");
	expect("w3c", NULL, "23:59:59 192.0.2.1\n", "",
	       "1: no #Fields line before this one names its fields\n");
}

static void test_cloudfront(void **state)
{
	(void)state;
	expect("cloudfront", NULL,
	       "#Version: 1.0\n"
	       "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
	       "cs(User-Agent) cs-uri-query x-host-header cs-protocol time-taken\n"
	       "2024-03-01\t09:30:00\tFRA2-C1\t392\t2001:db8::7\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\t"
	       "Mozilla/5.0%2520(Windows%2520NT)%20x\ta=b\twww.example.com\thttps\t0.001\n",
	       "time=2024-03-01T09:30:00Z|host=2001:db8::7|method=GET|url=https://www.example.com/index.html?a=b|"
	       "path=/index.html|query=a=b|status:200|bytes:392|user_agent=Mozilla/5.0 (Windows NT) x|"
	       "vhost=www.example.com|scheme=https|duration:0.001|visitor=VISITOR|ip=2001:db8::7|"
	       "x-edge-location=FRA2-C1|cs(Host)=d111111abcdef8.cloudfront.net|\n", "");
}

static void expect_sniffed(const char *text, const char *name)
{
	const char *got = weblog_sniff(span_of(text));

	if (!got || !name)
		assert_ptr_equal(got, name);
	else
		assert_string_equal(got, name);
}

static void test_sniff(void **state)
{
	(void)state;
	expect_sniffed("1.2.3.4 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1\n", "common");
	expect_sniffed("1.2.3.4 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"", "combined");
	expect_sniffed("1.2.3.4 - Ada Byron [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"", "combined");
	expect_sniffed("a.example.com 1.2.3.4 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"",
		       "vcombined");
	expect_sniffed("a.example.com:80 ::1 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1\n", "vcommon");
	expect_sniffed("#Version: 1.0\n#Fields: date time x-edge-location\n", "cloudfront");
	expect_sniffed("#Version: 1.0\n#Fields: date time\n", "w3c");
	expect_sniffed("# a comment\na,b\n", NULL);
	expect_sniffed("", NULL);
	expect_sniffed("email,name\nada@example.com,Ada\n", NULL);
	expect_sniffed("time,url\n\"[01/Mar/2024:09:30:00 +0000]\",\"GET / HTTP/1.1\"\n", NULL);
	/* One damaged line among three. */
	expect_sniffed("1.2.3.4 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1\nx\n"
		       "1.2.3.4 - - [01/Mar/2024:09:30:00 +0000] \"GET / HTTP/1.1\" 200 1\n", "common");
}

/* The visitor is the digest that the manual gives, and another with a key. */
static void test_visitor(void **state)
{
	struct visitors *plain = visitors_new(SPAN(""));
	struct visitors *keyed = visitors_new(SPAN("0123456789abcdef"));
	char long_agent[600];
	struct span agent = {long_agent, sizeof long_agent};
	unsigned char digest[32];
	char text[32];

	(void)state;
	hash_sha256(SPAN("visitor\000192.0.2.1\000curl/8"), digest);
	hash_hex(digest, 16, text);
	for (int i = 0; i < 2; i++)
		assert_true(span_equal(visitors_get(plain, SPAN("192.0.2.1"), SPAN("curl/8")),
				       (struct span){text, 32}));
	hash_hmac_sha256(SPAN("0123456789abcdef"), SPAN("visitor\000192.0.2.1\000curl/8"), digest);
	hash_hex(digest, 16, text);
	assert_true(span_equal(visitors_get(keyed, SPAN("192.0.2.1"), SPAN("curl/8")),
			       (struct span){text, 32}));
	/* Too long for the table, and a pair that a plain join would confuse. */
	memset(long_agent, 'x', sizeof long_agent);
	assert_int_equal(visitors_get(plain, SPAN("192.0.2.1"), agent).len, 32);
	memcpy(text, visitors_get(plain, SPAN("ab"), SPAN("c")).ptr, 32);
	assert_false(span_equal(visitors_get(plain, SPAN("a"), SPAN("bc")),
				(struct span){text, 32}));
	visitors_free(plain);
	visitors_free(keyed);
}

/* More visitors than are kept, in any order: each is given what the digest says. */
static void test_visitors_take_turns(void **state)
{
	struct visitors *v = visitors_new(SPAN(""));
	uint64_t seed = 41;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		size_t which = support_below(&seed, support_below(&seed, 2) ? 7 : 9000);
		char host[32], what[64], text[32];
		int host_len = snprintf(host, sizeof host, "host%zu", which % 300);
		int len = snprintf(what, sizeof what, "visitor%chost%zu%cagent/%zu", 0,
				   which % 300, 0, which / 300);
		struct span agent = {what + 9 + host_len, (size_t)(len - 9 - host_len)};
		unsigned char digest[32];

		hash_sha256((struct span){what, (size_t)len}, digest);
		hash_hex(digest, 16, text);
		assert_true(span_equal(visitors_get(v, (struct span){host, (size_t)host_len}, agent),
				       (struct span){text, 32}));
	}
	visitors_free(v);
}

/* Times of one day in any order and zone are what the long way reads. */
static void test_clock_of_a_day(void **state)
{
	static const char *const zones[] = {"+0000", "-0000", "+0530", "-0800", "+0000"};
	struct log_item item = {.column = LOG_TIME, .form = LOG_WHEN};
	struct log_clock kept = {0};
	uint64_t seed = 43;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct log_clock fresh = {0};
		char text[32], got[MOMENT_TEXT], want[MOMENT_TEXT];
		int len = snprintf(text, sizeof text, "%02d/May/2015:%02d:%02d:%02d %s",
				   (int)support_below(&seed, 2) + 17, (int)support_below(&seed, 25),
				   (int)support_below(&seed, 61), (int)support_below(&seed, 62),
				   zones[support_below(&seed, COUNT_OF(zones))]);
		struct span s = {text, (size_t)len};
		struct span a = log_clock_read(&kept, s, &item, got);
		struct span b = log_clock_read(&fresh, s, &item, want);

		assert_int_equal(span_absent(a), span_absent(b));
		if (!span_absent(a))
			assert_true(span_equal(a, b));
	}
}

/* Seconds, minutes, days and zones follow each other in any order. */
static void test_clock(void **state)
{
	static const char *const texts[][2] = {
		{"01/Mar/2024:09:30:00 +0000", "2024-03-01T09:30:00.000Z"},
		{"01/Mar/2024:09:30:00 +0000", "2024-03-01T09:30:00.000Z"},
		{"01/Mar/2024:23:59:59 +0000", "2024-03-01T23:59:59.000Z"},
		{"01/Mar/2024:00:30:00 +0100", "2024-02-29T23:30:00.000Z"},
		{"01/Mar/2024:01:30:00 +0100", "2024-03-01T00:30:00.000Z"},
		{"31/Dec/2023:23:30:00 -0330", "2024-01-01T03:00:00.000Z"},
		{"31/Dec/2023:00:00:00 -0330", "2023-12-31T03:30:00.000Z"},
		{"31/Dec/2016:23:59:60 +0000", "2016-12-31T23:59:59.999Z"},
		{"31/Dec/2016:23:59:59 +0000", "2016-12-31T23:59:59.000Z"},
		{"31/Dec/2016:24:00:00 +0000", "2017-01-01T00:00:00.000Z"},
		{"31/Dec/2016:25:00:00 +0000", NULL},
		{"31/Dec/2016:23:00:00 +0000", "2016-12-31T23:00:00.000Z"},
	};
	struct log_clock clock = {.text = ""};
	struct log_item item = {.form = LOG_WHEN};
	char out[MOMENT_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct span got = log_clock_read(&clock, span_of(texts[i][0]), &item, out);

		if (texts[i][1])
			assert_span(got, texts[i][1]);
		else
			assert_true(span_absent(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_common_and_hosts),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_campaign),
		cmocka_unit_test(test_assets),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_json_names),
		cmocka_unit_test(test_json_escapes),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_balancers),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_fronts),
		cmocka_unit_test(test_envelopes),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_unescaped_quotes),
		cmocka_unit_test(test_nginx_notation),
		cmocka_unit_test(test_apache_notation),
		cmocka_unit_test(test_bad_notations),
		cmocka_unit_test(test_alb),
		cmocka_unit_test(test_w3c),
		cmocka_unit_test(test_w3c_dates),
		cmocka_unit_test(test_cloudfront),
		cmocka_unit_test(test_sniff),
		cmocka_unit_test(test_visitor),
		cmocka_unit_test(test_visitors_take_turns),
		cmocka_unit_test(test_clock_of_a_day),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
