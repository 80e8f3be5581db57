package cairn.optim.schedule;

import cairn.optim.Require;

/** One factor at all steps; 1 gives the base rate itself. */
public record Constant(double factor) implements LrSchedule {
    public Constant {
        Require.zeroOrMore("factor", factor);
    }

    public static Constant of() {
        return new Constant(1);
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        return factor;
    }
}
