package cairn.cli.terminal;

/** Shows on a terminal that the command waits, and for how long so far. For work whose progress is unknown. */
public final class Spinner implements AutoCloseable {
    private static final String FACES = "|/-\\";
    private static final long TURN_MILLIS = 200;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Thread thread;
    private final Screen screen;

    public Spinner(Host host, Screen screen, String what) {
        this.screen = screen;
        long begin = host.clocks().nanos().getAsLong();
        thread = new Thread(() -> {
            try {
                for (int turn = 0; ; turn++) {
                    long seconds = (host.clocks().nanos().getAsLong() - begin) / NANOS_PER_SECOND;
                    screen.draw(FACES.charAt(turn % FACES.length()) + " " + what + "  " + seconds + " s");
                    Thread.sleep(TURN_MILLIS);
                }
            } catch (InterruptedException e) {
                // Closed.
            }
        }, "spinner");
        thread.setDaemon(true);
        if (host.terminal().showsErr()) {
            thread.start();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        screen.erase();
    }
}
