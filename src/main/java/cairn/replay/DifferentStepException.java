package cairn.replay;

import cairn.run.ResumeGrade;
import java.nio.file.Path;

/** A replay does not give the step that was trained. Nothing was written. */
public final class DifferentStepException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String ADVICE = "\nNothing was written. A step with a checkpoint can be used as it is.";

    /**
     * @param from the step from which the replay began
     * @param grade the grade of the steps that were made again
     */
    DifferentStepException(Path run, long step, long from, RecordedDifference difference, ResumeGrade grade) {
        super("step " + step + " of " + run + " cannot be reached here as it was trained. Replayed from step " + from + ", "
                + difference + ".\n" + (grade.isExact() ? "The environment is the recorded one. So the computation is not deterministic, or"
                        + " a record was changed." : "The environment is another one:\n" + grade.remedies())
                + ADVICE);
    }

    /** For steps of another environment of which nothing is recorded that proves the last one. */
    DifferentStepException(Path run, ReplayPath path, ResumeGrade grade) {
        super("step " + path.to() + " of " + run + " cannot be proven to be the one that was trained. The steps after " + path.from()
                + " were made in another environment, and no digest of step " + path.to() + " is recorded:\n" + grade.remedies() + ADVICE);
    }
}
