package cairn.data.fetch;

import cairn.data.DataFile;
import cairn.words.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Gets data sets of a {@link Catalogue} over HTTP. A file is written as {@code NAME.part}, checked against its length and
 * checksum, and only then renamed; a part that an earlier attempt left is continued. Files that already exist with the right
 * checksum are kept.
 */
public final class Fetch {

    /** Receives the progress of a file. */
    @FunctionalInterface
    public interface Progress {
        void at(String file, long bytes, long total);

        /** Another process or thread is fetching the same set into {@code folder}. This one waits for it. */
        default void waiting(Path folder) {
        }
    }

    private final Catalogue catalogue;
    private final Download download;

    public Fetch(Catalogue catalogue) {
        this(catalogue, Duration.ofSeconds(30));
    }

    Fetch(Catalogue catalogue, Duration patience) {
        this.catalogue = catalogue;
        this.download = new Download(patience);
    }

    /** Gets {@code name} from its public address into {@code folder/name}, which it returns. */
    public Path fetch(String name, Path folder, Progress progress) throws IOException, InterruptedException {
        return fetch(name, folder, set(name).base(), progress);
    }

    /** Gets {@code name} from another address, such as a mirror, that has files of the same names. */
    public Path fetch(String name, Path folder, URI base, Progress progress) throws IOException, InterruptedException {
        Catalogue.RemoteSet set = set(name);
        Path target = folder.resolve(name);
        if (!set.unpacked().isEmpty() && Archive.isUnpacked(target, set.unpacked())) {
            return target;
        }
        Files.createDirectories(target);
        try (SetLock lock = SetLock.of(folder.resolve("." + name + ".lock"), () -> progress.waiting(target))) {
            return locked(set, target, base, progress);
        }
    }

    /** The other fetch may have got everything meanwhile, so what is there is looked at again. */
    private Path locked(Catalogue.RemoteSet set, Path target, URI base, Progress progress) throws IOException, InterruptedException {
        if (!set.unpacked().isEmpty() && Archive.isUnpacked(target, set.unpacked())) {
            return target;
        }
        String name = set.name();
        URI slashed = URI.create(base + (base.toString().endsWith("/") ? "" : "/"));
        for (Catalogue.RemoteFile file : set.files()) {
            get(name, slashed.resolve(file.name()), file, target, progress);
        }
        if (!set.unpacked().isEmpty()) {
            for (Catalogue.RemoteFile file : set.files()) {
                Archive.unpack(target.resolve(file.name()), target, set.unpacked());
                Files.delete(target.resolve(file.name()));
            }
        }
        return target;
    }

    private Catalogue.RemoteSet set(String name) {
        return catalogue.find(name).orElseThrow(() -> new IllegalArgumentException("there is no data set \"" + name + "\" to fetch"
                + Spelling.suggestion(name, catalogue.names()) + "; there are " + String.join(", ", catalogue.names())));
    }

    private void get(String set, URI from, Catalogue.RemoteFile file, Path folder, Progress progress) throws IOException,
            InterruptedException {
        Path done = folder.resolve(file.name());
        if (Files.exists(done) && checksum(done, file.algorithm()).equals(file.checksum())) {
            return;
        }
        Path part = folder.resolve(file.name() + ".part");
        boolean wasContinued = download.to(part, set, from, file, progress);
        String found = checksum(part, file.algorithm());
        if (!found.equals(file.checksum()) && wasContinued) {
            // The earlier part may belong to another file: try again from the start.
            Files.delete(part);
            download.to(part, set, from, file, progress);
            found = checksum(part, file.algorithm());
        }
        if (!found.equals(file.checksum())) {
            Files.delete(part);
            throw new FetchException(set, from + " has the " + file.algorithm() + " " + found + ", expected " + file.checksum(),
                    "what was received is deleted; try again, or from another address");
        }
        commit(part, done);
    }

    /** Gives a finished file its name. */
    static void commit(Path part, Path done) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, done, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String checksum(Path file, String algorithm) throws IOException {
        try (InputStream in = DataFile.open(file)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5 and SHA-256, the catalogue asks for " + algorithm, e);
        }
    }
}
