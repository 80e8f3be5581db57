package cairn.tensorboard;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.disk.Disk;
import cairn.metrics.Estimate;
import cairn.metrics.Interval;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.Series;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Writes a file of events while a run is trained. It begins with what the run has recorded up to where it goes on, in place of the files of
 * earlier sessions; so what a rollback took away is not in it, and a session with it after one without it lacks nothing.
 *
 * <p>Laws: it never stops a training and changes no number of it. At the first failure to write it says so, once, and writes no more. It holds
 * 64 KiB in memory.
 */
public final class LiveEvents implements Observer, Closeable {
    private static final String WRITER = "cairn-live";
    private static final long SHOWN_AFTER_MILLIS = 1000;

    /** An action that may fail. */
    private interface Writing {
        void to(EventFile events) throws IOException;
    }

    private final Path run;
    private final Path folder;
    private final Disk disk;
    private final LongSupplier millis;
    private final Consumer<String> failed;
    private Disk.Output output;
    private EventFile events;
    private long flushed;
    private boolean isBroken;

    /**
     * @param run the folder of the run
     * @param folder where the file is to be; TensorBoard shows it as a run of the name of this folder
     * @param millis the clock of the events, milliseconds since 1970
     * @param failed is told, once, why nothing more is written
     */
    public LiveEvents(Path run, Path folder, Disk disk, LongSupplier millis, Consumer<String> failed) {
        this.run = run;
        this.folder = folder;
        this.disk = disk;
        this.millis = millis;
        this.failed = failed;
    }

    @Override
    public void on(Event event) {
        long step = event.position().step();
        if (event instanceof Event.Started) {
            attempt(() -> open(step));
        } else {
            List<Item> items = items(event);
            if (!items.isEmpty()) {
                write(to -> to.add(millis.getAsLong(), step, items));
            }
            if (event instanceof Event.Stopped || event instanceof Event.Failed || event instanceof Event.Resting) {
                write(EventFile::flush);
            }
        }
    }

    @Override
    public void committed(CheckpointInfo checkpoint) {
        // In the thread that saves: training does not wait for the reading of a checkpoint.
        write(to -> {
            try (DirectoryStore store = DirectoryStore.reading(run, disk)) {
                to.add(millis.getAsLong(), checkpoint.step(), PastEvents.weights(store.read(checkpoint.step()).state()));
            }
        });
    }

    private synchronized void open(long step) throws IOException {
        disk.createFolders(folder);
        List<Path> earlier = EventFile.of(disk, folder, WRITER);
        PastEvents past = PastEvents.of(run, disk);
        long now = millis.getAsLong();
        // Later in the order of names than every file before, even if the clock went back.
        long begin = now;
        while (earlier.contains(folder.resolve(EventFile.name(begin, WRITER)))) {
            begin += 1000;
        }
        output = disk.create(folder.resolve(EventFile.name(begin, WRITER)));
        EventFile file = new EventFile(output, now);
        // A reader that has the earlier files in memory forgets them.
        file.start(now, 0);
        past.to(file, step);
        file.flush();
        flushed = now;
        for (Path file2 : earlier) {
            disk.delete(file2);
        }
        events = file;
    }

    private void write(Writing writing) {
        attempt(() -> {
            synchronized (this) {
                if (events != null && !isBroken) {
                    writing.to(events);
                    long now = millis.getAsLong();
                    if (now - flushed >= SHOWN_AFTER_MILLIS) {
                        flushed = now;
                        events.flush();
                    }
                }
            }
        });
    }

    /** What may fail. */
    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                if (isBroken) {
                    return;
                }
                isBroken = true;
            }
            failed.accept("the files for TensorBoard in " + folder + " cannot be written: " + e.getMessage()
                    + ". The training goes on without them; they can be written later from the journal");
        }
    }

    private static List<Item> items(Event event) {
        List<Item> items = new ArrayList<>();
        if (event instanceof Event.Stepped e) {
            items.add(Item.scalar(Series.LOSS, e.report().loss()));
            add(items, Series.ACCURACY, e.report().accuracy());
            items.add(Item.scalar(Series.LEARNING_RATE, e.report().learningRate()));
            add(items, Series.GRADIENT_NORM, e.report().gradientNorm());
        } else if (event instanceof Event.LayerStatisticsMeasured e) {
            e.values().forEach((name, value) -> items.add(Item.scalar(Series.statistic(name), value)));
        } else if (event instanceof Event.EpochTrained e) {
            add(items, Series.EPOCH_LOSS, e.train().loss());
            add(items, Series.EPOCH_ACCURACY, e.train().accuracy());
        } else if (event instanceof Event.Evaluated e) {
            if (e.position().stepInEpoch() != 0) {
                add(items, Series.EPOCH_LOSS_SO_FAR, e.train().loss());
                add(items, Series.EPOCH_ACCURACY_SO_FAR, e.train().accuracy());
            }
            add(items, Series.MEAN_LOSS, e.lossSinceLast());
            for (Map.Entry<String, Estimate> measure : e.result().measures().entrySet()) {
                items.add(Item.scalar(Series.evaluation(measure.getKey()), measure.getValue().value()));
                Interval interval = measure.getValue().interval();
                if (interval.isKnown()) {
                    items.add(Item.scalar(Series.low(measure.getKey()), interval.low()));
                    items.add(Item.scalar(Series.high(measure.getKey()), interval.high()));
                }
            }
        } else if (event instanceof Event.Recovered e) {
            items.add(Item.text("marks", "recovery: " + e.action().fault().problem()));
        }
        return items;
    }

    private static void add(List<Item> items, String tag, OptionalDouble value) {
        if (value.isPresent()) {
            items.add(Item.scalar(tag, value.getAsDouble()));
        }
    }

    @Override
    public synchronized void close() {
        attempt(() -> {
            if (output != null) {
                try (Disk.Output closing = output) {
                    if (!isBroken) {
                        events.flush();
                    }
                }
            }
        });
    }
}
