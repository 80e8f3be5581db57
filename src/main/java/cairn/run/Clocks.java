package cairn.run;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The two clocks of a run. Neither changes a number.
 *
 * @param millis milliseconds since 1970, for the journal and for retention by time
 * @param nanos nanoseconds from any origin, for durations
 */
public record Clocks(LongSupplier millis, LongSupplier nanos) {

    /** The facts of a checkpoint that is made now: {@code environment} and the time. */
    public Map<String, String> stamped(Map<String, String> environment) {
        Map<String, String> facts = new LinkedHashMap<>(environment);
        facts.put(CheckpointInfo.TIME, Long.toString(millis.getAsLong()));
        return facts;
    }
}
