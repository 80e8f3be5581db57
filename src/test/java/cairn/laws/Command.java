package cairn.laws;

import java.io.IOException;

/** One line of a script: something that is done to the run that is in use. A step that the run does not have means the nearest that it has. */
sealed interface Command {

    void in(SimulatedRuns world) throws IOException;

    /** Some more steps; none saves where the training stands. */
    record Train(int steps, String save, String keep) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.train(steps, save, keep);
        }

        @Override
        public String toString() {
            return "train " + steps + ", saving " + save + ", keeping " + keep;
        }
    }

    record Rollback(int step) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.rollback(step);
        }

        @Override
        public String toString() {
            return "rollback to " + step;
        }
    }

    record GoTo(int step) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.goTo(step);
        }

        @Override
        public String toString() {
            return "goto " + step;
        }
    }

    record Look(int step) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.look(step);
        }

        @Override
        public String toString() {
            return "look at " + step;
        }
    }

    /** Another run, which is then the one in use. */
    record Branch(int step, String change) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.branch(step, change);
        }

        @Override
        public String toString() {
            return "branch at " + step + (change.isEmpty() ? "" : " with " + change);
        }
    }

    record Use(int run) implements Command {
        @Override
        public void in(SimulatedRuns world) {
            world.use(run);
        }

        @Override
        public String toString() {
            return "use run " + run;
        }
    }

    record Pin(int step, boolean isPinned) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.pin(step, isPinned);
        }

        @Override
        public String toString() {
            return (isPinned ? "pin " : "unpin ") + step;
        }
    }

    record Prune(String keep) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.prune(keep);
        }

        @Override
        public String toString() {
            return "prune, keeping " + keep;
        }
    }

    /** Goes on from the newest checkpoint, if nobody trains the run. */
    record Resume() implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.session();
        }

        @Override
        public String toString() {
            return "resume";
        }
    }

    /** The end of the process, or of the power. */
    record Kill(boolean isPowerFailure, int chance) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.kill(isPowerFailure, chance);
        }

        @Override
        public String toString() {
            return isPowerFailure ? "power failure (" + chance + ")" : "kill";
        }
    }

    /** The same in the middle of something, at an operation on the disk. */
    record During(Command what, int operation, Kill kill) implements Command {
        @Override
        public void in(SimulatedRuns world) throws IOException {
            world.interrupt(what, operation, kill);
        }

        @Override
        public String toString() {
            return what + " -- " + kill + " at disk operation " + operation;
        }
    }
}
