package cairn.cli.report;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.replay.Replay;
import cairn.replay.RunReplay;
import cairn.run.ResumeGrade;
import cairn.train.StepReport;
import java.io.IOException;

/** Shows a replay: from which step it starts, how many steps are trained again, and how far it has come. */
public final class ReplayProgress implements Replay.Viewer, AutoCloseable {
    private final Host host;
    private final Screen screen;
    private final StoredRun run;
    private final RunReplay replay;
    private Meter meter = new Meter.Silence();

    public ReplayProgress(Host host, Screen screen, StoredRun run, RunReplay replay) {
        this.host = host;
        this.screen = screen;
        this.run = run;
        this.replay = replay;
    }

    @Override
    public void setsOut(Replay.Route route) {
        meter.close();
        String from = switch (route.source()) {
            case "beginning" -> "starting at step 0";
            case "here" -> "going on from step " + route.from();
            default -> "restoring step " + route.from();
        };
        boolean isRestored = !route.source().equals("here") && !route.source().equals("beginning");
        if (route.replayed() > 0 || isRestored) {
            screen.log(run.name() + "@" + route.to() + ": " + from + ", replaying " + Format.count(route.replayed(), "step"));
        }
        screen.emit(Screen.event("replay").put("run", run.name()).put("from", route.from()).put("to", route.to())
                .put("steps", route.replayed()));
        ResumeGrade grade = grade(route);
        if (route.replayed() > 0 && !grade.isExact()) {
            screen.note("from step " + route.from() + " on, this is with " + grade.sentence()
                    + ": the bits may differ from those of the training");
        }
        meter = Meter.of(host, screen, "replay", "steps", route.from(), route.to());
    }

    /** A checkpoint that cannot be read is reported when it is restored. */
    private ResumeGrade grade(Replay.Route route) {
        try {
            return replay.grade(route.from());
        } catch (IOException e) {
            return ResumeGrade.exact();
        }
    }

    @Override
    public void passesOver(DamagedCheckpointException damaged) {
        screen.note(damaged.getMessage() + "\nIt is passed over; the one before it is taken.");
    }

    @Override
    public void stepped(StepReport report) {
        meter.at(report.step(), () -> "loss " + Format.real(report.loss()));
    }

    @Override
    public void close() {
        meter.close();
    }
}
