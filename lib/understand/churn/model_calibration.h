/*
 * The calibration of a model's chances (stats/calibrate.h, of log-odds), applied, and in the model's file.
 */
#ifndef CHURN_MODEL_CALIBRATION_H
#define CHURN_MODEL_CALIBRATION_H

#include "base/error.h"
#include "record/document.h"
#include "stats/calibrate.h"

/* The chance P as calibrated. */
double calibration_chance(const struct calibration *c, double p);

/* Rounds *C to what its file says. */
void calibration_round(struct calibration *c);

/* The member "calibration"; nothing where there is none. */
void calibration_put(const struct calibration *c, struct node *root);

/* 0, or -1 with a usage error that goes on after the file's name, and *C is none. */
int calibration_get(struct calibration *c, const struct node *root, struct error *err);

#endif
