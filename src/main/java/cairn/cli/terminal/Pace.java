package cairn.cli.terminal;

import java.util.function.LongSupplier;

/** Tells when something is due that happens at most once in a given time. */
final class Pace {
    private final LongSupplier nanos;
    private final long every;
    private long last;

    /** First due {@code first} nanoseconds from now, and then every {@code every} nanoseconds at most. */
    Pace(LongSupplier nanos, long every, long first) {
        this.nanos = nanos;
        this.every = every;
        this.last = nanos.getAsLong() + first - every;
    }

    /** Whether it is due. If so, it is next due {@code every} nanoseconds from now. */
    boolean isDue() {
        long now = nanos.getAsLong();
        boolean isDue = now - last >= every;
        last = isDue ? now : last;
        return isDue;
    }
}
