package cairn.cli.terminal;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of long work: a bar on a terminal, otherwise a line from time to time. */
public interface Meter extends AutoCloseable {
    int REDRAWN_EVERY_MILLIS = 100;
    long WORDS_EVERY_NANOS = 50_000_000L;
    long LINE_EVERY_NANOS = 10_000_000_000L;

    /** Takes how much is done, and what else to show when the display is updated. */
    void at(long done, Supplier<String> also);

    @Override
    void close();

    /**
     * A meter of work that starts at {@code from} and ends at {@code to}.
     *
     * @param unit of {@code to}, such as {@code steps}
     */
    static Meter of(Host host, Screen screen, String name, String unit, long from, long to) {
        if (host.terminal().showsErr()) {
            return new Bar(host, screen, name, from, to);
        }
        return screen.isJson() ? new Silence() : new Lines(screen, name, unit, to, host.clocks().nanos());
    }

    /** Shows nothing, for programs that read JSON. */
    final class Silence implements Meter {
        @Override
        public void at(long done, Supplier<String> also) {
        }

        @Override
        public void close() {
        }
    }

    /** A line every ten seconds, for logs. */
    final class Lines implements Meter {
        private final Screen screen;
        private final String name;
        private final String unit;
        private final long to;
        private final Pace pace;

        private Lines(Screen screen, String name, String unit, long to, LongSupplier nanos) {
            this.screen = screen;
            this.name = name;
            this.unit = unit;
            this.to = to;
            this.pace = new Pace(nanos, LINE_EVERY_NANOS, LINE_EVERY_NANOS);
        }

        @Override
        public void at(long done, Supplier<String> also) {
            if (pace.isDue()) {
                screen.log(name + " " + done + " of " + to + " " + unit + "  " + also.get());
            }
        }

        @Override
        public void close() {
        }
    }

    /** A bar with the remaining time. */
    final class Bar implements Meter {
        private final ProgressBar bar;
        private final Screen screen;
        private final Pace pace;

        private Bar(Host host, Screen screen, String name, long from, long to) {
            this.screen = screen;
            this.pace = new Pace(host.clocks().nanos(), WORDS_EVERY_NANOS, 0);
            this.bar = new ProgressBarBuilder().setTaskName(name).setInitialMax(to).startsFrom(from, java.time.Duration.ZERO)
                    .setUpdateIntervalMillis(REDRAWN_EVERY_MILLIS)
                    .setStyle(host.terminal().canDraw('\u2588') ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                    .setConsumer(new Drawing(host, screen)).build();
        }

        @Override
        public void at(long done, Supplier<String> also) {
            bar.stepTo(done);
            if (pace.isDue()) {
                bar.setExtraMessage(" " + also.get());
            }
        }

        @Override
        public void close() {
            bar.close();
            screen.erase();
        }
    }

    /** Draws the bar that the library has rendered. */
    record Drawing(Host host, Screen screen) implements ProgressBarConsumer {
        /** Free columns behind the bar, for the cursor and for the ^C of a terminal, which would otherwise start another line. */
        private static final int FREE_COLUMNS = 3;

        @Override
        public int getMaxRenderedLength() {
            return host.terminal().width() - FREE_COLUMNS;
        }

        @Override
        public void accept(String rendered) {
            screen.draw(rendered);
        }

        @Override
        public void close() {
        }
    }
}
