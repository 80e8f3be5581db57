package cairn.run;

/** Receives the events of a training. It cannot change the training. */
@FunctionalInterface
public interface Observer {
    void on(Event event);
}
