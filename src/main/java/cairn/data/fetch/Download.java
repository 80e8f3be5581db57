package cairn.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One file over HTTP, continued where an earlier attempt ended if the server supports it; never more bytes than expected. */
final class Download {
    private static final long REPORT_BYTES = 1 << 18;
    /** A server that sends fewer bytes a second is given up. */
    private static final long LEAST_RATE = 1000;

    private final Duration patience;
    private final HttpClient client;

    /** Waits at most {@code patience} for a connection and an answer, and at most twice that long for more bytes. */
    Download(Duration patience) {
        this.patience = patience;
        this.client = HttpClient.newBuilder().connectTimeout(patience).followRedirects(HttpClient.Redirect.NORMAL)
                .version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Fills {@code part} to the file's whole length; returns whether an earlier part was continued. */
    boolean to(Path part, String set, URI from, Catalogue.RemoteFile file, Fetch.Progress progress) throws IOException,
            InterruptedException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        if (have > file.bytes()) {
            Files.delete(part);
            have = 0;
        }
        if (have == file.bytes()) {
            return true;
        }
        HttpResponse<InputStream> response = request(set, from, have, part);
        try (InputStream body = response.body()) {
            boolean continues = have > 0 && response.statusCode() == 206
                    && response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
            if (have > 0 && !continues && (response.statusCode() == 416 || response.statusCode() == 206)) {
                // The server cannot continue there: from the start.
                Files.delete(part);
                return to(part, set, from, file, progress);
            }
            if (response.statusCode() != 200 && !continues) {
                throw new FetchException(set, from + " answered with status " + response.statusCode(), byHand(part));
            }
            long start = continues ? have : 0;
            long announced = start + response.headers().firstValueAsLong("Content-Length").orElse(file.bytes() - start);
            if (announced != file.bytes()) {
                throw new FetchException(set, from + " has " + announced + " bytes, expected " + file.bytes(), "try another address");
            }
            AtomicLong received = new AtomicLong(start);
            try (Watch watch = new Watch(body, received)) {
                copy(body, part, received, watch, set, from, file, progress);
            }
            return continues;
        }
    }

    private HttpResponse<InputStream> request(String set, URI from, long have, Path part) throws IOException, InterruptedException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(patience).GET();
            if (have > 0) {
                request.header("Range", "bytes=" + have + "-");
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpTimeoutException e) {
            throw failed(set, from + ": no connection to " + from.getHost(), byHand(part), e);
        } catch (IOException e) {
            throw failed(set, from + ": " + e.getMessage(), byHand(part), e);
        } catch (IllegalArgumentException e) {
            throw failed(set, from + " is not an address to fetch from: "
                    + e.getMessage(), "use an address that begins with http:// or https://", e);
        }
    }

    /**
     * The client has no time-out for a body that stops coming, or nearly. So a thread closes it when fewer than {@link #LEAST_RATE} bytes a
     * second have come for {@code patience}.
     */
    private final class Watch implements AutoCloseable {
        private final AtomicLong received;
        private final Thread thread;
        private volatile boolean gaveUp;

        Watch(InputStream body, AtomicLong received) {
            this.received = received;
            this.thread = new Thread(() -> watch(body), "watch of a download");
            thread.setDaemon(true);
            thread.start();
        }

        private void watch(InputStream body) {
            long least = Math.max(1, patience.toMillis() * LEAST_RATE / 1000);
            try {
                for (long before = received.get(), now = before + least; now - before >= least; now = received.get()) {
                    before = received.get();
                    Thread.sleep(patience.toMillis());
                }
                gaveUp = true;
                body.close();
            } catch (InterruptedException | IOException e) {
                // The transfer has ended or failed, and its own thread reports which.
            }
        }

        /** What to add to the message about a transfer that has ended. */
        String reason() {
            return gaveUp ? "sent fewer than " + LEAST_RATE + " bytes a second for " + patience.toMillis() / 1000.0 + " s and " : "";
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private static void copy(InputStream body, Path part, AtomicLong received, Watch watch, String set, URI from,
            Catalogue.RemoteFile file, Fetch.Progress progress) throws IOException {
        long have = received.get();
        long told = have;
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE,
                have > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int n = read(body, buffer, watch, set, from, have, file); n >= 0; n = read(body, buffer, watch, set, from, have, file)) {
                if (have + n > file.bytes()) {
                    throw new FetchException(set, from + " has more than the expected " + file.bytes() + " bytes", "try another address");
                }
                out.write(buffer, 0, n);
                have += n;
                received.set(have);
                if (have - told >= REPORT_BYTES || have == file.bytes()) {
                    progress.at(file.name(), have, file.bytes());
                    told = have;
                }
            }
        }
        if (have < file.bytes()) {
            throw ended(watch.reason(), set, from, have, file);
        }
    }

    private static int read(InputStream body, byte[] buffer, Watch watch, String set, URI from, long have, Catalogue.RemoteFile file)
            throws IOException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            FetchException ended = ended(watch.reason(), set, from, have, file);
            ended.initCause(e);
            throw ended;
        }
    }

    private static FetchException ended(String reason, String set, URI from, long have, Catalogue.RemoteFile file) {
        return new FetchException(set, from + " " + reason + "ended after " + have + " of " + file.bytes()
                + " bytes", "fetch again: it continues there");
    }

    private static String byHand(Path part) {
        return "check the network, fetch from another address, or put the file into " + part.getParent() + " by hand";
    }

    private static FetchException failed(String set, String problem, String remedy, Exception cause) {
        FetchException failed = new FetchException(set, problem, remedy);
        failed.initCause(cause);
        return failed;
    }
}
