package cairn.gpu;

import java.io.IOException;
import java.time.Duration;

/** One part of the device report. It reports results to its context. An exception is one more result, and the next check runs anyway. */
interface Check {

    String name();

    /** The time after which it is stopped: more than it should need on any device. */
    Duration limit();

    void run(CheckContext context) throws IOException, InterruptedException;
}
