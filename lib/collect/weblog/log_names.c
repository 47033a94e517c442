#include "collect/weblog/log_names.h"

#include <string.h>

static const struct log_name names[] = {
	{"startutc", LOG_TIME, LOG_WHEN},
	{"edgestarttimestamp", LOG_TIME, LOG_WHEN},
	{"timeiso8601", LOG_TIME, LOG_WHEN},
	{"msec", LOG_TIME, LOG_WHEN},
	{"timelocal", LOG_TIME, LOG_WHEN},
	{"timestamp", LOG_TIME, LOG_WHEN},
	{"ts", LOG_TIME, LOG_WHEN},
	{"requesttimestamp", LOG_TIME, LOG_WHEN},
	{"requesttimeepoch", LOG_TIME, LOG_WHEN},
	{"time", LOG_TIME, LOG_WHEN},
	{"datetime", LOG_TIME, LOG_WHEN},
	{"eventtime", LOG_TIME, LOG_WHEN},
	{"accesstime", LOG_TIME, LOG_WHEN},
	{"logtime", LOG_TIME, LOG_WHEN},
	{"timestampms", LOG_TIME, LOG_WHEN},
	{"requestTime", LOG_TIME, LOG_WHEN},	/* of Amazon's gateways; nginx's request_time is a duration */
	{"startlocal", LOG_TIME, LOG_WHEN},
	{"date", LOG_TIME, LOG_DATE},

	/* Of these two of Caddy the first is the visitor's, where a proxy is trusted. */
	{"requestclientip", LOG_HOST, LOG_PLAIN},
	{"requestremoteip", LOG_HOST, LOG_PLAIN},
	/* Azure has them in "properties", where events have theirs: only these names are its own. */
	{"propertiesclientip", LOG_HOST, LOG_PLAIN},
	{"propertiescip", LOG_HOST, LOG_PLAIN},
	{"remoteaddr", LOG_HOST, LOG_PLAIN},
	{"clientip", LOG_HOST, LOG_PLAIN},
	{"clienthost", LOG_HOST, LOG_PLAIN},
	{"remoteip", LOG_HOST, LOG_PLAIN},
	{"cip", LOG_HOST, LOG_PLAIN},
	{"clientaddr", LOG_HOST, LOG_PLAIN},
	{"clientaddress", LOG_HOST, LOG_PLAIN},
	{"remoteaddress", LOG_HOST, LOG_PLAIN},
	{"sourceip", LOG_HOST, LOG_PLAIN},
	{"httpclientip", LOG_HOST, LOG_PLAIN},
	{"netpeerip", LOG_HOST, LOG_PLAIN},
	{"netsockpeeraddr", LOG_HOST, LOG_PLAIN},
	{"sourceaddress", LOG_HOST, LOG_PLAIN},
	{"remotehost", LOG_HOST, LOG_PLAIN},
	{"ipaddress", LOG_HOST, LOG_PLAIN},
	{"ip", LOG_HOST, LOG_PLAIN},

	/* Which a network of one's own choice sets itself, then what anybody can send. */
	{"cfconnectingip", LOG_FORWARDED, LOG_PLAIN},
	{"fastlyclientip", LOG_FORWARDED, LOG_PLAIN},
	{"trueclientip", LOG_FORWARDED, LOG_PLAIN},
	{"xforwardedfor", LOG_FORWARDED, LOG_PLAIN},
	{"proxyaddxforwardedfor", LOG_FORWARDED, LOG_PLAIN},
	{"forwardedfor", LOG_FORWARDED, LOG_PLAIN},
	{"xff", LOG_FORWARDED, LOG_PLAIN},
	{"forwarded", LOG_FORWARDED, LOG_PLAIN},
	{"xrealip", LOG_FORWARDED, LOG_PLAIN},
	{"realip", LOG_FORWARDED, LOG_PLAIN},
	{"xclientip", LOG_FORWARDED, LOG_PLAIN},

	{"request", LOG_REQUEST, LOG_PLAIN},
	{"requestline", LOG_REQUEST, LOG_PLAIN},

	{"requestmethod", LOG_METHOD, LOG_PLAIN},
	{"propertieshttpmethod", LOG_METHOD, LOG_PLAIN},
	{"propertiescsmethod", LOG_METHOD, LOG_PLAIN},
	{"method", LOG_METHOD, LOG_PLAIN},
	{"clientrequestmethod", LOG_METHOD, LOG_PLAIN},
	{"httprequestmethod", LOG_METHOD, LOG_PLAIN},
	{"httpmethod", LOG_METHOD, LOG_PLAIN},
	{"csmethod", LOG_METHOD, LOG_PLAIN},
	{"verb", LOG_METHOD, LOG_PLAIN},

	{"requesturi", LOG_URL, LOG_PLAIN},
	{"propertiesrequesturi", LOG_URL, LOG_PLAIN},
	{"clientrequesturi", LOG_URL, LOG_PLAIN},
	{"requesturl", LOG_URL, LOG_PLAIN},
	{"urloriginal", LOG_URL, LOG_PLAIN},
	{"urlfull", LOG_URL, LOG_PLAIN},
	{"httpurl", LOG_URL, LOG_PLAIN},
	{"httptarget", LOG_URL, LOG_PLAIN},
	{"url", LOG_URL, LOG_PLAIN},
	{"requestpath", LOG_URL, LOG_PLAIN},
	{"uri", LOG_URL, LOG_PLAIN},
	{"resourcepath", LOG_URL, LOG_PLAIN},

	{"csuristem", LOG_PATH, LOG_PLAIN},
	{"propertiescsuristem", LOG_PATH, LOG_PLAIN},
	{"path", LOG_PATH, LOG_PLAIN},
	{"urlpath", LOG_PATH, LOG_PLAIN},
	{"documenturi", LOG_PATH, LOG_PLAIN},
	{"clientrequestpath", LOG_PATH, LOG_PLAIN},

	{"args", LOG_QUERY, LOG_PLAIN},
	{"querystring", LOG_QUERY, LOG_PLAIN},
	{"csuriquery", LOG_QUERY, LOG_PLAIN},
	{"propertiescsuriquery", LOG_QUERY, LOG_PLAIN},
	{"propertiesrequestquery", LOG_QUERY, LOG_PLAIN},
	{"urlquery", LOG_QUERY, LOG_PLAIN},

	{"serverprotocol", LOG_PROTOCOL, LOG_PLAIN},
	{"requestprotocol", LOG_PROTOCOL, LOG_PLAIN},
	{"requestproto", LOG_PROTOCOL, LOG_PLAIN},
	{"clientrequestprotocol", LOG_PROTOCOL, LOG_PLAIN},
	{"csprotocolversion", LOG_PROTOCOL, LOG_PLAIN},
	{"csversion", LOG_PROTOCOL, LOG_PLAIN},
	{"protocol", LOG_PROTOCOL, LOG_PLAIN},
	{"proto", LOG_PROTOCOL, LOG_PLAIN},

	{"status", LOG_STATUS, LOG_PLAIN},
	{"downstreamstatus", LOG_STATUS, LOG_PLAIN},
	{"edgeresponsestatus", LOG_STATUS, LOG_PLAIN},
	{"responsestatus", LOG_STATUS, LOG_PLAIN},
	{"httpresponsestatuscode", LOG_STATUS, LOG_PLAIN},
	{"statuscode", LOG_STATUS, LOG_PLAIN},
	{"httpstatus", LOG_STATUS, LOG_PLAIN},
	{"httpstatuscode", LOG_STATUS, LOG_PLAIN},
	{"propertieshttpstatuscode", LOG_STATUS, LOG_PLAIN},
	{"propertieshttpstatus", LOG_STATUS, LOG_PLAIN},
	{"propertiesscstatus", LOG_STATUS, LOG_PLAIN},
	{"responsecode", LOG_STATUS, LOG_PLAIN},
	{"responsestatuscode", LOG_STATUS, LOG_PLAIN},
	{"scstatus", LOG_STATUS, LOG_PLAIN},
	{"response", LOG_STATUS, LOG_PLAIN},
	{"code", LOG_STATUS, LOG_PLAIN},

	{"bodybytessent", LOG_BYTES, LOG_PLAIN},
	{"bytessent", LOG_BYTES, LOG_PLAIN},
	{"downstreamcontentsize", LOG_BYTES, LOG_PLAIN},
	{"edgeresponsebodybytes", LOG_BYTES, LOG_PLAIN},
	{"edgeresponsebytes", LOG_BYTES, LOG_PLAIN},
	{"responsebodysize", LOG_BYTES, LOG_PLAIN},
	{"responsesize", LOG_BYTES, LOG_PLAIN},
	{"responselength", LOG_BYTES, LOG_PLAIN},
	{"httpresponsebodybytes", LOG_BYTES, LOG_PLAIN},
	{"responsebodybytes", LOG_BYTES, LOG_PLAIN},
	{"bodysentbytes", LOG_BYTES, LOG_PLAIN},
	{"scbytes", LOG_BYTES, LOG_PLAIN},
	{"size", LOG_BYTES, LOG_PLAIN},
	{"bytes", LOG_BYTES, LOG_PLAIN},
	{"length", LOG_BYTES, LOG_PLAIN},
	{"contentlength", LOG_BYTES, LOG_PLAIN},

	{"httpreferer", LOG_REFERRER, LOG_PLAIN},
	{"propertiesreferer", LOG_REFERRER, LOG_PLAIN},
	{"httpreferrer", LOG_REFERRER, LOG_PLAIN},
	{"requestreferer", LOG_REFERRER, LOG_PLAIN},
	{"requestreferrer", LOG_REFERRER, LOG_PLAIN},
	{"clientrequestreferer", LOG_REFERRER, LOG_PLAIN},
	{"csreferer", LOG_REFERRER, LOG_PLAIN},
	{"referer", LOG_REFERRER, LOG_PLAIN},
	{"referrer", LOG_REFERRER, LOG_PLAIN},

	{"httpuseragent", LOG_USER_AGENT, LOG_PLAIN},
	{"propertiesuseragent", LOG_USER_AGENT, LOG_PLAIN},
	{"requestuseragent", LOG_USER_AGENT, LOG_PLAIN},
	{"clientrequestuseragent", LOG_USER_AGENT, LOG_PLAIN},
	{"useragentoriginal", LOG_USER_AGENT, LOG_PLAIN},
	{"csuseragent", LOG_USER_AGENT, LOG_AGENT},
	{"useragent", LOG_USER_AGENT, LOG_PLAIN},
	{"agent", LOG_USER_AGENT, LOG_PLAIN},

	{"requesthost", LOG_VHOST, LOG_PLAIN},
	{"propertieshost", LOG_VHOST, LOG_PLAIN},
	{"propertieshostname", LOG_VHOST, LOG_PLAIN},
	{"propertiescshost", LOG_VHOST, LOG_PLAIN},
	{"host", LOG_VHOST, LOG_PLAIN},
	{"httphost", LOG_VHOST, LOG_PLAIN},
	{"clientrequesthost", LOG_VHOST, LOG_PLAIN},
	{"xhostheader", LOG_VHOST, LOG_PLAIN},
	{"cshost", LOG_VHOST, LOG_PLAIN},
	{"vhost", LOG_VHOST, LOG_PLAIN},
	{"virtualhost", LOG_VHOST, LOG_PLAIN},
	{"urldomain", LOG_VHOST, LOG_PLAIN},
	{"domainname", LOG_VHOST, LOG_PLAIN},
	{"domain", LOG_VHOST, LOG_PLAIN},
	{"servername", LOG_VHOST, LOG_PLAIN},

	{"serverport", LOG_PORT, LOG_PLAIN},

	{"scheme", LOG_SCHEME, LOG_PLAIN},
	{"requestscheme", LOG_SCHEME, LOG_PLAIN},
	{"clientrequestscheme", LOG_SCHEME, LOG_PLAIN},
	{"urlscheme", LOG_SCHEME, LOG_PLAIN},
	{"csprotocol", LOG_SCHEME, LOG_PLAIN},

	{"Duration", LOG_DURATION, LOG_NANOS},	/* of Traefik */
	{"requesttime", LOG_DURATION, LOG_SECONDS},
	{"duration", LOG_DURATION, LOG_SECONDS},
	{"timetaken", LOG_DURATION, LOG_SECONDS},
	{"latency", LOG_DURATION, LOG_UNIT},
	{"durationms", LOG_DURATION, LOG_MILLIS},
	{"requesttimems", LOG_DURATION, LOG_MILLIS},
	{"responsetimems", LOG_DURATION, LOG_MILLIS},
	{"latencyms", LOG_DURATION, LOG_MILLIS},
	{"timeelapsedms", LOG_DURATION, LOG_MILLIS},
	{"durationus", LOG_DURATION, LOG_MICROS},
	{"timeelapsedusec", LOG_DURATION, LOG_MICROS},
	{"eventduration", LOG_DURATION, LOG_NANOS},

	{"remoteuser", LOG_USER, LOG_PLAIN},
	{"clientusername", LOG_USER, LOG_PLAIN},
	{"csusername", LOG_USER, LOG_PLAIN},
	{"requestuser", LOG_USER, LOG_PLAIN},
	{"username", LOG_USER, LOG_PLAIN},
	{"user", LOG_USER, LOG_PLAIN},
	{"userid", LOG_USER, LOG_PLAIN},

	{"level", LOG_MARK_LEVEL, LOG_PLAIN},
	{"severity", LOG_MARK_LEVEL, LOG_PLAIN},
	{"log", LOG_MARK_TEXT, LOG_PLAIN},
	{"message", LOG_MARK_TEXT, LOG_PLAIN},
	{"msg", LOG_MARK_TEXT, LOG_PLAIN},
	{"logger", LOG_MARK_LOGGER, LOG_PLAIN},
};

/* Objects around members, whose names say no more than that this is a request. */
static const char *const around[] = {
	"nginx", "apache", "apache2", "traefik", "access", "jsonpayload", "httprequest", "http", "request", "req",
	"response", "res", "headers", "fields", "proxy", "attributes",
};

#define NAME_MAX_LEN 64

/* PATH in small letters and digits, NUL behind; false: it is too long for a name. */
static bool fold_path(struct span path, char out[NAME_MAX_LEN])
{
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++) {
		char c = span_lower(path.ptr[i]);

		if (c == '_' || c == '-' || c == '.' || c == '@' || c == ' ' || c == '(' || c == ')')
			continue;
		if (len + 1 == NAME_MAX_LEN)
			return false;
		out[len++] = c;
	}
	out[len] = '\0';
	return true;
}

static const struct log_name *find_folded(const char *folded, bool forwarded)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, folded) && (!forwarded || names[i].column == LOG_FORWARDED))
			return &names[i];
	return NULL;
}

static const struct log_name *find_exactly(struct span path)
{
	/* Headers, as nginx and Traefik name them. */
	static const char *const headers[] = {"http", "requestheaders", "request"};
	const struct log_name *found;
	char folded[NAME_MAX_LEN];

	/* Names that are others' but for the case. */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_equal(path, span_of(names[i].name)))
			return &names[i];
	if (!fold_path(path, folded))
		return NULL;
	found = find_folded(folded, false);
	for (size_t i = 0; i < sizeof headers / sizeof *headers && !found; i++)
		if (!strncmp(folded, headers[i], strlen(headers[i])))
			found = find_folded(folded + strlen(headers[i]), true);
	return found;
}

static bool is_around(struct span name)
{
	for (size_t i = 0; i < sizeof around / sizeof *around; i++)
		if (span_equal_nocase(name, span_of(around[i])))
			return true;
	return false;
}

const struct log_name *log_name_find(struct span path)
{
	bool answer = false;

	for (;;) {
		const struct log_name *found = find_exactly(path);
		size_t dot = span_find_byte(path, '.');
		struct span first = span_sub(path, 0, dot);

		if (found)
			return found;
		/* What the server answers in a header is not what it was asked. */
		answer = answer || span_equal_nocase(first, SPAN("res")) || span_equal_nocase(first, SPAN("response"));
		if (dot == path.len || !is_around(first) || (answer && span_equal_nocase(first, SPAN("headers"))))
			return NULL;
		path = span_sub(path, dot + 1, path.len);
	}
}
