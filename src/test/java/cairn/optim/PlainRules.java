package cairn.optim;

/**
 * The published formulas as plain loops over doubles, written as in the papers (running products, corrected means) and not as the rules
 * compute them.
 */
final class PlainRules {
    private static final int MOST = 64;

    private PlainRules() {
    }

    /** One update of all weights in place. */
    @FunctionalInterface
    interface Plain {
        void step(double[] theta, double[] g, double lr, long t);
    }

    /** Adds the gradient of the L2 penalty first, for every weight. */
    static Plain coupled(double lambda, Plain rule) {
        return (theta, g, lr, t) -> {
            double[] sum = new double[g.length];
            for (int i = 0; i < g.length; i++) {
                sum[i] = g[i] + lambda * theta[i];
            }
            rule.step(theta, sum, lr, t);
        };
    }

    static Plain sgd() {
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                theta[i] -= lr * g[i];
            }
        };
    }

    static Plain momentum(double mu, boolean nesterov) {
        double[] b = new double[MOST];
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                b[i] = t == 1 ? g[i] : mu * b[i] + g[i];
                theta[i] -= lr * (nesterov ? g[i] + mu * b[i] : b[i]);
            }
        };
    }

    static Plain rmsProp(double alpha, double epsilon) {
        double[] v = new double[MOST];
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                v[i] = alpha * v[i] + (1 - alpha) * g[i] * g[i];
                theta[i] -= lr * g[i] / (Math.sqrt(v[i]) + epsilon);
            }
        };
    }

    static Plain adaGrad(double epsilon) {
        double[] s = new double[MOST];
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                s[i] += g[i] * g[i];
                theta[i] -= lr * g[i] / (Math.sqrt(s[i]) + epsilon);
            }
        };
    }

    static Plain adam(double beta1, double beta2, double epsilon, boolean amsGrad) {
        double[] m = new double[MOST];
        double[] v = new double[MOST];
        double[] largest = new double[MOST];
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                largest[i] = Math.max(largest[i], v[i]);
                double mHat = m[i] / (1 - Math.pow(beta1, t));
                double vHat = (amsGrad ? largest[i] : v[i]) / (1 - Math.pow(beta2, t));
                theta[i] -= lr * mHat / (Math.sqrt(vHat) + epsilon);
            }
        };
    }

    static Plain adamW(double beta1, double beta2, double epsilon, double lambda) {
        Plain adam = adam(beta1, beta2, epsilon, false);
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                theta[i] *= 1 - lr * lambda;
            }
            adam.step(theta, g, lr, t);
        };
    }

    static Plain nAdam(double beta1, double beta2, double epsilon, double psi) {
        double[] m = new double[MOST];
        double[] v = new double[MOST];
        double[] product = {1};
        return (theta, g, lr, t) -> {
            double mu = beta1 * (1 - 0.5 * Math.pow(0.96, t * psi));
            double next = beta1 * (1 - 0.5 * Math.pow(0.96, (t + 1) * psi));
            product[0] *= mu;
            for (int i = 0; i < g.length; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double mHat = next * m[i] / (1 - product[0] * next) + (1 - mu) * g[i] / (1 - product[0]);
                theta[i] -= lr * mHat / (Math.sqrt(v[i] / (1 - Math.pow(beta2, t))) + epsilon);
            }
        };
    }

    static Plain lion(double beta1, double beta2, double lambda) {
        double[] m = new double[MOST];
        return (theta, g, lr, t) -> {
            for (int i = 0; i < g.length; i++) {
                theta[i] -= lr * (Math.signum(beta1 * m[i] + (1 - beta1) * g[i]) + lambda * theta[i]);
                m[i] = beta2 * m[i] + (1 - beta2) * g[i];
            }
        };
    }
}
