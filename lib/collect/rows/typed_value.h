/*
 * Objects that only say what type a value is of, as databases export them:
 *
 *	{"$oid": "5f1e"}  {"$date": {"$numberLong": "1709285400000"}}		MongoDB's Extended JSON
 *	{"S": "rosa@example.com"}  {"N": "19.90"}  {"BOOL": true}  {"NULL": true}	DynamoDB
 *	{"stringValue": "x"}  {"integerValue": "17"}				Firestore
 *	{"string": "x"}  {"double": 19.9}					unions of Avro
 *
 * One member is all that they have, and its value is of the kind that its name says.
 */
#ifndef ROWS_TYPED_VALUE_H
#define ROWS_TYPED_VALUE_H

#include "record/scan.h"

/* May TEXT, which begins with '{', begin such an object?  Costs a look at a few bytes. */
bool typed_value_begins(struct span text);

/* Is OBJECT, valid JSON, one?  *OUT is then its value, and *TAG the name of its member. */
bool typed_value_read(struct value object, struct value *out, struct span *tag);

#endif
