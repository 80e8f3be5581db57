package cairn.gpu;

import java.io.IOException;
import java.time.Duration;

/** One part of the story. It tells its stage what it finds; what it throws is one more finding, and the next part is played all the same. */
interface Check {

    String name();

    /** After which it is given up, on a card or on the processor: more than it should ever need. */
    Duration limit();

    void play(CheckContext stage) throws IOException, InterruptedException;
}
