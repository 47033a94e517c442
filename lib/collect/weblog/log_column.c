#include "collect/weblog/log_column.h"

const struct log_column_info log_column_table[LOG_COLUMNS] = {
	[LOG_TIME] = {SPAN("time"), "time"},
	[LOG_HOST] = {SPAN("host"), NULL},
	[LOG_IDENT] = {SPAN("ident"), "props.ident"},
	[LOG_USER] = {SPAN("user"), "ids.%_login"},
	[LOG_REQUEST] = {SPAN("request"), NULL},
	[LOG_METHOD] = {SPAN("method"), "props.method"},
	[LOG_URL] = {SPAN("url"), "context.page.url"},
	[LOG_PATH] = {SPAN("path"), "context.page.path"},
	[LOG_QUERY] = {SPAN("query"), NULL},
	[LOG_PROTOCOL] = {SPAN("protocol"), "props.protocol"},
	[LOG_STATUS] = {SPAN("status"), "props.status"},
	[LOG_BYTES] = {SPAN("bytes"), "props.bytes"},
	[LOG_REFERRER] = {SPAN("referrer"), "context.page.referrer"},
	[LOG_USER_AGENT] = {SPAN("user_agent"), "context.user_agent"},
	[LOG_VHOST] = {SPAN("vhost"), "props.host"},
	[LOG_PORT] = {SPAN("port"), "props.port"},
	[LOG_SCHEME] = {SPAN("scheme"), NULL},
	[LOG_DURATION] = {SPAN("duration"), "props.duration"},
	[LOG_FORWARDED] = {SPAN("forwarded_for"), "props.forwarded_for"},
	[LOG_VISITOR] = {SPAN("visitor"), "ids.anonymous_id"},
	[LOG_IP] = {SPAN("ip"), "context.ip"},
	[LOG_REMOTE_HOST] = {SPAN("remote_host"), "props.remote_host"},
	[LOG_UTM_SOURCE] = {SPAN("utm_source"), "context.campaign.source"},
	[LOG_UTM_MEDIUM] = {SPAN("utm_medium"), "context.campaign.medium"},
	[LOG_UTM_CAMPAIGN] = {SPAN("utm_campaign"), "context.campaign.name"},
	[LOG_UTM_TERM] = {SPAN("utm_term"), "context.campaign.term"},
	[LOG_UTM_CONTENT] = {SPAN("utm_content"), "context.campaign.content"},
	[LOG_GCLID] = {SPAN("gclid"), "props.gclid"},
	[LOG_GBRAID] = {SPAN("gbraid"), "props.gbraid"},
	[LOG_WBRAID] = {SPAN("wbraid"), "props.wbraid"},
	[LOG_DCLID] = {SPAN("dclid"), "props.dclid"},
	[LOG_MSCLKID] = {SPAN("msclkid"), "props.msclkid"},
	[LOG_FBCLID] = {SPAN("fbclid"), "props.fbclid"},
	[LOG_TTCLID] = {SPAN("ttclid"), "props.ttclid"},
	[LOG_TWCLID] = {SPAN("twclid"), "props.twclid"},
	[LOG_LI_FAT_ID] = {SPAN("li_fat_id"), "props.li_fat_id"},
	[LOG_YCLID] = {SPAN("yclid"), "props.yclid"},
	[LOG_ASSET] = {SPAN("asset"), "props.asset"},
	[LOG_ERROR] = {SPAN("error"), "props.error"},
	[LOG_BAD_REQUEST] = {SPAN("bad_request"), "props.request"},
	[LOG_EXTRA] = {SPAN("extra"), "props.extra"},
};

struct meaning {
	struct span name;
	struct log_meaning means;
};

static const struct meaning nginx[] = {
	{SPAN("remote_addr"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("remote_user"), {LOG_USER, LOG_PLAIN}},
	{SPAN("time_local"), {LOG_TIME, LOG_WHEN}},
	{SPAN("time_iso8601"), {LOG_TIME, LOG_WHEN}},
	{SPAN("msec"), {LOG_TIME, LOG_WHEN}},
	{SPAN("request"), {LOG_REQUEST, LOG_PLAIN}},
	{SPAN("request_method"), {LOG_METHOD, LOG_PLAIN}},
	{SPAN("request_uri"), {LOG_URL, LOG_PLAIN}},
	{SPAN("uri"), {LOG_PATH, LOG_PLAIN}},
	{SPAN("document_uri"), {LOG_PATH, LOG_PLAIN}},
	{SPAN("args"), {LOG_QUERY, LOG_PLAIN}},
	{SPAN("query_string"), {LOG_QUERY, LOG_PLAIN}},
	{SPAN("server_protocol"), {LOG_PROTOCOL, LOG_PLAIN}},
	{SPAN("status"), {LOG_STATUS, LOG_PLAIN}},
	{SPAN("body_bytes_sent"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("bytes_sent"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("http_referer"), {LOG_REFERRER, LOG_PLAIN}},
	{SPAN("http_user_agent"), {LOG_USER_AGENT, LOG_PLAIN}},
	{SPAN("host"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("http_host"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("server_name"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("server_port"), {LOG_PORT, LOG_PLAIN}},
	{SPAN("scheme"), {LOG_SCHEME, LOG_PLAIN}},
	{SPAN("request_time"), {LOG_DURATION, LOG_SECONDS}},
	{SPAN("http_x_forwarded_for"), {LOG_FORWARDED, LOG_PLAIN}},
	{SPAN("proxy_add_x_forwarded_for"), {LOG_FORWARDED, LOG_PLAIN}},
	/* Of load balancers and proxies, whose formats are written in this notation. */
	{SPAN("client_and_port"), {LOG_HOST, LOG_HOST_PORT}},
	{SPAN("timers"), {LOG_COLUMNS, LOG_TIMERS}},
	{SPAN("bytes_read"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("queues_and_headers"), {LOG_COLUMNS, LOG_HEADERS}},
	{SPAN("elapsed_ms"), {LOG_DURATION, LOG_MILLIS}},
	{SPAN("total_ms"), {LOG_DURATION, LOG_MILLIS}},
	{SPAN("request_processing_time"), {LOG_COLUMNS, LOG_PART}},
	{SPAN("target_processing_time"), {LOG_COLUMNS, LOG_PART}},
	{SPAN("response_processing_time"), {LOG_COLUMNS, LOG_PART}},
};

/* Directives of one letter; those with an argument below. */
static const struct meaning apache[] = {
	{SPAN("h"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("a"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("l"), {LOG_IDENT, LOG_PLAIN}},
	{SPAN("u"), {LOG_USER, LOG_PLAIN}},
	{SPAN("t"), {LOG_TIME, LOG_WHEN}},
	{SPAN("r"), {LOG_REQUEST, LOG_PLAIN}},
	{SPAN("m"), {LOG_METHOD, LOG_PLAIN}},
	{SPAN("U"), {LOG_PATH, LOG_PLAIN}},
	{SPAN("q"), {LOG_QUERY, LOG_PLAIN}},
	{SPAN("H"), {LOG_PROTOCOL, LOG_PLAIN}},
	{SPAN("s"), {LOG_STATUS, LOG_PLAIN}},
	{SPAN("b"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("B"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("O"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("v"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("V"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("p"), {LOG_PORT, LOG_PLAIN}},
	{SPAN("T"), {LOG_DURATION, LOG_SECONDS}},
	{SPAN("D"), {LOG_DURATION, LOG_MICROS}},
};

/* The directive's letter and its argument, without regard to case. */
static const struct meaning apache_arguments[] = {
	{SPAN("i referer"), {LOG_REFERRER, LOG_PLAIN}},
	{SPAN("i user-agent"), {LOG_USER_AGENT, LOG_PLAIN}},
	{SPAN("i host"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("i x-forwarded-for"), {LOG_FORWARDED, LOG_PLAIN}},
	{SPAN("a c"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("t sec"), {LOG_TIME, LOG_WHEN}},
	{SPAN("t msec"), {LOG_TIME, LOG_WHEN}},
	{SPAN("t usec"), {LOG_TIME, LOG_WHEN_MICROS}},
	{SPAN("T s"), {LOG_DURATION, LOG_SECONDS}},
	{SPAN("T ms"), {LOG_DURATION, LOG_MILLIS}},
	{SPAN("T us"), {LOG_DURATION, LOG_MICROS}},
};

static const struct meaning w3c[] = {
	{SPAN("date"), {LOG_TIME, LOG_DATE}},
	{SPAN("time"), {LOG_TIME, LOG_CLOCK}},
	{SPAN("c-ip"), {LOG_HOST, LOG_PLAIN}},
	{SPAN("cs-username"), {LOG_USER, LOG_PLAIN}},
	{SPAN("cs-method"), {LOG_METHOD, LOG_PLAIN}},
	{SPAN("cs-uri"), {LOG_URL, LOG_PLAIN}},
	{SPAN("cs-uri-stem"), {LOG_PATH, LOG_PLAIN}},
	{SPAN("cs-uri-query"), {LOG_QUERY, LOG_PLAIN}},
	{SPAN("cs-version"), {LOG_PROTOCOL, LOG_PLAIN}},
	{SPAN("cs-protocol-version"), {LOG_PROTOCOL, LOG_PLAIN}},
	{SPAN("sc-status"), {LOG_STATUS, LOG_PLAIN}},
	{SPAN("sc-bytes"), {LOG_BYTES, LOG_PLAIN}},
	{SPAN("cs(referer)"), {LOG_REFERRER, LOG_PLAIN}},
	{SPAN("cs(user-agent)"), {LOG_USER_AGENT, LOG_AGENT}},
	{SPAN("cs-host"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("x-host-header"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("cs(host)"), {LOG_VHOST, LOG_PLAIN}},
	{SPAN("s-port"), {LOG_PORT, LOG_PLAIN}},
	{SPAN("cs-protocol"), {LOG_SCHEME, LOG_PLAIN}},
	{SPAN("time-taken"), {LOG_DURATION, LOG_SECONDS}},
	{SPAN("x-forwarded-for"), {LOG_FORWARDED, LOG_PLAIN}},
	{SPAN("cs(x-forwarded-for)"), {LOG_FORWARDED, LOG_PLAIN}},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool find_meaning(const struct meaning *table, size_t count, struct span name,
			 bool nocase, struct log_meaning *out)
{
	for (size_t i = 0; i < count; i++) {
		if (nocase ? !span_equal_nocase(table[i].name, name) :
			     !span_equal(table[i].name, name))
			continue;
		*out = table[i].means;
		return true;
	}
	return false;
}

bool log_meaning_of_nginx(struct span name, struct log_meaning *out)
{
	return find_meaning(nginx, COUNT(nginx), name, false, out);
}

bool log_meaning_of_apache(char directive, struct span argument,
			   struct log_meaning *out)
{
	char name[32] = {directive, ' '};

	if (span_absent(argument))
		return find_meaning(apache, COUNT(apache), (struct span){name, 1}, false,
				    out);
	if (argument.len > sizeof name - 2)
		return false;
	memcpy(name + 2, argument.ptr, argument.len);
	/* %{...}t and %{...}T differ. */
	for (size_t i = 0; i < COUNT(apache_arguments); i++)
		if (apache_arguments[i].name.ptr[0] == directive &&
		    find_meaning(&apache_arguments[i], 1,
				 (struct span){name, argument.len + 2}, true, out))
			return true;
	return false;
}

bool log_meaning_of_w3c(struct span name, struct log_meaning *out)
{
	return find_meaning(w3c, COUNT(w3c), name, true, out);
}
