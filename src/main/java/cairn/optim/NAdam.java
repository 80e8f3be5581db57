package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Adam with Nesterov's momentum (Dozat 2016, as in PyTorch). With μ_i = β1·(1 - ½·0.96^(i·ψ)) and m, v, v̂ as in {@link Adam}:
 *
 * <pre>
 * θ = θ - lr·( μ_(t+1)·m / (1 - μ_1···μ_(t+1))  +  (1-μ_t)·g / (1 - μ_1···μ_t) ) / (√v̂ + ε)
 * </pre>
 *
 * @param momentumDecay ψ: how slowly μ rises from β1/2 to β1
 * @param weightDecay λ; g = g + λ·θ first
 */
public record NAdam(double learningRate, double beta1, double beta2, double epsilon, double momentumDecay, double weightDecay)
        implements Optimizer {
    public NAdam {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("beta1", beta1);
        Require.beta("beta2", beta2);
        Require.epsilon(epsilon);
        Require.zeroOrMore("momentum-decay", momentumDecay);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static NAdam of(double learningRate) {
        return new NAdam(learningRate, 0.9, 0.999, 1e-8, 4e-3, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("m", "v");
    }

    @Override
    public boolean usesAge() {
        return true;
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        double least = Adam.leastEpsilon(beta2, epsilon);
        b.descend(lr / (1 - beta1), b.means(beta1, beta2, least));
        b.descend(lr / (1 - beta1), b.overRoot(1 - beta2, least));
    }

    @Override
    public Update wire(Vectors v) {
        Array g = v.grad();
        Array last = v.scratch();
        Beta b2 = Beta.of(beta2, v.theta());
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        ScalarOperation directions = directions(g, last, v.slot("m"), v.slot("v"));
        Descent alongMean = Descent.along(g, v.theta());
        Descent alongLast = Descent.along(last, v.theta());
        return (lr, t) -> {
            double c = StrictMath.sqrt(b2.correction(t));
            double product = product(t);
            decay.run();
            directions.run(epsilon * c);
            alongMean.by(lr * c * mu(t + 1) / (1 - product * mu(t + 1)));
            alongLast.by(lr * c * (1 - mu(t)) / (1 - product));
        };
    }

    /** Leaves m / (√v + ε) in the gradient's place and g / (√v + ε) in {@code last}. */
    private ScalarOperation directions(Array g, Array last, Array m, Array v) {
        if (!HostLoops.can(g)) {
            Operation keep = Elementwise.copy(g, last);
            ScalarOperation meanOverRoot = Updates.adam(g, m, v, beta1, beta2);
            ScalarOperation lastOverRoot = Updates.overRoot(last, v);
            return epsilon -> {
                keep.run();
                meanOverRoot.run(epsilon);
                lastOverRoot.run(epsilon);
            };
        }
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        return HostLoops.over(4, g, last, m, v).scalarOperation((x, n, epsilon) -> directions(x[0], x[1], x[2], x[3], n, b1, b2, epsilon));
    }

    private static void directions(float[] g, float[] last, float[] m, float[] v, int n, float b1, float b2, float epsilon) {
        for (int i = 0; i < n; i++) {
            float gi = g[i];
            float mi = b1 * m[i] + (1 - b1) * gi;
            float vi = b2 * v[i] + (1 - b2) * (gi * gi);
            float root = (float) Math.sqrt(vi) + epsilon;
            m[i] = mi;
            v[i] = vi;
            g[i] = mi / root;
            last[i] = gi / root;
        }
    }

    private double mu(long i) {
        return beta1 * (1 - 0.5 * StrictMath.pow(0.96, i * momentumDecay));
    }

    /**
     * μ_1···μ_t, computed from t in constant time. PyTorch keeps the running product as state.
     *
     * <p>ln(1 - x) = -Σ_k x^k/k at x = ½·q^i with q = 0.96^ψ; summed over i = 1..t, each power gives a geometric series:
     * ln product = t·ln β1 - Σ_k (½)^k/k · q^k·(1-q^(kt)) / (1-q^k). Each term is less than half the one before, so 60 are enough.
     */
    double product(long t) {
        double log = t * StrictMath.log(beta1);
        if (log < -40) {
            return 0; // below 2^-54: the difference from 1 is 1
        }
        double logQ = momentumDecay * StrictMath.log(0.96);
        double half = 1;
        for (int k = 1; k <= 60; k++) {
            half /= 2;
            double times = logQ == 0 ? t : StrictMath.expm1(k * t * logQ) / StrictMath.expm1(k * logQ);
            log -= half / k * StrictMath.exp(k * logQ) * times;
        }
        return StrictMath.exp(log);
    }
}
