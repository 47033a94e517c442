/*
 * Endpoints of HTTP by libcurl (the only file that knows it).
 *
 * A batch goes as {"audience":...,"target":...,"remove":[...],"add":[...]}, or as a form with that in
 * its field `data`, with an Idempotency-Key that its bytes alone decide: a batch that is sent again,
 * by this run or the next, has the same one, so the endpoint takes it once.
 *
 * What may pass is tried again: no answer, 408, 425, 429 and 5xx.  It waits as long as Retry-After
 * says, else the setup's backoff, doubled each time up to a minute, of which a part between half and all that the key
 * decides, so that many senders do not come back together.  Anything else is refused at once.
 */
#include <curl/curl.h>

#include <pthread.h>
#include <string.h>

#include "activate/deliver/ways.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/text.h"

#define ANSWER_MAX 4096
#define WAIT_MOST_MS 60000
#define RETRY_AFTER_MOST_S 3600

struct http_way {
	const struct deliver_setup *setup;
	CURL *curl;
	struct curl_slist *headers;	/* of every request */
	struct deliver_member *batch;
	size_t count, cap;
	struct arena rows;		/* of the batch */
	struct buf body, answer;
	uint64_t sent;
};

static void start_library(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
	struct http_way *w = context;
	size_t len = size * count, room = ANSWER_MAX - w->answer.len;

	buf_put(&w->answer, bytes, len < room ? len : room);
	return len;
}

static void add_header(struct http_way *w, struct span line)
{
	char *text = mem_text(line.ptr, line.len);
	struct curl_slist *more = curl_slist_append(w->headers, text);

	mem_free(text);
	if (!more)
		mem_fail(line.len);
	w->headers = more;
}

static void set_headers(struct http_way *w)
{
	struct span rest = w->setup->headers;

	add_header(w, w->setup->form ? SPAN("Content-Type: application/x-www-form-urlencoded") :
		   SPAN("Content-Type: application/json"));
	add_header(w, SPAN("Expect:"));
	while (!span_absent(rest)) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.len && line.ptr[0] != '#')
			add_header(w, line);
	}
}

static void close_way(void *way)
{
	struct http_way *w = way;

	curl_slist_free_all(w->headers);
	curl_easy_cleanup(w->curl);
	arena_release(&w->rows);
	buf_release(&w->body);
	buf_release(&w->answer);
	mem_free(w->batch);
	mem_free(w);
}

static void *open_way(const struct deliver_setup *s, struct error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http_way *w = mem_zero(1, sizeof *w);

	pthread_once(&once, start_library);
	w->setup = s;
	w->curl = curl_easy_init();
	if (!w->curl) {
		error_failed(err, "libcurl does not start");
		close_way(w);
		return NULL;
	}
	set_headers(w);
	curl_easy_setopt(w->curl, CURLOPT_URL, s->url);
	curl_easy_setopt(w->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(w->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(w->curl, CURLOPT_TIMEOUT_MS, s->timeout_ms);
	curl_easy_setopt(w->curl, CURLOPT_CONNECTTIMEOUT_MS, s->timeout_ms);
	curl_easy_setopt(w->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(w->curl, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(w->curl, CURLOPT_POST, 1L);
	return w;
}

/* The rows of those that are removed, or of the others. */
static void put_rows(const struct http_way *w, bool removed, struct buf *out)
{
	bool any = false;

	buf_char(out, '[');
	for (size_t i = 0; i < w->count; i++) {
		if (w->batch[i].removed != removed)
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		buf_span(out, span_trim(w->batch[i].row));
	}
	buf_char(out, ']');
}

static void put_document(const struct http_way *w, struct buf *out)
{
	buf_lit(out, "{\"audience\":");
	text_encode(out, span_of(w->setup->audience));
	buf_lit(out, ",\"target\":");
	text_encode(out, span_of(w->setup->target->name));
	buf_lit(out, ",\"remove\":");
	put_rows(w, true, out);
	buf_lit(out, ",\"add\":");
	put_rows(w, false, out);
	buf_char(out, '}');
}

static void make_body(struct http_way *w)
{
	struct buf document = BUF_INIT;
	char *form;

	buf_clear(&w->body);
	put_document(w, &document);
	if (!w->setup->form) {
		buf_span(&w->body, buf_view(&document));
	} else {
		form = curl_easy_escape(w->curl, document.ptr, (int)document.len);
		if (!form)
			mem_fail(document.len);
		buf_lit(&w->body, "data=");
		buf_text_put(&w->body, form);
		curl_free(form);
	}
	buf_release(&document);
}

/* How long to wait before try number TRIED + 1. */
static uint64_t wait_ms(const struct http_way *w, struct hash128 key, unsigned tried)
{
	uint64_t ms = w->setup->backoff_ms;
	curl_off_t after = 0;

	curl_easy_getinfo(w->curl, CURLINFO_RETRY_AFTER, &after);
	if (after > 0)
		return (uint64_t)(after < RETRY_AFTER_MOST_S ? after : RETRY_AFTER_MOST_S) * 1000;
	for (unsigned i = 1; i < tried && ms < WAIT_MOST_MS; i++)
		ms *= 2;
	ms = ms < WAIT_MOST_MS ? ms : WAIT_MOST_MS;
	return ms / 2 + (key.low >> (tried % 32)) % (ms / 2 + 1);
}

static bool may_pass(CURLcode code, long status)
{
	if (code != CURLE_OK)
		return code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_SSL_CACERT_BADFILE &&
		       code != CURLE_URL_MALFORMAT && code != CURLE_UNSUPPORTED_PROTOCOL;
	return status == 408 || status == 425 || status == 429 || status >= 500;
}

/* 0: acknowledged; 1: may pass, REASON says what; -1 with *ERR. */
static int try_once(struct http_way *w, char reason[200], struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	CURLcode code;
	long status = 0;

	buf_clear(&w->answer);
	code = curl_easy_perform(w->curl);
	if (code == CURLE_OK)
		curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK && status >= 200 && status < 300)
		return 0;
	if (code == CURLE_OK)
		snprintf(reason, 200, "it answers %ld", status);
	else
		snprintf(reason, 200, "%s", curl_easy_strerror(code));
	if (may_pass(code, status))
		return 1;
	if (code != CURLE_OK)
		return error_failed(err, "%s: %s", w->setup->url, reason);
	return error_failed(err, "%s refuses a batch of %zu: it answers %ld, %s", w->setup->url, w->count, status,
			    error_quote(buf_view(&w->answer), quoted));
}

static int try_often(struct http_way *w, struct hash128 key, struct error *err)
{
	char reason[200];

	for (unsigned tried = 1;; tried++) {
		int got = try_once(w, reason, err);

		if (got <= 0)
			return got;
		if (tried >= w->setup->tries)
			return error_failed(err, "%s: %s, after %u tries; the next run goes on from here", w->setup->url, reason, tried);
		w->setup->wait(w->setup->context, wait_ms(w, key, tried), reason);
	}
}

static int send_batch(struct http_way *w, struct error *err)
{
	struct curl_slist *headers = NULL;
	char line[80];
	struct hash128 key;
	int failed;

	if (!w->count)
		return 0;
	if (w->sent++ && w->setup->rate)
		w->setup->wait(w->setup->context, 60000 / w->setup->rate, NULL);
	make_body(w);
	key = hash_128(buf_view(&w->body));
	memcpy(line, "Idempotency-Key: ", 17);
	hash_128_hex(key, line + 17);
	line[17 + 32] = '\0';
	headers = curl_slist_append(NULL, line);
	if (!headers)
		mem_fail(sizeof line);
	headers->next = w->headers;
	curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, w->body.ptr);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.len);
	failed = try_often(w, key, err);
	headers->next = NULL;
	curl_slist_free_all(headers);
	failed = failed || w->setup->arrived(w->setup->context, w->batch, w->count, err);
	w->count = 0;
	arena_clear(&w->rows);
	return failed ? -1 : 0;
}

static int put(void *way, const struct deliver_member *m, struct error *err)
{
	struct http_way *w = way;

	w->batch = mem_room(w->batch, w->count, &w->cap, sizeof *w->batch);
	w->batch[w->count] = *m;
	w->batch[w->count++].row = arena_copy(&w->rows, m->row);
	return w->count >= w->setup->target->batch ? send_batch(w, err) : 0;
}

static int finish(void *way, struct error *err)
{
	return send_batch(way, err);
}

const struct way way_http = {{"https://", "http://"}, true, open_way, put, finish, close_way};
