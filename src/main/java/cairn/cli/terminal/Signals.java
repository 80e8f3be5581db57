package cairn.cli.terminal;

import cairn.run.StopRule;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Hears that the process should end, and lets training end by itself after the running step. The first signal is remembered;
 * Ctrl+C a second time ends the process at once, which loses what is not saved and can damage nothing.
 *
 * <p>The grace that training needs is the running step, or the running batch of an evaluation, which is given up; then what is being
 * saved, and one save more. While data is being loaded it needs the rest of that: then step 0 is saved, or a resume leaves all as it was.
 */
public final class Signals implements AutoCloseable {

    /** The signals that ask for an end, with their numbers. */
    public enum Signal {
        HUP(1), INT(2), TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    /** Where signals come from. */
    public interface Source {
        /** Calls {@code handler} for each signal, until what is returned is run. */
        Runnable subscribe(BiConsumer<Signal, Runnable> handler);
    }

    /** No signal ever. */
    public static final Source NEVER = handler -> () -> { };

    /** Those of the operating system, which end the process without more ado where nobody subscribes. */
    static final Source OF_THE_PROCESS = handler -> {
        Map<Signal, Object> before = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            Runnable endNow = () -> Runtime.getRuntime().halt(ExitCode.SIGNALLED + signal.number);
            // Null where the platform has no such signal or keeps it to itself.
            Optional.ofNullable(org.jline.utils.Signals.register(signal.name(), () -> handler.accept(signal, endNow)))
                    .ifPresent(previous -> before.put(signal, previous));
        }
        return () -> before.forEach((signal, previous) -> org.jline.utils.Signals.unregister(signal.name(), previous));
    };

    private final AtomicReference<Optional<Signal>> first = new AtomicReference<>(Optional.empty());
    private final AtomicInteger interrupts = new AtomicInteger();
    private final Runnable unsubscribe;

    private Signals(Host host, Screen screen) {
        unsubscribe = host.signals().subscribe((signal, endNow) -> {
            // Only Ctrl+C counts twice: who starts us may hear it as well and send a SIGTERM of their own, as Maven does.
            if (signal == Signal.INT && interrupts.incrementAndGet() > 1) {
                endNow.run();
            }
            if (first.compareAndSet(Optional.empty(), Optional.of(signal))) {
                screen.log(signal == Signal.INT ? "stopping after this step; Ctrl+C again stops at once" : "stopping after this step");
            }
        });
    }

    /** Listens until closed. */
    public static Signals heardBy(Host host, Screen screen) {
        return new Signals(host, screen);
    }

    /** Stops training once a signal has come. */
    public StopRule rule() {
        return StopRule.urgent(this::reason);
    }

    /** Which signal has come, if one has. */
    public Optional<String> reason() {
        return first.get().map(signal -> "stopped by SIG" + signal);
    }

    /** What the process should say if a signal has come. */
    public OptionalInt exitCode() {
        return first.get().map(signal -> OptionalInt.of(ExitCode.SIGNALLED + signal.number)).orElse(OptionalInt.empty());
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
