package cairn.cli.report;

import cairn.cli.terminal.Columns;
import cairn.cli.terminal.Screen;
import cairn.machine.BackendChoice;
import cairn.machine.BackendException;
import cairn.machine.Build;
import cairn.machine.Gpu;
import cairn.machine.Gpus;
import cairn.machine.Tf32;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * What there is to compute with, what would be chosen, and why: found out without loading ND4J.
 *
 * @param choice nothing if what is asked for cannot be had
 * @param refusal why
 * @param tf32 whether a card's products of floats may be rounded
 */
public record GpuReport(Build build, BackendChoice.Wish wish, Gpus cards, Optional<BackendChoice> choice, Optional<BackendException> refusal,
        Tf32 tf32) {

    static GpuReport of(Build build, BackendChoice.Wish wish, Gpus cards, Tf32 tf32) {
        try {
            return new GpuReport(build, wish, cards, Optional.of(BackendChoice.of(build, wish, cards)), Optional.empty(), tf32);
        } catch (BackendException e) {
            return new GpuReport(build, wish, cards, Optional.empty(), Optional.of(e), tf32);
        }
    }

    /** Of this process. */
    public static GpuReport here() {
        return of(Build.here(), BackendChoice.Wish.here(), Gpus.here(), Tf32.here());
    }

    /**
     * Says all of it.
     *
     * @throws BackendException if what is asked for cannot be had
     */
    public void show(Screen screen) {
        screen.print(table().toString());
        screen.emit(event());
        refusal.ifPresent(e -> {
            throw e;
        });
    }

    Columns table() {
        Columns table = new Columns("", "");
        table.add("build", build.command() + (build == Build.CPU ? ": for the processor" : ": with " + build.artifact()));
        if (cards.visible().isEmpty()) {
            table.add("card", "none: " + cards.problem());
        }
        for (Gpu card : cards.visible()) {
            table.add("card " + card.index(), card.name() + ", driver " + card.driver() + ", "
                    + (card.totalBytes() == 0 ? "memory unknown" : Format.size(card.freeBytes()) + " of " + Format.size(card.totalBytes()) + " free"));
            table.add("", "compute capability " + card.capability() + ", " + code(card));
        }
        table.add("asked for", wish.toString());
        choice.ifPresent(c -> table.add("computes on", (c.isOnGpu() ? "the card: " : "the processor: ") + c.why().replace("\n", " ")));
        if (build != Build.CPU) {
            table.add("tf32", tf32.sentence());
        }
        return table;
    }

    /** How the card would get its code. */
    private String code(Gpu card) {
        return switch (build.code(card)) {
            case READY -> "this build has its code";
            case COMPILED_AT_START -> "compiled by the driver at the first start";
            case NONE -> Build.fitFor(card).map(b -> "needs " + b.command()).orElse("too old for every build");
        };
    }

    ObjectNode event() {
        ObjectNode event = Screen.event("backend").put("build", build.command()).put("asked_for", wish.toString())
                .put("computes_on", choice.map(c -> c.isOnGpu() ? "cuda" : "cpu").orElse("nothing"))
                .put("tf32", tf32.name().toLowerCase(Locale.ROOT))
                .put("why", choice.map(BackendChoice::why).or(() -> refusal.map(Throwable::getMessage)).orElse(""));
        ArrayNode list = event.putArray("cards");
        for (Gpu card : cards.visible()) {
            list.addObject().put("index", card.index()).put("name", card.name()).put("driver", card.driver())
                    .put("compute_capability", card.capability().toString()).put("total_bytes", card.totalBytes()).put("free_bytes", card.freeBytes())
                    .put("code", build.code(card).name().toLowerCase(Locale.ROOT));
        }
        return event;
    }
}
