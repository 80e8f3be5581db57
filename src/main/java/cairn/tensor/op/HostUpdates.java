package cairn.tensor.op;

import cairn.tensor.Array;
import cairn.tensor.Operation;

/**
 * The adaptive updates of {@link Updates} as loops over float arrays: for the CPU, where they are several times as fast as ND4J's
 * own, which take one square root at a time.
 */
final class HostUpdates {
    private HostUpdates() {
    }

    static Updates.Adaptive adam(Array g, Array m, Array v, double beta1, double beta2) {
        HostLoops loops = HostLoops.over(3, g, m, v);
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        return epsilon -> loops.run((x, n, block) -> adam(x[0], x[1], x[2], n, b1, b2, (float) epsilon));
    }

    private static void adam(float[] g, float[] m, float[] v, int n, float b1, float b2, float epsilon) {
        float c1 = 1 - b1;
        float c2 = 1 - b2;
        for (int i = 0; i < n; i++) {
            float mi = b1 * m[i] + c1 * g[i];
            float vi = b2 * v[i] + c2 * (g[i] * g[i]);
            m[i] = mi;
            v[i] = vi;
            g[i] = mi / ((float) Math.sqrt(vi) + epsilon);
        }
    }

    static Updates.Adaptive amsGrad(Array g, Array m, Array v, Array h, double beta1, double beta2) {
        HostLoops loops = HostLoops.over(4, g, m, v, h);
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        return epsilon -> loops.run((x, n, block) -> amsGrad(x[0], x[1], x[2], x[3], n, b1, b2, (float) epsilon));
    }

    private static void amsGrad(float[] g, float[] m, float[] v, float[] h, int n, float b1, float b2, float epsilon) {
        float c1 = 1 - b1;
        float c2 = 1 - b2;
        for (int i = 0; i < n; i++) {
            float mi = b1 * m[i] + c1 * g[i];
            float vi = b2 * v[i] + c2 * (g[i] * g[i]);
            float hi = Math.max(h[i], vi);
            m[i] = mi;
            v[i] = vi;
            h[i] = hi;
            g[i] = mi / ((float) Math.sqrt(hi) + epsilon);
        }
    }

    static Updates.Adaptive overRoot(Array g, Array v) {
        HostLoops loops = HostLoops.over(1, g, v);
        return epsilon -> loops.run((x, n, block) -> overRoot(x[0], x[1], n, (float) epsilon));
    }

    private static void overRoot(float[] g, float[] v, int n, float epsilon) {
        for (int i = 0; i < n; i++) {
            g[i] = g[i] / ((float) Math.sqrt(v[i]) + epsilon);
        }
    }

    /** v = keep·v + take·g²;  g = g / (√v + ε): of RMSProp, and of AdaGrad with both factors 1. */
    static Operation overRunningRoot(Array g, Array v, float keep, float take, float epsilon) {
        HostLoops loops = HostLoops.over(2, g, v);
        return key -> loops.run((x, n, block) -> overRunningRoot(x[0], x[1], n, keep, take, epsilon));
    }

    private static void overRunningRoot(float[] g, float[] v, int n, float keep, float take, float epsilon) {
        for (int i = 0; i < n; i++) {
            float vi = keep * v[i] + take * (g[i] * g[i]);
            v[i] = vi;
            g[i] = g[i] / ((float) Math.sqrt(vi) + epsilon);
        }
    }

    /** y = y + a·x. */
    static Updates.Scaled addScaled(Array x, Array y) {
        HostLoops loops = HostLoops.over(1, y, x);
        return a -> loops.run((z, n, block) -> addScaled(z[1], z[0], n, (float) a));
    }

    private static void addScaled(float[] x, float[] y, int n, float a) {
        for (int i = 0; i < n; i++) {
            y[i] = y[i] + a * x[i];
        }
    }

    /** z = √x. */
    static Operation sqrt(Array x, Array z) {
        HostLoops loops = HostLoops.over(1, z, x);
        return key -> loops.run((a, n, block) -> sqrt(a[1], a[0], n));
    }

    private static void sqrt(float[] x, float[] z, int n) {
        for (int i = 0; i < n; i++) {
            z[i] = (float) Math.sqrt(x[i]);
        }
    }
}
