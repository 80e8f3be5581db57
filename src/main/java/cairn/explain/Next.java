package cairn.explain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to do next, as a value: the command line words it as a command, a page as a link. */
public sealed interface Next {

    /** Why, in a few words. */
    String why();

    /** Train the recipe of the run again from the beginning, with other settings. */
    record Retrain(String name, Map<String, String> settings, String why) implements Next {
    }

    /** Go on from a step with other settings, as a branch. */
    record Branch(long step, String name, Map<String, String> settings, String why) implements Next {
    }

    /** Change a part of the recipe in a way that a person must choose, and train it again. */
    record Edit(String name, String part, String why) implements Next {
    }

    /** Draw curves of the run. */
    record Plot(List<String> series, String why) implements Next {
    }

    /** Draw what a layer did in some steps. */
    record Watch(long from, long to, What what, Optional<String> layer, String why) implements Next {
    }

    /** What of the layers can be looked at. */
    enum What {
        GRADIENTS, ACTIVATIONS, UPDATES, WEIGHTS
    }

    /** Look at rows of a part at a step: those that are named, or those with the largest losses. */
    record Rows(long step, String part, List<Integer> rows, String why) implements Next {
    }

    /** Measure the model of a step on a part of the data, class by class. */
    record Evaluate(long step, String part, String why) implements Next {
    }
}
