package cairn.cli.report;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.DataPlace;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.replay.Replay;
import cairn.replay.RunReplay;
import cairn.run.ResumeGrade;
import cairn.train.StepReport;
import java.io.IOException;

/** How a command comes to the state of a step that was not saved: from the nearest checkpoint before it, saying what that costs. */
public record StateResolver(Host host, Screen screen, DataPlace data) {

    /** The state that {@code which} means: read where it is stored, trained again in memory where it is not. */
    public Checkpoint read(StoredRun run, String which) throws IOException {
        long step;
        try (DirectoryStore store = run.store()) {
            step = run.wanted(store, which, screen);
            if (store.steps().contains(step)) {
                return store.read(step);
            }
        }
        try (RunReplay playback = reading(run, step); Watch watch = watch(run, playback)) {
            playback.goTo(step, watch);
            return playback.checkpoint();
        }
    }

    /** Makes a checkpoint of a step that the run has done. */
    public CheckpointInfo keep(StoredRun run, long step) throws IOException {
        try (RunReplay playback = writing(run, step)) {
            try (Watch watch = watch(run, playback)) {
                playback.goTo(step, watch);
            }
            return playback.keep();
        }
    }

    /** The run, to be looked at. */
    public RunReplay reading(StoredRun run, long step) throws IOException {
        RunReplay.requireTrained(run.folder(), step);
        return screen.waitingFor(DataPlace.LOADING, () -> RunReplay.reading(run.folder(), data.folders(run), host.clocks()));
    }

    /** The run, to be changed at a step to which it came. */
    public RunReplay writing(StoredRun run, long step) throws IOException {
        RunReplay.requireTrained(run.folder(), step);
        return screen.waitingFor(DataPlace.LOADING, () -> RunReplay.writing(run.folder(), data.folders(run), host.clocks()));
    }

    /** Somebody who says where the way begins and how long it is, and then shows how far it has been gone. */
    public Watch watch(StoredRun run, RunReplay playback) {
        return new Watch(host, screen, run, playback);
    }

    /** Says and shows the way. */
    public static final class Watch implements Replay.Viewer, AutoCloseable {
        private final Host host;
        private final Screen screen;
        private final StoredRun run;
        private final RunReplay playback;
        private Meter meter = new Meter.Silence();

        private Watch(Host host, Screen screen, StoredRun run, RunReplay playback) {
            this.host = host;
            this.screen = screen;
            this.run = run;
            this.playback = playback;
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
                screen.note(run.name() + "@" + route.to() + ": " + from + ", replaying " + Format.count(route.replayed(), "step"));
            }
            screen.tell(Screen.event("replay").put("run", run.name()).put("from", route.from()).put("to", route.to())
                    .put("steps", route.replayed()));
            ResumeGrade grade = grade(route);
            if (route.replayed() > 0 && !grade.isExact()) {
                screen.note("note: from step " + route.from() + " on, this is with " + grade.sentence()
                        + ": the bits may differ from those of the training");
            }
            meter = Meter.of(host, screen, "replay", "steps", route.from(), route.to());
        }

        /** One that cannot be read is told when it is restored. */
        private ResumeGrade grade(Replay.Route route) {
            try {
                return playback.grade(route.from());
            } catch (IOException e) {
                return ResumeGrade.exact();
            }
        }

        @Override
        public void passesOver(DamagedCheckpointException damaged) {
            screen.note("note: " + damaged.getMessage() + "\nIt is passed over; the one before it is taken.");
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
}
