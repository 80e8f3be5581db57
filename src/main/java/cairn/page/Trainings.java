package cairn.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The trainings of this page: one process for each run that it trains, and a few at once. */
final class Trainings {
    /** Each takes a core and the memory of a training. */
    static final int MOST = 4;
    private static final long END_MILLIS = 60_000;

    private final PageSettings settings;
    private final Events events;
    private final Map<String, Child> children = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private volatile boolean isClosed;

    Trainings(PageSettings settings, Events events) {
        this.settings = settings;
        this.events = events;
        this.nanos = settings.clocks().nanos();
    }

    /** The process that trains {@code run}, if this page trains it. */
    Optional<Child> of(String run) {
        return Optional.ofNullable(children.get(run)).filter(Child::isAlive);
    }

    /** Starts a command that trains {@code run} at the pace that it is told. */
    synchronized Child start(String run, Commands.Command command) throws IOException {
        if (isClosed) {
            throw new Refusal(503, "the page is being closed");
        }
        children.values().removeIf(child -> !child.isAlive());
        if (children.size() >= MOST && !children.containsKey(run)) {
            throw new Refusal(503, "this page trains " + MOST + " runs already: " + String.join(", ", children.keySet())
                    + ". Stop one of them");
        }
        Child child = Child.start(settings.program(), command, nanos, new Child.Listener() {
            @Override
            public void told(Child from, Child.Told told) {
                tell(run, told.state(), told.step(), told.digest());
            }

            @Override
            public void ended(Child from) {
                children.remove(run, from);
                end(run, from);
            }
        });
        children.put(run, child);
        // If this page dies, nobody is left to pause what the training was asked for.
        child.say(Commands.TIED);
        return child;
    }

    private void end(String run, Child child) {
        if (!child.isAskedToEnd() && child.exit() != 0) {
            settings.log().accept("the training of " + run + " has ended by itself (" + child.exit() + ")\n" + child.message());
            events.tell("dead", "", Answer.object().put("run", run).put("exit", child.exit()).put("message", child.message()));
        }
        tell(run, "ended", child.last("end").map(node -> node.path("step").asLong()).or(() -> child.told().map(Child.Told::step)).orElse(0L),
                child.last("end").map(node -> node.path("digest").asText("")).orElse(""));
        events.tell("runs", "", Answer.object());
    }

    /** Tells the pages how a training stands. */
    void tell(String run, String state, long step, String digest) {
        ObjectNode data = Answer.object().put("run", run).put("state", state).put("mine", of(run).isPresent()).put("step", step);
        Answer.put(data, "digest", Optional.of(digest).filter(d -> !d.isEmpty()));
        events.tell("training", run + ":" + step, data);
    }

    /** Lets the training of {@code run} save and end, if this page trains it. */
    void end(String run) throws InterruptedException {
        Optional<Child> child = of(run);
        if (child.isPresent() && !child.get().end(END_MILLIS)) {
            throw new Refusal(503, "the training of " + run + " has not ended within " + END_MILLIS / 1000 + " s; try again");
        }
        children.computeIfPresent(run, (name, c) -> c.isAlive() ? c : null);
    }

    /** Lets all of them save and end. */
    void close() throws InterruptedException {
        synchronized (this) {
            isClosed = true;
        }
        // All are asked before one is waited for.
        for (Child child : children.values()) {
            child.end(0);
        }
        for (Child child : children.values()) {
            child.end(END_MILLIS);
        }
    }
}
