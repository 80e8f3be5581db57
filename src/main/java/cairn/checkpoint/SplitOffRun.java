package cairn.checkpoint;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.disk.FolderLostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a run did after a step, split off: the checkpoints, and the marks that pin them, move into a folder beside the run, which is
 * then a run of its own. It begins with a copy of the step, pinned, so that it can be resumed like any other.
 *
 * <p>Laws: at every moment each checkpoint stands, whole, in one of the two folders; what was interrupted is finished by calling
 * it again; no file is overwritten.
 *
 * @param folder where they stand now
 * @param steps what was moved there by this call
 */
public record SplitOffRun(Path folder, List<Long> steps) {
    /** Stands in the other folder while checkpoints are on their way there. */
    static final String MOVING = "moving.txt";
    private static final int PORTION = 1 << 20;

    public SplitOffRun {
        steps = List.copyOf(steps);
    }

    /** What {@link RunFolder#splitOff} does. */
    static Optional<SplitOffRun> of(RunFolder run, Disk disk, long step, String why, Map<String, String> texts, List<String> copies)
            throws IOException {
        Path path = disk.real(run.path());
        String sign = "the checkpoints of " + path.getFileName() + " after step " + step + " are on their way here";
        SortedSet<Long> later = new TreeSet<>(run.store().steps().tailSet(step + 1));
        boolean isNothingLeft = later.isEmpty() && run.store().pins().tailSet(step + 1).isEmpty();
        SplitOffPlace place = SplitOffPlace.from(1, path, disk, why, sign, later);
        if (isNothingLeft && place.isNew()) {
            return Optional.empty();
        }
        // Before anything is made.
        run.store().check(step);
        List<String> files = Stream.concat(texts.keySet().stream(), copies.stream()).toList();
        String mark = UnfinishedRun.mark(sign, step, files);
        Optional<RunFolder> begun = begin(run, disk, place, mark);
        while (begun.isEmpty()) {
            place = SplitOffPlace.from(place.number() + 1, path, disk, why, sign, later);
            begun = begin(run, disk, place, mark);
        }
        try (RunFolder other = begun.get()) {
            try {
                prepare(run, other, step, texts, copies);
            } catch (IOException | RuntimeException failure) {
                undo(other, disk, failure);
                throw failure;
            }
            List<Long> moved = moveAfter(step, run, other, disk);
            other.disk().delete(other.file(MOVING));
            other.disk().forceFolder(other.path());
            return Optional.of(new SplitOffRun(other.path(), moved));
        }
    }

    /**
     * Opens the other folder, with its mark. Empty if it was there before and cannot be used: it may be another user's, or on another file
     * system.
     */
    private static Optional<RunFolder> begin(RunFolder run, Disk disk, SplitOffPlace place, String mark) throws IOException {
        if (!place.isNew()) {
            return Optional.of(RunFolder.resume(place.path(), disk));
        }
        boolean isThere = disk.exists(place.path());
        try {
            RunFolder other = RunFolder.create(place.path(), disk);
            try {
                mark(run, disk, other, mark);
                return Optional.of(other);
            } catch (IOException | RuntimeException failure) {
                undo(other, disk, failure);
                other.close();
                throw failure;
            }
        } catch (FolderLostException e) {
            throw e;
        } catch (FileSystemException e) {
            if (isThere) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Everything but the checkpoints that move. */
    private static void prepare(RunFolder run, RunFolder other, long step, Map<String, String> texts, List<String> copies)
            throws IOException {
        for (Map.Entry<String, String> text : texts.entrySet()) {
            other.writeText(text.getKey(), text.getValue());
        }
        run.store().copy(step, other.store());
        other.store().pin(step, true);
        for (String copy : copies) {
            if (run.disk().exists(run.file(copy))) {
                AtomicWrite.replace(other.disk(), other.file(copy), output -> copy(run.disk(), run.file(copy), output));
            }
        }
    }

    /**
     * Puts the mark into the other folder, first of all, so that the next call finds it. It goes there by a rename from this folder, as the
     * checkpoints will: if it cannot, they cannot.
     */
    private static void mark(RunFolder run, Disk disk, RunFolder other, String text) throws IOException {
        Path made = AtomicWrite.pending(run.file(MOVING));
        disk.delete(made);
        try {
            try (Disk.Output output = disk.create(made)) {
                output.write(StandardCharsets.UTF_8.encode(text));
                output.force();
            }
            other.disk().rename(made, other.file(MOVING));
        } catch (AtomicMoveNotSupportedException e) {
            disk.delete(made);
            FileSystemException named = new FileSystemException(run.path().toString(), other.path().toString(), "its checkpoints cannot be"
                    + " moved into a folder beside it, because the two are on different file systems: this folder is a mount point, or a volume of"
                    + " its own. Nothing was changed. Copy the run into a folder inside of that file system, and go back there");
            named.initCause(e);
            throw named;
        } catch (IOException e) {
            disk.delete(made);
            if (e.getClass() != IOException.class) {
                throw e;
            }
            // The operating system's own, such as "No space left on device", which does not say where.
            FileSystemException named = new FileSystemException(made.toString(), null, "it cannot be written: " + e.getMessage() + ". Nothing"
                    + " was changed, and no checkpoint has moved. If the disk is full, free some of it: there must be space for a copy of the"
                    + " checkpoint to which the run goes back");
            named.initCause(e);
            throw named;
        }
        other.disk().forceFolder(other.path());
        disk.forceFolder(run.path());
    }

    /** Nothing has moved yet, so the folder that was begun is of no use. If it cannot be deleted either, the next call uses it. */
    private static void undo(RunFolder begun, Disk disk, Exception failure) {
        try {
            Optional<UnfinishedRun> unfinished = UnfinishedRun.in(begun.path(), disk);
            if (unfinished.isPresent()) {
                unfinished.get().delete(begun.store(), disk);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Moves every checkpoint after {@code step}, readable or not, and every mark of one, the newest first; returns the steps of the
     * checkpoints. What a failure leaves undone is done by the next call.
     */
    private static List<Long> moveAfter(long step, RunFolder run, RunFolder other, Disk disk) throws IOException {
        SortedSet<Long> checkpoints = run.store().steps().tailSet(step + 1);
        SortedSet<Long> there = new TreeSet<>(other.store().steps());
        there.retainAll(checkpoints);
        if (!there.isEmpty()) {
            throw new FileAlreadyExistsException(other.store().place(there.first()), null, "it would be overwritten; nothing was moved");
        }
        NavigableSet<Long> marked = new TreeSet<>(checkpoints);
        marked.addAll(run.store().pins().tailSet(step + 1));
        try {
            for (long each : marked.descendingSet()) {
                run.store().move(each, other.store());
            }
            if (!run.store().steps().tailSet(step + 1).isEmpty()) {
                throw new IOException("files of the steps " + run.store().steps().tailSet(step + 1) + " stand here again");
            }
            // The new names are forced before the end of the old ones.
            other.disk().forceFolder(other.path());
            disk.forceFolder(run.path());
        } catch (FolderLostException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("only a part of the checkpoints of " + run.path() + " after step " + step + " are in " + other.path()
                    + " now, and the others are where they were. Nothing is lost; go back to step " + step + " again to finish it. The reason: "
                    + e.getMessage(), e);
        }
        return List.copyOf(checkpoints);
    }

    private static void copy(Disk disk, Path from, Disk.Output to) throws IOException {
        ByteBuffer portion = ByteBuffer.allocate(PORTION);
        try (Disk.Input input = disk.open(from)) {
            for (long at = 0; input.read(portion.clear(), at) > 0; at += portion.limit()) {
                to.write(portion.flip());
            }
        }
    }
}
