/* What the parts of the stand-in share; what it is for stands in standin.c. */
#ifndef CAIRN_STANDIN_H
#define CAIRN_STANDIN_H

#include <stddef.h>

/* Where the table of functions lies that the patched library jumps through, and the memory that stands for a GPU's. */
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
/* Ends the process, saying where a pointer of the host, or freed memory, was given as memory of the GPU. */
EXPORTED void standin_check(const char *where, const void *pointer, size_t bytes);

/* The same, and where the stand-in itself finds these bytes. */
EXPORTED void *standin_memory(const char *where, const void *pointer, size_t bytes);

/* What a kernel computes: kernels.c. */
typedef struct Kernel Kernel;
typedef union { void *p; int i; unsigned u; float f; double d; unsigned long raw; } Argument;
/* By its mangled name; NULL where there is nothing of the kind. */
Kernel *standin_kernel(const char *mangled);
int standin_arguments(const Kernel *kernel);
void standin_run(const Kernel *kernel, const Argument *arguments);
/* c = alpha a b + beta c for column-major matrices, in memory that the stand-in may touch. */
void standin_product(int is_double, int ta, int tb, int m, int n, int k, double alpha, const void *a, int lda, const void *b, int ldb, double beta,
        void *c, int ldc);
/* Runs a product now, or with late copies when its stream is waited for. */
typedef struct { int is_double, ta, tb, m, n, k, lda, ldb, ldc; double alpha, beta; const void *a, *b; void *c; } Product;
void standin_multiply(Product product, void *stream);

/* Fills the table: table.c, by the names that build.sh found. */
void standin_fill(void **table);

#endif
