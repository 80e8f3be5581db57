package cairn.run;

/** Is told what happens, and cannot change it. */
@FunctionalInterface
public interface Observer {
    void on(Event event);
}
