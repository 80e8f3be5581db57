package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Parts of one work in Java, which run at the same time: the first one on the thread that asks, the others on threads of the common pool.
 * How many parts there are must change no bit. A run leaves no garbage.
 */
final class HostThreads {
    /** Elements for which a thread is worth waking. */
    private static final int WORTH_A_THREAD = 1 << 16;

    private final Runnable first;
    @Ephemeral(value = "run the other parts on other threads", kind = WIRING, whole = true)
    private final ForkJoinTask<?>[] others;

    /** The work that consists of {@code parts}. */
    HostThreads(Runnable... parts) {
        this.first = parts[0];
        this.others = Arrays.stream(parts).skip(1).map(ForkJoinTask::adapt).toArray(ForkJoinTask<?>[]::new);
    }

    /** The number of threads for work on {@code elements} numbers. */
    static int count(long elements) {
        int most = Math.min(Nd4j.getEnvironment().maxMasterThreads(), ForkJoinPool.commonPool().getParallelism() + 1);
        return (int) Math.max(1, Math.min(most, elements / WORTH_A_THREAD));
    }

    /** Runs all parts, and returns when all have ended. */
    void run() {
        for (ForkJoinTask<?> other : others) {
            other.reinitialize();
            ForkJoinPool.commonPool().execute(other);
        }
        first.run();
        for (ForkJoinTask<?> other : others) {
            other.join();
        }
    }
}
