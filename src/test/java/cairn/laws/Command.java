package cairn.laws;

import java.io.IOException;

/** One command of a script, on the current run. For a step that the run does not have, the nearest one is used. */
sealed interface Command {

    void run(SimulatedRuns runs) throws IOException;

    /** Trains some steps; 0 steps only save the current state. */
    record Train(int steps, String save, String keep) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.train(steps, save, keep);
        }

        @Override
        public String toString() {
            return "train " + steps + ", saving " + save + ", keeping " + keep;
        }
    }

    record Rollback(int step) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.rollback(step);
        }

        @Override
        public String toString() {
            return "rollback to " + step;
        }
    }

    record GoTo(int step) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.goTo(step);
        }

        @Override
        public String toString() {
            return "goto " + step;
        }
    }

    record Reach(int step) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.reach(step);
        }

        @Override
        public String toString() {
            return "reach " + step;
        }
    }

    /** Makes a branch, which then is the current run. */
    record Branch(int step, String change) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.branch(step, change);
        }

        @Override
        public String toString() {
            return "branch at " + step + (change.isEmpty() ? "" : " with " + change);
        }
    }

    record Use(int run) implements Command {
        @Override
        public void run(SimulatedRuns runs) {
            runs.use(run);
        }

        @Override
        public String toString() {
            return "use run " + run;
        }
    }

    record Pin(int step, boolean isPinned) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.pin(step, isPinned);
        }

        @Override
        public String toString() {
            return (isPinned ? "pin " : "unpin ") + step;
        }
    }

    record Prune(String keep) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.prune(keep);
        }

        @Override
        public String toString() {
            return "prune, keeping " + keep;
        }
    }

    /** Opens the run for training at its newest checkpoint, if it is not open yet. */
    record Resume() implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.session();
        }

        @Override
        public String toString() {
            return "resume";
        }
    }

    /** A kill of the process, or a power failure. */
    record Kill(boolean isPowerFailure, int seed) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.kill(isPowerFailure, seed);
        }

        @Override
        public String toString() {
            return isPowerFailure ? "power failure (" + seed + ")" : "kill";
        }
    }

    /** A kill or power failure during another command, at an operation on the disk. */
    record During(Command what, int operation, Kill kill) implements Command {
        @Override
        public void run(SimulatedRuns runs) throws IOException {
            runs.interrupt(what, operation, kill);
        }

        @Override
        public String toString() {
            return what + " -- " + kill + " at disk operation " + operation;
        }
    }
}
