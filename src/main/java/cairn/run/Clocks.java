package cairn.run;

import java.util.function.LongSupplier;

/**
 * The two clocks of a run. Neither changes a number.
 *
 * @param millis milliseconds since 1970, for the journal and for retention by time
 * @param nanos nanoseconds from any origin, for durations
 */
public record Clocks(LongSupplier millis, LongSupplier nanos) {
}
