package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.State;
import cairn.train.Trainer;
import cairn.train.Transfer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A branch without a change has the states of its parent, bit for bit. A branch with a change does not change its parent. */
class BranchLawTest {

    static List<Subject> subjects() {
        return Subjects.all();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aBranchWithoutAChangeEndsAsItsParent(Subject subject) throws IOException {
        for (long k : new long[] {0, 7, 13}) {
            try (Trainer trainer = subject.fresh()) {
                Subject.run(trainer, k);
                State there = trainer.snapshot();
                try (Trainer branch = Transfer.from(trainer).to(subject.recipe(), subject.data())) {
                    assertThat(branch.snapshot()).as("branched at %d", k).isEqualTo(there);
                    assertThat(Subject.run(branch, Subject.STEPS)).as("branched at %d", k).isEqualTo(subject.unbroken(Subject.STEPS));
                }
                assertThat(trainer.snapshot()).as("the parent").isEqualTo(there);
            }
        }
    }

    @Test
    void aBranchWithAnotherRateBeginsWithTheSameStateAndEndsWithAnother() throws IOException {
        Subject subject = Subjects.get("everything");
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, 7);
            try (Trainer branch = Transfer.from(trainer).to(subject.recipe().with(List.of("optimizer.learning-rate=0.01")),
                    subject.data())) {
                assertThat(branch.snapshot().diff(trainer.snapshot())).extracting(d -> d.path()).containsExactly("recipe/digest");
                assertThat(Subject.nextRows(branch)).isEqualTo(Subject.nextRows(trainer));
                Subject.run(branch, Subject.STEPS);
                assertThat(branch.snapshot().tensor("model/0.conv2d/weight"))
                        .isNotEqualTo(endOf(subject).tensor("model/0.conv2d/weight"));
            }
        }
    }

    private static State endOf(Subject subject) throws IOException {
        try (Trainer trainer = subject.fresh()) {
            Subject.run(trainer, Subject.STEPS);
            return trainer.snapshot();
        }
    }
}
