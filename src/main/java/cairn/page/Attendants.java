package cairn.page;

import java.io.Closeable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads that answer requests. There are few, and none waits long for a browser that sends or reads slowly: an interrupt closes the
 * connection on which a thread waits.
 */
final class Attendants implements Executor, Closeable {
    static final int MOST_THREADS = 40;
    private static final int MOST_WAITING = 256;
    private static final int TICK_MILLIS = 100;
    /** How long a request, and the part of an answer that is being written, may take. */
    static final int PATIENCE_MILLIS = 5000;

    private final LongSupplier nanos;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService watch;
    private final Set<Task> running = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Task> current = new ThreadLocal<>();

    Attendants(LongSupplier nanos) {
        this.nanos = nanos;
        this.threads = new ThreadPoolExecutor(MOST_THREADS, MOST_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING),
                task -> daemon(task, "page"));
        threads.allowCoreThreadTimeOut(true);
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "page-watch"));
        watch.scheduleAtFixedRate(() -> running.forEach(Task::endIfOverdue), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable work) {
        Task task = new Task(work);
        try {
            threads.execute(task);
        } catch (RejectedExecutionException tooMany) {
            // The request is not answered; the server closes its connection when it has been idle.
            running.remove(task);
        }
    }

    /** From now on the thread may take the time that it needs: it reads or writes nothing. */
    void works() {
        current.get().until(Long.MAX_VALUE);
    }

    /** From now on the thread reads or writes, and may take {@link #PATIENCE_MILLIS}. */
    void talks() {
        current.get().until(nanos.getAsLong() + PATIENCE_MILLIS * 1_000_000L);
    }

    @Override
    public void close() {
        watch.shutdownNow();
        threads.shutdownNow();
    }

    /** One request of one connection. */
    private final class Task implements Runnable {
        private final Runnable work;
        private Thread thread;
        private long deadline;

        Task(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            synchronized (this) {
                thread = Thread.currentThread();
                deadline = nanos.getAsLong() + PATIENCE_MILLIS * 1_000_000L;
            }
            current.set(this);
            running.add(this);
            try {
                work.run();
            } finally {
                running.remove(this);
                current.remove();
                synchronized (this) {
                    thread = null;
                    // An interrupt that came at the last moment is not for the next request.
                    Thread.interrupted();
                }
            }
        }

        synchronized void until(long when) {
            deadline = when;
        }

        synchronized void endIfOverdue() {
            if (thread != null && deadline != Long.MAX_VALUE && nanos.getAsLong() - deadline > 0) {
                thread.interrupt();
            }
        }
    }
}
