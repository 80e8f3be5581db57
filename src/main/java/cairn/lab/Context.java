package cairn.lab;

import cairn.data.source.DataFolders;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What an experiment is given.
 *
 * @param seed of everything that is left to chance
 * @param isQuick whether to train for a few seconds only, to see that it works
 * @param data where data sets are looked for
 * @param nanos a clock, for what is measured in seconds
 * @param progress is told what is being done
 */
public record Context(long seed, boolean isQuick, DataFolders data, LongSupplier nanos, Consumer<String> progress) {

    /** {@code full}, or {@code quick} in the quick form. */
    int choose(int full, int quick) {
        return isQuick ? quick : full;
    }

    /** Seconds that {@code work} takes. */
    double seconds(Runnable work) {
        long from = nanos.getAsLong();
        work.run();
        return (nanos.getAsLong() - from) / 1e9;
    }
}
