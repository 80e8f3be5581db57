package cairn.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which device computes here, and whether it computes the same result twice. On a new GPU, the driver compiles at this first start. */
final class DoctorCheck implements Check {
    private static final Set<String> FACTS = Set.of("cairn", "backend", "nd4j", "nd4j-classifier", "blas", "threads", "cpu", "tf32",
            "unordered-additions", "bit-variables", "java");

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(40);
    }

    @Override
    public void run(CheckContext context) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        CheckContext.Ended ended = context.run(Program.cairn("doctor", "--json"));
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<String> differing = new ArrayList<>();
        int checks = 0;
        for (JsonNode event : Events.of(ended.lines())) {
            switch (event.get("event").textValue()) {
                case "backend" -> computesOn(context, event);
                case "environment" -> event.properties().stream().filter(e -> FACTS.contains(e.getKey()))
                        .forEach(e -> context.fact(e.getKey(), e.getValue().asText()));
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
        context.report("computes the same twice", differing.isEmpty() && checks > 0 ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                differing.isEmpty() ? checks + " checks" : "differs: " + String.join(", ", differing));
        context.report("first start", Row.Verdict.MEASURED, Format.seconds(seconds));
        ended.orFail();
    }

    private static void computesOn(CheckContext context, JsonNode event) {
        context.fact("build", event.get("build").textValue());
        for (JsonNode gpu : event.get("gpus")) {
            context.fact("GPU " + gpu.get("index").asText(), gpu.get("name").textValue() + ", driver " + gpu.get("driver").textValue()
                    + ", compute capability " + gpu.get("compute_capability").textValue());
        }
        boolean isAsMeant = event.get("computes_on").textValue().equals(context.options().choice().isOnGpu() ? "cuda" : "cpu");
        context.report("computes on", isAsMeant ? Row.Verdict.PASSED : Row.Verdict.FAILED,
                event.get("computes_on").textValue() + ": " + event.get("why").textValue());
    }
}
