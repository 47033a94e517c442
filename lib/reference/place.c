#include "reference/place.h"

#include <arpa/inet.h>
#include <string.h>

#include <maxminddb.h>

#include "base/mem.h"
#include "time/moment.h"

struct places {
	MMDB_s db;
	char edition[120];
	size_t edition_len;
};

/* Where a value may stand: in MaxMind's databases, and in flatter ones. */
#define PATHS_MAX 3
#define PATH_MAX_LEN 5

struct path {
	const char *parts[PATH_MAX_LEN];	/* NULL behind the last */
};

static const struct path country[PATHS_MAX] = {{{"country", "iso_code"}}, {{"country_code"}}, {{"country"}}};
static const struct path region[PATHS_MAX] = {{{"subdivisions", "0", "names", "en"}}, {{"region"}}, {{"state1"}}};
static const struct path city[PATHS_MAX] = {{{"city", "names", "en"}}, {{"city"}}, {{NULL}}};
static const struct path postcode[PATHS_MAX] = {{{"postal", "code"}}, {{"postal_code"}}, {{"postcode"}}};
static const struct path time_zone[PATHS_MAX] = {{{"location", "time_zone"}}, {{"timezone"}}, {{"time_zone"}}};
static const struct path organization[PATHS_MAX] = {{{"autonomous_system_organization"}}, {{"as_name"}}, {{"as_organization"}}};
static const struct path number[PATHS_MAX] = {{{"autonomous_system_number"}}, {{"asn"}}, {{NULL}}};
static const struct path latitude[PATHS_MAX] = {{{"location", "latitude"}}, {{"latitude"}}, {{"lat"}}};
static const struct path longitude[PATHS_MAX] = {{{"location", "longitude"}}, {{"longitude"}}, {{"lng"}}};

static int refuse_database(const char *path, int code, struct error *err)
{
	if (code == MMDB_IO_ERROR || code == MMDB_FILE_OPEN_ERROR)
		error_usage(err, "cannot be read: %s", MMDB_strerror(code));
	else
		error_usage(err, "is no database in the MaxMind format, or a damaged one: %s",
			    MMDB_strerror(code));
	error_place(err, path, 0, 0);
	return -1;
}

static void set_edition(struct places *p)
{
	const MMDB_metadata_s *m = &p->db.metadata;
	struct buf text = BUF_INIT;
	char day[MOMENT_TEXT];

	error_clean(span_of(m->database_type ? m->database_type : "unknown"), &text);
	text.len = text.len > 100 ? 100 : text.len;
	/* Up to the year 9999. */
	if (m->build_epoch < UINT64_C(253402300800)) {
		moment_format((int64_t)m->build_epoch * 1000, day);
		buf_char(&text, ' ');
		buf_put(&text, day, 10);
	}
	p->edition_len = text.len;
	memcpy(p->edition, text.ptr, text.len);
	buf_release(&text);
}

struct places *places_open(const char *path, struct error *err)
{
	struct places *p = mem_zero(1, sizeof *p);
	int code = MMDB_open(path, MMDB_MODE_MMAP, &p->db);

	if (code == MMDB_SUCCESS) {
		set_edition(p);
		return p;
	}
	refuse_database(path, code, err);
	mem_free(p);
	return NULL;
}

void places_close(struct places *p)
{
	if (!p)
		return;
	MMDB_close(&p->db);
	mem_free(p);
}

struct span places_edition(const struct places *p)
{
	return (struct span){p->edition, p->edition_len};
}

/* The first of PATHS that is there; its type, or 0. */
static uint32_t get_value(MMDB_lookup_result_s *found, const struct path *paths, MMDB_entry_data_s *out)
{
	for (int i = 0; i < PATHS_MAX && paths[i].parts[0]; i++)
		if (MMDB_aget_value(&found->entry, out, (const char *const *)paths[i].parts) == MMDB_SUCCESS &&
		    out->has_data)
			return out->type;
	return 0;
}

static void get_text(MMDB_lookup_result_s *found, const struct path *paths, struct span *out)
{
	MMDB_entry_data_s data;

	for (int i = 0; i < PATHS_MAX && span_absent(*out) && paths[i].parts[0]; i++)
		if (MMDB_aget_value(&found->entry, &data, (const char *const *)paths[i].parts) == MMDB_SUCCESS &&
		    data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING && data.data_size)
			*out = (struct span){data.utf8_string, data.data_size};
}

static bool get_degrees(MMDB_lookup_result_s *found, const struct path *paths, double most, double *out)
{
	MMDB_entry_data_s data;

	switch (get_value(found, paths, &data)) {
	case MMDB_DATA_TYPE_DOUBLE:
		*out = data.double_value;
		break;
	case MMDB_DATA_TYPE_FLOAT:
		*out = data.float_value;
		break;
	default:
		return false;
	}
	return *out >= -most && *out <= most;
}

/* A number, or "AS64496". */
static uint32_t get_asn(MMDB_lookup_result_s *found)
{
	MMDB_entry_data_s data;
	struct span text;
	uint64_t asn = 0;

	switch (get_value(found, number, &data)) {
	case MMDB_DATA_TYPE_UINT16:
		return data.uint16;
	case MMDB_DATA_TYPE_UINT32:
		return data.uint32;
	case MMDB_DATA_TYPE_UTF8_STRING:
		text = (struct span){data.utf8_string, data.data_size};
		if (span_starts(text, SPAN("AS")))
			text = span_sub(text, 2, text.len);
		return span_number(text, &asn) && asn <= UINT32_MAX ? (uint32_t)asn : 0;
	default:
		return 0;
	}
}

union any_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* An IPv4 address inside an IPv6 one (::ffff:192.0.2.7) is that IPv4 address. */
static void unwrap_address(union any_address *a)
{
	struct in6_addr v6 = a->v6.sin6_addr;

	if (!IN6_IS_ADDR_V4MAPPED(&v6))
		return;
	memset(a, 0, sizeof *a);
	a->v4.sin_family = AF_INET;
	memcpy(&a->v4.sin_addr, v6.s6_addr + 12, 4);
}

static bool parse_address(struct span text, union any_address *out)
{
	char address[INET6_ADDRSTRLEN + 1];
	size_t len = span_find_byte(text, '%');	/* fe80::1%eth0 */

	memset(out, 0, sizeof *out);
	if (!len || len >= sizeof address || memchr(text.ptr, '\0', len))
		return false;
	memcpy(address, text.ptr, len);
	address[len] = '\0';
	if (inet_pton(AF_INET, address, &out->v4.sin_addr) == 1) {
		out->any.sa_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, address, &out->v6.sin6_addr) != 1)
		return false;
	out->any.sa_family = AF_INET6;
	unwrap_address(out);
	return true;
}

int place_find(const struct places *p, struct span address, struct place *out)
{
	union any_address a;
	MMDB_lookup_result_s found;
	int code;

	if (!parse_address(address, &a))
		return 0;
	found = MMDB_lookup_sockaddr(&p->db, &a.any, &code);
	if (code == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR)
		return 0;
	if (code != MMDB_SUCCESS)
		return -1;
	if (!found.found_entry)
		return 0;
	get_text(&found, country, &out->country);
	get_text(&found, region, &out->region);
	get_text(&found, city, &out->city);
	get_text(&found, postcode, &out->postcode);
	get_text(&found, time_zone, &out->time_zone);
	get_text(&found, organization, &out->organization);
	if (!out->asn)
		out->asn = get_asn(&found);
	if (!out->located)
		out->located = get_degrees(&found, latitude, 90, &out->latitude) &&
			       get_degrees(&found, longitude, 180, &out->longitude);
	return 1;
}
