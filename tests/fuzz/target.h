/*
 * What a fuzz target defines: it hands the bytes to one parser, checks what
 * must hold for any bytes (with assert), frees everything and returns 0.
 * libFuzzer calls it with bytes it invents, replay.c with the corpus.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#endif
