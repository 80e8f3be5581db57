/* The table that the patched library jumps through, and the functions that are not there: each says its name and ends the process. */
#include "standin.h"

/* names.h, written by build.sh: a line THERE(name) or MISSING(name) for each function of the runtime in ND4J's library, in the order of
   the table; then a line ABSENT(name) for each that only Java's bindings ask for. */
#define THERE(f) extern void at_##f(void) __asm__(#f);
#define MISSING(f) EXPORTED void at_##f(void) __asm__(#f); void at_##f(void) { standin_missing(#f); }
#define ABSENT(f) MISSING(f)
#include "names.h"
#undef THERE
#undef MISSING
#undef ABSENT

void standin_fill(void **table) {
#define THERE(f) *table++ = (void *) at_##f;
#define MISSING(f) THERE(f)
#define ABSENT(f)
#include "names.h"
}
