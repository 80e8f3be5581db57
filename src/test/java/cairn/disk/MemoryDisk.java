package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk that knows what is on the medium and what only seems to be. A content is on the medium when its file was forced, a name when
 * its folder was; a force that failed leaves it open for ever whether what came before it is there. {@link #survivors} are all the
 * disks that a failure of the machine may leave.
 */
public final class MemoryDisk implements Disk {

    /** What may have become of the content of a file that was not forced. */
    private enum Fate { WRITTEN, OLD, GONE, ZEROED, HALVED, FLIPPED }

    /** A content, which several names may have had one after the other. */
    private static final class Content {
        private byte[] bytes = {};
        private Optional<byte[]> forced = Optional.empty();
        private boolean isDoomed;

        boolean isOnMedium() {
            return forced.isPresent() && Arrays.equals(forced.get(), bytes);
        }

        /** What was forced stays: only what differs from it, or was written behind it, is lost or changed. */
        Optional<byte[]> after(Fate fate) {
            byte[] old = forced.orElse(new byte[0]);
            int mismatch = Arrays.mismatch(old, bytes);
            int kept = mismatch < 0 ? bytes.length : mismatch;
            byte[] changed = bytes.clone();
            switch (fate) {
                case OLD -> changed = old;
                case GONE -> {
                    return forced;
                }
                case ZEROED -> Arrays.fill(changed, kept, changed.length, (byte) 0);
                case HALVED -> changed = Arrays.copyOf(bytes, kept + (bytes.length - kept) / 2);
                case FLIPPED -> {
                    if (changed.length > kept) {
                        changed[kept + (changed.length - kept) / 3] ^= 0x10;
                    }
                }
                default -> { }
            }
            return Optional.of(changed);
        }
    }

    /** Names that change together, in one indivisible step: each to a content, or to nothing. */
    private static final class Change {
        private final Map<Path, Optional<Content>> names;
        /** The folders of these names that have not been forced since. */
        private final Set<Path> unforced = new HashSet<>();
        private boolean isDoomed;

        Change(Map<Path, Optional<Content>> names) {
            this.names = new HashMap<>(names);
            names.keySet().forEach(name -> unforced.add(name.getParent()));
        }

        void on(Map<Path, Content> all) {
            names.forEach((name, content) -> content.ifPresentOrElse(c -> all.put(name, c), () -> all.remove(name)));
        }
    }

    private static final int MOST_SUBSETS = 6;

    private final boolean renameReplaces;
    private final Set<Path> folders = new HashSet<>();
    private final Map<Path, Content> now = new TreeMap<>();
    private final Map<Path, Content> medium = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();
    private final Set<Content> locked = new HashSet<>();

    public MemoryDisk(boolean renameReplaces) {
        this.renameReplaces = renameReplaces;
    }

    /** Everything reaches the medium, whatever came before. */
    public void settle() {
        now.values().forEach(c -> {
            c.forced = Optional.of(c.bytes);
            c.isDoomed = false;
        });
        medium.clear();
        medium.putAll(now);
        pending.clear();
    }

    /** A file that was always there. */
    public void put(Path file, String text) {
        Content content = new Content();
        content.bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        folders.add(file.getParent());
        now.put(file, content);
        settle();
    }

    public Map<Path, ByteBuffer> files() {
        Map<Path, ByteBuffer> files = new TreeMap<>();
        now.forEach((name, content) -> files.put(name, ByteBuffer.wrap(content.bytes)));
        return files;
    }

    /** A force of this file or folder has failed: what it should have brought to the medium may be missing there from now on. */
    void failForce(Path path) {
        if (now.containsKey(path)) {
            now.get(path).isDoomed = true;
        }
        pending.stream().filter(c -> c.unforced.contains(path)).forEach(c -> c.isDoomed = true);
    }

    /** The disk as another process finds it after this one has died, and every disk that may be left when the machine has. */
    public Collection<MemoryDisk> survivors() {
        Map<Map<Path, ByteBuffer>, MemoryDisk> different = new LinkedHashMap<>();
        for (List<Change> reached : reached()) {
            for (Fate fate : Fate.values()) {
                MemoryDisk left = new MemoryDisk(renameReplaces);
                left.folders.addAll(folders);
                Map<Path, Content> names = new TreeMap<>(medium);
                reached.forEach(c -> c.on(names));
                names.forEach((name, content) -> {
                    Content copy = new Content();
                    Optional<byte[]> bytes = content.isOnMedium() ? content.forced : content.after(fate);
                    bytes.ifPresent(b -> {
                        copy.bytes = b.clone();
                        left.now.put(name, copy);
                    });
                });
                left.settle();
                different.putIfAbsent(left.files(), left);
            }
        }
        return different.values();
    }

    /** Which changes of names may have reached the medium: any of them, or where those are too many, all up to one, and all but one. */
    private List<List<Change>> reached() {
        List<List<Change>> possible = new ArrayList<>();
        int n = pending.size();
        if (n <= MOST_SUBSETS) {
            for (int bits = (1 << n) - 1; bits >= 0; bits--) {
                List<Change> some = new ArrayList<>();
                for (int i = 0; i < n; i++) {
                    if ((bits >> i & 1) == 1) {
                        some.add(pending.get(i));
                    }
                }
                possible.add(some);
            }
            return possible;
        }
        for (int i = n; i >= 0; i--) {
            possible.add(List.copyOf(pending.subList(0, i)));
            List<Change> allButOne = new ArrayList<>(pending);
            if (i < n) {
                allButOne.remove(i);
            }
            possible.add(allButOne);
        }
        return possible;
    }

    private void change(Map<Path, Optional<Content>> names) {
        Change change = new Change(names);
        change.on(now);
        pending.add(change);
    }

    @Override
    public NewFile create(Path file, long bytes) throws IOException {
        if (now.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        requireFolder(file.getParent());
        return new File(made(file), () -> { });
    }

    @Override
    public Appended append(Path file) throws IOException {
        requireFolder(file.getParent());
        Content content = now.containsKey(file) ? now.get(file) : made(file);
        return new File(content, () -> {
            if (now.get(file) != content) {
                throw new FileLostException(file);
            }
        });
    }

    private Content made(Path file) {
        Content content = new Content();
        change(Map.of(file, Optional.of(content)));
        return content;
    }

    private interface Watch {
        void requireThere() throws IOException;
    }

    private record File(Content content, Watch watch) implements Appended, NewFile {
        @Override
        public void reserve(int bytes) {
            content.bytes = new byte[bytes];
        }

        @Override
        public void writeHead(ByteBuffer bytes) {
            byte[] changed = content.bytes.clone();
            bytes.duplicate().get(changed, 0, bytes.remaining());
            content.bytes = changed;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            watch.requireThere();
            ByteBuffer rest = bytes.duplicate();
            int before = content.bytes.length;
            content.bytes = Arrays.copyOf(content.bytes, before + rest.remaining());
            rest.get(content.bytes, before, rest.remaining());
        }

        @Override
        public void truncate(long size) throws IOException {
            watch.requireThere();
            content.bytes = Arrays.copyOf(content.bytes, (int) Math.min(size, content.bytes.length));
        }

        @Override
        public void force() throws IOException {
            watch.requireThere();
            if (!content.isDoomed) {
                content.forced = Optional.of(content.bytes.clone());
            }
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    @Override
    public Input open(Path file) throws IOException {
        byte[] bytes = require(file).bytes;
        return new BytesInput(bytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Content content = require(from);
        if (!renameReplaces && now.containsKey(to)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        Map<Path, Optional<Content>> names = new HashMap<>();
        names.put(from, Optional.empty());
        names.put(to, Optional.of(content));
        change(names);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (now.containsKey(file)) {
            change(Map.of(file, Optional.empty()));
        } else if (folders.contains(file)) {
            if (now.keySet().stream().anyMatch(name -> name.startsWith(file))) {
                throw new DirectoryNotEmptyException(file.toString());
            }
            folders.remove(file);
        }
    }

    @Override
    public boolean exists(Path file) {
        return now.containsKey(file) || folders.contains(file);
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        requireFolder(folder);
        return now.keySet().stream().filter(f -> f.getParent().equals(folder)).map(f -> f.getFileName().toString()).toList();
    }

    @Override
    public void createFolders(Path folder) {
        folders.add(folder);
    }

    @Override
    public boolean forceFolder(Path folder) throws IOException {
        requireFolder(folder);
        List<Change> left = new ArrayList<>();
        for (int i = 0; i < pending.size(); i++) {
            Change change = pending.get(i);
            Set<Path> later = new HashSet<>();
            pending.subList(i + 1, pending.size()).stream().filter(c -> !c.isDoomed).forEach(c -> later.addAll(c.names.keySet()));
            if (!change.isDoomed || later.containsAll(change.names.keySet())) {
                change.unforced.remove(folder);
            }
            if (change.unforced.isEmpty()) {
                change.on(medium);
                // What came of these names before is of no more interest, even if it was left open.
                left.forEach(earlier -> earlier.names.keySet().removeAll(change.names.keySet()));
            } else {
                left.add(change);
            }
        }
        pending.clear();
        pending.addAll(left);
        return true;
    }

    @Override
    public long usableBytes(Path folder) {
        return 1L << 40;
    }

    @Override
    public Lock lock(Path file) throws IOException {
        if (!now.containsKey(file)) {
            create(file).close();
        }
        Content content = now.get(file);
        if (!locked.add(content)) {
            throw new FolderInUseException(file.getParent(), "another part of this test");
        }
        return new Lock() {
            @Override
            public void requireHeld() throws IOException {
                if (now.get(file) != content) {
                    throw new FolderLostException(file.getParent(), folders.contains(file.getParent()) ? "it is another one" : "it is gone");
                }
            }

            @Override
            public void close() {
                locked.remove(content);
            }
        };
    }

    /** Another program gives a folder another name. */
    public void moveFolder(Path from, Path to) {
        folders.remove(from);
        folders.add(to);
        Map<Path, Content> moved = new TreeMap<>();
        now.forEach((name, content) -> moved.put(name.startsWith(from) ? to.resolve(from.relativize(name)) : name, content));
        now.clear();
        now.putAll(moved);
        settle();
    }

    /** Another program deletes a folder and everything in it. */
    public void deleteFolder(Path folder) {
        folders.remove(folder);
        now.keySet().removeIf(name -> name.startsWith(folder));
        settle();
    }

    private Content require(Path file) throws NoSuchFileException {
        Content content = now.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
    }

    private void requireFolder(Path folder) throws NoSuchFileException {
        if (!folders.contains(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
    }
}
