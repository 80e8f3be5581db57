package cairn.state;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Independent pieces of work. A few threads, which all users share, do them while the one who began them does something else; who waits for
 * the end helps. Each piece writes to a place of its own, so the result does not depend on who did what.
 */
public final class SharedWork {
    /** One processor is left to the thread that waits. */
    private static final int THREADS = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() - 1));
    private static final long IDLE_SECONDS = 10;
    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), SharedWork::thread);

    static {
        POOL.allowCoreThreadTimeOut(true);
    }

    private final List<Runnable> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    /** By the number of the piece. */
    private final Map<Integer, Throwable> failures = new ConcurrentSkipListMap<>();

    private SharedWork(List<Runnable> pieces) {
        this.pieces = List.copyOf(pieces);
        this.left = new CountDownLatch(this.pieces.size());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "cairn-shared-work");
        thread.setDaemon(true);
        return thread;
    }

    /** Begins the pieces. */
    public static SharedWork begin(List<Runnable> pieces) {
        SharedWork work = new SharedWork(pieces);
        for (int i = 0; i < Math.min(THREADS, pieces.size()); i++) {
            POOL.execute(work::help);
        }
        return work;
    }

    /** The pieces, which are done only when they are waited for, in the thread that waits: for work that is not worth other threads. */
    public static SharedWork later(List<Runnable> pieces) {
        return new SharedWork(pieces);
    }

    /** Returns when all pieces are done, or throws what the first of those has thrown that failed. */
    public void finish() {
        help();
        boolean isInterrupted = false;
        while (left.getCount() > 0) {
            try {
                left.await();
            } catch (InterruptedException e) {
                // The pieces use memory that may be used for something else afterwards, so they are always waited for.
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        for (Throwable failure : failures.values()) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }

    private void help() {
        for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
            try {
                pieces.get(i).run();
            } catch (RuntimeException | Error e) {
                failures.put(i, e);
            } finally {
                left.countDown();
            }
        }
    }
}
