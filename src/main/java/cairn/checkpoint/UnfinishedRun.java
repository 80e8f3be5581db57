package cairn.checkpoint;

import cairn.checkpoint.format.StepNames;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A folder in which a run was being made out of another one when its process ended: a branch, or what a rollback splits off. It is of no use,
 * because the same command makes it again from the other run.
 *
 * <p>The mark in it is the first file there, and names all others. Law: what the mark does not name was not made here, and a folder with such
 * a file is not unfinished. Nor is one with the last of the named files, because that one makes it a run.
 *
 * @param folder where it is
 * @param what what was being made, such as {@code a branch of iris at step 120}
 * @param files the names of its files; the mark is the last but one, the lock the last
 */
public record UnfinishedRun(Path folder, String what, List<String> files) {
    /** The mark of a branch. */
    static final String MARK = "unfinished.txt";
    private static final Pattern TEXT = Pattern.compile("(?<what>[^\n]+)\nstep (?<step>[0-9]{1,18})\nfiles (?<files>[a-z0-9._ -]+)\n");
    /** So begins the text of a lock that its holder did not empty, because it was killed. */
    private static final String HOLDER = "process ";
    private static final String NOT_BEGUN = "a run that was not begun";
    private static final List<String> MARKS = List.of(MARK, SplitOffRun.MOVING);

    public UnfinishedRun {
        files = List.copyOf(files);
    }

    /**
     * The text of a mark.
     *
     * @param step the only checkpoint of which a copy is made there
     * @param texts the other files; the last one is written last
     */
    static String mark(String what, long step, List<String> texts) {
        return what + "\nstep " + step + "\nfiles " + String.join(" ", texts) + "\n";
    }

    /** What is unfinished in {@code folder}, if anything is; while a process is making it, it looks the same. */
    public static Optional<UnfinishedRun> in(Path folder, Disk disk) throws IOException {
        Set<String> names = new HashSet<>(disk.list(folder));
        for (String mark : MARKS) {
            if (names.contains(mark)) {
                try (RunFolder run = RunFolder.read(folder, disk)) {
                    Matcher text = TEXT.matcher(run.readText(mark).orElse(""));
                    return text.matches() ? of(folder, text, mark, names) : Optional.empty();
                }
            }
        }
        return notBegun(folder, disk, names);
    }

    private static Optional<UnfinishedRun> of(Path folder, Matcher text, String mark, Set<String> names) {
        long step = Long.parseLong(text.group("step"));
        List<String> made = new ArrayList<>(List.of(text.group("files").split(" ")));
        if (names.contains(made.get(made.size() - 1))) {
            return Optional.empty();
        }
        made.addAll(List.of(StepNames.checkpoint(step), StepNames.pin(step), mark));
        Set<String> own = made.stream().flatMap(name -> List.of(name, AtomicWrite.PENDING + name, AtomicWrite.REPLACED + name).stream())
                .collect(Collectors.toSet());
        own.add(DirectoryStore.LOCK);
        return own.containsAll(names) ? Optional.of(new UnfinishedRun(folder, text.group("what"), markLast(names, mark))) : Optional.empty();
    }

    private static List<String> markLast(Set<String> names, String mark) {
        List<String> files = new ArrayList<>(names.stream().filter(n -> !n.equals(mark) && !n.equals(DirectoryStore.LOCK)).sorted().toList());
        files.add(mark);
        if (names.contains(DirectoryStore.LOCK)) {
            files.add(DirectoryStore.LOCK);
        }
        return files;
    }

    /** A process that ended before there was a mark has left a lock at most. A folder with another lock file is not Cairn's. */
    private static Optional<UnfinishedRun> notBegun(Path folder, Disk disk, Set<String> names) throws IOException {
        List<String> files = new ArrayList<>(MARKS.stream().map(mark -> AtomicWrite.PENDING + mark).filter(names::contains).toList());
        if (!names.contains(DirectoryStore.LOCK)) {
            // After a power failure the name of the lock may be gone.
            return !files.isEmpty() && names.equals(Set.copyOf(files)) ? Optional.of(new UnfinishedRun(folder, NOT_BEGUN, files))
                    : Optional.empty();
        }
        files.add(DirectoryStore.LOCK);
        if (!names.equals(Set.copyOf(files))) {
            return Optional.empty();
        }
        try (Disk.Input lock = disk.open(folder.resolve(DirectoryStore.LOCK))) {
            ByteBuffer holder = ByteBuffer.allocate(HOLDER.length());
            lock.read(holder, 0);
            boolean isOwn = lock.size() == 0 || StandardCharsets.US_ASCII.decode(holder.flip()).toString().equals(HOLDER);
            return isOwn ? Optional.of(new UnfinishedRun(folder, NOT_BEGUN, files)) : Optional.empty();
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    /** Its files, as what they are. */
    public List<Leftover> leftovers(Disk disk) throws IOException {
        List<Leftover> found = new ArrayList<>();
        for (String name : files) {
            Leftover.of(folder, disk, name, what + ", not finished").ifPresent(found::add);
        }
        return found;
    }

    /**
     * Deletes the folder, if it is still unfinished; returns what was deleted.
     *
     * @throws cairn.disk.FolderInUseException if a process is making it now
     */
    public List<Leftover> delete(Disk disk) throws IOException {
        try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
            Optional<UnfinishedRun> still = in(folder, disk);
            if (still.isEmpty()) {
                return List.of();
            }
            List<Leftover> deleted = new ArrayList<>(store.deletedAtOpening());
            deleted.addAll(still.get().leftovers(disk));
            still.get().delete(store, disk);
            return deleted;
        }
    }

    /** Deletes the folder, which {@code store} has locked, and closes {@code store}. */
    void delete(DirectoryStore store, Disk disk) throws IOException {
        clear(store.disk());
        // While it is locked: a process that comes now makes a lock of its own.
        disk.delete(folder.resolve(DirectoryStore.LOCK));
        store.close();
        try {
            disk.delete(folder);
        } catch (IOException someoneHasCome) {
            // Another process makes something of this name already.
        }
    }

    /** Deletes its files but for the lock. The mark goes when all others are gone, so that a failure leaves what can be deleted again. */
    void clear(Disk disk) throws IOException {
        List<String> all = files.stream().filter(n -> !n.equals(DirectoryStore.LOCK)).toList();
        for (int i = 0; i < all.size(); i++) {
            if (i > 0 && i == all.size() - 1) {
                disk.forceFolder(folder);
            }
            disk.delete(folder.resolve(all.get(i)));
        }
        if (!all.isEmpty()) {
            disk.forceFolder(folder);
        }
    }
}
