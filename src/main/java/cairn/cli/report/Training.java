package cairn.cli.report;

import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.DiskDemand;
import cairn.cli.args.StoredRun;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.cli.terminal.Meter;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.cli.terminal.Signals;
import cairn.data.DataSet;
import cairn.data.Splits;
import cairn.disk.RealDisk;
import cairn.metrics.Evaluation;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.run.Event;
import cairn.run.Observer;
import cairn.run.OnSaveError;
import cairn.run.ResumeGrade;
import cairn.run.Run;
import cairn.run.StopRule;
import cairn.run.TrainMeans;
import cairn.run.TrainOptions;
import cairn.state.MemoryException;
import cairn.state.StateDigest;
import cairn.tensorboard.LiveEvents;
import cairn.train.Findings;
import cairn.train.MemoryNeed;
import cairn.train.Predictor;
import cairn.train.Trainer;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One training of a run, as the user sees it: what is trained, how it proceeds, and how it ends.
 *
 * @param tensorboard where the files for TensorBoard are to be written, if they are
 * @param again the command that continues the run
 */
public record Training(Host host, Screen screen, Run run, StoredRun place, Optional<Path> tensorboard, String again) {

    /**
     * Trains as {@code arguments} say; returns the exit code of the process.
     *
     * @param pace lines that say when to go on, if the training is to wait for them: {@link PacedInput}
     */
    public int train(Recipe.RunDefaults arguments, OnSaveError onSaveError, Optional<TrainingTime> watch, Optional<InputStream> pace,
            Signals signals) throws IOException {
        Trainer trainer = run.trainer();
        long until = arguments.length(trainer.position().stepsPerEpoch());
        StopRule stop = arguments.patience().map(p -> signals.rule().or(StopRule.patience(p))).orElse(signals.rule());
        TrainOptions options = TrainOptions.until(until).stop(stop).save(arguments.saveEvery()).keep(arguments.keep())
                .onSaveError(onSaveError).statistics(watch);
        Optional<PacedInput> paced = pace.map(lines -> paced(trainer, lines, signals));
        if (paced.isPresent()) {
            options = options.stop(stop.or(paced.get().rule())).pace(paced.get());
        }
        introduce(trainer, options, arguments.patience());
        signals.trainingBegins();
        LastMeans means = new LastMeans();
        Saving saving = new Saving();
        String rows = trainer.data().splits().validation().size() > 0 ? "validation" : "test";
        Observer view = screen.isJson() ? new TrainingLines(screen, place.name(), rows)
                : new TrainingTable(screen, place, rows, trainer.recipe().evaluate().monitor());
        long from = trainer.position().step();
        String reason;
        try (Meter meter = Meter.of(host, screen, "step", "steps", from, until); LiveEvents live = live()) {
            Stream<Observer> observers = Stream.of(means, saving, view, new Progress(meter));
            reason = run.train(options.observers((tensorboard.isEmpty() ? observers : Stream.concat(observers, Stream.of(live)))
                    .toArray(Observer[]::new)));
        }
        tensorboard.ifPresent(folder -> screen.print("to look at it: tensorboard --logdir " + ShellCommand.of(List.of(folder.getParent().toString()))));
        if (from >= until) {
            reason = "nothing to do: the run is at step " + from + " already (--epochs and --steps are totals)";
        }
        DataSet test = trainer.data().splits().test();
        // The state is saved already and does not depend on this, so a signal cancels it at the next batch.
        Optional<Evaluation> onTest = test.size() == 0 ? Optional.empty() : trainer.evaluate(test, () -> signals.reason().isPresent());
        boolean isEarly = arguments.patience().isPresent() && trainer.progress().evaluationsSinceBest() >= arguments.patience().get();
        Optional<Evaluation> bestOnTest = isEarly && onTest.isPresent() && signals.reason().isEmpty() ? bestOnTest(test) : Optional.empty();
        end(signals.reason().orElse(reason), means, saving, onTest, bestOnTest, signals.reason().isPresent());
        return signals.exitCode().orElse(ExitCode.OK);
    }

    private LiveEvents live() {
        return new LiveEvents(place.folder(), tensorboard.orElse(place.folder()), new RealDisk(), host.clocks().millis(), screen::note);
    }

    /** The training waits for lines. They are read by a thread of their own, because it must notice their end while it trains. */
    private PacedInput paced(Trainer trainer, InputStream lines, Signals signals) {
        PacedInput paced = new PacedInput(host.clocks().nanos(), (state, now) -> told(state, now, StateDigest.of(trainer)), screen::note,
                () -> signals.reason().isPresent());
        Thread reader = new Thread(() -> paced.read(lines), "pace");
        reader.setDaemon(true);
        reader.start();
        return paced;
    }

    private void told(String state, Position now, String digest) {
        screen.print(state + " at step " + now.step() + ", digest " + digest);
        screen.emit(Screen.event("pace").put("run", place.name()).put("state", state).put("step", now.step()).put("epoch", now.epochs())
                .put("digest", digest));
    }

    /** The best model on the test rows, after a training that went on behind it; empty if its step is not saved, or cannot be read. */
    private Optional<Evaluation> bestOnTest(DataSet test) throws IOException {
        long best = run.trainer().progress().bestStep();
        if (run.checkpoints().stream().noneMatch(c -> c.step() == best)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Predictor.of(run.trainer().recipe(), run.state(best)).evaluate(test));
        } catch (CheckpointException | MemoryException e) {
            // The training is done and saved; evaluating that step says what is wrong with it.
            return Optional.empty();
        }
    }

    private void introduce(Trainer trainer, TrainOptions options, Optional<Integer> patience) throws IOException {
        long until = options.untilStep();
        Splits rows = trainer.data().splits();
        Recipe recipe = trainer.recipe();
        Columns facts = new Columns("", "");
        facts.add("recipe", recipe.name() + " " + Format.brief(recipe.digest()) + ", "
                + Format.count(recipe.parameterCount(rows.train().shape()), "parameter"));
        facts.add("rows", rows.train().size() + " to train, " + rows.validation().size() + " to validate, " + rows.test().size()
                + " to test");
        if (!run.grade().isExact()) {
            screen.note("here the run " + (run.resumedFrom().isPresent() ? "continues" : "starts") + " with the " + run.grade().sentence()
                    + " (" + reasons()
                    + "), so the bits may differ from here on");
        }
        Position now = trainer.position();
        boolean isDone = now.step() >= until;
        facts.add("run", place.folder() + (run.resumedFrom().isPresent() ? ", from " + at(now) : "")
                + (isDone ? "" : ", to " + at(new Position(until, now.stepsPerEpoch()))));
        if (run.resumedFrom().isPresent()) {
            facts.add("grade", run.grade().sentence());
        }
        DiskDemand demand = run.demand(options);
        facts.add("save", "every " + options.save() + ", keep " + options.keep() + "; " + ByteSize.text(demand.fileBytes())
                + " each, " + (demand.mostBytes().isEmpty() ? "without a limit" : "at most " + demand.mostFiles().getAsLong())
                + " on disk and " + MemoryNeed.SAVES + " in memory");
        screen.print(facts.toString());
        run.journalNote().ifPresent(note -> screen.note(note));
        if (!isDone) {
            run.durabilityWarning().ifPresent(warning -> screen.note(warning));
            run.diskWarning(demand, options).ifPresent(warning -> screen.note(warning));
            trainer.memory().tooLarge().ifPresent(left -> screen.note(MemoryReport.sentence(left)));
            noteIdle(recipe, now, until);
            if (run.resumedFrom().isEmpty()) {
                Findings.of(recipe, rows).forEach(screen::note);
                Findings.ofPlan(recipe, now.stepsPerEpoch(), until, patience.map(OptionalInt::of).orElse(OptionalInt.empty()), options.save())
                        .forEach(screen::note);
            }
        }
    }

    /** A schedule that has reached 0 trains nothing, however many steps follow. */
    private void noteIdle(Recipe recipe, Position now, long until) {
        OptionalLong idle = recipe.idleFrom(now.step(), until, now.stepsPerEpoch());
        if (idle.isPresent() && (idle.getAsLong() == now.step() || until - idle.getAsLong() >= now.stepsPerEpoch())) {
            screen.note("the schedule's learning rate is 0 from step " + idle.getAsLong() + " on, so nothing is learned from there"
                    + " to step " + until + ". To train longer, start a run with a longer schedule (--set schedule...=...)");
        }
    }

    private String reasons() {
        return run.grade().reasons().stream().map(ResumeGrade.Reason::toString).collect(Collectors.joining(", "));
    }

    private static String at(Position position) {
        return "step " + position.step() + " (epoch " + Format.epoch(position) + ")";
    }

    private void end(String reason, LastMeans means, Saving saving, Optional<Evaluation> test, Optional<Evaluation> bestOnTest,
            boolean isAskedFor) throws IOException {
        Trainer trainer = run.trainer();
        Position position = trainer.position();
        String digest = StateDigest.of(trainer);
        ObjectNode event = Screen.event("end").put("run", place.name()).put("step", position.step()).put("epoch", position.epochs())
                .put("digest", digest).put("reason", reason);
        JsonFields.put(event, means.last);
        test.ifPresent(t -> t.measures().forEach((name, estimate) -> JsonFields.put(event, "test-" + name, estimate.value())));
        test.ifPresent(t -> event.put("test_step", position.step()));
        bestOnTest.ifPresent(t -> t.measures().forEach((name, estimate) -> JsonFields.put(event, "best-test-" + name, estimate.value())));
        if (trainer.progress().bestStep() >= 0) {
            JsonFields.put(event, "best-" + trainer.recipe().evaluate().monitor(), trainer.progress().best());
            event.put("best_step", trainer.progress().bestStep());
        }
        if (run.resumedFrom().isPresent()) {
            event.put("grade", run.grade().level().word());
            ArrayNode reasons = event.putArray("grade_reasons");
            run.grade().reasons().forEach(r -> reasons.add(r.toString()));
        }
        Set<Long> stored = run.checkpoints().stream().map(CheckpointInfo::step).collect(Collectors.toSet());
        Optional<Path> file = run.checkpoints().stream().filter(c -> c.step() == position.step())
                .map(c -> place.folder().resolve(c.fileName())).findFirst();
        file.ifPresent(f -> event.put("file", f.toString()));
        if (isAskedFor) {
            event.put("go_on", again);
        }
        saving.put(event);
        screen.emit(event);

        screen.print(reason + (test.isEmpty() ? "; continue with: " + again : ""));
        if (isAskedFor) {
            file.ifPresent(f -> screen.print("the state is saved in " + f));
        }
        saving.lines().forEach(screen::print);
        if (trainer.progress().bestStep() >= 0) {
            long best = trainer.progress().bestStep();
            screen.print("best " + trainer.recipe().evaluate().monitor() + " " + Format.real(trainer.progress().best()) + " at step " + best
                    + (stored.contains(best) ? "" : ", which is not saved: " + place.name() + "@best is the best of the saved steps."
                            + " --save-every best saves the best step"));
        }
        test.ifPresent(t -> {
            boolean isBeside = bestOnTest.isPresent();
            Columns table = isBeside ? new Columns("", "", "step " + position.step(), "step " + trainer.progress().bestStep() + ", the best")
                    : new Columns("", "", "", "");
            t.measures().forEach((name, estimate) -> table.add("test", name, estimate.toString(),
                    bestOnTest.map(b -> b.measures().get(name).toString()).orElse("")));
            screen.print(table.toString());
        });
        screen.print("digest " + digest + " at step " + position.step());
        screen.print("see it: " + place.command("plot", place.typed()));
    }

    /** Moves the progress bar. */
    private record Progress(Meter meter) implements Observer {
        private static String words(Event.Stepped e) {
            return "train loss " + Format.known(e.train().loss(), Format::real)
                    + (e.report().answers() == 0 ? "" : "  accuracy " + Format.known(e.train().accuracy(), Format::share))
                    + "  lr " + Format.real(e.report().learningRate());
        }

        @Override
        public void on(Event event) {
            if (event instanceof Event.Stepped e) {
                meter.at(e.report().step(), () -> words(e));
            } else if (event instanceof Event.Recovered e) {
                meter.at(e.position().step(), () -> "recovered from a fault");
            }
        }
    }

    /** The means over the training rows of the last epoch so far. */
    private static final class LastMeans implements Observer {
        private TrainMeans last = TrainMeans.NONE;

        @Override
        public void on(Event event) {
            if (event instanceof Event.Stopped e) {
                last = e.train();
            }
        }
    }
}
