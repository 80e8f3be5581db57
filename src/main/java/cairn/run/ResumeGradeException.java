package cairn.run;

import java.util.stream.Collectors;

/** A training would go on with less than the grade that was required; nothing was changed. */
public final class ResumeGradeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ResumeGrade grade;

    ResumeGradeException(String what, ResumeGrade grade, ResumeGrade.Level required) {
        super("cannot " + what + " with the required grade '" + required.word() + "': " + grade.sentence() + "\n"
                + grade.reasons().stream().map(r -> "  " + r + "\n      " + r.remedy()).collect(Collectors.joining("\n"))
                + "\nNothing was changed. To go on all the same, require less.");
        this.grade = grade;
    }

    /** The grade that it would have had. */
    public ResumeGrade grade() {
        return grade;
    }
}
