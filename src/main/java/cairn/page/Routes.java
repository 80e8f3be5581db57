package cairn.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Which request is answered by what. */
final class Routes {
    private final Gate gate;
    private final Assets assets;
    private final Readings readings;
    private final Actions actions;
    private final Runnable used;

    /** @param used is run when a token was used up */
    Routes(Gate gate, Assets assets, Readings readings, Actions actions, Runnable used) {
        this.gate = gate;
        this.assets = assets;
        this.readings = readings;
        this.actions = actions;
        this.used = used;
    }

    /** Whether the request asks for events, which have no end. */
    static boolean isEvents(HttpExchange request) {
        return request.getRequestURI().getRawPath().equals("/api/events") && request.getRequestMethod().equals("GET");
    }

    Answer answer(HttpExchange request, byte[] body) throws IOException {
        String path = request.getRequestURI().getRawPath();
        boolean isPost = request.getRequestMethod().equals("POST");
        if (!path.startsWith("/api/")) {
            if (isPost) {
                throw new Refusal(405, "a file of the page is read by a GET");
            }
            return assets.at(path).orElseThrow(() -> Refusal.notThere("the page has no such file"));
        }
        Address address = Address.of(path, request.getRequestURI().getRawQuery());
        List<String> words = address.words();
        if (isPost && words.equals(List.of("session"))) {
            String cookie = gate.cookie(Answer.read(body).path("token").asText(""));
            used.run();
            return Answer.nothing(Map.of("Set-Cookie", cookie));
        }
        gate.requireSession(request);
        if (isPost) {
            gate.requireWritable();
            ObjectNode asked = Answer.read(body);
            if (words.equals(List.of("play"))) {
                return Answer.of(actions.play(asked));
            } else if (words.size() == 3 && words.get(0).equals("run") && words.get(2).equals("do")) {
                return Answer.of(actions.act(words.get(1), asked));
            }
            throw Refusal.notThere("nothing is changed at this address");
        }
        return readings.answer(address);
    }
}
