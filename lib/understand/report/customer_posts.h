/* What a customer said in public: a section of the report customer. */
#ifndef REPORT_CUSTOMER_POSTS_H
#define REPORT_CUSTOMER_POSTS_H

#include "record/profile.h"
#include "understand/report/sheet.h"

/* Adds the section with the newest MOST, where P has posts (social_post.h).  0, or -1 with a data error. */
int customer_posts_fill(const struct profile *p, int64_t most, struct sheet *sheet, struct error *err);

#endif
