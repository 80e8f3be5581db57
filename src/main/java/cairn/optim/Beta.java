package cairn.optim;

import cairn.state.ElementType;
import cairn.tensor.Array;

/**
 * The decay β of a running mean that starts at zero, rounded to the arrays' type: as a float, 1 - 0.999 has a relative error of 1.3e-5, and
 * a correction with the unrounded β would leave that error in the first updates.
 */
record Beta(double value) {

    static Beta of(double beta, Array array) {
        return new Beta(array.type() == ElementType.F32 ? (float) beta : beta);
    }

    /** 1 - β^t: the weights of a running mean of t values sum to this (Kingma and Ba 2015, section 3). */
    double correction(long t) {
        return 1 - StrictMath.pow(value, t);
    }
}
