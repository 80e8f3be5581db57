package cairn.data.fetch;

import cairn.data.DataFile;
import cairn.data.MalformedDataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The wanted files of a {@code tar.gz}. Only names on the list are written, beside the archive and without the archive's
 * folders, and only with their exact lengths: no path of the archive is followed.
 */
final class Archive {

    private Archive() {
    }

    static boolean isUnpacked(Path folder, List<Catalogue.Unpacked> wanted) throws IOException {
        for (Catalogue.Unpacked file : wanted) {
            Path path = folder.resolve(file.name());
            if (!Files.exists(path) || Files.size(path) != file.bytes()) {
                return false;
            }
        }
        return true;
    }

    static void unpack(Path archive, Path folder, List<Catalogue.Unpacked> wanted) throws IOException {
        try (InputStream raw = new BufferedInputStream(DataFile.open(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(raw, 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                Optional<Catalogue.Unpacked> file = wanted.stream().filter(w -> w.name().equals(name)).findFirst();
                if (file.isPresent() && entry.isFile()) {
                    write(tar, archive, folder, file.get(), entry.getSize());
                }
            }
        }
        if (!isUnpacked(folder, wanted)) {
            throw new MalformedDataException(archive, "directory", "not all of " + wanted.stream().map(Catalogue.Unpacked::name).toList()
                    + " are in the archive", "fetch it again");
        }
    }

    private static void write(InputStream tar, Path archive, Path folder, Catalogue.Unpacked file, long bytes) throws IOException {
        if (bytes != file.bytes()) {
            throw new MalformedDataException(archive, "entry " + file.name(), "expected " + file.bytes() + " bytes, found "
                    + bytes, "fetch it again");
        }
        Path part = folder.resolve(file.name() + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            tar.transferTo(out);
        }
        Fetch.commit(part, folder.resolve(file.name()));
    }
}
