/* What ND4J asks of cuBLAS and cuSOLVER: handles, and products, whose operands have to lie on the GPU. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

typedef struct { void *stream; } Handle;

static int handle(const char *name, void **p) {
    *p = calloc(1, 4096);
    standin_count(name, 0);
    return 0;
}

EXPORTED int cublasCreate_v2(void **p) { return handle("cublasCreate", p); }
EXPORTED int cublasDestroy_v2(void *p) { free(p); return 0; }
EXPORTED int cublasSetStream_v2(void *p, void *stream) { ((Handle *) p)->stream = stream; standin_count("cublasSetStream", 0); return 0; }
EXPORTED int cublasGetMathMode(void *p, int *mode) { (void) p; *mode = 0; return 0; }
EXPORTED int cublasSetMathMode(void *p, int mode) { (void) p, (void) mode; return 0; }
EXPORTED int cusolverDnCreate(void **p) { return handle("cusolverDnCreate", p); }
EXPORTED int cusolverDnDestroy(void *p) { free(p); return 0; }
EXPORTED int cusolverDnSetStream(void *p, void *stream) { (void) p, (void) stream; return 0; }

/* The bytes of a column-major matrix, from its first element to its last. */
static size_t extent(int rows, int columns, int leading, size_t element) {
    return rows > 0 && columns > 0 ? ((size_t) (columns - 1) * leading + rows) * element : 0;
}

static int product(const char *name, void *h, Product p) {
    size_t element = p.is_double ? sizeof(double) : sizeof(float);
    standin_check(name, p.a, p.ta ? extent(p.k, p.m, p.lda, element) : extent(p.m, p.k, p.lda, element));
    standin_check(name, p.b, p.tb ? extent(p.n, p.k, p.ldb, element) : extent(p.k, p.n, p.ldb, element));
    standin_check(name, p.c, extent(p.m, p.n, p.ldc, element));
    standin_count(name, 0);
    standin_count("products", 0);
    standin_multiply(p, ((Handle *) h)->stream);
    return 0;
}

EXPORTED int cublasSgemm_v2(void *h, int ta, int tb, int m, int n, int k, const float *alpha, const float *a, int lda, const float *b, int ldb,
        const float *beta, float *c, int ldc) {
    return product("cublasSgemm", h, (Product) {0, ta, tb, m, n, k, lda, ldb, ldc, *alpha, *beta, a, b, c});
}

EXPORTED int cublasDgemm_v2(void *h, int ta, int tb, int m, int n, int k, const double *alpha, const double *a, int lda, const double *b, int ldb,
        const double *beta, double *c, int ldc) {
    return product("cublasDgemm", h, (Product) {1, ta, tb, m, n, k, lda, ldb, ldc, *alpha, *beta, a, b, c});
}

/* y = alpha A x + beta y, where the elements of x and y lie apart: a row times a matrix, or a matrix of one row's transpose. */
static int vector_product(const char *name, void *h, int is_double, int t, int m, int n, double alpha, const void *a, int lda, const void *x, int incx,
        double beta, void *y, int incy) {
    return product(name, h, (Product) {is_double, 0, !t, 1, t ? n : m, t ? m : n, incx, lda, incy, alpha, beta, x, a, y});
}

EXPORTED int cublasSgemv_v2(void *h, int t, int m, int n, const float *alpha, const float *a, int lda, const float *x, int incx,
        const float *beta, float *y, int incy) {
    return vector_product("cublasSgemv", h, 0, t, m, n, *alpha, a, lda, x, incx, *beta, y, incy);
}

EXPORTED int cublasDgemv_v2(void *h, int t, int m, int n, const double *alpha, const double *a, int lda, const double *x, int incx,
        const double *beta, double *y, int incy) {
    return vector_product("cublasDgemv", h, 1, t, m, n, *alpha, a, lda, x, incx, *beta, y, incy);
}

/* Batches: pointers to matrices, which lie on the GPU themselves. */
static int batch(const char *name, const void *a, const void *b, const void *c, int count) {
    standin_check(name, a, count * sizeof(void *));
    standin_check(name, b, count * sizeof(void *));
    standin_check(name, c, count * sizeof(void *));
    standin_count(name, 0);
    standin_count("products", 0);
    standin_count("not computed products of batches", 0);
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
