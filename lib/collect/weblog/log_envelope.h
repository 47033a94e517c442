/*
 * What carries a line of a log from one program to another, and stands before it:
 *
 *	<190>Mar  1 09:30:00 web1 nginx: LINE			syslog (RFC 3164)
 *	2024-03-01T09:30:00.123+01:00 web1 nginx[77]: LINE	the same with rsyslog's times
 *	<190>1 2024-03-01T09:30:00Z web1 nginx 77 - - LINE	RFC 5424
 *	2024-03-01T09:30:00.123456789Z stdout F LINE		Kubernetes (CRI)
 *	2024-03-01T09:30:00.123456789Z LINE			docker logs -t
 *	web-1  | LINE						docker compose logs
 *	[pod/web-1/nginx] LINE					kubectl logs --prefix
 *
 * and, of JSON, {"log":"LINE","stream":"stdout","time":...}: see log_json.h.
 */
#ifndef WEBLOG_LOG_ENVELOPE_H
#define WEBLOG_LOG_ENVELOPE_H

#include <stdbool.h>

#include "base/span.h"

/* The line inside LINE; absent: nothing of the above stands before it. */
struct span log_envelope_inside(struct span line);

/* Is LINE a piece of a longer one, which CRI cuts at 16 KiB? */
bool log_envelope_is_piece(struct span line);

#endif
