package cairn.cli.terminal;

import java.util.function.LongSupplier;

/** Lets something happen at most once in so many nanoseconds. */
final class Pace {
    private final LongSupplier nanos;
    private final long every;
    private long last;

    /** A pace whose first time comes {@code first} nanoseconds from now. */
    Pace(LongSupplier nanos, long every, long first) {
        this.nanos = nanos;
        this.every = every;
        this.last = nanos.getAsLong() + first - every;
    }

    /** Whether it is time again; if so, the next time is {@code every} nanoseconds from now. */
    boolean isDue() {
        long now = nanos.getAsLong();
        boolean isDue = now - last >= every;
        last = isDue ? now : last;
        return isDue;
    }
}
