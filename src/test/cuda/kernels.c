/*
 * What the kernels that Cairn makes ND4J launch are to compute, in plain C: not ND4J's kernels, which run on GPUs only, but enough
 * that numbers go through the Java and C++ code around them. Each is found by its mangled name; what is not here is counted as
 * "not computed", and leaves its output as it was. Every operand has to lie within memory of the GPU that is in use.
 */
#include "standin.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef double (*Function)(double x, double y, double parameter);
typedef void (*Body)(const Kernel *kernel, const Argument *a);
/* The type of the operands, as mangled names have it, and of the second kind of them where there is one: results, or indices. */
struct Kernel { Body body; int arguments; char type; Function function; const char *name; char second; };

/* ---- Arrays: a pointer, and ND4J's description of the shape: rank, sizes, strides, ... ---- */

typedef struct { char *at; char type; int rank; const int64_t *size, *stride; int64_t index[32], offset; } Array;

/* float, double, int, long, unsigned and signed bytes; 0 for others. */
static size_t width(char type) {
    return type == 'd' || type == 'x' ? 8 : type == 'f' || type == 'i' ? 4 : type == 'h' || type == 'a' ? 1 : 0;
}

static int64_t length(const Array *a) {
    int64_t n = 1;
    for (int i = 0; i < a->rank; i++) n *= a->size[i];
    return n;
}

static Array typed(const Kernel *kernel, char type, Argument at, Argument shape) {
    const int64_t *info = standin_memory(kernel->name, shape.p, sizeof *info);
    Array a = {.type = type, .rank = info[0], .size = info + 1, .stride = info + 1 + info[0]};
    standin_check(kernel->name, shape.p, (2 * a.rank + 1) * sizeof *info);
    int64_t last = 0;
    for (int i = 0; i < a.rank; i++) last += (a.size[i] - 1) * a.stride[i];
    if (length(&a) > 0) a.at = standin_memory(kernel->name, at.p, (last + 1) * width(a.type));
    return a;
}

static Array array(const Kernel *kernel, Argument at, Argument shape) {
    return typed(kernel, kernel->type, at, shape);
}

/* To the next element in row-major order. */
static void next(Array *a) {
    for (int i = a->rank - 1; i >= 0; i--) {
        a->offset += a->stride[i];
        if (++a->index[i] < a->size[i]) return;
        a->offset -= a->index[i] * a->stride[i];
        a->index[i] = 0;
    }
}

static double load(const Array *a, int64_t offset) {
    switch (a->type) {
        case 'd': return ((double *) a->at)[offset];
        case 'x': return ((int64_t *) a->at)[offset];
        case 'i': return ((int32_t *) a->at)[offset];
        case 'h': return ((uint8_t *) a->at)[offset];
        case 'a': return ((int8_t *) a->at)[offset];
        default: return ((float *) a->at)[offset];
    }
}

static void store(Array *a, int64_t offset, double value) {
    switch (a->type) {
        case 'd': ((double *) a->at)[offset] = value; break;
        case 'x': ((int64_t *) a->at)[offset] = value; break;
        case 'i': ((int32_t *) a->at)[offset] = value; break;
        case 'h': ((uint8_t *) a->at)[offset] = value; break;
        case 'a': ((int8_t *) a->at)[offset] = value; break;
        default: ((float *) a->at)[offset] = value;
    }
}

static double scalar(const Kernel *kernel, Argument at, int i) {
    Array a = {.type = kernel->type};
    a.at = standin_memory(kernel->name, at.p, (i + 1) * width(a.type));
    return load(&a, i);
}

static double number(const Kernel *kernel, Argument a) {
    return kernel->type == 'd' ? a.d : a.f;
}

/* ---- Functions of elements, by their names in ND4J ---- */

static double add(double x, double y, double p) { (void) p; return x + y; }
static double subtract(double x, double y, double p) { (void) p; return x - y; }
static double multiply(double x, double y, double p) { (void) p; return x * y; }
static double divide(double x, double y, double p) { (void) p; return x / y; }
static double reverse_divide(double x, double y, double p) { (void) p; return y / x; }
static double maximum(double x, double y, double p) { (void) p; return x >= y ? x : y; }
static double minimum(double x, double y, double p) { (void) p; return x <= y ? x : y; }
static double axpy(double x, double y, double p) { return p * x + y; }
static double second(double x, double y, double p) { (void) x; (void) p; return y; }
static double relu(double x, double y, double p) { (void) p; return x < y ? y : x; }
static double step(double x, double y, double p) { (void) p; return x > y; }
static double same(double x, double y, double p) { (void) y; (void) p; return x; }
static double exponential(double x, double y, double p) { (void) y; (void) p; return exp(x); }
static double logarithm(double x, double y, double p) { (void) y; (void) p; return log(x); }
static double root(double x, double y, double p) { (void) y; (void) p; return sqrt(x); }
static double absolute(double x, double y, double p) { (void) y; (void) p; return fabs(x); }
static double sign(double x, double y, double p) { (void) y; (void) p; return (x > 0) - (x < 0); }
static double one_minus(double x, double y, double p) { (void) y; (void) p; return 1 - x; }
static double error(double x, double y, double p) { (void) y; (void) p; return erf(x); }
static double hyperbolic(double x, double y, double p) { (void) y; (void) p; return tanh(x); }
static double sigmoid(double x, double y, double p) { (void) y; (void) p; return 1 / (1 + exp(-x)); }
static double squares(double sum, double x, double p) { (void) p; return sum + x * x; }

typedef struct { const char *name; Function function; } Named;
static const Named OF_ONE[] = {{"Assign", same}, {"Exp", exponential}, {"Log", logarithm}, {"Sqrt", root}, {"Abs", absolute}, {"Sign", sign},
        {"OneMinus", one_minus}, {"Erf", error}, {"Tanh", hyperbolic}, {"Sigmoid", sigmoid}, {NULL, NULL}};
static const Named OF_TWO[] = {{"Add", add}, {"Subtract", subtract}, {"Multiply", multiply}, {"Divide", divide},
        {"ReverseDivide", reverse_divide}, {"MaxPairwise", maximum}, {"MinPairwise", minimum}, {"Axpy", axpy}, {"CopyPws", second},
        {"Copy", second}, {"RELU", relu}, {"Step", step}, {NULL, NULL}};
static const Named SUMS[] = {{"Sum", add}, {"SquaredNorm", squares}, {"Max", maximum}, {"Min", minimum}, {NULL, NULL}};

/* ---- Kernels: the arguments' order is ND4J's ---- */

/* x, its shape, -, -, z, its shape, ... */
static void transform(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), z = typed(k, k->second, a[4], a[5]);
    for (int64_t n = length(&z); n > 0; n--, next(&x), next(&z)) store(&z, z.offset, k->function(load(&x, x.offset), 0, 0));
}

/* x, the scalar, shape of x, -, z, its shape, - */
static void with_scalar(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[2]), z = array(k, a[4], a[5]);
    double y = scalar(k, a[1], 0);
    for (int64_t n = length(&z); n > 0; n--, next(&x), next(&z)) store(&z, z.offset, k->function(load(&x, x.offset), y, 0));
}

/* x, its shape, y, its shape, z, its shape, parameters */
static void pairwise(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), y = array(k, a[2], a[3]), z = array(k, a[4], a[5]);
    double parameter = k->function == axpy ? scalar(k, a[6], 0) : 0;
    for (int64_t n = length(&z); n > 0; n--, next(&x), next(&y), next(&z))
        store(&z, z.offset, k->function(load(&x, x.offset), load(&y, y.offset), parameter));
}

/* Where the element of z with this index lies in x, whose missing sizes, or sizes of one, are repeated. */
static int64_t spread(const Array *x, const Array *z) {
    int64_t offset = 0;
    for (int i = 0; i < x->rank; i++)
        if (x->size[i] > 1) offset += z->index[z->rank - x->rank + i] * x->stride[i];
    return offset;
}

/* x, its shape, y, its shape, z, its shape */
static void broadcast(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), y = array(k, a[2], a[3]), z = array(k, a[4], a[5]);
    for (int64_t n = length(&z); n > 0; n--, next(&z))
        store(&z, z.offset, k->function(load(&x, spread(&x, &z)), load(&y, spread(&y, &z)), 0));
}

static double reduced(const Kernel *k, Array *x, int64_t from) {
    double sum = k->function == maximum ? -INFINITY : k->function == minimum ? INFINITY : 0;
    for (int64_t n = length(x); n > 0; n--, next(x)) {
        double element = load(x, from + x->offset);
        sum = isnan(sum) ? sum : isnan(element) ? element : k->function(sum, element, 0);
    }
    return sum;
}

/* x, the shape of what stays, the shape of what is reduced, -, -, z, its shape: both shapes with the strides of x */
static void reduce(const Kernel *k, const Argument *a) {
    Array outer = array(k, a[0], a[1]), inner = array(k, a[0], a[2]), z = array(k, a[5], a[6]);
    for (int64_t n = length(&z); n > 0; n--, next(&outer), next(&z)) store(&z, z.offset, reduced(k, &inner, outer.offset));
}

/* x, its shape, -, z, its shape, ... */
static void reduce_all(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), z = array(k, a[3], a[4]);
    store(&z, 0, reduced(k, &x, 0));
}

/* x, bias, z, rows, columns: dense */
static void add_bias(const Kernel *k, const Argument *a) {
    int64_t rows = a[3].u, columns = a[4].u;
    Array x = {.type = k->type}, bias = x, z = x;
    x.at = standin_memory(k->name, a[0].p, rows * columns * width(k->type));
    bias.at = standin_memory(k->name, a[1].p, columns * width(k->type));
    z.at = standin_memory(k->name, a[2].p, rows * columns * width(k->type));
    for (int64_t i = 0; i < rows * columns; i++) store(&z, i, load(&x, i) + load(&bias, i % columns));
}

/* x, its shape, bias, its shape, z, its shape, whether channels are dimension 1, else the last */
static void add_channel_bias(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), bias = array(k, a[2], a[3]), z = array(k, a[4], a[5]);
    int dimension = a[6].u & 0xff ? 1 : x.rank - 1;
    int64_t stride = 0;
    for (int i = 0; i < bias.rank; i++)
        if (bias.size[i] > 1) stride = bias.stride[i];
    for (int64_t n = length(&z); n > 0; n--, next(&x), next(&z))
        store(&z, z.offset, load(&x, x.offset) + load(&bias, x.index[dimension] * stride));
}

/* x, its shape, indices, their shape, z, its shape: the last size of the indices is how many dimensions of x each of them names */
static void gather(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), indices = typed(k, k->second, a[2], a[3]), z = array(k, a[4], a[5]);
    int named = indices.size[indices.rank - 1], rows = indices.rank - 1;
    for (int64_t n = length(&z); n > 0; n--, next(&z)) {
        int64_t row = 0, at = 0;
        for (int i = 0; i < rows; i++) row += z.index[i] * indices.stride[i];
        for (int i = 0; i < named; i++) {
            int64_t wanted = load(&indices, row + i * indices.stride[rows]);
            if (wanted < 0 || wanted >= x.size[i]) standin_missing("a row of that number, in gather_nd");
            at += wanted * x.stride[i];
        }
        for (int i = named; i < x.rank; i++) at += z.index[rows + i - named] * x.stride[i];
        store(&z, z.offset, load(&x, at));
    }
}

/* gradient, v, m, update, new v, new m, each with its shape; rate, beta 1, beta 2, epsilon, steps before */
static void adam(const Kernel *k, const Argument *a) {
    Array g = array(k, a[0], a[1]), v = array(k, a[2], a[3]), m = array(k, a[4], a[5]), z = array(k, a[6], a[7]), v2 = array(k, a[8], a[9]),
            m2 = array(k, a[10], a[11]);
    double rate = number(k, a[12]), beta1 = number(k, a[13]), beta2 = number(k, a[14]), epsilon = number(k, a[15]), t = number(k, a[16]) + 1;
    double scaled = rate * sqrt(1 - pow(beta2, t)) / (1 - pow(beta1, t));
    if (!isfinite(scaled) || scaled == 0) scaled = epsilon;
    for (int64_t n = length(&g); n > 0; n--, next(&g), next(&v), next(&m), next(&z), next(&v2), next(&m2)) {
        double x = load(&g, g.offset);
        store(&m2, m2.offset, beta1 * load(&m, m.offset) + (1 - beta1) * x);
        store(&v2, v2.offset, beta2 * load(&v, v.offset) + (1 - beta2) * x * x);
        store(&z, z.offset, scaled * load(&m2, m2.offset) / (sqrt(load(&v2, v2.offset)) + epsilon));
    }
}

/* gradient, squares, update, new squares, each with its shape; rate, epsilon */
static void ada_grad(const Kernel *k, const Argument *a) {
    Array g = array(k, a[0], a[1]), s = array(k, a[2], a[3]), z = array(k, a[4], a[5]), s2 = array(k, a[6], a[7]);
    double rate = number(k, a[8]), epsilon = number(k, a[9]);
    for (int64_t n = length(&g); n > 0; n--, next(&g), next(&s), next(&z), next(&s2)) {
        double x = load(&g, g.offset);
        store(&s2, s2.offset, load(&s, s.offset) + x * x);
        store(&z, z.offset, rate * x / (sqrt(load(&s2, s2.offset)) + epsilon));
    }
}

/* The same; rate, decay, epsilon */
static void rms_prop(const Kernel *k, const Argument *a) {
    Array g = array(k, a[0], a[1]), s = array(k, a[2], a[3]), z = array(k, a[4], a[5]), s2 = array(k, a[6], a[7]);
    double rate = number(k, a[8]), decay = number(k, a[9]), epsilon = number(k, a[10]);
    for (int64_t n = length(&g); n > 0; n--, next(&g), next(&s), next(&z), next(&s2)) {
        double x = load(&g, g.offset);
        store(&s2, s2.offset, decay * load(&s, s.offset) + (1 - decay) * x * x);
        store(&z, z.offset, rate * x / (sqrt(load(&s2, s2.offset)) + epsilon));
    }
}

/* As Adam's, with the largest v behind m, and its new value behind the new m */
static void ams_grad(const Kernel *k, const Argument *a) {
    Array g = array(k, a[0], a[1]), v = array(k, a[2], a[3]), m = array(k, a[4], a[5]), h = array(k, a[6], a[7]), z = array(k, a[8], a[9]),
            v2 = array(k, a[10], a[11]), m2 = array(k, a[12], a[13]), h2 = array(k, a[14], a[15]);
    double rate = number(k, a[16]), beta1 = number(k, a[17]), beta2 = number(k, a[18]), epsilon = number(k, a[19]), t = number(k, a[20]) + 1;
    double scaled = rate * sqrt(1 - pow(beta2, t)) / (1 - pow(beta1, t));
    if (!isfinite(scaled) || scaled == 0) scaled = epsilon;
    for (int64_t n = length(&g); n > 0; n--, next(&g), next(&v), next(&m), next(&h), next(&z), next(&v2), next(&m2), next(&h2)) {
        double x = load(&g, g.offset);
        store(&m2, m2.offset, beta1 * load(&m, m.offset) + (1 - beta1) * x);
        store(&v2, v2.offset, beta2 * load(&v, v.offset) + (1 - beta2) * x * x);
        store(&h2, h2.offset, maximum(load(&h, h.offset), load(&v2, v2.offset), 0));
        store(&z, z.offset, scaled * load(&m2, m2.offset) / (sqrt(load(&h2, h2.offset)) + epsilon));
    }
}

/* x, its shape, z, its shape, lowest, highest */
static void clip(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), z = array(k, a[2], a[3]);
    for (int64_t n = length(&z); n > 0; n--, next(&x), next(&z)) {
        double value = load(&x, x.offset);
        store(&z, z.offset, value < a[4].d ? a[4].d : value > a[5].d ? a[5].d : value);
    }
}

/* length, alpha, x, its stride, y, its stride, beta, z */
static void dot(const Kernel *k, const Argument *a) {
    int64_t n = a[0].raw, dx = a[3].raw, dy = a[5].raw;
    Array x = {.type = k->type}, y = x, z = x;
    x.at = standin_memory(k->name, a[2].p, ((n - 1) * dx + 1) * width(k->type));
    y.at = standin_memory(k->name, a[4].p, ((n - 1) * dy + 1) * width(k->type));
    z.at = standin_memory(k->name, a[7].p, width(k->type));
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += load(&x, i * dx) * load(&y, i * dy);
    store(&z, 0, a[1].d * sum + (a[6].d != 0 ? a[6].d * load(&z, 0) : 0));
}

/*
 * ND4J's own bits (the kernel's PTX and graph/RandomGenerator.h agree): the generator, of which two words come after a pointer; x, its shape,
 * z, its shape, the share that is kept: x / share, or 0.
 */
static void drop_out(const Kernel *k, const Argument *a) {
    const uint64_t *generator = standin_memory(k->name, a[0].p, 3 * sizeof *generator);
    uint64_t root = generator[1], node = generator[2];
    Array x = array(k, a[1], a[2]), z = array(k, a[3], a[4]);
    double share = scalar(k, a[5], 0);
    int64_t n = length(&z);
    for (int64_t i = 0; i < n; i++, next(&x), next(&z)) {
        uint64_t s = root | (i + 2) * (node + 24243287);
        uint32_t half = (uint32_t) (s ^ node ^ (i + 2) * (s + 723829)) * 0x9E3779BBu;
        uint32_t bits = (half << 5 | half >> 27) * 5;
        /* 23 of them, also for doubles. */
        store(&z, z.offset, (bits >> 9) * 0x1p-23 < share ? load(&x, x.offset) / share : 0);
    }
}

/* Strides, padding and dilations of windows, from argument i on. */
typedef struct { int strideH, strideW, padH, padW, dilationH, dilationW; } Windows;

static Windows windows(const Argument *a, int i) {
    return (Windows) {a[i].i, a[i + 1].i, a[i + 2].i, a[i + 3].i, a[i + 4].i, a[i + 5].i};
}

/* Where place (h, w) of window (row, column) lies in an image [batch, channel, height, width]; false if that is padding. */
static int inside(const Array *image, Windows g, int64_t row, int64_t column, int64_t h, int64_t w, int64_t *offset) {
    int64_t y = row * g.strideH - g.padH + h * g.dilationH, x = column * g.strideW - g.padW + w * g.dilationW;
    if (y < 0 || y >= image->size[2] || x < 0 || x >= image->size[3]) return 0;
    *offset = y * image->stride[2] + x * image->stride[3];
    return 1;
}

/* image, columns [batch, channel, h, w, row, column], the shapes of both, windows, padding's value */
static void to_columns(const Kernel *k, const Argument *a) {
    Array image = array(k, a[0], a[2]), columns = array(k, a[1], a[3]);
    Windows g = windows(a, 4);
    for (int64_t n = length(&columns); n > 0; n--, next(&columns)) {
        const int64_t *i = columns.index;
        int64_t at;
        store(&columns, columns.offset, inside(&image, g, i[4], i[5], i[2], i[3], &at)
                ? load(&image, i[0] * image.stride[0] + i[1] * image.stride[1] + at) : a[10].d);
    }
}

/* columns, its shape, image, its shape, windows: each pixel is the sum of what was taken from it */
static void from_columns(const Kernel *k, const Argument *a) {
    Array columns = array(k, a[0], a[1]), image = array(k, a[2], a[3]);
    Windows g = windows(a, 4);
    double *sums = calloc(length(&image), sizeof *sums);
    int64_t dense[4] = {image.size[1] * image.size[2] * image.size[3], image.size[2] * image.size[3], image.size[3], 1};
    Array sum = {.rank = 4, .size = image.size, .stride = dense};
    for (int64_t n = length(&columns); n > 0; n--, next(&columns)) {
        const int64_t *i = columns.index;
        int64_t at;
        if (inside(&sum, g, i[4], i[5], i[2], i[3], &at)) sums[i[0] * dense[0] + i[1] * dense[1] + at] += load(&columns, columns.offset);
    }
    for (int64_t n = length(&image), i = 0; i < n; i++, next(&image)) store(&image, image.offset, sums[i]);
    free(sums);
}

/* The mean's divisor: the whole window, or what of it is no padding. */
static int64_t pooled(const Array *x, Windows g, int64_t base, int64_t height, int64_t wide, const int64_t *out, double *best, double *sum,
        int64_t *best_at) {
    int64_t n = 0, at;
    *best = -INFINITY;
    *sum = 0;
    *best_at = -1;
    for (int64_t h = 0; h < height; h++)
        for (int64_t w = 0; w < wide; w++)
            if (inside(x, g, out[2], out[3], h, w, &at)) {
                double value = load(x, base + at);
                *sum += value;
                n++;
                if (*best_at < 0 || value > *best) *best = value, *best_at = at;
            }
    return n;
}

static void pool(const Kernel *k, const Argument *a, int is_max) {
    Array x = array(k, a[0], a[1]), z = array(k, a[2], a[3]);
    int64_t height = a[4].i, wide = a[5].i, best_at;
    Windows g = windows(a, 6);
    double best, sum;
    for (int64_t n = length(&z); n > 0; n--, next(&z)) {
        int64_t count = pooled(&x, g, z.index[0] * x.stride[0] + z.index[1] * x.stride[1], height, wide, z.index, &best, &sum, &best_at);
        store(&z, z.offset, is_max ? best : sum / (a[12].i ? height * wide : count));
    }
}

/* x, its shape, z, its shape, window, windows, divisor */
static void max_pool(const Kernel *k, const Argument *a) {
    pool(k, a, 1);
}

static void average_pool(const Kernel *k, const Argument *a) {
    pool(k, a, 0);
}

/* x, its shape, dy, its shape, dx (zero before), its shape, window, windows, 0 for the largest and 1 for the mean, divisor */
static void pool_gradient(const Kernel *k, const Argument *a) {
    Array x = array(k, a[0], a[1]), dy = array(k, a[2], a[3]), dx = array(k, a[4], a[5]);
    int64_t height = a[6].i, wide = a[7].i, best_at, at;
    Windows g = windows(a, 8);
    double best, sum;
    for (int64_t n = length(&dy); n > 0; n--, next(&dy)) {
        const int64_t *i = dy.index;
        int64_t count = pooled(&x, g, i[0] * x.stride[0] + i[1] * x.stride[1], height, wide, i, &best, &sum, &best_at);
        int64_t base = i[0] * dx.stride[0] + i[1] * dx.stride[1];
        double part = load(&dy, dy.offset) / (a[15].i ? height * wide : count);
        for (int64_t h = 0; h < height; h++)
            for (int64_t w = 0; w < wide; w++)
                if (inside(&dx, g, i[2], i[3], h, w, &at)) {
                    int64_t in_x = -1;
                    inside(&x, g, i[2], i[3], h, w, &in_x);
                    if (a[14].i == 1) store(&dx, base + at, load(&dx, base + at) + part);
                    else if (in_x == best_at) store(&dx, base + at, load(&dx, base + at) + load(&dy, dy.offset));
                }
    }
}

/* ---- By name ---- */

typedef struct { const char *name; int arguments; Body body; const Named *functions; } Known;
static const Known KNOWN[] = {{"transformAnySimple", 11, transform, OF_ONE}, {"transformSameSimple", 11, transform, OF_ONE},
        {"transformStrictSimple", 11, transform, OF_ONE}, {"transformFloatSimple", 11, transform, OF_ONE},
        {"scalarSimpleShaped", 7, with_scalar, OF_TWO}, {"pairwiseSimpleShaped", 7, pairwise, OF_TWO}, {"broadcastSimple", 6, broadcast, OF_TWO},
        {"simpleReduce", 7, reduce, SUMS}, {"simpleScalar", 9, reduce_all, SUMS}, {"addBias2DCuda", 5, add_bias, NULL},
        {"addBiasCuda", 7, add_channel_bias, NULL}, {"adamUpdaterCuda", 17, adam, NULL}, {"adaGradUpdaterCuda", 10, ada_grad, NULL}, {"rmsPropUpdaterCuda", 11, rms_prop, NULL},
        {"amsGradUpdaterCuda", 21, ams_grad, NULL}, {"clipByValueKernel", 6, clip, NULL}, {"usualCudaDot", 8, dot, NULL}, {"gatherNDCuda", 6, gather, NULL},
        {"im2colCuda", 11, to_columns, NULL},
        {"col2imCuda", 10, from_columns, NULL}, {"maxPooling2dCuda", 13, max_pool, NULL}, {"avgPooling2dCuda", 13, average_pool, NULL},
        {"pooling2dBPCuda", 16, pool_gradient, NULL}};

/* Reads a name with its length before it, as mangled names have them; NULL if there is none. */
static const char *name_at(const char *mangled, char *name, size_t room) {
    char *end;
    unsigned long n = strtoul(mangled, &end, 10);
    if (end == mangled || n >= room || strlen(end) < n) return NULL;
    memcpy(name, end, n);
    name[n] = 0;
    return end + n;
}

/* The kernel of a mangled name such as _Z18transformAnySimpleIffN7simdOps6AssignIffEEEv...; NULL if it is none of the known. */
Kernel *standin_kernel(const char *mangled) {
    char name[256] = "";
    const char *at = mangled;
    static const Kernel chance[] = {{drop_out, 6, 'f', NULL, "randomDouble_2_float", 'f'}, {drop_out, 6, 'd', NULL, "randomDouble_2_double", 'd'}};
    for (int i = 0; i < 2; i++)
        if (!strcmp(chance[i].name, mangled)) return (Kernel *) &chance[i];
    if (strncmp(at, "_Z", 2)) return NULL;
    at += at[2] == 'N' ? 3 : 2;
    for (const char *after; (after = name_at(at, name, sizeof name)); at = after) { }
    const Known *known = NULL;
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (!strcmp(KNOWN[i].name, name)) known = &KNOWN[i];
    if (!known || *at++ != 'I') return NULL;
    char type = *at, second = type;
    for (; *at && width(*at); at++)
        if (*at != type) second = *at;
    /* Copies between types, and indices; else one type for all operands, float or double. */
    if (known->body == transform || known->body == gather ? !width(type) : second != type || (type != 'f' && type != 'd')) return NULL;
    Function function = NULL;
    if (known->functions) {
        if (strncmp(at, "N7simdOps", 9) || !name_at(at + 9, name, sizeof name)) return NULL;
        const Named *f = known->functions;
        while (f->name && strcmp(f->name, name)) f++;
        if (!(function = f->function)) return NULL;
    } else if (*at != 'E') {
        return NULL;
    }
    Kernel *kernel = malloc(sizeof *kernel);
    *kernel = (Kernel) {known->body, known->arguments, type, function, mangled, second};
    return kernel;
}

int standin_arguments(const Kernel *kernel) {
    return kernel->arguments;
}

void standin_run(const Kernel *kernel, const Argument *arguments) {
    kernel->body(kernel, arguments);
}

/* ---- Products: column-major matrices, as cuBLAS has them ---- */

#define PRODUCT(NAME, T) \
    static void NAME(int ta, int tb, int m, int n, int k, T alpha, const T *a, int lda, const T *b, int ldb, T beta, T *c, int ldc) { \
        T *column = malloc((m ? m : 1) * sizeof *column), *dense = malloc(((size_t) m * k + 1) * sizeof *dense); \
        for (int l = 0; l < k; l++) \
            for (int i = 0; i < m; i++) dense[(size_t) l * m + i] = ta ? a[(size_t) i * lda + l] : a[(size_t) l * lda + i]; \
        for (int j = 0; j < n; j++) { \
            for (int i = 0; i < m; i++) column[i] = 0; \
            for (int l = 0; l < k; l++) { \
                T y = tb ? b[(size_t) l * ldb + j] : b[(size_t) j * ldb + l]; \
                const T *x = dense + (size_t) l * m; \
                for (int i = 0; i < m; i++) column[i] += x[i] * y; \
            } \
            T *z = c + (size_t) j * ldc; \
            for (int i = 0; i < m; i++) z[i] = alpha * column[i] + (beta != 0 ? beta * z[i] : 0); \
        } \
        free(column); \
        free(dense); \
    }

PRODUCT(product_of_floats, float)
PRODUCT(product_of_doubles, double)

void standin_product(int is_double, int ta, int tb, int m, int n, int k, double alpha, const void *a, int lda, const void *b, int ldb, double beta,
        void *c, int ldc) {
    if (is_double) product_of_doubles(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    else product_of_floats(ta, tb, m, n, k, (float) alpha, a, lda, b, ldb, (float) beta, c, ldc);
}
