package cairn.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What computes here, and whether it computes the same twice. On a new card its first start is when the driver compiles. */
final class DoctorCheck implements Check {
    private static final Set<String> FACTS = Set.of("cairn", "backend", "nd4j", "nd4j-classifier", "blas", "threads", "cpu", "tf32", "unordered-additions", "bit-variables",
            "java");

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(40);
    }

    @Override
    public void play(CheckContext stage) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        CheckContext.Ended ended = stage.run(Program.cairn("doctor", "--json"));
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<String> differing = new ArrayList<>();
        int checks = 0;
        for (JsonNode event : Events.of(ended.lines())) {
            switch (event.get("event").textValue()) {
                case "backend" -> computesOn(stage, event);
                case "environment" -> event.properties().stream().filter(e -> FACTS.contains(e.getKey()))
                        .forEach(e -> stage.fact(e.getKey(), e.getValue().asText()));
                case "check" -> {
                    checks++;
                    if (!event.get("holds").booleanValue()) {
                        differing.add(event.get("claim").textValue());
                    }
                }
                default -> { }
            }
        }
        if (checks == 0) {
            ended.orFail();
        }
        stage.tell("computes the same twice", differing.isEmpty() && checks > 0 ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                differing.isEmpty() ? checks + " checks" : "differs: " + String.join(", ", differing));
        stage.tell("first start", Row.Verdict.MEASURED, Figures.seconds(seconds));
        ended.orFail();
    }

    private static void computesOn(CheckContext stage, JsonNode event) {
        stage.fact("build", event.get("build").textValue());
        for (JsonNode card : event.get("gpus")) {
            stage.fact("card " + card.get("index").asText(), card.get("name").textValue() + ", driver " + card.get("driver").textValue()
                    + ", compute capability " + card.get("compute_capability").textValue());
        }
        boolean isAsMeant = event.get("computes_on").textValue().equals(stage.place().choice().isOnGpu() ? "cuda" : "cpu");
        stage.tell("computes on", isAsMeant ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                event.get("computes_on").textValue() + ": " + event.get("why").textValue());
    }
}
