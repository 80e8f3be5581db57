package cairn.lab;

import java.io.IOException;

/**
 * A question about resuming and how to answer it by training. One small class; {@link Experiments} finds it.
 *
 * <p>Laws: the same seed gives the same report, except for times in seconds; every sentence of the findings is made from
 * numbers of this run; the full form takes less than two minutes on two cores with the data that comes along, the quick form a
 * few seconds.
 */
public interface Experiment {

    /** The word by which it is called, in lower case. */
    String name();

    /** What it asks, in one sentence. */
    String question();

    /** Trains and measures. */
    Report run(Context context) throws IOException;
}
