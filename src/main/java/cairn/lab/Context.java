package cairn.lab;

import cairn.data.source.DataFolders;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What an experiment is given.
 *
 * @param seed the seed of every random choice
 * @param isQuick whether to train for a few seconds only, to see that it works
 * @param data where data sets are looked for
 * @param nanos a clock, for measurements in seconds
 * @param progress receives what is done at the moment
 */
public record Context(long seed, boolean isQuick, DataFolders data, LongSupplier nanos, Consumer<String> progress) {

    /** {@code full}, or {@code quick} in the quick form. */
    int choose(int full, int quick) {
        return isQuick ? quick : full;
    }

    /** Something to be timed. */
    interface Work {
        void run() throws IOException;
    }

    /** Seconds that {@code work} takes. */
    double seconds(Work work) throws IOException {
        long from = nanos.getAsLong();
        work.run();
        return (nanos.getAsLong() - from) / 1e9;
    }
}
