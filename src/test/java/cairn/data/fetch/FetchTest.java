package cairn.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.MalformedDataException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on this machine's loopback address. */
@Timeout(30)
class FetchTest {
    private static final Fetch.Progress SILENT = (file, bytes, total) -> { };

    private final byte[] content = new byte[700_000];
    private final Map<String, byte[]> files = new HashMap<>();
    private final List<String> ranges = new ArrayList<>();
    private boolean ignoresRanges;
    private boolean lies;
    private volatile boolean trickles;
    private int cutsAfter = Integer.MAX_VALUE;
    private CountDownLatch silence = new CountDownLatch(0);
    private HttpServer server;
    private Catalogue.RemoteFile file;

    @TempDir
    Path folder;

    @BeforeEach
    void serve() throws Exception {
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 1000);
        }
        files.put("/data/file.bin", content);
        file = new Catalogue.RemoteFile("file.bin", content.length, "SHA-256", hex("SHA-256", content));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aFileIsFetchedWholeAndProgressEndsAtItsLength() throws Exception {
        List<Long> progress = new ArrayList<>();
        Path target = new Fetch(catalogue()).fetch("set", folder, base(), (name, bytes, total) -> {
            assertThat(name).isEqualTo("file.bin");
            assertThat(total).isEqualTo(content.length);
            progress.add(bytes);
        });
        assertThat(target).isEqualTo(folder.resolve("set"));
        assertThat(target.resolve("file.bin")).hasBinaryContent(content);
        assertThat(target.resolve("file.bin.part")).doesNotExist();
        assertThat(progress).isSorted().endsWith((long) content.length).hasSizeGreaterThan(1);
    }

    @Test
    void theAddressOfTheCatalogueIsUsedUnlessAnotherIsGiven() throws Exception {
        new Fetch(catalogue()).fetch("set", folder, SILENT);
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void whatIsThereAlreadyIsNotFetchedAgainButWhatIsDamagedIs() throws Exception {
        fetch();
        fetch();
        assertThat(ranges).containsExactly("none");
        Files.write(folder.resolve("set/file.bin"), new byte[content.length]);
        fetch();
        assertThat(ranges).hasSize(2);
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aPartIsContinuedWhereItEnds() throws Exception {
        part(Arrays.copyOf(content, 300_000));
        fetch();
        assertThat(ranges).containsExactly("bytes=300000-");
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aBrokenConnectionLeavesAPartThatIsContinued() throws Exception {
        cutsAfter = 400_000;
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("file.bin ended after")
                .hasMessageContaining("of 700000 bytes").hasMessageContaining("it continues there");
        assertThat(folder.resolve("set/file.bin")).doesNotExist();
        long have = Files.size(folder.resolve("set/file.bin.part"));
        assertThat(have).isBetween(1L, 400_000L);
        cutsAfter = Integer.MAX_VALUE;
        fetch();
        assertThat(ranges).containsExactly("none", "bytes=" + have + "-");
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aServerThatFallsSilentIsGivenUpAndThePartKept() throws Exception {
        cutsAfter = 400_000;
        CountDownLatch over = new CountDownLatch(1);
        silence = over;
        Fetch impatient = new Fetch(catalogue(), Duration.ofMillis(300));
        assertThatThrownBy(() -> impatient.fetch("set", folder, base(), SILENT)).isInstanceOf(FetchException.class)
                .hasMessageContaining("of 700000 bytes").hasMessageContaining("it continues there");
        over.countDown();
        assertThat(Files.size(folder.resolve("set/file.bin.part"))).isPositive();
    }

    /** A server that sends a byte now and then would be waited for a year. */
    @Test
    void aServerThatSendsNextToNothingIsGivenUpAndThePartKept() throws Exception {
        trickles = true;
        Fetch impatient = new Fetch(catalogue(), Duration.ofMillis(400));
        assertThatThrownBy(() -> impatient.fetch("set", folder, base(), SILENT)).isInstanceOf(FetchException.class)
                .hasMessageContaining("sent fewer than 1000 bytes a second").hasMessageContaining("it continues there");
        trickles = false;
        assertThat(Files.size(folder.resolve("set/file.bin.part"))).isPositive();
        fetch();
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    /** Three at once: one fetches, the others wait and use what it has got. */
    @Test
    void severalFetchesOfOneSetWaitForEachOther() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        silence = over;
        CountDownLatch waiting = new CountDownLatch(2);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread = new Thread(() -> {
                try {
                    new Fetch(catalogue()).fetch("set", folder, base(), new Fetch.Progress() {
                        @Override
                        public void at(String name, long bytes, long total) {
                        }

                        @Override
                        public void waiting(Path set) {
                            waiting.countDown();
                        }
                    });
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            thread.start();
            all.add(thread);
        }
        waiting.await();
        over.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(ranges).containsExactly("none");
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aServerThatIgnoresRangesIsReadFromTheStart() throws Exception {
        ignoresRanges = true;
        part(new byte[300_000]);
        fetch();
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aPartOfSomethingElseIsThrownAwayAndFetchedOnceMore() throws Exception {
        part(new byte[300_000]);
        fetch();
        assertThat(ranges).containsExactly("bytes=300000-", "none");
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aPartThatIsWholeOrTooLongIsHandled() throws Exception {
        part(content);
        fetch();
        assertThat(ranges).isEmpty();
        Files.delete(folder.resolve("set/file.bin"));
        part(new byte[content.length + 5]);
        fetch();
        assertThat(folder.resolve("set/file.bin")).hasBinaryContent(content);
    }

    @Test
    void aWrongChecksumLeavesNothingInPlace() {
        byte[] other = content.clone();
        other[5] ^= 1;
        files.put("/data/file.bin", other);
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("cannot fetch set")
                .hasMessageContaining("expected " + file.checksum()).hasMessageContaining(base() + "/file.bin");
        assertThat(folder.resolve("set")).isEmptyDirectory();
    }

    @Test
    void aFileOfAnotherLengthIsRefusedAndNeverMoreIsWrittenThanExpected() throws Exception {
        files.put("/data/file.bin", new byte[content.length + 1]);
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("has 700001 bytes, expected 700000");
        lies = true;
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("more than the expected 700000");
        assertThat(folder.resolve("set/file.bin")).doesNotExist();
        assertThat(Files.size(folder.resolve("set/file.bin.part"))).isLessThanOrEqualTo(content.length);
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() {
        files.clear();
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("file.bin answered with status 404");
        assertThat(folder.resolve("set")).isEmptyDirectory();
    }

    @Test
    void withoutAServerTheMessageSaysWhatToDo() {
        server.stop(0);
        assertThatThrownBy(this::fetch).isInstanceOf(FetchException.class).hasMessageContaining("no connection")
                .hasMessageContaining("by hand").hasMessageContaining(folder.resolve("set").toString());
    }

    @Test
    void anUnknownSetNamesTheNearest() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fetch(Catalogue.published()).fetch("fashion-mist", folder, SILENT))
                .withMessageContaining("did you mean 'fashion-mnist'?").withMessageContaining("mnist, fashion-mnist, cifar-10");
        assertThatThrownBy(() -> new Fetch(catalogue()).fetch("set", folder, URI.create("ftp://example/"), SILENT))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("http://");
    }

    @Test
    void anArchiveIsUnpackedToItsWantedFilesOnly() throws Exception {
        byte[] archive = tarGz(Map.of("inner/a.bin", new byte[] {1, 2, 3}, "../../evil.bin", new byte[] {6}, "/b.bin", new byte[] {4, 5},
                "inner/readme", new byte[9]));
        Fetch fetch = new Fetch(archived(archive, 3));
        fetch.fetch("set", folder, base(), SILENT);
        assertThat(folder.resolve("set/a.bin")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(folder.resolve("set/b.bin")).hasBinaryContent(new byte[] {4, 5});
        try (var listed = Files.list(folder.resolve("set"))) {
            assertThat(listed).hasSize(2);
        }
        fetch.fetch("set", folder, base(), SILENT);
        assertThat(ranges).hasSize(1);
    }

    @Test
    void anArchiveWithoutTheWantedFilesIsRefused() throws Exception {
        byte[] without = tarGz(Map.of("inner/a.bin", new byte[] {1, 2, 3}));
        assertThatThrownBy(() -> new Fetch(archived(without, 3)).fetch("set", folder, base(), SILENT))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("not all of [a.bin, b.bin]");
        byte[] longer = tarGz(Map.of("inner/a.bin", new byte[4], "b.bin", new byte[2]));
        assertThatThrownBy(() -> new Fetch(archived(longer, 3)).fetch("set", folder, base(), SILENT))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("entry a.bin: expected 3 bytes, found 4");
    }

    /** What `cairn data fetch mnist` would get is what stands in datasets/. */
    @Test
    void theCatalogueKnowsTheFilesThatComeWithCairn() throws Exception {
        for (Catalogue.RemoteFile known : Catalogue.published().find("mnist").orElseThrow().files()) {
            byte[] bytes = Files.readAllBytes(Path.of("datasets/mnist").resolve(known.name()));
            assertThat(known.bytes()).isEqualTo(bytes.length);
            assertThat(known.checksum()).isEqualTo(hex(known.algorithm(), bytes));
        }
    }

    private void fetch() throws IOException, InterruptedException {
        new Fetch(catalogue()).fetch("set", folder, base(), SILENT);
    }

    private Catalogue catalogue() {
        return new Catalogue(List.of(new Catalogue.RemoteSet("set", base(), List.of(file), List.of())));
    }

    private Catalogue archived(byte[] archive, int bytesOfA) throws Exception {
        files.put("/data/set.tar.gz", archive);
        return new Catalogue(List.of(new Catalogue.RemoteSet("set", base(),
                List.of(new Catalogue.RemoteFile("set.tar.gz", archive.length, "MD5", hex("MD5", archive))),
                List.of(new Catalogue.Unpacked("a.bin", bytesOfA), new Catalogue.Unpacked("b.bin", 2)))));
    }

    private URI base() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort() + "/data");
    }

    private void part(byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve("set"));
        Files.write(folder.resolve("set/file.bin.part"), bytes);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] all = files.get(exchange.getRequestURI().getPath());
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "none" : range);
            if (all == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            int from = range == null || ignoresRanges ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            if (from > 0) {
                exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, lies ? 0 : all.length - from);
            for (int i = 0; trickles && i < 100; i++) {
                exchange.getResponseBody().write(all, from + i, 1);
                exchange.getResponseBody().flush();
                Thread.sleep(20);
            }
            exchange.getResponseBody().write(all, from, Math.min(all.length - from, cutsAfter));
            exchange.getResponseBody().flush();
            silence.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] tarGz(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), true);
                header.setSize(entry.getValue().length);
                tar.putArchiveEntry(header);
                tar.write(entry.getValue());
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }
}
