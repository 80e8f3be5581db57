package cairn.cli.report;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.replay.ReplayListener;
import cairn.replay.ReplayPath;
import cairn.replay.RecordedDifference;
import cairn.replay.RunReplay;
import cairn.run.ResumeGrade;
import cairn.train.StepReport;
import java.io.IOException;

/** Shows a replay: from which step it starts, how many steps are trained again, and how far it has come. */
public final class ReplayProgress implements ReplayListener, AutoCloseable {
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
    public void onStart(ReplayPath path) {
        meter.close();
        String from = switch (path.source()) {
            case "beginning" -> "starting at step 0";
            case "here" -> "continuing from step " + path.from();
            default -> "restoring step " + path.from();
        };
        boolean isRestored = !path.source().equals("here") && !path.source().equals("beginning");
        if (path.replayed() > 0 || isRestored) {
            screen.log(run.name() + "@" + path.to() + ": " + from + ", replaying " + Format.count(path.replayed(), "step"));
        }
        screen.emit(Screen.event("replay").put("run", run.name()).put("from", path.from()).put("to", path.to())
                .put("steps", path.replayed()));
        ResumeGrade grade = path.replayed() > 0 ? grade(path) : ResumeGrade.exact();
        if (!grade.isExact()) {
            screen.note("from step " + path.from() + " on, the replay has the " + grade.sentence()
                    + ", so the bits may differ from those of the training");
        }
        meter = Meter.of(host, screen, "replay", "steps", path.from(), path.to());
    }

    /** A checkpoint that cannot be read is reported when it is restored. */
    private ResumeGrade grade(ReplayPath path) {
        try {
            return replay.grade(path.from(), path.to());
        } catch (IOException e) {
            return ResumeGrade.exact();
        }
    }

    @Override
    public void onDifferent(RecordedDifference difference) {
        screen.note("this replay is not bit for bit the training: " + difference + ". What follows comes from the replay");
    }

    @Override
    public void onDamaged(DamagedCheckpointException damaged) {
        screen.note(damaged.getMessage() + "\nThe checkpoint before it is used instead.");
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
