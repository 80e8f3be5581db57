/* What the parts of the stand-in share; what it is for stands in standin.c. */
#ifndef CAIRN_STANDIN_H
#define CAIRN_STANDIN_H

#include <stddef.h>

/* Where the table of functions lies that the patched library jumps through, and the memory that stands for a card's. */
#define TABLE_ADDRESS 0x200000000000UL
#define DEVICE_ADDRESS 0x300000000000UL
#define DEVICE_SPACE (1UL << 40)
/* The same bytes, where the stand-in itself may touch them. */
#define SHADOW_OFFSET DEVICE_SPACE

#define EXPORTED __attribute__((visibility("default")))

/* Counts one event of this name, of so many bytes. */
EXPORTED void standin_count(const char *name, size_t bytes);
/* Ends the process, saying what was called that the stand-in has not. */
EXPORTED void standin_missing(const char *name) __attribute__((noreturn));
/* Ends the process, saying where a pointer of the host, or freed memory, was given as memory of the card. */
EXPORTED void standin_check(const char *where, const void *pointer, size_t bytes);

/* Fills the table: table.c, by the names that build.sh found. */
void standin_fill(void **table);

#endif
