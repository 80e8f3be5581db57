package cairn.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The server of the JDK, on this machine alone: it listens at 127.0.0.1 and, where there is one, at ::1, and nowhere else. Another machine
 * reaches it through a tunnel of its user only.
 */
final class PageServer implements Closeable {
    /** Read by the JDK's server when its first one is made. */
    private static final Map<String, String> LIMITS = Map.of("jdk.httpserver.maxConnections", "160", "sun.net.httpserver.maxIdleConnections", "80",
            "sun.net.httpserver.idleInterval", "30", "sun.net.httpserver.maxReqHeaders", "60",
            "sun.net.httpserver.maxReqHeaderSize", "16384", "sun.net.httpserver.drainAmount", "65536");
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer", "Cache-Control", "no-store",
            "Cross-Origin-Resource-Policy", "same-origin", "Cross-Origin-Opener-Policy", "same-origin", "X-Frame-Options", "DENY");
    private static final int TRIES = 20;
    private static final int BACKLOG = 64;

    /** Answers requests. */
    interface Attendance {
        /** The answer, after the checks of the gate, to a request with this body. */
        Answer answer(HttpExchange request, byte[] body) throws IOException;

        /** Sends events until the other side has had enough; the head of the answer is sent when this begins. */
        void events(HttpExchange request) throws IOException;
    }

    private final List<HttpServer> servers;
    private final Attendants attendants;

    private PageServer(List<HttpServer> servers, Attendants attendants) {
        this.servers = servers;
        this.attendants = attendants;
    }

    /** Listens at {@code port}, or at a free port if it is 0. Answers nothing yet. */
    static PageServer listening(int port, Attendants attendants) throws IOException {
        LIMITS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        for (int i = 1; ; i++) {
            HttpServer four = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
            List<HttpServer> both = new ArrayList<>(List.of(four));
            byte[] one = new byte[16];
            one[15] = 1;
            try {
                both.add(HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(one), four.getAddress().getPort()), BACKLOG));
                return new PageServer(both, attendants);
            } catch (BindException taken) {
                // Another program has this port at ::1, which a browser may take for ours.
                boolean hasSix = taken.getMessage() == null || !taken.getMessage().contains("assign requested address");
                if (hasSix && port == 0 && i < TRIES) {
                    four.stop(0);
                    continue;
                }
                return new PageServer(both, attendants);
            } catch (SocketException noSix) {
                return new PageServer(both, attendants);
            }
        }
    }

    int port() {
        return servers.get(0).getAddress().getPort();
    }

    /** Begins to answer. */
    void begin(Gate gate, Attendance attendance) {
        for (HttpServer server : servers) {
            server.setExecutor(attendants);
            server.createContext("/", request -> {
                try (request) {
                    serve(request, gate, attendance);
                }
            });
            server.start();
        }
    }

    private void serve(HttpExchange request, Gate gate, Attendance attendance) throws IOException {
        HEADERS.forEach(request.getResponseHeaders()::set);
        Answer answer;
        try {
            gate.admit(request);
            if (Routes.isEvents(request)) {
                attendance.events(request);
                return;
            }
            byte[] body = Gate.body(request);
            attendants.works();
            answer = attendance.answer(request, body);
        } catch (Refusal e) {
            answer = Answer.error(e.status(), e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            answer = Answer.error(500, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            answer = Answer.error(500, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        send(request, answer);
    }

    private void send(HttpExchange request, Answer answer) throws IOException {
        attendants.talks();
        Headers headers = request.getResponseHeaders();
        answer.headers().forEach(headers::set);
        if (answer.type().isEmpty() || request.getRequestMethod().equals("HEAD")) {
            request.sendResponseHeaders(answer.status(), -1);
            return;
        }
        headers.set("Content-Type", answer.type());
        request.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        request.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        attendants.close();
    }
}
