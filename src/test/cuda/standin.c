/*
 * A stand-in for the CUDA runtime, so that ND4J's own Java and C++ code for a GPU runs, unchanged, on a machine without a GPU. It keeps
 * the memory of the GPU separate, copies, orders, counts, and knows what was called. NO KERNEL OF ND4J'S OR NVIDIA'S RUNS: where one is
 * launched, kernels.c computes in plain C what the kernel should compute, or counts it as "not computed"; products too (vendor.c). What
 * it can show: that ND4J starts; that every call up to and including the launch has valid arguments; that bytes which are sent come back;
 * that no code on the host touches the GPU's memory; that no code reads or reuses memory before a copy or a kernel is over; how many
 * allocations, copies, waits and launches a piece of work takes. What it cannot show: anything about what a GPU computes, about speed, or
 * about a driver.
 *
 * How it is installed (build.sh): ND4J's library contains the runtime itself, so each of that runtime's functions is overwritten
 * with a jump through a table at a fixed address (patch.c), which this library fills when it is loaded, before ND4J's.
 *
 * The GPU's memory is a range of addresses that no code may touch; the bytes lie elsewhere, and only this file reaches them. No address
 * is given out twice, so that freed memory is recognised. New memory is zero.
 *
 * Environment: CAIRN_STANDIN_COUNTS, a file for the counts, written at exit and when cudaProfilerStop is called (cudaProfilerStart sets
 * them to zero). CAIRN_STANDIN_TRACE, a file with a line for each call. CAIRN_STANDIN_LATE=1: asynchronous work, kernels and products too,
 * is done as late as CUDA allows, when a thread waits for it. CAIRN_STANDIN_COMPUTES=0: kernels are counted and not computed.
 * CAIRN_STANDIN_MEMORY: the GPU's memory in bytes (8 GiB). CAIRN_STANDIN_CAPABILITY: 86.
 */
#define _GNU_SOURCE
#include "standin.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SUCCESS = 0, INVALID_VALUE = 1, MEMORY_ALLOCATION = 2, NOT_READY = 600, INVALID_SYMBOL = 13, INVALID_DEVICE = 101 };
enum { HOST_TO_HOST, HOST_TO_DEVICE, DEVICE_TO_HOST, DEVICE_TO_DEVICE, DEFAULT };

/* One lock for everything: nothing here is fast, and nothing has to be. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static FILE *trace;
static int late, computes = 1;
static size_t total = 8UL << 30, used, high;
static int capability = 86;
static __thread int last_error;

/* ---- Counting ---- */

typedef struct Counter { const char *name; unsigned long count, bytes; struct Counter *next; } Counter;
#define BUCKETS 4096
static Counter *counters[BUCKETS];

static unsigned hash(const char *s) {
    unsigned h = 5381;
    while (*s) h = h * 33 + (unsigned char) *s++;
    return h % BUCKETS;
}

void standin_count(const char *name, size_t bytes) {
    pthread_mutex_lock(&lock);
    unsigned h = hash(name);
    Counter *c = counters[h];
    while (c && strcmp(c->name, name)) c = c->next;
    if (!c) {
        c = calloc(1, sizeof *c);
        c->name = strdup(name);
        c->next = counters[h];
        counters[h] = c;
    }
    c->count++;
    c->bytes += bytes;
    if (trace) fprintf(trace, "%s %zu\n", name, bytes);
    pthread_mutex_unlock(&lock);
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(Counter *const *) a)->name, (*(Counter *const *) b)->name);
}

static void report(void) {
    const char *path = getenv("CAIRN_STANDIN_COUNTS");
    FILE *out = path ? fopen(path, "w") : NULL;
    if (!out) return;
    pthread_mutex_lock(&lock);
    size_t n = 0;
    Counter **all = NULL;
    for (int i = 0; i < BUCKETS; i++)
        for (Counter *c = counters[i]; c; c = c->next) {
            if (!c->count) continue;
            all = realloc(all, (n + 1) * sizeof *all);
            all[n++] = c;
        }
    if (n) qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++) fprintf(out, "%10lu %14lu  %s\n", all[i]->count, all[i]->bytes, all[i]->name);
    fprintf(out, "%10d %14zu  memory in use now\n%10d %14zu  memory in use at most\n", 1, used, 1, high);
    fclose(out);
    free(all);
    if (trace) fflush(trace);
    pthread_mutex_unlock(&lock);
}

/* ---- Where something went wrong ---- */

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "CUDA stand-in: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    report();
    abort();
}

void standin_missing(const char *name) {
    fail("%s is not there", name);
    abort();
}

static int done(int error) {
    if (error) last_error = error;
    return error;
}

/* ---- Memory ---- */

typedef struct Block { char *at; size_t bytes; int live; } Block;
static Block *blocks;   /* of the GPU, by address: each new one lies behind all before */
static size_t block_count, block_room;
static char *next_address = (char *) DEVICE_ADDRESS;

typedef struct Pinned { char *at; size_t bytes; struct Pinned *next; } Pinned;
static Pinned *pinned;

static int on_device(const void *p) {
    return (uintptr_t) p >= DEVICE_ADDRESS && (uintptr_t) p < DEVICE_ADDRESS + DEVICE_SPACE;
}

static char *shadow(const void *p) {
    return (char *) p + (on_device(p) ? SHADOW_OFFSET : 0);
}

static Block *block_of(const void *p) {
    size_t low = 0, high_index = block_count;
    while (low < high_index) {
        size_t middle = (low + high_index) / 2;
        if (blocks[middle].at <= (const char *) p) low = middle + 1;
        else high_index = middle;
    }
    return low ? &blocks[low - 1] : NULL;
}

void *standin_memory(const char *where, const void *p, size_t bytes) {
    standin_check(where, p, bytes);
    return shadow(p);
}

void standin_check(const char *where, const void *p, size_t bytes) {
    if (!on_device(p)) fail("%s was given %p, which is no memory of the GPU", where, p);
    pthread_mutex_lock(&lock);
    Block *b = block_of(p);
    if (!b || (const char *) p + bytes > b->at + b->bytes)
        fail("%s wants %zu bytes at %p, beyond what was allocated (%zu at %p)", where, bytes, p, b ? b->bytes : 0, b ? b->at : NULL);
    if (!b->live) fail("%s wants %zu bytes at %p, which was freed", where, bytes, p);
    pthread_mutex_unlock(&lock);
}

static int is_pinned(const void *p, size_t bytes) {
    for (Pinned *q = pinned; q; q = q->next)
        if ((const char *) p >= q->at && (const char *) p + bytes <= q->at + q->bytes) return 1;
    return 0;
}

static void *allocate(size_t bytes) {
    if (used + bytes > total) return NULL;
    if (block_count == block_room) {
        block_room = block_room ? 2 * block_room : 1024;
        blocks = realloc(blocks, block_room * sizeof *blocks);
    }
    Block *b = &blocks[block_count++];
    *b = (Block) {next_address, bytes, 1};
    next_address += ((bytes ? bytes : 1) + 511) / 512 * 512;
    used += bytes;
    if (used > high) high = used;
    return b->at;
}

/* ---- What happens later ---- */

typedef struct Work {
    char *to;
    const char *from;
    char *staged;
    size_t bytes;
    int value;
    const Kernel *kernel;
    Argument arguments[24];
    Product product;
    struct Work *next;
} Work;
typedef struct Stream { Work *first, **last; struct Stream *next; } Stream;
typedef struct Event { Stream *stream; } Event;
static Stream default_stream = {NULL, &default_stream.first, NULL};
static Stream *streams = &default_stream;

static Stream *stream_of(void *handle) {
    /* 0, 1 and 2 are CUDA's names for the default stream. */
    return (uintptr_t) handle <= 2 ? &default_stream : handle;
}

static void perform(Work *w) {
    if (w->kernel) standin_run(w->kernel, w->arguments);
    else if (w->product.c) {
        Product p = w->product;
        standin_product(p.is_double, p.ta, p.tb, p.m, p.n, p.k, p.alpha, shadow(p.a), p.lda, shadow(p.b), p.ldb, p.beta, shadow(p.c), p.ldc);
    } else if (w->from || w->staged) memmove(shadow(w->to), w->staged ? w->staged : shadow(w->from), w->bytes);
    else memset(shadow(w->to), w->value, w->bytes);
}

static void finish(Stream *s) {
    while (s->first) {
        Work *w = s->first;
        s->first = w->next;
        if (!s->first) s->last = &s->first;
        perform(w);
        free(w->staged);
        free(w);
    }
}

static void finish_all(void) {
    for (Stream *s = streams; s; s = s->next) finish(s);
}

static void later(Stream *s, Work work) {
    if (!late) {
        perform(&work);
        return;
    }
    Work *w = malloc(sizeof *w);
    *w = work;
    w->next = NULL;
    *s->last = w;
    s->last = &w->next;
}

void standin_multiply(Product product, void *stream) {
    pthread_mutex_lock(&lock);
    later(stream_of(stream), (Work) {.product = product});
    pthread_mutex_unlock(&lock);
}

static int copy(const char *name, void *to, const void *from, size_t bytes, int kind, Stream *stream) {
    static const char *const kinds[] = {"H2H", "H2D", "D2H", "D2D"};
    if (!bytes) return SUCCESS;
    int actual = on_device(from) * 2 + on_device(to);
    if (kind != DEFAULT && kind != actual) {
        fprintf(stderr, "CUDA stand-in: %s of %zu bytes from %p to %p is said to be %s\n", name, bytes, from, to,
                kind >= 0 && kind < 4 ? kinds[kind] : "?");
        standin_count("error: direction of a copy", bytes);
        return done(INVALID_VALUE);
    }
    if (on_device(from)) standin_check(name, from, bytes);
    if (on_device(to)) standin_check(name, to, bytes);
    pthread_mutex_lock(&lock);
    const void *host = actual == HOST_TO_DEVICE ? from : to;
    int pageable = (actual == HOST_TO_DEVICE || actual == DEVICE_TO_HOST) && !is_pinned(host, bytes);
    char what[160];
    snprintf(what, sizeof what, "copy %s%s by %s", kinds[actual], actual == DEVICE_TO_DEVICE ? "" : pageable ? " pageable" : " pinned", name);
    standin_count(what, bytes);
    if (!stream) {
        finish_all();
        memmove(shadow(to), shadow(from), bytes);
    } else if (pageable && actual == DEVICE_TO_HOST) {
        finish(stream);
        memmove(shadow(to), shadow(from), bytes);
    } else {
        Work w = {.to = to, .from = from, .bytes = bytes};
        if (pageable && late) {
            w.staged = malloc(bytes);
            memcpy(w.staged, from, bytes);
        }
        later(stream, w);
    }
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

/* ---- The runtime's functions: allocation ---- */

EXPORTED int cudaMalloc(void **p, size_t bytes) {
    pthread_mutex_lock(&lock);
    *p = allocate(bytes);
    pthread_mutex_unlock(&lock);
    standin_count("cudaMalloc", bytes);
    return done(*p ? SUCCESS : MEMORY_ALLOCATION);
}

EXPORTED int cudaFree(void *p) {
    if (!p) return SUCCESS;
    pthread_mutex_lock(&lock);
    finish_all();
    Block *b = on_device(p) ? block_of(p) : NULL;
    if (!b || b->at != p || !b->live) {
        /* ND4J does so with constants when it ends. CUDA answers with an error, and so does this. */
        standin_count(b && b->at == p ? "error: cudaFree of what was freed" : "error: cudaFree of what is no allocation", 0);
        pthread_mutex_unlock(&lock);
        return done(INVALID_VALUE);
    }
    b->live = 0;
    used -= b->bytes;
    /* Whole pages alone can be given back: the memory around belongs to others. */
    uintptr_t page = 4096, begin = ((uintptr_t) shadow(p) + page - 1) / page * page, end = ((uintptr_t) shadow(p) + b->bytes) / page * page;
    if (end > begin) madvise((void *) begin, end - begin, MADV_DONTNEED);
    standin_count("cudaFree", b->bytes);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORTED int cudaHostAlloc(void **p, size_t bytes, unsigned flags) {
    (void) flags;
    Pinned *q = malloc(sizeof *q);
    if (!q || posix_memalign(p, 4096, bytes ? bytes : 1)) return done(MEMORY_ALLOCATION);
    memset(*p, 0, bytes);
    pthread_mutex_lock(&lock);
    *q = (Pinned) {*p, bytes, pinned};
    pinned = q;
    pthread_mutex_unlock(&lock);
    standin_count("cudaHostAlloc", bytes);
    return SUCCESS;
}

EXPORTED int cudaMallocHost(void **p, size_t bytes) {
    return cudaHostAlloc(p, bytes, 0);
}

EXPORTED int cudaFreeHost(void *p) {
    if (!p) return SUCCESS;
    pthread_mutex_lock(&lock);
    finish_all();
    Pinned **q = &pinned;
    while (*q && (*q)->at != p) q = &(*q)->next;
    if (!*q) fail("cudaFreeHost of %p, which is no allocation", p);
    Pinned *gone = *q;
    *q = gone->next;
    standin_count("cudaFreeHost", gone->bytes);
    free(gone);
    free(p);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORTED int cudaMemGetInfo(size_t *available, size_t *all) {
    *available = total - used;
    *all = total;
    standin_count("cudaMemGetInfo", 0);
    return SUCCESS;
}

struct PointerAttributes { int type, device; void *devicePointer, *hostPointer; };

EXPORTED int cudaPointerGetAttributes(struct PointerAttributes *a, const void *p) {
    pthread_mutex_lock(&lock);
    int host = is_pinned(p, 1);
    pthread_mutex_unlock(&lock);
    *a = (struct PointerAttributes) {on_device(p) ? 2 : host ? 1 : 0, on_device(p) || host ? 0 : -2,
            on_device(p) || host ? (void *) p : NULL, on_device(p) ? NULL : (void *) p};
    return SUCCESS;
}

/* ---- Copies ---- */

EXPORTED int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) {
    return copy("cudaMemcpy", to, from, bytes, kind, NULL);
}

EXPORTED int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) {
    return copy("cudaMemcpyAsync", to, from, bytes, kind, stream_of(stream));
}

static int set(const char *name, void *to, int value, size_t bytes, Stream *stream) {
    if (!bytes) return SUCCESS;
    standin_check(name, to, bytes);
    pthread_mutex_lock(&lock);
    standin_count(name, bytes);
    if (!stream) finish_all();
    Work w = {.to = to, .bytes = bytes, .value = value};
    if (stream) later(stream, w);
    else perform(&w);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORTED int cudaMemset(void *to, int value, size_t bytes) {
    return set("cudaMemset", to, value, bytes, NULL);
}

EXPORTED int cudaMemsetAsync(void *to, int value, size_t bytes, void *stream) {
    return set("cudaMemsetAsync", to, value, bytes, stream_of(stream));
}

/* ---- Streams and events ---- */

EXPORTED int cudaStreamCreate(void **p) {
    Stream *s = calloc(1, sizeof *s);
    s->last = &s->first;
    pthread_mutex_lock(&lock);
    s->next = streams->next;
    streams->next = s;
    pthread_mutex_unlock(&lock);
    *p = s;
    standin_count("cudaStreamCreate", 0);
    return SUCCESS;
}

EXPORTED int cudaStreamCreateWithFlags(void **p, unsigned flags) {
    (void) flags;
    return cudaStreamCreate(p);
}

EXPORTED int cudaStreamDestroy(void *p) {
    pthread_mutex_lock(&lock);
    Stream *s = streams;
    while (s->next && s->next != p) s = s->next;
    if (!s->next) fail("cudaStreamDestroy of %p, which is no stream", p);
    finish(p);
    s->next = s->next->next;
    pthread_mutex_unlock(&lock);
    free(p);
    standin_count("cudaStreamDestroy", 0);
    return SUCCESS;
}

static int wait_for(const char *name, Stream *s) {
    pthread_mutex_lock(&lock);
    if (s) finish(s);
    else finish_all();
    standin_count(name, 0);
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORTED int cudaStreamSynchronize(void *stream) {
    return wait_for(stream_of(stream) == &default_stream ? "cudaStreamSynchronize of the default stream" : "cudaStreamSynchronize",
            stream_of(stream));
}

EXPORTED int cudaStreamQuery(void *stream) {
    return wait_for("cudaStreamQuery", stream_of(stream));
}

EXPORTED int cudaDeviceSynchronize(void) {
    return wait_for("cudaDeviceSynchronize", NULL);
}

EXPORTED int cudaStreamWaitEvent(void *stream, void *event, unsigned flags) {
    (void) stream;
    (void) flags;
    return wait_for("cudaStreamWaitEvent", ((Event *) event)->stream);
}

EXPORTED int cudaEventCreateWithFlags(void **p, unsigned flags) {
    (void) flags;
    *p = calloc(1, sizeof(Event));
    standin_count("cudaEventCreate", 0);
    return SUCCESS;
}

EXPORTED int cudaEventCreate(void **p) {
    return cudaEventCreateWithFlags(p, 0);
}

EXPORTED int cudaEventRecord(void *event, void *stream) {
    ((Event *) event)->stream = stream_of(stream);
    standin_count("cudaEventRecord", 0);
    return SUCCESS;
}

EXPORTED int cudaEventSynchronize(void *event) {
    Event *e = event;
    return e->stream ? wait_for("cudaEventSynchronize", e->stream) : SUCCESS;
}

EXPORTED int cudaEventQuery(void *event) {
    return cudaEventSynchronize(event);
}

EXPORTED int cudaEventDestroy(void *event) {
    free(event);
    standin_count("cudaEventDestroy", 0);
    return SUCCESS;
}

/* ---- The GPU ---- */

/* As of CUDA 11, where all of it has its place. */
struct DeviceProp {
    char name[256];
    char uuid[16];
    char luid[8];
    unsigned luidDeviceNodeMask;
    size_t totalGlobalMem, sharedMemPerBlock;
    int regsPerBlock, warpSize;
    size_t memPitch;
    int maxThreadsPerBlock, maxThreadsDim[3], maxGridSize[3], clockRate;
    size_t totalConstMem;
    int major, minor;
    size_t textureAlignment, texturePitchAlignment;
    int deviceOverlap, multiProcessorCount, kernelExecTimeoutEnabled, integrated, canMapHostMemory, computeMode, textures[23], surfaces[14];
    size_t surfaceAlignment;
    int concurrentKernels, ECCEnabled, pciBusID, pciDeviceID, pciDomainID, tccDriver, asyncEngineCount, unifiedAddressing, memoryClockRate,
            memoryBusWidth, l2CacheSize, persistingL2CacheMaxSize, maxThreadsPerMultiProcessor, streamPrioritiesSupported,
            globalL1CacheSupported, localL1CacheSupported;
    size_t sharedMemPerMultiprocessor;
    int regsPerMultiprocessor, managedMemory, isMultiGpuBoard, multiGpuBoardGroupID, hostNativeAtomicSupported,
            singleToDoublePrecisionPerfRatio, pageableMemoryAccess, concurrentManagedAccess, computePreemptionSupported,
            canUseHostPointerForRegisteredMem, cooperativeLaunch, cooperativeMultiDeviceLaunch;
    size_t sharedMemPerBlockOptin;
    int pageableMemoryAccessUsesHostPageTables, directManagedMemAccessFromHost, maxBlocksPerMultiProcessor, accessPolicyMaxWindowSize;
    size_t reservedSharedMemPerBlock;
};

EXPORTED int cudaGetDeviceProperties(struct DeviceProp *p, int device) {
    if (device) return done(INVALID_DEVICE);
    *p = (struct DeviceProp) {.name = "Stand-in (no GPU)", .totalGlobalMem = total, .sharedMemPerBlock = 49152, .regsPerBlock = 65536,
            .warpSize = 32, .memPitch = 0x7fffffff, .maxThreadsPerBlock = 1024, .maxThreadsDim = {1024, 1024, 64},
            .maxGridSize = {0x7fffffff, 65535, 65535}, .clockRate = 1000000, .totalConstMem = 65536, .major = capability / 10,
            .minor = capability % 10, .textureAlignment = 512, .texturePitchAlignment = 32, .deviceOverlap = 1, .multiProcessorCount = 80,
            .canMapHostMemory = 1, .surfaceAlignment = 512, .concurrentKernels = 1, .pciBusID = 1, .asyncEngineCount = 2,
            .unifiedAddressing = 1, .memoryClockRate = 1000000, .memoryBusWidth = 256, .l2CacheSize = 4 << 20,
            .maxThreadsPerMultiProcessor = 1536, .streamPrioritiesSupported = 1, .globalL1CacheSupported = 1, .localL1CacheSupported = 1,
            .sharedMemPerMultiprocessor = 102400, .regsPerMultiprocessor = 65536, .managedMemory = 1, .computePreemptionSupported = 1,
            .canUseHostPointerForRegisteredMem = 1, .cooperativeLaunch = 1, .sharedMemPerBlockOptin = 101376,
            .maxBlocksPerMultiProcessor = 16, .reservedSharedMemPerBlock = 1024};
    return SUCCESS;
}

EXPORTED int cudaGetDeviceCount(int *n) {
    *n = 1;
    return SUCCESS;
}

EXPORTED int cudaGetDevice(int *device) {
    *device = 0;
    standin_count("cudaGetDevice", 0);
    return SUCCESS;
}

EXPORTED int cudaSetDevice(int device) {
    standin_count("cudaSetDevice", 0);
    return done(device ? INVALID_DEVICE : SUCCESS);
}

EXPORTED int cudaDeviceCanAccessPeer(int *can, int device, int peer) {
    (void) device;
    (void) peer;
    *can = 0;
    return SUCCESS;
}

EXPORTED int cudaDeviceSetLimit(int limit, size_t value) {
    (void) limit;
    (void) value;
    return SUCCESS;
}

EXPORTED int cudaDriverGetVersion(int *version) {
    *version = 11060;
    return SUCCESS;
}

EXPORTED int cudaRuntimeGetVersion(int *version) {
    return cudaDriverGetVersion(version);
}

EXPORTED int cudaGetLastError(void) {
    int error = last_error;
    last_error = SUCCESS;
    return error;
}

EXPORTED int cudaPeekAtLastError(void) {
    return last_error;
}

EXPORTED const char *cudaGetErrorString(int error) {
    return error ? "an error of the stand-in" : "no error";
}

EXPORTED const char *cudaGetErrorName(int error) {
    return cudaGetErrorString(error);
}

EXPORTED int cudaProfilerStart(void) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < BUCKETS; i++)
        for (Counter *c = counters[i]; c; c = c->next) c->count = c->bytes = 0;
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

EXPORTED int cudaProfilerStop(void) {
    report();
    return SUCCESS;
}

/* ---- Code and variables of the GPU ---- */

typedef struct Symbol { const void *host; const char *name; void *device; size_t bytes; struct Symbol *next; int looked; Kernel *kernel; } Symbol;
#define SYMBOL_BUCKETS 65536
static Symbol *symbols[SYMBOL_BUCKETS];

static Symbol **symbol_bucket(const void *host) {
    return &symbols[((uintptr_t) host >> 4) % SYMBOL_BUCKETS];
}

static Symbol *symbol_of(const void *host) {
    Symbol *s = *symbol_bucket(host);
    while (s && s->host != host) s = s->next;
    return s;
}

static void add_symbol(const void *host, const char *name, size_t bytes) {
    pthread_mutex_lock(&lock);
    Symbol **bucket = symbol_bucket(host), *s = malloc(sizeof *s);
    *s = (Symbol) {host, name, bytes ? allocate(bytes) : NULL, bytes, *bucket, 0, NULL};
    *bucket = s;
    pthread_mutex_unlock(&lock);
}

EXPORTED void **__cudaRegisterFatBinary(void *binary) {
    /* The first sign of ND4J: before, this is a shell, or a Java without it. */
    static int started;
    if (!started) {
        started = 1;
        const char *path = getenv("CAIRN_STANDIN_TRACE");
        if (path) trace = fopen(path, "w");
        atexit(report);
    }
    void **handle = malloc(sizeof *handle);
    *handle = binary;
    return handle;
}

EXPORTED void __cudaRegisterFatBinaryEnd(void **handle) {
    (void) handle;
}

EXPORTED void __cudaUnregisterFatBinary(void **handle) {
    (void) handle;
}

EXPORTED void __cudaRegisterFunction(void **handle, const char *host, char *device, const char *name, int limit, void *tid, void *bid,
        void *block, void *grid, int *warp) {
    (void) handle, (void) device, (void) limit, (void) tid, (void) bid, (void) block, (void) grid, (void) warp;
    add_symbol(host, name, 0);
}

EXPORTED void __cudaRegisterVar(void **handle, char *host, char *device, const char *name, int external, size_t bytes, int constant, int global) {
    (void) handle, (void) device, (void) external, (void) constant, (void) global;
    add_symbol(host, name, bytes);
}

EXPORTED char __cudaInitModule(void **handle) {
    (void) handle;
    return 1;
}

EXPORTED int cudaGetSymbolAddress(void **p, const void *host) {
    Symbol *s = symbol_of(host);
    if (!s || !s->device) return done(INVALID_SYMBOL);
    *p = s->device;
    return SUCCESS;
}

EXPORTED int cudaGetSymbolSize(size_t *bytes, const void *host) {
    Symbol *s = symbol_of(host);
    if (!s || !s->device) return done(INVALID_SYMBOL);
    *bytes = s->bytes;
    return SUCCESS;
}

EXPORTED int cudaMemcpyToSymbol(const void *host, const void *from, size_t bytes, size_t offset, int kind) {
    Symbol *s = symbol_of(host);
    return s && s->device ? copy("cudaMemcpyToSymbol", (char *) s->device + offset, from, bytes, kind, NULL) : done(INVALID_SYMBOL);
}

EXPORTED int cudaMemcpyToSymbolAsync(const void *host, const void *from, size_t bytes, size_t offset, int kind, void *stream) {
    Symbol *s = symbol_of(host);
    return s && s->device ? copy("cudaMemcpyToSymbolAsync", (char *) s->device + offset, from, bytes, kind, stream_of(stream))
            : done(INVALID_SYMBOL);
}

typedef struct { unsigned x, y, z; } Dim3;
typedef struct { Dim3 grid, block; size_t shared; void *stream; } Configuration;
static __thread Configuration configurations[8];
static __thread int configured;

EXPORTED unsigned __cudaPushCallConfiguration(Dim3 grid, Dim3 block, size_t shared, void *stream) {
    if (configured == 8) fail("kernels are launched within launches");
    configurations[configured++] = (Configuration) {grid, block, shared, stream};
    return 0;
}

EXPORTED int __cudaPopCallConfiguration(Dim3 *grid, Dim3 *block, size_t *shared, void *stream) {
    if (!configured) fail("a launch without a configuration");
    Configuration *c = &configurations[--configured];
    *grid = c->grid;
    *block = c->block;
    *shared = c->shared;
    *(void **) stream = c->stream;
    return SUCCESS;
}

EXPORTED int cudaLaunchKernel(const void *host, Dim3 grid, Dim3 block, void **arguments, size_t shared, void *stream) {
    Symbol *s = symbol_of(host);
    if (!s) fail("launch of %p, which is no kernel", host);
    unsigned long threads = (unsigned long) block.x * block.y * block.z;
    if (!threads || threads > 1024 || !grid.x || !grid.y || !grid.z || grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535 || shared > 49152) {
        fprintf(stderr, "CUDA stand-in: launch of %s with grid %u %u %u, block %u %u %u, %zu bytes shared\n", s->name, grid.x, grid.y, grid.z,
                block.x, block.y, block.z, shared);
        standin_count("error: shape of a launch", 0);
        return done(9);
    }
    char what[4096];
    snprintf(what, sizeof what, "launch %s", s->name);
    standin_count(what, 0);
    standin_count("launches", 0);
    pthread_mutex_lock(&lock);
    if (!s->looked) {
        s->looked = 1;
        s->kernel = standin_kernel(s->name);
    }
    if (s->kernel && computes) {
        Work w = {.kernel = s->kernel};
        for (int i = 0; i < standin_arguments(s->kernel); i++) memcpy(&w.arguments[i], arguments[i], sizeof(Argument));
        later(stream_of(stream), w);
    } else if (computes) {
        snprintf(what, sizeof what, "not computed %s", s->name);
        standin_count(what, 0);
    }
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

struct FuncAttributes { size_t sharedSizeBytes, constSizeBytes, localSizeBytes; int maxThreadsPerBlock, numRegs, ptxVersion, binaryVersion,
        cacheModeCA, maxDynamicSharedSizeBytes, preferredShmemCarveout; };

EXPORTED int cudaFuncGetAttributes(struct FuncAttributes *a, const void *host) {
    (void) host;
    *a = (struct FuncAttributes) {.maxThreadsPerBlock = 1024, .numRegs = 32, .ptxVersion = capability, .binaryVersion = capability,
            .maxDynamicSharedSizeBytes = 49152};
    return SUCCESS;
}

/* ---- In place ---- */

__attribute__((constructor)) static void start(void) {
    size_t bytes = 64 << 10;
    const char *text;
    if ((text = getenv("CAIRN_STANDIN_LATE"))) late = atoi(text);
    if ((text = getenv("CAIRN_STANDIN_COMPUTES"))) computes = atoi(text);
    if ((text = getenv("CAIRN_STANDIN_MEMORY"))) total = strtoul(text, NULL, 10);
    if ((text = getenv("CAIRN_STANDIN_CAPABILITY"))) capability = atoi(text);
    void **table = mmap((void *) TABLE_ADDRESS, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    void *device = mmap((void *) DEVICE_ADDRESS, DEVICE_SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    void *own = mmap((void *) (DEVICE_ADDRESS + SHADOW_OFFSET), DEVICE_SPACE, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (table == MAP_FAILED || device == MAP_FAILED || own == MAP_FAILED) {
        fprintf(stderr, "CUDA stand-in: its addresses are taken\n");
        abort();
    }
    standin_fill(table);
    mprotect(table, bytes, PROT_READ);
}
