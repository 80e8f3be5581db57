package cairn.cli.terminal;

import cairn.run.StopRule;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Receives the signals that ask the process to end, so that a training can end by itself after the current step. The first signal is
 * remembered. A second Ctrl+C ends the process immediately: what is not saved is lost, and nothing is damaged.
 *
 * <p>Before {@link #trainingBegins}, while data and libraries are loaded, the first signal says so and ends the process immediately: nothing
 * was trained, so nothing is lost. After it a training needs the time of the current step, or of the current batch of an evaluation, which is
 * then cancelled; of the save that is running; and of one more save.
 */
public final class Signals implements AutoCloseable {

    /** The signals that ask the process to end, with their numbers. */
    public enum Signal {
        HUP(1), INT(2), TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    /** Where signals come from. */
    public interface Source {
        /** Calls {@code handler} for each signal, until the returned action is run. */
        Runnable subscribe(BiConsumer<Signal, Runnable> handler);
    }

    /** No signals. */
    public static final Source NEVER = handler -> () -> { };

    /** The signals of the operating system. They end the process immediately, unless there is a subscriber. */
    static final Source OF_THE_PROCESS = handler -> {
        Map<Signal, Object> before = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            Runnable endNow = () -> Runtime.getRuntime().halt(ExitCode.SIGNALLED + signal.number);
            // Null if the platform has no such signal, or does not let a program handle it.
            Optional.ofNullable(org.jline.utils.Signals.register(signal.name(), () -> handler.accept(signal, endNow)))
                    .ifPresent(previous -> before.put(signal, previous));
        }
        return () -> before.forEach((signal, previous) -> org.jline.utils.Signals.unregister(signal.name(), previous));
    };

    private final AtomicReference<Optional<Signal>> first = new AtomicReference<>(Optional.empty());
    private final AtomicInteger interrupts = new AtomicInteger();
    private final AtomicBoolean isTraining = new AtomicBoolean();
    private final Runnable unsubscribe;

    private Signals(Host host, Screen screen) {
        unsubscribe = host.signals().subscribe((signal, endNow) -> {
            // Only Ctrl+C counts twice, because the parent process may receive it too and then send a SIGTERM, as Maven does.
            if (signal == Signal.INT && interrupts.incrementAndGet() > 1) {
                endNow.run();
            }
            boolean isFirst = first.compareAndSet(Optional.empty(), Optional.of(signal));
            if (isFirst && !isTraining.get()) {
                screen.log("stopped by SIG" + signal + " before the first step: nothing was trained, so nothing is lost");
                screen.erase();
                endNow.run();
            } else if (isFirst) {
                screen.log(signal == Signal.INT ? "stopping after this step; Ctrl+C again stops immediately" : "stopping after this step");
            }
        });
    }

    /** Receives signals until closed. */
    public static Signals receive(Host host, Screen screen) {
        return new Signals(host, screen);
    }

    /** From now on there is something to save: a signal lets the current step end. */
    public void trainingBegins() {
        isTraining.set(true);
    }

    /** Stops training once a signal has come. */
    public StopRule rule() {
        return StopRule.urgent(this::reason);
    }

    /** The signal that came first, in words. */
    public Optional<String> reason() {
        return first.get().map(signal -> "stopped by SIG" + signal);
    }

    /** The exit code of the process, if a signal came. */
    public OptionalInt exitCode() {
        return first.get().map(signal -> OptionalInt.of(ExitCode.SIGNALLED + signal.number)).orElse(OptionalInt.empty());
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
