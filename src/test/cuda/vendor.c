/* What ND4J asks of cuBLAS and cuSOLVER: handles, and products that are counted and NOT computed; their operands have to lie on the card. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

static int handle(const char *name, void **p) {
    *p = calloc(1, 4096);
    standin_count(name, 0);
    return 0;
}

EXPORTED int cublasCreate_v2(void **p) { return handle("cublasCreate", p); }
EXPORTED int cublasDestroy_v2(void *p) { free(p); return 0; }
EXPORTED int cublasSetStream_v2(void *p, void *stream) { (void) p, (void) stream; standin_count("cublasSetStream", 0); return 0; }
EXPORTED int cublasGetMathMode(void *p, int *mode) { (void) p; *mode = 0; return 0; }
EXPORTED int cublasSetMathMode(void *p, int mode) { (void) p, (void) mode; return 0; }
EXPORTED int cusolverDnCreate(void **p) { return handle("cusolverDnCreate", p); }
EXPORTED int cusolverDnDestroy(void *p) { free(p); return 0; }
EXPORTED int cusolverDnSetStream(void *p, void *stream) { (void) p, (void) stream; return 0; }

/* The bytes of a column-major matrix, from its first element to its last. */
static size_t extent(int rows, int columns, int leading, size_t element) {
    return rows > 0 && columns > 0 ? ((size_t) (columns - 1) * leading + rows) * element : 0;
}

static int product(const char *name, int ta, int tb, int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc,
        size_t element) {
    standin_check(name, a, ta ? extent(k, m, lda, element) : extent(m, k, lda, element));
    standin_check(name, b, tb ? extent(n, k, ldb, element) : extent(k, n, ldb, element));
    standin_check(name, c, extent(m, n, ldc, element));
    standin_count(name, 0);
    standin_count("products", 0);
    return 0;
}

EXPORTED int cublasSgemm_v2(void *h, int ta, int tb, int m, int n, int k, const float *alpha, const float *a, int lda, const float *b, int ldb,
        const float *beta, float *c, int ldc) {
    (void) h, (void) alpha, (void) beta;
    return product("cublasSgemm", ta, tb, m, n, k, a, lda, b, ldb, c, ldc, sizeof *c);
}

EXPORTED int cublasDgemm_v2(void *h, int ta, int tb, int m, int n, int k, const double *alpha, const double *a, int lda, const double *b, int ldb,
        const double *beta, double *c, int ldc) {
    (void) h, (void) alpha, (void) beta;
    return product("cublasDgemm", ta, tb, m, n, k, a, lda, b, ldb, c, ldc, sizeof *c);
}

static int vector_product(const char *name, int m, int n, const void *a, int lda, const void *x, void *y, size_t element) {
    standin_check(name, a, extent(m, n, lda, element));
    standin_check(name, x, element);
    standin_check(name, y, element);
    standin_count(name, 0);
    standin_count("products", 0);
    return 0;
}

EXPORTED int cublasSgemv_v2(void *h, int t, int m, int n, const float *alpha, const float *a, int lda, const float *x, int incx,
        const float *beta, float *y, int incy) {
    (void) h, (void) t, (void) alpha, (void) beta, (void) incx, (void) incy;
    return vector_product("cublasSgemv", m, n, a, lda, x, y, sizeof *y);
}

EXPORTED int cublasDgemv_v2(void *h, int t, int m, int n, const double *alpha, const double *a, int lda, const double *x, int incx,
        const double *beta, double *y, int incy) {
    (void) h, (void) t, (void) alpha, (void) beta, (void) incx, (void) incy;
    return vector_product("cublasDgemv", m, n, a, lda, x, y, sizeof *y);
}

/* Batches: pointers to matrices, which lie on the card themselves. */
static int batch(const char *name, const void *a, const void *b, const void *c, int count) {
    standin_check(name, a, count * sizeof(void *));
    standin_check(name, b, count * sizeof(void *));
    standin_check(name, c, count * sizeof(void *));
    standin_count(name, 0);
    standin_count("products", 0);
    return 0;
}

EXPORTED int cublasSgemmBatched(void *h, int ta, int tb, int m, int n, int k, const float *alpha, const void *a, int lda, const void *b, int ldb,
        const float *beta, void *c, int ldc, int count) {
    (void) h, (void) ta, (void) tb, (void) m, (void) n, (void) k, (void) alpha, (void) lda, (void) ldb, (void) beta, (void) ldc;
    return batch("cublasSgemmBatched", a, b, c, count);
}

EXPORTED int cublasDgemmBatched(void *h, int ta, int tb, int m, int n, int k, const double *alpha, const void *a, int lda, const void *b, int ldb,
        const double *beta, void *c, int ldc, int count) {
    (void) h, (void) ta, (void) tb, (void) m, (void) n, (void) k, (void) alpha, (void) lda, (void) ldb, (void) beta, (void) ldc;
    return batch("cublasDgemmBatched", a, b, c, count);
}
