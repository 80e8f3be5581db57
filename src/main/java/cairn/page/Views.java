package cairn.page;

import cairn.explain.Effort;
import cairn.explain.Explanation;
import cairn.look.Reached;
import cairn.look.RunShape;
import cairn.look.RunView;
import cairn.run.History;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Looks at steps of runs: one worker, which has a few runs open. It computes in this process and not in that of a training, and reads what
 * the training has written.
 *
 * <p>Laws: of the requests of one view the newest wins, and an older one is dropped, even while it computes. No more than
 * {@link #MOST_WAITING} wait, and no more than {@link #MOST_OPEN} runs are open: the one that was not looked at for longest is closed.
 */
final class Views implements Closeable {
    static final int MOST_OPEN = 3;
    static final int MOST_WAITING = 40;

    /** What is made of a run at a step. */
    interface Work<T> {
        T on(RunView view, Reached reached, long nanos) throws IOException;
    }

    /** What is asked of an open run. */
    private interface Look<T> {
        /** Closes the run. */
        Look<Boolean> CLOSE = (view, request) -> true;

        T on(RunView view, Request request) throws IOException;
    }

    private static final class Request {
        private final Path run;
        private final String view;
        private final Look<?> look;
        private final CompletableFuture<Object> answer = new CompletableFuture<>();
        private volatile boolean isOvertaken;

        Request(Path run, String view, Look<?> look) {
            this.run = run;
            this.view = view;
            this.look = look;
        }

        void overtake() {
            isOvertaken = true;
            answer.completeExceptionally(overtaken());
        }

        private static Refusal overtaken() {
            return new Refusal(409, "a newer request of this view came before this one was answered");
        }
    }

    private final PageSettings settings;
    private final Listing listing;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final LinkedHashMap<Path, RunView> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Path, RunShape> shapes = new LinkedHashMap<>();
    private Optional<Request> current = Optional.empty();
    private boolean isClosed;

    Views(PageSettings settings, Listing listing) {
        this.settings = settings;
        this.listing = listing;
        Attendants.daemon(this::work, "page-views").start();
    }

    /**
     * Goes to a step of a run and makes something of it there.
     *
     * @param view whose requests overtake each other; empty if nobody's
     */
    <T> T at(Path run, long step, String view, Work<T> work) throws IOException {
        return ask(run, view, (look, request) -> {
            long begin = settings.clocks().nanos().getAsLong();
            Reached reached = look.goTo(step, () -> request.isOvertaken);
            return work.on(look, reached, settings.clocks().nanos().getAsLong() - begin);
        });
    }

    /** Asks an open run for what needs no step. */
    <T> T open(Path run, Asking<T> asking) throws IOException {
        return ask(run, "", (look, request) -> asking.of(look));
    }

    /** What is asked of a run without going to a step. */
    interface Asking<T> {
        T of(RunView view) throws IOException;
    }

    /** What stays the same at all steps. */
    RunShape shape(Path run) throws IOException {
        synchronized (this) {
            if (shapes.containsKey(run)) {
                return shapes.get(run);
            }
        }
        RunShape shape = open(run, RunShape::of);
        synchronized (this) {
            if (shapes.size() > Listing.MOST_RUNS) {
                shapes.clear();
            }
            shapes.put(run, shape);
        }
        return shape;
    }

    /** As {@link #shape(Path)}, of the run called {@code name}. */
    RunShape about(String name) throws IOException {
        return shape(listing.find(name));
    }

    /** Why a run went as it did, as far as what is recorded says. */
    Explanation explain(Path run) throws IOException {
        return Explanation.of(run, settings.workspaces().of(run), Effort.NONE);
    }

    /** The digest that is recorded for a step. */
    Optional<String> recorded(Path run, long step) {
        return Optional.ofNullable(History.of(listing.disk(), run, s -> s == step).digests().get(step));
    }

    /** Closes a run that will be another, because it goes back. */
    void forget(Path run) throws IOException {
        synchronized (this) {
            shapes.remove(run);
        }
        ask(run, "", Look.CLOSE);
    }

    private <T> T ask(Path run, String view, Look<T> look) throws IOException {
        Request request = new Request(run, view, look);
        synchronized (this) {
            if (isClosed) {
                throw new Refusal(503, "the page is being closed");
            }
            if (!view.isEmpty()) {
                waiting.stream().filter(r -> r.view.equals(view)).forEach(Request::overtake);
                waiting.removeIf(r -> r.isOvertaken);
                current.filter(r -> r.view.equals(view)).ifPresent(Request::overtake);
            }
            if (waiting.size() >= MOST_WAITING) {
                throw new Refusal(503, MOST_WAITING + " requests wait already; ask again later");
            }
            waiting.addLast(request);
            notifyAll();
        }
        return answer(request);
    }

    @SuppressWarnings("unchecked")
    private static <T> T answer(Request request) throws IOException {
        try {
            return (T) request.answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(503, "the page is being closed");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            } else if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void work() {
        while (true) {
            Request request;
            synchronized (this) {
                current = Optional.empty();
                while (waiting.isEmpty() && !isClosed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        isClosed = true;
                    }
                }
                if (isClosed) {
                    waiting.forEach(Request::overtake);
                    break;
                }
                request = waiting.removeFirst();
                current = Optional.of(request);
            }
            serve(request);
        }
        closeAll();
    }

    private void serve(Request request) {
        try {
            if (request.look == Look.CLOSE) {
                close(open.remove(request.run));
                request.answer.complete(true);
                return;
            }
            request.answer.complete(request.look.on(view(request.run), request));
        } catch (CancellationException e) {
            request.answer.completeExceptionally(Request.overtaken());
        } catch (IOException | RuntimeException | Error e) {
            // Whatever went wrong on the way, the next request begins with a fresh view.
            close(open.remove(request.run));
            request.answer.completeExceptionally(e);
        }
    }

    private RunView view(Path run) throws IOException {
        RunView view = open.get(run);
        if (view == null) {
            while (open.size() >= MOST_OPEN) {
                Path oldest = open.keySet().iterator().next();
                close(open.remove(oldest));
            }
            view = RunView.open(run, settings.workspaces().of(run));
            open.put(run, view);
        }
        return view;
    }

    private void closeAll() {
        open.values().forEach(Views::close);
        open.clear();
    }

    private static void close(RunView view) {
        try {
            if (view != null) {
                view.close();
            }
        } catch (IOException nothingWasWritten) {
            // So nothing is lost.
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        current.ifPresent(Request::overtake);
        notifyAll();
    }
}
