package cairn.cli.report;

import cairn.recipe.Position;
import cairn.run.StopRule;
import cairn.run.TrainOptions;
import cairn.words.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pace of a training, as lines of its input say: it waits until a line lets it go on. A line takes the place of the one before it.
 *
 * <p>At the end of the input it saves and stops. What the last line asked for and has an end, which is a number of steps or a step, is done
 * first, because lines that a file or another command gives are all read at once. A program that is the hand of somebody says
 * {@code tied} first: with its end nobody is there to stop the training, so the training stops at once.
 *
 * <pre>
 *     step       one step, and waits
 *     run        goes on as fast as it can
 *     run 20     goes on with 20 steps a second at most
 *     to 300     goes on to step 300, and waits there
 *     pause      waits after this step
 *     digest     tells the digest of the state between two steps, and does not wait for that
 *     tied       from now on the end of the input stops it at once, whatever it was asked for
 * </pre>
 */
public final class PacedInput implements TrainOptions.Pace {
    private static final Pattern LINE = Pattern.compile("(step|run|pause|digest|tied|to)(?: +([0-9.eE+-]{1,20}))?");
    /** Rows are handed over this often while training goes on, so that others see it. */
    private static final long REST_NANOS = 100_000_000L;
    /** A signal is noticed this soon. */
    private static final long LOOK_MILLIS = 50;

    private final LongSupplier nanos;
    private final Listener listener;
    private final Consumer<String> wrong;
    private final BooleanSupplier isStopped;
    private boolean isPaused = true;
    private boolean hasTold;
    private boolean isDigestWanted;
    private long target = Long.MAX_VALUE;
    /** How many steps from here; -1 is without a limit. */
    private long stepsLeft = -1;
    private long intervalNanos;
    private long nextAt;
    private long restedAt;
    private boolean isEnded;
    private boolean isTied;

    /** Hears how the training stands; called by the thread that trains, between two steps. */
    public interface Listener {
        void told(String state, Position now);
    }

    /**
     * @param wrong hears of a line that means nothing
     * @param isStopped whether the training has to stop for another reason, which ends a wait
     */
    PacedInput(LongSupplier nanos, Listener listener, Consumer<String> wrong, BooleanSupplier isStopped) {
        this.nanos = nanos;
        this.listener = listener;
        this.wrong = wrong;
        this.isStopped = isStopped;
    }

    /** Reads lines until the input ends. */
    void read(InputStream input) {
        try (Reader raw = new InputStreamReader(input, StandardCharsets.UTF_8); BufferedReader reader = new BufferedReader(raw)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                obey(line.strip());
            }
        } catch (IOException ended) {
            // An input that cannot be read has ended.
        }
        end();
    }

    private synchronized void end() {
        isEnded = true;
        notifyAll();
    }

    /** What one line says. */
    synchronized void obey(String line) {
        Matcher words = LINE.matcher(line);
        String number = words.matches() ? words.group(2) : null;
        try {
            if (line.isEmpty()) {
                return;
            } else if (!words.matches() || number == null && line.equals("to") || number != null && !line.matches("(to|run) .*")) {
                throw new NumberFormatException();
            }
            switch (words.group(1)) {
                case "step" -> go(Long.MAX_VALUE, isPaused || stepsLeft < 0 ? 1 : stepsLeft + 1, 0);
                case "run" -> go(Long.MAX_VALUE, -1, number == null ? 0 : interval(Double.parseDouble(number)));
                case "to" -> go(Long.parseLong(number), -1, 0);
                case "pause" -> isPaused = true;
                case "tied" -> isTied = true;
                default -> isDigestWanted = true;
            }
        } catch (NumberFormatException e) {
            wrong.accept("'" + Printable.brief(line) + "' is not understood: expected step, run, run SPEED, to STEP, pause, digest or tied");
        }
        notifyAll();
    }

    private static long interval(double stepsPerSecond) {
        if (!(stepsPerSecond > 0)) {
            throw new NumberFormatException();
        }
        return (long) Math.min(1e9 / stepsPerSecond, 3600e9);
    }

    private void go(long to, long steps, long interval) {
        isPaused = false;
        hasTold = false;
        target = to;
        stepsLeft = steps;
        intervalNanos = interval;
    }

    /** Ends the training at the end of the input. A step that is being made, and what a wait holds back, is saved. */
    StopRule rule() {
        return StopRule.urgent(() -> isOver() ? Optional.of("the input that sets the pace has ended") : Optional.empty());
    }

    /** Whether the input has ended, and nothing with an end is left of what it asked for. */
    private synchronized boolean isOver() {
        boolean isWithoutEnd = stepsLeft < 0 && target == Long.MAX_VALUE;
        return isEnded && (isTied || isPaused || isWithoutEnd);
    }

    @Override
    public synchronized void await(Position now, Runnable rest) {
        if (nanos.getAsLong() - restedAt > REST_NANOS) {
            rest(rest);
        }
        boolean isTold = false;
        while (!isStopped.getAsBoolean() && !(isEnded && isTied)) {
            if (now.step() >= target || stepsLeft == 0) {
                isPaused = true;
            }
            if (isPaused && !hasTold) {
                rest(rest);
                hasTold = true;
                isDigestWanted = false;
                listener.told("paused", now);
            } else if (isDigestWanted) {
                isDigestWanted = false;
                listener.told(isPaused ? "paused" : "running", now);
            } else if (isOver()) {
                break;
            } else if (isPaused) {
                if (!pause(LOOK_MILLIS)) {
                    return;
                }
            } else if (intervalNanos > 0 && nextAt - nanos.getAsLong() > 0) {
                if (!isTold && nextAt - nanos.getAsLong() > REST_NANOS) {
                    rest(rest);
                    isTold = true;
                }
                if (!pause(Math.min(LOOK_MILLIS, 1 + (nextAt - nanos.getAsLong()) / 1_000_000))) {
                    return;
                }
            } else {
                break;
            }
        }
        stepsLeft -= stepsLeft > 0 ? 1 : 0;
        nextAt = Math.max(nextAt, nanos.getAsLong() - intervalNanos) + intervalNanos;
    }

    private void rest(Runnable rest) {
        rest.run();
        restedAt = nanos.getAsLong();
    }

    private boolean pause(long millis) {
        try {
            wait(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isEnded = true;
            isTied = true;
            return false;
        }
    }

    @Override
    public synchronized boolean isStepwise() {
        return isPaused || intervalNanos > 0 || stepsLeft >= 0 || target != Long.MAX_VALUE;
    }
}
