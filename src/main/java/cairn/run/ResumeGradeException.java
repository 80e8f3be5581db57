package cairn.run;

/** A training would go on with a lower grade than required. Nothing was changed. */
public final class ResumeGradeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ResumeGradeException(String what, ResumeGrade grade, ResumeGrade.Level required) {
        super("cannot " + what + " with the required grade '" + required.word() + "': " + grade.sentence() + "\n"
                + grade.remedies()
                + "\nNothing was changed. To go on anyway, require a lower grade.");
    }
}
