package cairn.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What happens, told to every open page as server-sent events.
 *
 * <p>Law: telling never waits. A page that does not read is dropped, and asks again when it reads.
 */
final class Events {
    static final int MOST_LISTENERS = 24;
    /** Events that wait for a slow page. */
    static final int MOST_WAITING = 256;
    private static final int QUIET_SECONDS = 15;
    private static final byte[] STILL_HERE = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /** An open page. */
    final class Listener implements AutoCloseable {
        private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
        private volatile boolean isDropped;

        /** Sends what happens, until the page is closed, or dropped because it does not read. */
        void serve(OutputStream out, Attendants attendants) throws IOException {
            try {
                while (!isDropped && !isClosed) {
                    attendants.works();
                    String event = waiting.poll(QUIET_SECONDS, TimeUnit.SECONDS);
                    attendants.talks();
                    out.write(event == null ? STILL_HERE : event.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** The next event that waits; empty if none does. */
        String next() {
            return Optional.ofNullable(waiting.poll()).orElse("");
        }

        /** Whether it was dropped, because it did not read. */
        boolean isDropped() {
            return isDropped;
        }

        private void tell(String text) {
            if (!waiting.offer(text)) {
                isDropped = true;
                listeners.remove(this);
            }
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }

    /** A page begins to listen; {@code hello} is the first thing that it hears. */
    Listener listener(ObjectNode hello) {
        synchronized (this) {
            if (listeners.size() >= MOST_LISTENERS) {
                throw new Refusal(429, "the page is open " + MOST_LISTENERS + " times already; close one of them");
            }
            Listener listener = new Listener();
            listener.tell(text("hello", "", hello));
            listeners.add(listener);
            return listener;
        }
    }

    /** Whether anybody listens. */
    boolean isHeard() {
        return !listeners.isEmpty();
    }

    int listeners() {
        return listeners.size();
    }

    /** Tells every page. */
    void tell(String name, String id, ObjectNode data) {
        String text = text(name, id, data);
        listeners.forEach(listener -> listener.tell(text));
    }

    /** No line break is in the data, because JSON escapes it. */
    private static String text(String name, String id, ObjectNode data) {
        return "event: " + name + "\n" + (id.isEmpty() ? "" : "id: " + id.replaceAll("[\\r\\n\\u0000]", "_") + "\n") + "data: " + data + "\n\n";
    }

    void close() {
        isClosed = true;
        listeners.forEach(listener -> listener.waiting.offer(":\n\n"));
    }
}
